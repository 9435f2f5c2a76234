import type { Dialect } from '../../sql/lexer/dialect.ts';
import { ParseError } from '../../sql/lexer/parseError.ts';
import { signOf, tokenize, type Token } from '../../sql/lexer/tokens.ts';

/** Behind them, and behind parentheses, stands the name of a table or of an object. */
const BEFORE_OBJECTS = new Set([
  ...['FROM', 'JOIN', 'STRAIGHT_JOIN', 'INTO', 'UPDATE', 'TABLE', 'VIEW', 'PROCEDURE', 'FUNCTION', 'TRIGGER', 'EVENT', 'CALL'],
]);

/** Who made it, and where, is no part of what it does. What the server writes is a statement; in a text of another kind the database stays. */
export function withoutPlace(create: string, database: string, dialect: Dialect): string {
  const text = create.replace(/ (?:ALGORITHM=UNDEFINED )?DEFINER ?= ?`(?:[^`]|``)*`@`(?:[^`]|``)*`(?: SQL SECURITY DEFINER)?/, '');
  let result = '';
  let from = 0;
  for (const { start, end } of placesOf(text, database, dialect)) {
    result += text.slice(from, start);
    from = end;
  }
  return result + text.slice(from);
}

/** The database and its dot, where it is one: a table, an alias and a column may have the same name. */
function placesOf(text: string, database: string, dialect: Dialect): { readonly start: number; readonly end: number }[] {
  const tokens = tokensOf(text, dialect);
  const isNamed = ({ kind, text: name }: Token): boolean => kind === 'quotedName' && name === database;
  const isShared = tokens.some((token, i) => isName(token) && token.text === database && signOf(tokens[i + 1]) !== '.');
  return tokens.flatMap((token, i) => {
    const [dot, name, behind] = tokens.slice(i + 1, i + 4);
    if (!isNamed(token) || dot === undefined || signOf(dot) !== '.' || signOf(tokens[i - 1]) === '.') return [];
    const isWhole = signOf(behind) === '.' || signOf(behind) === '('; // of a column, or of a function
    const isPlace = isWhole || !isShared || isBeforeObject(tokens, i) || (tokens[i - 1]?.keyword === 'ON' && behind?.keyword === 'FOR');
    return isPlace && name !== undefined ? [{ start: token.start, end: name.start }] : [];
  });
}

function isBeforeObject(tokens: readonly Token[], at: number): boolean {
  let i = at - 1;
  while (signOf(tokens[i]) === '(') i--;
  return BEFORE_OBJECTS.has(tokens[i]?.keyword ?? '');
}

function isName({ kind }: Token): boolean {
  return kind === 'quotedName' || kind === 'word';
}

function tokensOf(text: string, dialect: Dialect): readonly Token[] {
  try {
    return tokenize(text, dialect).tokens;
  } catch (error) {
    if (error instanceof ParseError) return [];
    throw error;
  }
}
