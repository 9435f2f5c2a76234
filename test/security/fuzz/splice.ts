import type { Dialect } from '../../../src/engine/sql/lexer/dialect.ts';
import { tokenize } from '../../../src/engine/sql/lexer/tokens.ts';
import type { Flavor, TestServer } from '../../harness/servers/testServer.ts';
import type { Case } from '../corpus.ts';
import { difference, PlainClient } from '../plainRun.ts';
import { MODES, type Roundtrip } from '../printing.ts';
import type { Random } from './random.ts';

/** Sessions of this fuzzer write nothing and wait for nothing. */
const CAGES: Readonly<Record<Flavor, string>> = {
  mysql: ', max_execution_time = 500; START TRANSACTION READ ONLY',
  mariadb: ', max_statement_time = 0.5; START TRANSACTION READ ONLY',
};
const SYNTAX_ERROR = 1064;
/** Ended by the clock of the cage, or by the client's. */
const TIMED_OUT: ReadonlySet<number> = new Set([3024, 1969, 1317, 1028]);
const KEYWORDS = (
  'SELECT FROM WHERE AND OR NOT XOR IN LIKE BETWEEN IS NULL EXISTS ALL ANY AS ON USING JOIN LEFT NATURAL LATERAL GROUP ORDER BY HAVING LIMIT OFFSET UNION EXCEPT ' +
  'INTERSECT DISTINCT CASE WHEN THEN ELSE END INTERVAL DAY COLLATE BINARY DIV MOD ROW VALUES TABLE WITH RECURSIVE OVER PARTITION WINDOW ASC DESC FOR TRUE ESCAPE REGEXP'
).split(' ');
const SIGNS =
  '( ) , . + - * / % = < > <= >= <> != <=> << >> & | ^ ~ ! && || @ := ; { } \' " ` /* */ -- # 1 1.5 .5 1e1 0x41 \'a\' "b" `id`'.split(' ');
const BINARY = '+ - * / % = < > <= >= <> <=> << >> & | ^ && || DIV MOD AND OR XOR LIKE REGEXP IN IS'.split(' ');
const OPERANDS = [
  '1',
  '-1',
  'NOT 1',
  '!0',
  '~1',
  'NULL',
  'TRUE',
  "'a'",
  '(1)',
  '(SELECT 1)',
  'NULL IS NULL',
  '1 BETWEEN 0 AND 2',
  'BINARY 1',
  "'a' COLLATE utf8mb4_bin",
  '@a',
];

export interface SpliceReport {
  total: number;
  /** The server ran it and our parser took it: these were compared. */
  compared: number;
  /** The server ran it, and our parser refused it. */
  refused: string[];
  /** Our parser took what is a syntax error to the server. */
  lenient: string[];
  failures: string[];
}

/** Makes statements out of pieces of a corpus, and compares what the server makes of each with what it makes of its printed text. */
class Splicer {
  readonly #cases: readonly (readonly [Case, readonly string[]])[];
  readonly #random: Random;

  constructor(cases: readonly Case[], dialect: Dialect, random: Random) {
    this.#random = random;
    this.#cases = cases.filter(({ varies }) => !varies).map((one) => [one, pieces(one.sql, dialect)] as const);
  }

  next(): { sql: string; database: string } {
    const [{ database }, base] = this.#pick(this.#cases);
    const words = [...base];
    const same = this.#cases.filter(([one]) => one.database === database);
    for (let i = 1 + this.#random.below(2); i > 0; i--) this.#change(words, this.#pick(same)[1]);
    const glue = this.#random.below(3);
    const blank = (i: number): string => (glue === 0 && this.#random.chance(60) && mayTouch(words[i] ?? '', words[i + 1] ?? '') ? '' : ' ');
    return { sql: words.map((word, i) => word + blank(i)).join(''), database };
  }

  #pick<T>(list: readonly T[]): T {
    const found = list[this.#random.below(list.length)];
    if (found === undefined) throw new Error('An empty corpus.');
    return found;
  }

  #change(words: string[], other: readonly string[]): void {
    const at = this.#random.below(words.length);
    const length = this.#random.below(6);
    const from = this.#random.below(other.length);
    const alike = (word: string): boolean => kindOf(word) === kindOf(words[at] ?? '');
    switch (this.#random.below(14)) {
      case 0:
        words.splice(at, 1);
        break;
      case 1:
        words.splice(at, 0, words[at] ?? '');
        break;
      case 2:
        words.splice(at, 2, ...words.slice(at, at + 2).reverse());
        break;
      case 3:
        words.splice(at, 1, this.#pick(other));
        break;
      case 4:
        words.splice(at, 0, this.#pick(this.#random.chance(50) ? KEYWORDS : SIGNS));
        break;
      case 5:
        words.splice(at, length, ...other.slice(from, from + this.#random.below(8)));
        break;
      case 6:
        words.splice(at, length, '(', ...words.slice(at, at + length), ')');
        break;
      case 7:
        words.splice(at, 1, '(', ...other, ')');
        break;
      case 8:
      case 9:
      case 10:
      case 11: {
        const fitting = (this.#random.chance(50) ? other : [...SIGNS, ...KEYWORDS]).filter(alike);
        if (fitting.length > 0) words.splice(at, 1, this.#pick(fitting));
        break;
      }
      case 12: {
        // Another operator and operand behind an operand.
        if (kindOf(words[at] ?? '') !== 'operator') words.splice(at + 1, 0, this.#pick(BINARY), this.#pick(OPERANDS));
        break;
      }
      default:
        words.splice(at, 1, this.#pick(this.#random.chance(50) ? KEYWORDS : SIGNS));
    }
  }
}

function kindOf(word: string): 'operator' | 'keyword' | 'name' | 'literal' {
  if (/^[A-Z_]+$/.test(word)) return 'keyword';
  if (/^[a-z_`]/i.test(word)) return 'name';
  return /^['"\d.]/.test(word) ? 'literal' : 'operator';
}

/** Two words would become one. */
function mayTouch(one: string, other: string): boolean {
  return !/[\w$]$/.test(one) || !/^[\w$'"]/.test(other);
}

function pieces(sql: string, dialect: Dialect): string[] {
  const { tokens } = tokenize(sql, dialect);
  return tokens.filter(({ kind }) => kind !== 'end').map(({ start, end }) => sql.slice(start, end));
}

/** Runs so many statements and tells what differed. */
export async function runSplices(
  server: TestServer,
  dialect: Dialect,
  cases: readonly Case[],
  roundtrip: Roundtrip,
  count: number,
  random: Random,
): Promise<SpliceReport> {
  const client = new PlainClient(server, 3000, CAGES[dialect.flavor]);
  const splicer = new Splicer(cases, dialect, random);
  const report: SpliceReport = { total: 0, compared: 0, refused: [], lenient: [], failures: [] };
  for (; report.total < count; report.total++) {
    const { sql, database } = splicer.next();
    let printed: string | undefined;
    let refusal = '';
    try {
      const trees = roundtrip.parseStatements(sql, dialect);
      printed = trees.map((tree) => roundtrip.print(tree, dialect)).join('; ');
      const again = roundtrip.parseStatements(printed, dialect).map((tree) => roundtrip.print(tree, dialect));
      if (again.join('; ') !== printed) report.failures.push(`${sql} → printed twice: ${printed} ⇒ ${again.join('; ')}`);
    } catch (error) {
      if (!(error instanceof Error) || (error.name !== 'ParseError' && !error.message.includes('cannot be printed')))
        report.failures.push(`${sql} → ${String(error)}`);
      refusal = String(error);
    }
    const expected = await client.run(sql, database, MODES[0]);
    if (TIMED_OUT.has(expected.errno ?? 0) || printed === '' || (expected.error !== undefined && expected.errno === undefined)) continue;
    if (printed === undefined) {
      if (expected.error === undefined) report.refused.push(`${sql} → ${refusal}`);
      continue;
    }
    const actual = await client.run(printed, database, MODES[0]);
    if (TIMED_OUT.has(actual.errno ?? 0)) continue;
    report.compared++;
    if (expected.errno === SYNTAX_ERROR && actual.errno !== SYNTAX_ERROR) report.lenient.push(`${sql} → ${printed}`);
    else if (expected.errno !== undefined || actual.errno !== undefined) {
      if (expected.errno !== actual.errno)
        report.failures.push(`${sql} → ${printed}: ${String(actual.error)} instead of ${String(expected.error)}`);
    } else {
      const what = difference(
        expected,
        actual,
        !/\b(?:UUID\w*|SYSDATE|RAND\w*|CONNECTION_ID|ROW_COUNT|FOUND_ROWS|LIMIT|FETCH|SYS_GUID)\b|EXPLAIN|ANALYZE|SHOW|DESC/i.test(sql),
      );
      if (what !== undefined) report.failures.push(`${sql} → ${printed}: ${what}`);
    }
  }
  await client.close();
  return report;
}
