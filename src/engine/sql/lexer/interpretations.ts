import { PLAIN_MODES, type Dialect } from './dialect.ts';
import { executableLength } from './rules.ts';
import { ParseError } from './parseError.ts';
import { signOf, tokenize, type LexerOptions, type ReadMark, type Token } from './tokens.ts';

export interface InterpretedStatement {
  /** As written, comments included, without the separator. */
  readonly text: string;
  /** UTF-16 offset of `text` in the whole; tokens count from the whole, too. */
  readonly start: number;
  /**
   * What servers may make of it: several where an executable comment is code for one server and a comment for another. No
   * interpretation is empty in all statements; a single one may be, for a server that sees a comment only.
   */
  readonly interpretations: readonly (readonly Token[])[];
}

/** More versions in one text than anybody writes. */
const MAX_VERSIONS = 8;
/** Each is a text more to be read and judged. */
const MAX_INTERPRETATIONS = 4;
/** From this version on MySQL reads six digits of a mark. */
const MYSQL_OF_SIX_DIGITS = 80_100;

/** Versions that read what later ones no longer do (`\N`), and hints. */
const MYSQL: Dialect = { flavor: 'mysql', version: 50_744, ...PLAIN_MODES };
const MARIADB: Dialect = { flavor: 'mariadb', version: 120_001, ...PLAIN_MODES };

const MARK = /\/\*M?!(\d{0,6})/gi;

/** The tokens of a text whose server is not known, as MySQL reads it, or MariaDB where MySQL does not. Throws ParseError. */
export function tokenizeForAny(sql: string, options: LexerOptions): readonly Token[] {
  let tokens: readonly Token[];
  try {
    ({ tokens } = tokenize(sql, MYSQL, options));
  } catch (error) {
    try {
      ({ tokens } = tokenize(sql, MARIADB, options));
    } catch {
      throw error;
    }
  }
  // Newer servers of MySQL take $tag$ … $tag$ for a quoted text; others for names.
  const dollar = tokens.find(({ kind, text }) => kind === 'word' && text.startsWith('$'));
  if (dollar !== undefined) throw new ParseError('A name that starts with $ must be quoted with backticks.', dollar.start);
  return tokens.slice(0, -1);
}

/**
 * Splits a text at its separators and reads each statement in every way that a MySQL or MariaDB of any version would.
 * Throws ParseError, also where servers would not agree on where a statement ends.
 */
export function interpretStatements(sql: string): InterpretedStatement[] {
  const texts = readMarks(sql).map((readMark) => splitAtSeparators(tokenizeForAny(sql, { readMark })));
  const [first = []] = texts;
  if (texts.length === 1) return first.filter(({ tokens }) => tokens.length > 0).map((part) => toStatement(sql, part, [part.tokens]));
  const ends = (parts: readonly Part[]): string => parts.map(({ end }) => end).join();
  if (texts.some((parts) => ends(parts) !== ends(first))) {
    throw new ParseError('Where the statement ends depends on the server version. Remove the executable comment.', 0);
  }
  const statements: InterpretedStatement[] = [];
  for (const [i, part] of first.entries()) {
    const seen = new Map<string, readonly Token[]>();
    for (const parts of texts) {
      const tokens = parts[i]?.tokens ?? [];
      seen.set(tokens.map((token) => token.start).join(), tokens);
    }
    const interpretations = [...seen.values()];
    if (interpretations.some((tokens) => tokens.length > 0)) statements.push(toStatement(sql, part, interpretations));
  }
  return statements;
}

function toStatement(sql: string, { start, end }: Part, interpretations: readonly (readonly Token[])[]): InterpretedStatement {
  return { text: sql.slice(start, end), start, interpretations };
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
    if (signOf(token) === ';') {
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

/** The ways in which servers take the executable comments of a text, one for each version that its marks tell apart. */
function readMarks(sql: string): ReadMark[] {
  const versions = new Set([0]);
  const marks = new Set<string>();
  for (const [mark, digits = ''] of sql.matchAll(MARK)) {
    marks.add(mark.toUpperCase());
    if (digits.length < 5) continue;
    versions.add(Number(digits.slice(0, 5)));
    versions.add(Number(digits));
    if (versions.size > 2 * MAX_VERSIONS) throw tooMany();
  }
  if (marks.size === 0) return [() => 'plain'];
  // Most versions read the marks of this text alike.
  const ways = new Map<string, ReadMark>();
  for (const version of [...versions, MYSQL_OF_SIX_DIGITS])
    for (const { flavor } of [MYSQL, MARIADB]) {
      const server: Dialect = { flavor, version, ...PLAIN_MODES };
      const key = Array.from(marks, (mark) => executableLength(mark, 0, server)).join();
      ways.set(key, (text, start) => executableLength(text, start, server));
    }
  if (ways.size > MAX_INTERPRETATIONS) throw tooMany();
  return [...ways.values()];
}

function tooMany(): ParseError {
  return new ParseError('The text has too many executable comments.', 0);
}
