import { refuseMark } from './lexer/rules.ts';
import { tokenizeForAny } from './lexer/interpretations.ts';
import { ParseError } from './lexer/parseError.ts';
import { signOf } from './lexer/tokens.ts';

/** Clauses that begin a line where they stand outside of parentheses. */
const CLAUSES = new Set(['FROM', 'WHERE', 'SET', 'VALUES', 'SELECT', 'GROUP', 'HAVING', 'ORDER', 'LIMIT', 'UNION', 'USING']);
const JOINS = new Set(['JOIN', 'LEFT', 'RIGHT', 'INNER', 'CROSS', 'NATURAL']);
const CONDITIONS = new Set(['AND', 'OR']);

/**
 * The statement with its clauses on lines of their own. Only white space between tokens changes, so it says the same; comments go
 * with it. A text that cannot be read stays as it is.
 */
export function formatStatement(sql: string): string {
  try {
    return format(sql);
  } catch (error) {
    if (error instanceof ParseError) return sql;
    throw error;
  }
}

function format(sql: string): string {
  const tokens = tokenizeForAny(sql, { readMark: refuseMark });
  let text = '';
  let depth = 0;
  let between = false;
  for (const [i, token] of tokens.entries()) {
    const before = tokens[i - 1];
    const gap = before === undefined ? '' : sql.slice(before.end, token.start);
    const word = token.keyword;
    const previous = before?.kind === 'word' ? before.text.toUpperCase() : '';
    const isSeparated = signOf(before) === ';';
    if (word === 'BETWEEN') between = true;
    let separator = gap === '' ? '' : ' ';
    if (depth === 0 && before !== undefined && gap !== '') {
      const joins = JOINS.has(word) && !JOINS.has(previous) && previous !== 'OUTER';
      const clause = CLAUSES.has(word) && previous !== 'DELETE' && !(word === 'SET' && previous === 'CHARACTER');
      if (clause || joins) separator = '\n';
      else if (CONDITIONS.has(word) && !(word === 'AND' && between)) separator = '\n  ';
      else if (isSeparated) separator = '\n';
    }
    if (word === 'AND') between = false;
    if (signOf(token) === '(') depth++;
    else if (signOf(token) === ')') depth--;
    text += separator + sql.slice(token.start, token.end);
  }
  return text;
}
