import { tokenize, type ExecutableMark, type ReadMark, type Token } from '../lexer.ts';
import { ParseError } from './parseError.ts';

/** One statement of a text. */
export interface Statement {
  /** As written, comments included, without the separator. */
  readonly text: string;
  /** UTF-16 offset of `text` in the whole; tokens count from the whole, too. */
  readonly start: number;
  /**
   * What servers may make of it: several where an executable comment is code for one server and a comment for another. No
   * reading is empty in all statements; a single one may be, for a server that sees a comment only.
   */
  readonly readings: readonly (readonly Token[])[];
}

/** More versions in one text than anybody writes. */
const MAX_VERSIONS = 8;
/** Each is a text more to be read and judged. */
const MAX_READINGS = 4;

const MARK = /\/\*(M?)!(\d{0,6})/gi;

/**
 * Splits a text at its separators and reads each statement in every way that a MySQL or MariaDB of any version would.
 * Throws ParseError, also where servers would not agree on where a statement ends.
 */
export function readStatements(sql: string): Statement[] {
  const readings = readMarks(sql).map((readMark) => splitAtSeparators(tokenize(sql, readMark)));
  const [first = []] = readings;
  if (readings.length === 1) return first.filter(({ tokens }) => tokens.length > 0).map((part) => toStatement(sql, part));
  const ends = (parts: readonly Part[]): string => parts.map(({ end }) => end).join();
  if (readings.some((reading) => ends(reading) !== ends(first))) {
    throw new ParseError('What is a separator here depends on the version of the server: leave the executable comment out.', 0);
  }
  const statements: Statement[] = [];
  for (const [i, part] of first.entries()) {
    const seen = new Map<string, readonly Token[]>();
    for (const reading of readings) {
      const tokens = reading[i]?.tokens ?? [];
      seen.set(tokens.map((token) => token.start).join(), tokens);
    }
    if ([...seen.values()].some((tokens) => tokens.length > 0)) {
      statements.push({ ...toStatement(sql, part), readings: [...seen.values()] });
    }
  }
  return statements;
}

function toStatement(sql: string, { tokens, start, end }: Part): Statement {
  return { text: sql.slice(start, end), start, readings: [tokens] };
}

interface Part {
  readonly tokens: readonly Token[];
  readonly start: number;
  /** Offset of the separator behind it; undefined for the last. */
  readonly end: number | undefined;
}

function splitAtSeparators(tokens: readonly Token[]): Part[] {
  const parts: Part[] = [];
  let current: Token[] = [];
  let start = 0;
  for (const token of tokens) {
    if (token.kind === 'semicolon') {
      parts.push({ tokens: current, start, end: token.start });
      current = [];
      start = token.end;
    } else {
      current.push(token);
    }
  }
  parts.push({ tokens: current, start, end: undefined });
  return parts;
}

/**
 * The ways in which servers take executable comments, one for each version that a mark in the text tells apart.
 *
 * MySQL runs those whose version is at most its own and skips `/*M!`; it reads five digits, newer ones also six. MariaDB
 * runs both forms, reads five or six digits, and skips `/*!50700` to `/*!99999`, which mean MySQL versions it does not follow.
 * @see https://dev.mysql.com/doc/refman/9.7/en/comments.html
 * @see https://mariadb.com/docs/server/reference/sql-structure/sql-language-structure/comment-syntax
 */
function readMarks(sql: string): ReadMark[] {
  if (!/\/\*M?!/i.test(sql)) return [() => 'plain'];
  const versions = new Set([0]);
  const marks = new Map<string, ExecutableMark>();
  for (const [mark, maria = '', digits = ''] of sql.matchAll(MARK)) {
    marks.set(mark.toUpperCase(), { mariadbOnly: maria !== '', digits });
    if (digits.length < 5) continue;
    versions.add(Number(digits.slice(0, 5)));
    versions.add(Number(digits));
    if (versions.size > 2 * MAX_VERSIONS) throw tooMany();
  }
  // Most versions read the marks of this text alike.
  const readings = new Map<string, ReadMark>();
  for (const server of versions)
    for (const readMark of [mysql(server, 5), mysql(server, 6), mariadb(server)])
      readings.set([...marks.values()].map(readMark).join(), readMark);
  if (readings.size > MAX_READINGS) throw tooMany();
  return [...readings.values()];
}

function tooMany(): ParseError {
  return new ParseError('The text has too many executable comments.', 0);
}

function mysql(server: number, longest: 5 | 6): ReadMark {
  return ({ mariadbOnly, digits }) => {
    if (mariadbOnly) return 'plain';
    const length = digits.length >= longest ? longest : digits.length >= 5 ? 5 : 0;
    return Number(digits.slice(0, length)) <= server ? length : 'skipped';
  };
}

function mariadb(server: number): ReadMark {
  return ({ mariadbOnly, digits }) => {
    const length = digits.length >= 5 ? digits.length : 0;
    const version = Number(digits.slice(0, length));
    const foreign = !mariadbOnly && version >= 50700 && version <= 99999;
    return version <= server && !foreign ? length : 'skipped';
  };
}
