import { createPublicKey, type KeyObject } from 'node:crypto';
import type { Duplex } from 'node:stream';
import { createConnection, type Connection, type ConnectionOptions, type SslOptions } from 'mysql2';
import type { CatalogRow } from './catalogRow.ts';
import { authPlugins, beforeEncryption, passwordOptions } from './authPlugins.ts';
import { fromDriverError, lacksTls } from './driverErrors.ts';
import { PilotError } from '../errors.ts';
import { readNamedFile } from '../namedFile.ts';
import { answerTooLarge } from './sessionErrors.ts';
import type { Written } from '../sql/ownSql.ts';
import { lacksOf, streamOf } from './mysql2Internals.ts';
import { describeTarget, type ConnectionTarget } from './profile.ts';
import { isEncrypted, refuseOtherHost, tlsOptions } from './tls.ts';

/** Where the profile says nothing. */
export const CONNECT_TIMEOUT_MS = 10_000;

/** Options that are not wanted, by default of the driver or not: files of the client, found instead of changed rows, blanks before parentheses; answers without the packets that end columns and rows. */
const FLAGS = ['-LOCAL_FILES', '-FOUND_ROWS', '-IGNORE_SPACE', '-MULTI_STATEMENTS', '-DEPRECATE_EOF'];

/** What logging in needs besides the profile. */
export interface Login {
  readonly password: string;
  /** Makes the way to the server; without it the driver connects by itself. */
  readonly dial?: (() => Promise<Duplex>) | undefined;
}

/** Logs in; `preferred` TLS goes on without it where the server has none. Throws a PilotError. */
export async function connect(target: ConnectionTarget, login: Login): Promise<Connection> {
  const [tls, serverKey] = await Promise.all([tlsOptions(target), readServerKey(target)]);
  try {
    return await connectOnce(target, login, { tls, serverKey });
  } catch (error) {
    if (target.tls !== 'preferred' || !lacksTls(error)) throw fromDriverError(error, target);
  }
  try {
    return await connectOnce(target, login, { tls: undefined, serverKey });
  } catch (error) {
    throw fromDriverError(error, target);
  }
}

/** Of an answer to a statement of ours: the columns of some hundred thousand tables. A false server sends rows until the memory of the process is full. */
const MAX_ANSWER_CHARACTERS = 256 * 1024 * 1024;
const CELL_CHARACTERS = 32;

/** Runs a statement of ours over the text protocol; resolves to rows, or to what an OK packet says; rejects with the driver's error. An answer that does not end is given up, and its connection with it. */
export function query<S extends string>(
  connection: Connection,
  statement: Written<S>,
  mostCharacters = MAX_ANSWER_CHARACTERS,
): Promise<CatalogRow[]> {
  return new Promise((resolve, reject) => {
    const rows: CatalogRow[] = [];
    let hasColumns = false;
    let characters = 0;
    const onError = (error: Error): void => {
      connection.off('error', onError);
      reject(error);
    };
    // A command without a callback is not told that its connection is lost: the connection is.
    connection.on('error', onError);
    const command = connection.query(statement);
    command.on('fields', (fields: unknown) => {
      hasColumns = fields !== undefined;
    });
    command.on('result', (row: CatalogRow) => {
      for (const cell of Object.values(row)) characters += CELL_CHARACTERS + (typeof cell === 'string' ? cell.length : 0);
      rows.push(row);
      if (characters <= mostCharacters) return;
      rows.length = 0;
      drop(connection);
      onError(answerTooLarge());
    });
    command.on('error', onError);
    command.on('end', () => {
      connection.off('error', onError);
      resolve(hasColumns ? rows : (rows[0] as unknown as CatalogRow[]));
    });
  });
}

interface Keys {
  /** Undefined for a connection without TLS. */
  readonly tls: SslOptions | undefined;
  readonly serverKey: KeyObject | undefined;
}

async function connectOnce(target: ConnectionTarget, { password, dial }: Login, { tls: ssl, serverKey }: Keys): Promise<Connection> {
  const stream = await dial?.();
  const options: ConnectionOptions = {
    ...(stream === undefined ? {} : { stream }),
    ...(target.socket === undefined ? { host: target.host, port: target.port } : { socketPath: target.socket }),
    user: target.user,
    ...passwordOptions(password),
    ...(target.database === undefined ? {} : { database: target.database }),
    ...(ssl === undefined ? {} : { ssl }),
    authPlugins: authPlugins({ target, password, serverKey, tls: ssl !== undefined }),
    charset: 'utf8mb4_general_ci',
    flags: FLAGS,
    multipleStatements: false,
    supportBigNumbers: true,
    dateStrings: true,
    connectTimeout: target.connectTimeoutMs ?? CONNECT_TIMEOUT_MS,
    connectAttributes: { program_name: 'mysql-pilot' },
  };
  return new Promise((resolve, reject) => {
    const connection = createConnection(options);
    const lacks = lacksOf(connection);
    if (lacks.length > 0) {
      connection.destroy();
      reject(new Error(`This version of the mysql2 driver lacks ${lacks.join(', ')}, which MySQL Pilot requires.`));
      return;
    }
    // Stays for good: an error that comes while no command waits would otherwise end the process.
    connection.on('error', reject);
    const line = streamOf(connection);
    // Behind the driver's own listener: the line has become TLS where the greeting was read to its end.
    const greeted = (): void => {
      if (ssl !== undefined) refuseOtherHost(connection, target, ssl, reject);
    };
    line.on('data', greeted);
    line.once('data', (first: Buffer) => {
      if (greets(first)) return;
      reject(
        new PilotError('host.unreachable', `The program at ${describeTarget(target)} doesn't use the MySQL protocol.`, {
          advice: 'host.otherProgram',
        }),
      );
      drop(connection);
    });
    connection.connect((error) => {
      line.off('data', greeted);
      // A false server may send the end of a login behind its greeting, before there is TLS.
      const early = error === null && ssl !== undefined && !isEncrypted(connection, target);
      if (error === null && !early) {
        resolve(connection);
      } else {
        drop(connection);
        reject(error ?? beforeEncryption());
      }
    });
  });
}

/**
 * True for the first bytes of a server of MySQL: a packet that is not long, the first one, of protocol 10 or an error in its place. The driver would wait for the rest of
 * what other programs say. @see https://dev.mysql.com/doc/dev/mysql-server/latest/page_protocol_connection_phase_packets_protocol_handshake_v10.html
 */
function greets(first: Buffer): boolean {
  const [, , length, number, kind] = first;
  return kind === undefined || (length === 0 && (kind === 0xff || (kind === 10 && number === 0)));
}

/** The RSA key of the server, as `mysql --server-public-key-path` reads it. */
async function readServerKey({ serverPublicKeyFile: file }: ConnectionTarget): Promise<KeyObject | undefined> {
  if (file === undefined) return undefined;
  try {
    const key = createPublicKey(await readNamedFile(file));
    if (key.asymmetricKeyType === 'rsa') return key;
    throw new Error(`it contains a key of type ${key.asymmetricKeyType ?? 'unknown'}, not an RSA key`);
  } catch (error) {
    throw new PilotError('login.refused', `The public key of the server can't be read from ${file}: ${(error as Error).message}`, {
      advice: 'login.publicKey',
      cause: error,
    });
  }
}

/** Drops the connection at once. The driver alone would only end it, and a paused one never gets to its end. */
export function drop(connection: Connection): void {
  connection.destroy();
  streamOf(connection).destroy();
}
