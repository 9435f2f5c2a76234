import { createConnection, type QueryError } from 'mysql2';
import type { TestServer } from './testServer.ts';

/** How a name is written before its parenthesis. */
export type CallForm = 'plain' | 'blank' | 'quoted';

export const CALL_FORMS: readonly CallForm[] = ['plain', 'blank', 'quoted'];
/** Arguments that are tried; the last two for aggregate functions. */
export const ARGUMENTS = ['', '0', '0,0', '0,0,0', '0,0,0,0', '0,0,0,0,0', '*', 'DISTINCT 0'] as const;

/** What answers a call: a stored function of that name, the server itself, or nobody since it does not parse. */
export type Answer = 'stored' | 'native' | 'syntax';

const WRONG_ARGUMENT_COUNT = 1318;
const NO_SUCH_FUNCTION = 1305;
const SYNTAX_ERROR = 1064;
const DATABASE = 'builtin_probe';
/** No call that is tried has as many arguments, so a stored function that is reached says that it wants more. */
const PARAMETERS = Array.from({ length: 9 }, (_, i) => `p${String(i)} INT`).join(', ');

/** Asks a server what its calls mean, with stored functions in a database of its own. */
export class BuiltinProbe {
  readonly #connection: ReturnType<typeof createConnection>;

  private constructor(server: TestServer) {
    this.#connection = createConnection({ host: server.host, port: server.port, ...server.root });
  }

  static async open(server: TestServer, sqlMode = ''): Promise<BuiltinProbe> {
    const probe = new BuiltinProbe(server);
    for (const sql of [
      `DROP DATABASE IF EXISTS ${DATABASE}`,
      `CREATE DATABASE ${DATABASE}`,
      `USE ${DATABASE}`,
      `SET sql_mode = '${sqlMode}'`,
    ]) {
      const { errno } = await probe.ask(sql);
      if (errno !== 0) throw new Error(`${sql}: error ${String(errno)}`);
    }
    return probe;
  }

  async close(): Promise<void> {
    await this.ask(`DROP DATABASE ${DATABASE}`);
    this.#connection.destroy();
  }

  /** Never rejects: 0 if the server takes the statement, else the number of its error. */
  ask(sql: string): Promise<{ readonly errno: number; readonly rows: readonly Readonly<Record<string, unknown>>[] }> {
    return new Promise((resolve) => {
      this.#connection.query(sql, (error: QueryError | null, rows: unknown) => {
        resolve({ errno: error === null ? 0 : (error.errno ?? -1), rows: Array.isArray(rows) ? (rows as Record<string, unknown>[]) : [] });
      });
    });
  }

  /** Creates a stored function of this name while `run` asks what calls mean. */
  async withStored<T>(name: string, run: () => Promise<T>): Promise<T> {
    const quoted = `\`${name}\``;
    const created = await this.ask(`CREATE FUNCTION ${quoted}(${PARAMETERS}) RETURNS INT DETERMINISTIC NO SQL RETURN 1`);
    if (created.errno !== 0) throw new Error(`A function ${name} could not be created: error ${String(created.errno)}`);
    try {
      return await run();
    } finally {
      await this.ask(`DROP FUNCTION ${DATABASE}.${quoted}`);
    }
  }

  /** What answers each of `ARGUMENTS`. The call is an operand, so that no word is taken for an option of SELECT. */
  async answers(name: string, form: CallForm): Promise<Answer[]> {
    const head = { plain: `${name}(`, blank: `${name} (`, quoted: `\`${name}\`(` }[form];
    const errors = await Promise.all(ARGUMENTS.map((list) => this.ask(`SELECT 0+${head}${list})`)));
    return errors.map(({ errno }) => {
      if (errno === WRONG_ARGUMENT_COUNT || errno === NO_SUCH_FUNCTION) return 'stored';
      return errno === SYNTAX_ERROR ? 'syntax' : 'native';
    });
  }

  /** Whether the word without quotes is refused as the name of a column, a table and an alias. */
  async isReserved(word: string): Promise<boolean> {
    const uses = [`SELECT 1 AS ${word}`, `SELECT 1 FROM (SELECT 1) AS ${word}`];
    const answers = await Promise.all(uses.map((sql) => this.ask(sql)));
    return answers.every(({ errno }) => errno === SYNTAX_ERROR);
  }
}
