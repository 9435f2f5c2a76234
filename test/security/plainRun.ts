import { createConnection, type Connection, type FieldPacket } from 'mysql2/promise';
import type { TestServer } from '../harness/servers/testServer.ts';

/** What a statement answered: a result per statement, or the message of the server's error. */
export interface PlainAnswer {
  readonly error?: string;
  readonly errno?: number;
  readonly results: readonly PlainResult[];
}

export interface PlainResult {
  readonly names: readonly string[];
  readonly types: readonly string[];
  /** A row is its cells, each in hexadecimal or NULL. */
  readonly rows: readonly string[];
}

/** Clock, random numbers and time zone stand still, so that two runs can be compared. */
const STILL =
  "SET timestamp = 1717243200, rand_seed1 = 11, rand_seed2 = 22, time_zone = '+00:00', group_concat_max_len = 100000, sql_mode = ";

/** A client that knows nothing of the product. */
export class PlainClient {
  readonly #server: TestServer;
  #connection: Connection | undefined;
  readonly #timeoutMs: number;
  /** What is run in each session before the statement. */
  readonly #before: string;

  constructor(server: TestServer, timeoutMs = 20_000, before = '') {
    this.#server = server;
    this.#timeoutMs = timeoutMs;
    this.#before = before;
  }

  /** Runs a text in a session of its own. */
  async run(sql: string, database: string, mode: string): Promise<PlainAnswer> {
    const { host, port, root } = this.#server;
    try {
      this.#connection ??= await createConnection({ host, port, ...root, multipleStatements: true, charset: 'utf8mb4', typeCast: false });
      await this.#connection.changeUser({ ...root, database });
      await this.#connection.query(`${STILL}'${mode}'${this.#before}`);
      await this.#connection.query('SELECT 1'); // FOUND_ROWS() would tell of the run before: a change of user leaves it
      const [rows, fields] = await this.#connection.query({ sql, rowsAsArray: true, timeout: this.#timeoutMs });
      const several = Array.isArray(fields) && (fields.length === 0 || Array.isArray(fields[0]) || fields[0] === undefined);
      const lists = several ? (rows as unknown[]) : [rows];
      const heads = several ? (fields as unknown as (FieldPacket[] | undefined)[]) : [fields];
      // An empty statement behind the last separator has a result without columns.
      return { results: lists.map((list, i) => result(list, heads[i])).filter(({ names }) => names.length > 0) };
    } catch (error) {
      const { message, fatal, errno } = error as Error & { fatal?: boolean; errno?: number };
      if (fatal === true) {
        this.#connection?.destroy();
        this.#connection = undefined;
      }
      return { error: message, ...(errno === undefined ? {} : { errno }), results: [] };
    }
  }

  async close(): Promise<void> {
    await this.#connection?.end();
  }
}

function result(rows: unknown, fields: FieldPacket[] | undefined): PlainResult {
  if (!Array.isArray(rows) || fields === undefined) return { names: [], types: [], rows: [] };
  return {
    names: fields.map(({ name }) => name),
    types: fields.map(({ columnType, type, characterSet, decimals }) => [columnType ?? type, characterSet, decimals].join('/')),
    rows: (rows as (Buffer | null)[][]).map((row) => row.map((cell) => (cell === null ? 'NULL' : cell.toString('hex'))).join(',')),
  };
}

/** What differs between two answers, in words; undefined if nothing does. Rows are compared as multisets. */
export function difference(expected: PlainAnswer, actual: PlainAnswer, compareRows: boolean): string | undefined {
  if (actual.error !== undefined) return `error: ${actual.error}`;
  if (expected.results.length !== actual.results.length)
    return `${String(actual.results.length)} results instead of ${String(expected.results.length)}`;
  for (const [i, one] of expected.results.entries()) {
    const other = actual.results[i];
    if (other === undefined) continue;
    if (one.names.join('\0') !== other.names.join('\0'))
      return `column names: ${JSON.stringify(other.names)} instead of ${JSON.stringify(one.names)}`;
    if (one.types.join() !== other.types.join()) return `column types: ${other.types.join()} instead of ${one.types.join()}`;
    if (compareRows && [...one.rows].sort().join('\n') !== [...other.rows].sort().join('\n'))
      return `rows: ${String(other.rows.length)} like ${String(other.rows[0])} instead of ${String(one.rows.length)} like ${String(one.rows[0])}`;
  }
  return undefined;
}
