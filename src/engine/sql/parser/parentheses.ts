import type { Dialect } from '../lexer/dialect.ts';
import type { Token } from '../lexer/tokens.ts';

/** What stands in parentheses, found out once for a whole text so that no production has to look ahead. */
export interface Parentheses {
  /** Index of the closing parenthesis; that of the last token where there is none. */
  close(open: number): number;
  holdsComma(open: number): boolean;
  holdsQuery(open: number): boolean;
}

/** Keywords that may follow a query in parentheses which is itself part of a query. */
const CONTINUES = new Set(['UNION', 'EXCEPT', 'INTERSECT', 'ORDER', 'LIMIT', 'FOR', 'LOCK', 'INTO', 'OFFSET', 'FETCH']);

/** Looks at every parenthesis once, from the last to the first: an inner one is known before the one around it. */
export function scanParentheses(tokens: readonly Token[], dialect: Dialect): Parentheses {
  return tokens.some(isOpening) ? scanEach(tokens, dialect) : NONE;
}

/** Of a text that has none: nobody asks. */
const NONE: Parentheses = {
  close: () => Infinity,
  holdsComma: () => false,
  holdsQuery: () => false,
};

function scanEach(tokens: readonly Token[], dialect: Dialect): Parentheses {
  const close = new Int32Array(tokens.length).fill(tokens.length - 1);
  const comma = new Uint8Array(tokens.length);
  const query = new Uint8Array(tokens.length);
  const open: number[] = [];
  for (let i = 0; i < tokens.length; i++) {
    const token = tokens[i];
    if (token?.kind !== 'operator') continue;
    if (token.text === '(') open.push(i);
    else if (token.text === ')') {
      const start = open.pop();
      if (start !== undefined) close[start] = i;
    } else if (token.text === ',') {
      const start = open.at(-1);
      if (start !== undefined) comma[start] = 1;
    }
  }
  const isOpen = (i: number): boolean => tokens[i]?.kind === 'operator' && tokens[i].text === '(';
  const isClose = (i: number): boolean => tokens[i]?.kind === 'operator' && tokens[i].text === ')';
  for (let i = tokens.length - 2; i >= 0; i--) {
    if (!isOpen(i)) continue;
    const keyword = tokens[i + 1]?.keyword;
    const behind = (close[i + 1] ?? 0) + 1;
    if (isOpen(i + 1)) query[i] = query[i + 1] === 1 && (isClose(behind) || CONTINUES.has(tokens[behind]?.keyword ?? '')) ? 1 : 0;
    else if (keyword === 'SELECT' || keyword === 'WITH' || keyword === 'TABLE') query[i] = 1;
    else if (keyword === 'VALUES') {
      // Rows of a table: ROW (…) in MySQL, (…) in MariaDB, where VALUES(column) is a function, too.
      const rows = dialect.flavor === 'mysql' ? tokens[i + 2]?.keyword === 'ROW' : isOpen(i + 2) && !isColumn(tokens, i + 3);
      query[i] = rows ? 1 : 0;
    }
  }
  return {
    close: (i) => close[i] ?? tokens.length - 1,
    holdsComma: (i) => comma[i] === 1,
    holdsQuery: (i) => query[i] === 1,
  };
}

function isOpening({ kind, text }: Token): boolean {
  return kind === 'operator' && text === '(';
}

/** True if a column's name alone stands before the next closing parenthesis. */
function isColumn(tokens: readonly Token[], from: number): boolean {
  for (let i = from; i < from + 5; i++) {
    const { kind, text } = tokens[i] ?? { kind: 'end', text: '' };
    if (kind === 'operator' && text === ')') return i > from;
    const fits = (i - from) % 2 === 0 ? kind === 'word' || kind === 'quotedName' : text === '.';
    if (!fits) return false;
  }
  return true;
}
