import { createConnection, type Connection } from 'mysql2/promise';
import type { AdmittedStatement } from '../../../src/engine/query/admission.ts';
import type { Surroundings } from '../../../src/engine/policy/verdict.ts';
import type { Token } from '../../../src/engine/sql/lexer.ts';
import type { Statement } from '../../../src/engine/sql/readings.ts';
import type { TestServer } from '../../harness/servers/testServer.ts';
import { Generator, type Generated } from './generator.ts';
import { Random } from './random.ts';

/** The two entrances of the guard that are tried; faults can be seeded into a copy of it. */
export interface Guard {
  admitReads(sql: string, surroundings?: Surroundings): Pick<AdmittedStatement, 'sql'>[];
  readStatements(sql: string): Statement[];
  /** True where what is sent is printed anew: a comment of this server's is then left out, whatever another server would read in it. */
  readonly prints?: boolean;
}

export interface FuzzReport {
  readonly seed: number;
  total: number;
  /** How many the server's own parser took. */
  parsed: number;
  admitted: number;
  productions: ReadonlyMap<string, number>;
  /** What should not be: the text and why. Empty if all is well; there is no list of exceptions. */
  failures: string[];
}

/** Statements that are run before their effects are looked for; after a find they are run again one by one. */
const BATCH = 200;

/** The digest writes these as `?` among other literals, or not at all. */
const UNTOLD = new Set(['null', 'true', 'as']);

/** The digest leaves out names of more bytes, and names with characters beyond U+FFFF. */
const MAX_NAME_BYTES = 64;

/** Functions and keywords that the server's digest writes otherwise than the text does. */
const SYNONYMS: ReadonlyMap<string, string> = new Map([
  ['databases', 'schemas'],
  ['desc', 'explain'],
  ['describe', 'explain'],
]);

/**
 * Compares the guard with real servers. Admitted statements are run in a session that nothing protects, and must have no
 * effect; on MySQL the server's own lexer (STATEMENT_DIGEST_TEXT) must see the same words in them as ours. What was made
 * honest must be admitted and must parse; what was made hostile must be refused.
 */
export class Fuzzer {
  /** Runs what is admitted; nothing protects it. */
  readonly #connection: Connection;
  /** Asks the server's parser, also about what is refused: some servers compute constants while they prepare. */
  readonly #oracle: Connection;
  readonly #guard: Guard;
  readonly #mysql: boolean;

  private constructor(connection: Connection, oracle: Connection, guard: Guard, mysql: boolean) {
    this.#connection = connection;
    this.#oracle = oracle;
    this.#guard = guard;
    this.#mysql = mysql;
  }

  static async open(server: TestServer, guard: Guard): Promise<Fuzzer> {
    const options = { host: server.host, port: server.port, ...server.root, charset: 'utf8mb4', flags: ['-IGNORE_SPACE'] };
    const connection = await createConnection(options);
    await connection.query('CREATE DATABASE IF NOT EXISTS fuzz');
    await connection.query('USE fuzz');
    await connection.query('CREATE TABLE IF NOT EXISTS t (id INT PRIMARY KEY)');
    await connection.query('CREATE TABLE IF NOT EXISTS u (id INT PRIMARY KEY)');
    await connection.query('CREATE TABLE IF NOT EXISTS victim (id INT PRIMARY KEY)');
    const oracle = await createConnection({ ...options, database: 'fuzz' });
    for (const one of [connection, oracle]) await one.query("SET SESSION sql_mode = ''");
    const fuzzer = new Fuzzer(connection, oracle, guard, server.flavour === 'mysql');
    await fuzzer.#clean();
    return fuzzer;
  }

  /** Stops early after `maxFailures`. */
  async run(count: number, seed: number, maxFailures = 20): Promise<FuzzReport> {
    const generator = new Generator(new Random(seed), this.#mysql ? 'mysql' : 'mariadb');
    const report: FuzzReport = { seed, total: 0, parsed: 0, admitted: 0, productions: generator.productions, failures: [] };
    while (report.total < count && report.failures.length < maxFailures) {
      const ran: string[] = [];
      for (let i = 0; i < BATCH && report.total < count; i++) {
        report.total++;
        const generated = generator.next();
        ran.push(...(await this.#try(generated, report)));
      }
      if (await this.#hasEffects()) report.failures.push(...(await this.#findEffects(ran)));
    }
    return report;
  }

  async close(): Promise<void> {
    await this.#connection.end();
    await this.#oracle.end();
  }

  /** Resolves to the statements that were run. */
  async #try({ sql, kind }: Generated, report: FuzzReport): Promise<string[]> {
    const fail = (why: string): void => {
      report.failures.push(`${why}: ${JSON.stringify(sql)}`);
    };
    let admitted: Pick<AdmittedStatement, 'sql'>[];
    try {
      admitted = this.#guard.admitReads(sql, { database: 'fuzz' });
    } catch (error) {
      const { message } = error as Error;
      // At most four interpretations are looked at: a limit of ours, and no disagreement.
      if (message.startsWith('The text has too many executable comments')) return [];
      if (kind === 'honest') fail(`honest, but refused (${message})`);
      if ((await this.#serverWords(sql)) !== undefined) report.parsed++;
      else if (kind === 'honest') fail('honest, but not SQL');
      return [];
    }
    report.admitted++;
    if (kind === 'hostile' && !(await this.#isSentWhole(sql, admitted))) fail('hostile, but admitted');
    let allParse = true;
    for (const statement of admitted) {
      const words = await this.#serverWords(statement.sql);
      if (words === undefined) allParse = false;
      else if (this.#mysql && !agrees(this.#guard.readStatements(statement.sql), words)) fail(`the server reads other words (${words})`);
      await this.#connection.query(statement.sql).catch(() => undefined);
    }
    if (allParse) report.parsed++;
    else if (kind === 'honest') fail('honest, but not SQL');
    return admitted.map((statement) => statement.sql);
  }

  /** True where the guard prints, and the server itself reads no word in the text as it came that is not in what is sent: what is hostile elsewhere is a comment here. */
  async #isSentWhole(sql: string, admitted: readonly Pick<AdmittedStatement, 'sql'>[]): Promise<boolean> {
    const [only] = admitted;
    if (this.#guard.prints !== true || !this.#mysql || only === undefined || admitted.length > 1) return false;
    const [given, sent] = [await this.#serverWords(sql), await this.#serverWords(only.sql)];
    return given !== undefined && sent !== undefined && isPart(normalise(given), normalise(sent));
  }

  /** The digest of the text, with the words that the server's lexer sees (MySQL), or '' (MariaDB); undefined where its parser refuses it. */
  async #serverWords(sql: string): Promise<string | undefined> {
    try {
      if (!this.#mysql) {
        const statement = await this.#oracle.prepare(sql);
        await statement.close();
        return '';
      }
      const [rows] = await this.#oracle.query({ sql: 'SELECT STATEMENT_DIGEST_TEXT(?) AS digest', values: [sql] });
      return (rows as { digest: string }[])[0]?.digest ?? '';
    } catch (error) {
      const { errno } = error as { errno?: number };
      const parseError = this.#mysql ? errno !== undefined : errno === 1064 || errno === undefined;
      return parseError ? undefined : '';
    }
  }

  async #hasEffects(): Promise<boolean> {
    await this.#oracle.query("SELECT RELEASE_LOCK('fence')"); // else it would keep the other session from getting it
    const [rows] = await this.#connection.query(
      "SELECT @leak IS NOT NULL OR IS_USED_LOCK('fence') <=> CONNECTION_ID() OR LAST_INSERT_ID() <> 0 OR (SELECT COUNT(*) FROM victim) <> 1 AS changed",
    );
    return (rows as { changed: number }[])[0]?.changed !== 0;
  }

  async #findEffects(statements: readonly string[]): Promise<string[]> {
    const found: string[] = [];
    await this.#clean();
    for (const sql of statements) {
      await this.#connection.query(sql).catch(() => undefined);
      if (!(await this.#hasEffects())) continue;
      found.push(`had an effect: ${JSON.stringify(sql)}`);
      await this.#clean();
    }
    return found.length > 0 ? found : ['an effect that could not be repeated'];
  }

  async #clean(): Promise<void> {
    await this.#connection.query('SET @leak = NULL');
    await this.#connection.query('SELECT RELEASE_LOCK("fence")');
    await this.#connection.query('SELECT LAST_INSERT_ID(0)');
    await this.#connection.query('DELETE FROM victim');
    await this.#connection.query('INSERT INTO victim VALUES (1)');
    await this.#connection.query('SELECT LAST_INSERT_ID(0)');
  }
}

/**
 * True if the server's digest has the words of one of the readings. What abuts a number is a word of its own for us and a part
 * of a name for the server where that fits the grammar (`1INTO`, but not `1e1INTO`), so each reading is tried with and without.
 */
function agrees([statement]: readonly Statement[], digest: string): boolean {
  return (statement?.readings ?? []).some((tokens) => {
    const words = digestWords(digest, tokens);
    return wordsOf(tokens, false) === words || wordsOf(tokens, true) === words;
  });
}

function wordsOf(tokens: readonly Token[], numbersStartNames: boolean): string {
  const words: string[] = [];
  let start = '';
  for (const [i, { kind, text, end }] of tokens.entries()) {
    const next = tokens[i + 1];
    const abuts = next?.start === end;
    if (kind === 'number' && numbersStartNames && abuts && next.kind === 'word') {
      start += text;
    } else if (kind === 'word' && !(start === '' && isIntroducer(text, next, abuts)) && !isVariablePart(tokens[i - 1])) {
      words.push(start + text);
      start = '';
    } else if (kind === 'quotedName' && !isVariablePart(tokens[i - 1])) {
      words.push(text);
    }
  }
  return normalise(words.filter((word) => Buffer.byteLength(word) <= MAX_NAME_BYTES && !/[\u{10000}-\u{10ffff}]/u.test(word)).join(' '));
}

/** `N'…'`, `x'…'`, `_utf8mb4'…'` are literals. */
function isIntroducer(word: string, next: Token | undefined, abuts: boolean): boolean {
  if (next?.kind !== 'string') return false;
  return /^_(?:utf8mb4|utf8mb3|utf8|binary|latin1)$/i.test(word) || (abuts && next.text.startsWith("'") && /^[nxb]$/i.test(word));
}

/** `@@session. sql_mode` may have white space behind its dot. */
function isVariablePart(previous: Token | undefined): boolean {
  return previous?.kind === 'variable' && previous.text.startsWith('@@') && previous.text.endsWith('.');
}

/** The digest does not double a back-tick in a name: the names that have one, as we read them, are found in it first. */
function digestWords(text: string, tokens: readonly Token[]): string {
  const odd = tokens.filter(({ kind, text: name }) => kind === 'quotedName' && name.includes('`'));
  const digest = odd.reduce((rest, { text: name }) => rest.replaceAll(`\`${name}\``, () => `\`${name.replaceAll('`', ' ')}\``), text);
  const variables = /(`[^`]*`)|\(_charset\)|@(?:\?| ?`[^`]*`)|@@(?:`?\w+`? \. )?`[^`]*`|\/\* , \.\.\. \*\//g;
  return normalise(digest.replaceAll(variables, (_, name: string | undefined) => name ?? ' '));
}

/**
 * Letters and digits of all words, in lower case. Without spaces, because the digest does not double a back-tick in a name,
 * so that nobody can tell where such a name ends; without numbers, which it shows only in ORDER BY.
 */
function normalise(text: string): string {
  return text
    .toLowerCase()
    .split(/[^\w$\u0080-\u{10ffff}]+/u)
    .map((word) => SYNONYMS.get(word) ?? word)
    .filter((word) => !UNTOLD.has(word) && !/^\d+$/.test(word))
    .join('');
}

/** True if the characters of the first text stand in the second one, in their order. */
function isPart(one: string, whole: string): boolean {
  let at = 0;
  for (const character of whole) if (character === one[at]) at++;
  return at === one.length;
}
