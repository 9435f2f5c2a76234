import { createConnection, type Connection } from 'mysql2/promise';
import type { Token } from '../../../src/engine/sql/lexer/tokens.ts';
import type { TestServer } from '../../harness/servers/testServer.ts';
import { Generator, type Generated } from './generator.ts';
import { Random } from './random.ts';

/** What is tried: the guard for one server, or a copy of it with a fault. */
export interface Guard {
  /** The texts that are sent for a text of an agent, printed from its trees. Throws for one that is refused. */
  send(sql: string): string[];
  /** As the guard's own lexer splits a text; the last token is the end. */
  tokenize(sql: string): readonly Token[];
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
    const fuzzer = new Fuzzer(connection, oracle, guard, server.flavor === 'mysql');
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
    let sent: string[];
    try {
      sent = this.#guard.send(sql);
    } catch (error) {
      if (kind === 'honest') fail(`honest, but refused (${String(error)})`);
      if ((await this.#serverWords(sql)) !== undefined) report.parsed++;
      else if (kind === 'honest') fail('honest, but not SQL');
      return [];
    }
    report.admitted++;
    if (kind === 'hostile' && !(await this.#isSentWhole(sql, sent))) fail('hostile, but admitted');
    let allParse = true;
    for (const text of sent) {
      const words = await this.#serverWords(text);
      if (words === undefined) allParse = false;
      else if (this.#mysql && !agrees(this.#guard.tokenize(text), words)) fail(`the server reads other words (${words})`);
      await this.#connection.query(text).catch(() => undefined);
    }
    if (allParse) report.parsed++;
    else if (kind === 'honest') fail('honest, but not SQL');
    return sent;
  }

  /** True where the server itself reads no word in the text as it came that is not in what is sent: what is hostile elsewhere is a comment here. */
  async #isSentWhole(sql: string, [only, second]: readonly string[]): Promise<boolean> {
    if (!this.#mysql || only === undefined || second !== undefined) return false;
    const [given, sent] = [await this.#serverWords(sql), await this.#serverWords(only)];
    return given !== undefined && sent !== undefined && isPart(normalize(given), normalize(sent));
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

/** True if the server's digest has the words of a printed text, in which every name is quoted. */
function agrees(tokens: readonly Token[], digest: string): boolean {
  return wordsOf(tokens) === digestWords(digest, tokens);
}

function wordsOf(tokens: readonly Token[]): string {
  const words: string[] = [];
  for (const [i, { kind, text }] of tokens.entries()) {
    if ((kind !== 'word' && kind !== 'quotedName') || isVariablePart(tokens, i)) continue;
    const isIntroducer = kind === 'word' && tokens[i + 1]?.kind === 'string' && /^_(?:utf8mb4|utf8mb3|utf8|binary|latin1)$/i.test(text);
    if (!isIntroducer) words.push(text);
  }
  return normalize(words.filter((word) => Buffer.byteLength(word) <= MAX_NAME_BYTES && !/[\u{10000}-\u{10ffff}]/u.test(word)).join(' '));
}

/** `@@SESSION.`sql_mode``: the digest has a placeholder for all of it. */
function isVariablePart(tokens: readonly Token[], i: number): boolean {
  const before = tokens[i - 1]?.text;
  return before === '@@' || (before === '.' && tokens[i - 3]?.text === '@@');
}

/** The digest does not double a back-tick in a name: the names that have one, as we read them, are found in it first. */
function digestWords(text: string, tokens: readonly Token[]): string {
  const odd = tokens.filter(({ kind, text: name }) => (kind === 'quotedName' || kind === 'userVariable') && name.includes('`'));
  const digest = odd.reduce((rest, { text: name }) => rest.replaceAll(`\`${name}\``, () => `\`${name.replaceAll('`', ' ')}\``), text);
  const variables = /(`[^`]*`)|\(_charset\)|@(?:\?| ?`[^`]*`)|@@(?:`?\w+`? \. )?`[^`]*`|\/\* , \.\.\. \*\//g;
  return normalize(digest.replaceAll(variables, (_, name: string | undefined) => name ?? ' '));
}

/**
 * Letters and digits of all words, in lower case. Without spaces, because the digest does not double a back-tick in a name,
 * so that nobody can tell where such a name ends; without numbers, which it shows only in ORDER BY.
 */
function normalize(text: string): string {
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
