import { createConnection, type Connection, type ConnectionOptions, type FieldPacket, type QueryError, type SslOptions } from 'mysql2';
import { PilotError } from '../errors.ts';
import { quoteIdentifier } from '../sql/identifiers.ts';
import { fromDriverError, lacksTls } from './errors.ts';
import { describeTarget, type ConnectionTarget } from './profile.ts';
import { parseServerInfo, type ServerInfo } from './serverInfo.ts';
import { toCell, toColumn, type Cell, type Column } from './values.ts';

/** Receives a result set as it arrives. `row` returns false when it has enough. */
export interface RowSink {
  columns(columns: readonly Column[]): void;
  row(cells: Cell[]): boolean;
}

/** A row of one of our own catalogue statements. */
export type CatalogRow = Readonly<Record<string, string | number | null | undefined>>;

const CONNECT_TIMEOUT_MS = 10_000;
/** The backstop on the server for when this process is killed and cannot stop its statement itself. */
const SERVER_TIME_LIMIT_MS = 60_000;

/** Options of the driver that are not wanted: files of the client, found instead of changed rows, blanks before parentheses. */
const FLAGS = ['-LOCAL_FILES', '-FOUND_ROWS', '-IGNORE_SPACE', '-MULTI_STATEMENTS'];

const SESSION_VARIABLES = [
  'autocommit = 1',
  "sql_mode = 'STRICT_TRANS_TABLES,ERROR_FOR_DIVISION_BY_ZERO,NO_ENGINE_SUBSTITUTION'",
  "time_zone = '+00:00'",
  'lock_wait_timeout = 5',
  'innodb_lock_wait_timeout = 5',
].join(', ');

/** `ER_CANT_EXECUTE_IN_READ_ONLY_TRANSACTION`. */
const READ_ONLY_REFUSAL = 1792;

/**
 * One physical connection, set up READ ONLY and proven so before its first use.
 *
 * Multi-statements stay off in the protocol, so a text can never run more than the one statement that was judged.
 */
export class Session {
  readonly threadId: number;
  readonly server: ServerInfo;
  readonly #connection: Connection;
  readonly #target: ConnectionTarget;
  #database: string | undefined;
  /** Rejects when the connection is gone: the driver tells that to the connection alone and leaves a streaming command waiting. */
  readonly #lost = Promise.withResolvers<never>();
  #broken = false;
  #running = false;

  private constructor(connection: Connection, target: ConnectionTarget, threadId: number, server: ServerInfo) {
    this.#connection = connection;
    this.#target = target;
    this.#database = target.database;
    this.threadId = threadId;
    this.server = server;
    this.#lost.promise.catch(() => undefined); // most sessions end while nobody waits
    connection.on('error', (error) => {
      this.#lose(error);
    });
    connection.on('end', () => {
      this.#lose(connectionLost());
    });
  }

  /** Connects, sets the session up and proves that the server refuses writes in it. Throws a PilotError. */
  static async open(target: ConnectionTarget, password: string): Promise<Session> {
    const connection = await connect(target, password);
    try {
      const [row] = await query(connection, 'SELECT VERSION() AS version, CONNECTION_ID() AS id');
      const server = parseServerInfo(String(row?.['version']));
      const limit = server.timeLimit;
      const timeLimit = limit === undefined ? '' : `, ${limit.variable} = ${String(SERVER_TIME_LIMIT_MS * limit.perMillisecond)}`;
      await query(connection, `SET SESSION ${SESSION_VARIABLES}${timeLimit}`);
      await query(connection, 'SET SESSION TRANSACTION READ ONLY');
      await proveReadOnly(connection, target);
      return new Session(connection, target, Number(row?.['id']), server);
    } catch (error) {
      connection.destroy();
      throw fromDriverError(error, target);
    }
  }

  /** False once the connection has failed; such a session is thrown away. */
  get usable(): boolean {
    return !this.#broken;
  }

  /** True from the start of a streamed statement until the server has ended it, also after its result was abandoned. */
  get running(): boolean {
    return this.#running;
  }

  get database(): string | undefined {
    return this.#database;
  }

  async useDatabase(database: string): Promise<void> {
    if (this.#database === database) return;
    await this.#guarded(query(this.#connection, `USE ${quoteIdentifier(database)}`));
    this.#database = database;
  }

  /**
   * Streams the result of one statement that the guard has passed. Resolves at its end, or as soon as the sink has enough;
   * then `complete` is false and the statement may still run.
   */
  async stream(sql: string, sink: RowSink): Promise<{ complete: boolean }> {
    this.#running = true;
    const streamed = new Promise<{ complete: boolean }>((resolve, reject) => {
      let columns: readonly Column[] = [];
      const command = this.#connection.query({ sql, rowsAsArray: true, typeCast: false });
      command.on('fields', (fields: FieldPacket[]) => {
        columns = fields.map(toColumn);
        sink.columns(columns);
      });
      command.on('result', (row: unknown) => {
        if (!Array.isArray(row)) return; // the OK packet of a statement without rows
        const cells = columns.map((column, i) => toCell(row[i] as Buffer | null, column));
        if (sink.row(cells)) return;
        this.#connection.pause();
        resolve({ complete: false });
      });
      command.on('error', (error: QueryError) => {
        this.#running = false;
        reject(error);
      });
      command.on('end', () => {
        this.#running = false;
        resolve({ complete: true });
      });
    });
    return this.#guarded(Promise.race([streamed, this.#lost.promise]));
  }

  /** Runs one of our own catalogue statements as a prepared statement with bound values. */
  async read(sql: string, values: readonly (string | number)[] = []): Promise<CatalogRow[]> {
    return this.#guarded(
      new Promise((resolve, reject) => {
        this.#connection.execute({ sql, values: [...values] }, (error: QueryError | null, rows: unknown) => {
          if (error === null) resolve(rows as CatalogRow[]);
          else reject(error);
        });
      }),
    );
  }

  /** Ends another session of the same account on the server, its running statement included. */
  async kill(threadId: number): Promise<void> {
    await query(this.#connection, `KILL CONNECTION ${String(threadId)}`).catch((error: unknown) => {
      const noSuchThread = 1094;
      if ((error as QueryError).errno !== noSuchThread) throw fromDriverError(error, this.#target);
    });
  }

  destroy(): void {
    this.#lose(connectionLost());
    this.#connection.destroy();
  }

  #lose(error: unknown): void {
    this.#broken = true;
    this.#lost.reject(error);
  }

  async #guarded<T>(work: Promise<T>): Promise<T> {
    try {
      return await work;
    } catch (error) {
      if ((error as { fatal?: boolean }).fatal === true) this.#broken = true;
      throw fromDriverError(error, this.#target);
    }
  }
}

async function connect(target: ConnectionTarget, password: string): Promise<Connection> {
  try {
    return await connectOnce(target, password, tlsOptions(target));
  } catch (error) {
    if (target.tls !== 'preferred' || !lacksTls(error)) throw fromDriverError(error, target);
  }
  try {
    return await connectOnce(target, password, undefined);
  } catch (error) {
    throw fromDriverError(error, target);
  }
}

function connectOnce(target: ConnectionTarget, password: string, ssl: SslOptions | undefined): Promise<Connection> {
  const options: ConnectionOptions = {
    host: target.host,
    port: target.port,
    user: target.user,
    password,
    ...(target.database === undefined ? {} : { database: target.database }),
    ...(ssl === undefined ? {} : { ssl }),
    charset: 'utf8mb4_general_ci',
    flags: FLAGS,
    multipleStatements: false,
    supportBigNumbers: true,
    dateStrings: true,
    connectTimeout: CONNECT_TIMEOUT_MS,
    connectAttributes: { program_name: 'mysql-pilot' },
  };
  return new Promise((resolve, reject) => {
    const connection = createConnection(options);
    // Stays for good: an error that comes while no command waits would otherwise end the process.
    connection.on('error', reject);
    connection.connect((error) => {
      if (error === null) {
        resolve(connection);
      } else {
        connection.destroy();
        reject(error);
      }
    });
  });
}

/** As the `mysql` client: `preferred` and `required` encrypt without checking, the `verify` modes check. */
function tlsOptions(target: ConnectionTarget): SslOptions | undefined {
  if (target.tls === 'disabled') return undefined;
  const verify = target.tls === 'verify-ca' || target.tls === 'verify-identity';
  return { rejectUnauthorized: verify, verifyIdentity: target.tls === 'verify-identity', minVersion: 'TLSv1.2' };
}

/** The server itself must refuse to write: a DROP of a table that does not exist, harmless where it is not refused. */
async function proveReadOnly(connection: Connection, target: ConnectionTarget): Promise<void> {
  const answer = await query(connection, 'DROP TEMPORARY TABLE IF EXISTS mysql._fence_probe').then(
    () => 'accepted',
    (error: unknown) => ((error as QueryError).errno === READ_ONLY_REFUSAL ? 'refused' : (error as Error).message),
  );
  if (answer === 'refused') return;
  throw new PilotError('fence.missing', `The server behind ${describeTarget(target)} does not enforce read-only sessions (${answer}).`, {
    nextStep: 'Connect to the server directly and not through a proxy, or use a server that supports SET SESSION TRANSACTION READ ONLY.',
  });
}

function connectionLost(): Error {
  return Object.assign(new Error('The connection was closed.'), { code: 'PROTOCOL_CONNECTION_LOST', fatal: true });
}

function query(connection: Connection, sql: string): Promise<CatalogRow[]> {
  return new Promise((resolve, reject) => {
    connection.query(sql, (error: QueryError | null, rows: unknown) => {
      if (error === null) resolve(rows as CatalogRow[]);
      else reject(error);
    });
  });
}
