import { NEWEST_MYSQL, type Dialect } from './lexer/dialect.ts';
import { pieceAt } from './lexer/pieces.ts';
import { endOfName, endOfSkippedComment } from './lexer/rules.ts';

export interface NamedTable {
  readonly database: string | undefined;
  readonly table: string;
  /** What its columns are called by: the alias, else its name. */
  readonly alias: string;
}

export interface CompletionContext {
  /** `member`: behind a dot. `nothing`: in a text or comment. */
  readonly place: 'nothing' | 'table' | 'member' | 'expression';
  /** What stands before the dot. */
  readonly qualifier: string | undefined;
  /** The tables of the whole statement, also those behind the place. */
  readonly tables: readonly NamedTable[];
}

interface Piece {
  readonly text: string;
  /** A name without its quotes; upper case for words that are not quoted, to be compared with keywords. */
  readonly keyword: string;
  readonly kind: 'name' | 'quotedName' | 'sign' | 'text';
  readonly start: number;
  readonly end: number;
}

/** A table is named behind these. */
const BEFORE_TABLE = new Set(['FROM', 'JOIN', 'INTO', 'UPDATE', 'TABLE', 'TRUNCATE', 'DESCRIBE', 'DESC', 'STRAIGHT_JOIN']);
/** In a list of tables the next one is named behind a comma. */
const ENDS_TABLES = new Set(['WHERE', 'SELECT', 'SET', 'ON', 'USING', 'GROUP', 'ORDER', 'HAVING', 'LIMIT', 'VALUES', 'UNION', 'WINDOW']);
/** Behind a table these are no alias. */
const NO_ALIAS = new Set([
  ...ENDS_TABLES,
  ...[
    'JOIN',
    'LEFT',
    'RIGHT',
    'INNER',
    'CROSS',
    'NATURAL',
    'OUTER',
    'STRAIGHT_JOIN',
    'FROM',
    'AS',
    'FORCE',
    'IGNORE',
    'USE',
    'PARTITION',
    'FOR',
    'LOCK',
  ],
]);

/** Looks at an unfinished statement; `offset` counts in UTF-16 units. Pure, and it never fails. */
export function completionContext(statement: string, offset: number, dialect: Dialect = NEWEST_MYSQL): CompletionContext {
  const pieces = piecesOf(statement, dialect);
  const tables = tablesOf(pieces);
  const around = pieces.find(({ start, end, kind }) => kind === 'text' && start < offset && offset <= end);
  if (around !== undefined && !isClosedAt(around, offset)) return { place: 'nothing', qualifier: undefined, tables };
  const before = pieces.filter(({ end, kind }) => kind !== 'text' && (end < offset || (end === offset && kind === 'sign')));
  const last = before.at(-1);
  if (last?.text === '.') return { place: 'member', qualifier: before.at(-2)?.text, tables };
  return { place: expectsTable(before) ? 'table' : 'expression', qualifier: undefined, tables };
}

/** A text whose closing quote stands directly before the place is over there; a comment to the end of the line is not. */
function isClosedAt({ text, end }: Piece, offset: number): boolean {
  if (offset < end) return false;
  const [first = ''] = text;
  if (first === '/') return text.endsWith('*/') && text.length > 3;
  return (first === "'" || first === '"') && text.length > 1 && text.endsWith(first);
}

function piecesOf(statement: string, dialect: Dialect): Piece[] {
  const pieces: Piece[] = [];
  for (let at = 0; at < statement.length;) {
    const { kind, end } = readPiece(statement, at, dialect);
    const written = statement.slice(at, end);
    const text = kind === 'quotedName' ? unquote(written) : written;
    if (kind !== undefined) pieces.push({ text, keyword: kind === 'name' ? text.toUpperCase() : '', kind, start: at, end });
    at = end;
  }
  return pieces;
}

/** What completion makes of a piece: comments are texts, and what is undefined is not looked at. */
function readPiece(statement: string, at: number, dialect: Dialect): { readonly kind: Piece['kind'] | undefined; readonly end: number } {
  const { kind, end } = pieceAt(statement, at, dialect);
  switch (kind) {
    case 'blank':
    case 'mark':
      return { kind: undefined, end };
    case 'skippedMark':
      return { kind: 'text', end: endOfSkippedComment(statement, at) ?? statement.length };
    case 'comment':
      return { kind: 'text', end };
    default:
      return { kind, end };
  }
}

function unquote(written: string): string {
  const quote = written.charAt(0);
  const end = written.length > 1 && written.endsWith(quote) ? -1 : undefined;
  return written.slice(1, end).replaceAll(quote + quote, quote);
}

/**
 * The quoted name that is being typed at an offset: where its quote stands, and where what it replaces ends. The closing quote belongs to it where nothing but a name
 * stands before it; an open one must not take what follows.
 */
export function typedQuotedName(
  statement: string,
  offset: number,
  dialect: Dialect = NEWEST_MYSQL,
): { readonly start: number; readonly end: number } | undefined {
  for (let at = 0; at < offset;) {
    const { kind, end } = readPiece(statement, at, dialect);
    const quote = statement.charAt(at);
    if (kind === 'quotedName' && offset < end + 1 && !(offset === end && end - at > 1 && statement.charAt(end - 1) === quote)) {
      const close = endOfName(statement, offset);
      return { start: at, end: statement.charAt(close) === quote ? close + 1 : offset };
    }
    at = end;
  }
  return undefined;
}

function expectsTable(before: readonly Piece[]): boolean {
  const last = before.at(-1);
  if (last === undefined) return false;
  if (BEFORE_TABLE.has(last.keyword)) return true;
  if (last.text !== ',') return false;
  // Only in FROM a, b: a comma in a list of columns is none of tables.
  for (const { keyword, text } of before.toReversed()) {
    if (keyword === 'FROM' || keyword === 'UPDATE') return true;
    if (ENDS_TABLES.has(keyword) || text === '(') return false;
  }
  return false;
}

function tablesOf(pieces: readonly Piece[]): NamedTable[] {
  const tables: NamedTable[] = [];
  const words = pieces.filter(({ kind }) => kind !== 'text');
  let listed = false;
  for (let i = 0; i < words.length; i++) {
    const word = words[i];
    if (word === undefined) break;
    if (BEFORE_TABLE.has(word.keyword)) listed = true;
    else if (ENDS_TABLES.has(word.keyword) || word.text === '(') listed = false;
    if (!listed || !(BEFORE_TABLE.has(word.keyword) || word.text === ',')) continue;
    const read = readTable(words, i + 1);
    if (read !== undefined) tables.push(read);
  }
  return tables;
}

/** `[database.]table [[AS] alias]` */
function readTable(words: readonly Piece[], at: number): NamedTable | undefined {
  const first = words[at];
  if (!isName(first) || NO_ALIAS.has(first.keyword)) return undefined;
  const dotted = words[at + 1]?.text === '.' && isName(words[at + 2]);
  const name = dotted ? words[at + 2] : first;
  let next = at + (dotted ? 3 : 1);
  if (words[next]?.keyword === 'AS') next++;
  const alias = words[next];
  const aliased = isName(alias) && !NO_ALIAS.has(alias.keyword);
  if (name === undefined) return undefined;
  return { database: dotted ? first.text : undefined, table: name.text, alias: aliased ? alias.text : name.text };
}

function isName(piece: Piece | undefined): piece is Piece {
  return piece?.kind === 'name' || piece?.kind === 'quotedName';
}
