import { interpretStatements } from './lexer/interpretations.ts';
import { ParseError } from './lexer/parseError.ts';
import { signOf, type Token } from './lexer/tokens.ts';

export interface PositionalText {
  /** With a `?` for each named parameter. */
  readonly sql: string;
  /** The name for each `?`, in order; one that is used twice stands there twice. */
  readonly names: readonly string[];
}

/**
 * Turns `:name` into `?`, outside of strings, names and comments. Throws ParseError for a text that is not one statement, that means
 * different things to different servers, or that has a `?` of its own.
 */
export function toPositional(sql: string): PositionalText {
  const [statement, second] = interpretStatements(sql);
  if (statement === undefined) throw new ParseError('An empty statement', 0);
  if (second !== undefined) throw new ParseError('More than one statement', second.start);
  const [tokens = [], other] = statement.interpretations;
  if (other !== undefined) throw new ParseError('An executable comment', statement.start);
  const names: string[] = [];
  let text = '';
  let end = 0;
  for (const [i, token] of tokens.entries()) {
    const sign = signOf(token);
    if (sign === '?') throw new ParseError('A ? beside named parameters', token.start);
    const name = tokens[i + 1];
    if (sign !== ':' || !isNameOf(name, token)) continue;
    text += `${sql.slice(end, token.start)}?`;
    names.push(name.text);
    end = name.end;
  }
  return { sql: text + sql.slice(end), names };
}

/** A word directly behind the colon. */
function isNameOf(name: Token | undefined, colon: Token): name is Token {
  return name?.kind === 'word' && name.start === colon.end;
}
