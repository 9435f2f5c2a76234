import { modesOf, type Dialect } from './lexer/dialect.ts';
import { ParseError } from './lexer/parseError.ts';
import { tokenize, type Token } from './lexer/tokens.ts';

/** Longer statements set more than a mode. */
const LONGEST = 20_000;

/**
 * Knows by which `sql_mode` a statement is read after those before it: what SET assigns as a text, as another mode, or as a variable that kept one. What it
 * can't tell leaves the mode as it was.
 */
export class ModeTracker {
  readonly #first: Dialect;
  #dialect: Dialect;
  readonly #variables = new Map<string, string>();

  constructor(dialect: Dialect) {
    this.#first = dialect;
    this.#dialect = dialect;
  }

  get dialect(): Dialect {
    return this.#dialect;
  }

  /** Takes a statement that has run, or will have run. */
  run(sql: string): void {
    if (sql.length > LONGEST) return;
    let tokens: readonly Token[];
    try {
      ({ tokens } = tokenize(sql, this.#dialect));
    } catch (error) {
      if (error instanceof ParseError) return; // the server will refuse it, too
      throw error;
    }
    if (tokens[0]?.keyword === 'SET') this.#assign(tokens);
  }

  #assign(tokens: readonly Token[]): void {
    let scope = 'SESSION';
    for (const assignment of splitAtCommas(tokens.slice(1, -1))) {
      const at = assignment.findIndex(({ kind, text }) => kind === 'operator' && (text === '=' || text === ':='));
      if (at < 0) continue;
      const target = assignment.slice(0, at);
      const value = this.#evaluate(assignment.slice(at + 1));
      const [first] = target;
      if (first?.kind === 'userVariable') {
        if (value === undefined) this.#variables.delete(first.text.toLowerCase());
        else this.#variables.set(first.text.toLowerCase(), value);
        continue;
      }
      const words = target.filter(({ kind }) => kind === 'word' || kind === 'quotedName').map(({ text }) => text.toUpperCase());
      if (words.length > 1) scope = words[0] ?? scope;
      const ownScope = first?.text === '@@' && words.length === 1 ? 'SESSION' : scope;
      if (words.at(-1) !== 'SQL_MODE' || (ownScope !== 'SESSION' && ownScope !== 'LOCAL')) continue;
      if (value !== undefined) this.#dialect = { ...this.#dialect, ...modesOf(value) };
    }
  }

  /** The text that an expression gives; undefined where that can't be told. */
  #evaluate(tokens: readonly Token[]): string | undefined {
    const [first, second, third] = tokens;
    if (first === undefined) return undefined;
    if (first.kind === 'string' && tokens.every(({ kind }) => kind === 'string')) return tokens.map(({ text }) => text).join('');
    if (first.text === '@@') return tokens.at(-1)?.text.toUpperCase() === 'SQL_MODE' ? modeText(this.#dialect) : undefined;
    if (first.kind === 'userVariable' && tokens.length === 1) return this.#variables.get(first.text.toLowerCase());
    if (first.kind !== 'word') return undefined;
    if (tokens.length === 1) return first.keyword === 'DEFAULT' ? modeText(this.#first) : first.text;
    if (second?.text !== '(' || third === undefined) return undefined;
    const values = splitAtCommas(tokens.slice(2, -1)).map((argument) => this.#evaluate(argument));
    const texts = values.filter((value) => value !== undefined);
    if (texts.length < values.length) return undefined;
    const [text = '', from = '', to = ''] = texts;
    if (first.keyword === 'CONCAT') return texts.join('');
    return first.keyword === 'REPLACE' && texts.length === 3 && from !== '' ? text.replaceAll(from, to) : undefined;
  }
}

function modeText(dialect: Dialect): string {
  const names = [
    ...(dialect.ansiQuotes ? ['ANSI_QUOTES'] : []),
    ...(dialect.noBackslashEscapes ? ['NO_BACKSLASH_ESCAPES'] : []),
    ...(dialect.pipesAsConcat ? ['PIPES_AS_CONCAT'] : []),
    ...(dialect.ignoreSpace ? ['IGNORE_SPACE'] : []),
    ...(dialect.highNotPrecedence ? ['HIGH_NOT_PRECEDENCE'] : []),
  ];
  return names.join(',');
}

function splitAtCommas(tokens: readonly Token[]): Token[][] {
  const parts: Token[][] = [[]];
  let depth = 0;
  for (const token of tokens) {
    if (token.kind === 'operator' && token.text === '(') depth++;
    else if (token.kind === 'operator' && token.text === ')') depth--;
    if (token.kind === 'operator' && token.text === ',' && depth === 0) parts.push([]);
    else parts.at(-1)?.push(token);
  }
  return parts;
}
