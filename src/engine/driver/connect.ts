import { createConnection, type Connection, type ConnectionOptions, type QueryError, type SslOptions } from 'mysql2';
import type { CatalogRow } from './catalogRow.ts';
import { fromDriverError, lacksTls } from './errors.ts';
import type { ConnectionTarget } from './profile.ts';

const CONNECT_TIMEOUT_MS = 10_000;

/** Options of the driver that are not wanted: files of the client, found instead of changed rows, blanks before parentheses. */
const FLAGS = ['-LOCAL_FILES', '-FOUND_ROWS', '-IGNORE_SPACE', '-MULTI_STATEMENTS'];

/** Logs in; `preferred` TLS goes on without it where the server has none. Throws a PilotError. */
export async function connect(target: ConnectionTarget, password: string): Promise<Connection> {
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

/** Runs a statement of ours over the text protocol; rejects with the driver's error. */
export function query(connection: Connection, sql: string): Promise<CatalogRow[]> {
  return new Promise((resolve, reject) => {
    connection.query(sql, (error: QueryError | null, rows: unknown) => {
      if (error === null) resolve(rows as CatalogRow[]);
      else reject(error);
    });
  });
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
        drop(connection);
        reject(error);
      }
    });
  });
}

/** One object for each target: the driver keeps the TLS context under it, which is large, and resumes sessions by it. */
const tlsOptionsOf = new WeakMap<ConnectionTarget, SslOptions>();

/** As the `mysql` client: `preferred` and `required` encrypt without checking, the `verify` modes check. */
function tlsOptions(target: ConnectionTarget): SslOptions | undefined {
  if (target.tls === 'disabled') return undefined;
  const known = tlsOptionsOf.get(target);
  if (known !== undefined) return known;
  const verify = target.tls === 'verify-ca' || target.tls === 'verify-identity';
  const options: SslOptions = { rejectUnauthorized: verify, verifyIdentity: target.tls === 'verify-identity', minVersion: 'TLSv1.2' };
  tlsOptionsOf.set(target, options);
  return options;
}

/** Drops the connection at once. The driver alone would only end it, and a paused one never gets to its end. */
export function drop(connection: Connection): void {
  connection.destroy();
  (connection as unknown as { stream: { destroy(): void } }).stream.destroy();
}
