import { PilotError, isPilotError, type ErrorCode } from '../errors.ts';
import { describeTarget, type ConnectionTarget } from './profile.ts';

interface DriverError extends Error {
  readonly code?: string;
  readonly errno?: number;
  readonly sqlState?: string;
}

interface Known {
  readonly code: ErrorCode;
  readonly nextStep: string;
}

/** Server errors by number: https://dev.mysql.com/doc/mysql-errors/9.7/en/server-error-reference.html */
const BY_ERRNO = new Map<number, Known>([
  [1040, { code: 'connection.limit', nextStep: 'The server has no free connection: close some, or raise max_connections.' }],
  [1203, { code: 'connection.limit', nextStep: 'This account has no free connection: close some of its sessions.' }],
  [
    1226,
    {
      code: 'connection.limit',
      nextStep: 'This account has reached a limit of its own: close some of its sessions, or have the limit raised.',
    },
  ],
  [1044, { code: 'login.refused', nextStep: 'Grant the account rights on the database, or choose another database.' }],
  [1045, { code: 'login.refused', nextStep: 'Check user and password, and from which hosts the account may log in.' }],
  [1130, { code: 'login.refused', nextStep: 'No account may log in from this host: have one made for it, or connect from another host.' }],
  [
    1129,
    {
      code: 'login.refused',
      nextStep: 'The server has blocked this host after failed attempts: have an administrator flush its host cache.',
    },
  ],
  [3118, { code: 'login.refused', nextStep: 'Have the account unlocked with ALTER USER … ACCOUNT UNLOCK, or use another one.' }],
  [4151, { code: 'login.refused', nextStep: 'Have the account unlocked with ALTER USER … ACCOUNT UNLOCK, or use another one.' }],
  [3159, { code: 'tls.failed', nextStep: 'The server takes encrypted connections only: set ssl-mode to required or higher.' }],
  [1698, { code: 'login.refused', nextStep: 'The account logs in without a password on the server itself only; use another account.' }],
  [
    1251,
    {
      code: 'login.refused',
      nextStep: 'The account uses an authentication plug-in that is not supported here; use caching_sha2_password.',
    },
  ],
  [1820, { code: 'login.refused', nextStep: 'The password has expired: set a new one with ALTER USER, then enter it here.' }],
  [1862, { code: 'login.refused', nextStep: 'The password has expired: set a new one with ALTER USER, then enter it here.' }],
  [1049, { code: 'database.unknown', nextStep: 'Check the spelling, or list the databases and choose one.' }],
  [1046, { code: 'input.invalid', nextStep: 'Pass `database`, or write table names as database.table.' }],
  [1146, { code: 'object.unknown', nextStep: 'Look up the tables of the database with mysql_describe.' }],
  [1054, { code: 'object.unknown', nextStep: 'Look up the columns of the table with mysql_describe.' }],
  [1064, { code: 'statement.failed', nextStep: 'Correct the syntax near the place that the message names.' }],
  [1142, { code: 'statement.failed', nextStep: 'The account lacks the privilege: use other tables, or ask for the grant.' }],
  [1143, { code: 'statement.failed', nextStep: 'The account lacks the privilege: use other columns, or ask for the grant.' }],
  [
    1104,
    {
      code: 'statement.refused',
      nextStep:
        'Production connections refuse queries that the optimizer expects to combine over 1,000,000,000 rows: join by an index, or narrow it.',
    },
  ],
  [
    1153,
    { code: 'statement.failed', nextStep: 'Raise max_allowed_packet on the server, then connect again; or send or select less at a time.' },
  ],
  [1301, { code: 'statement.failed', nextStep: 'Raise max_allowed_packet on the server, then connect again; or make the value shorter.' }],
  [1317, { code: 'statement.cancelled', nextStep: 'The statement was stopped; run it again if its result is still needed.' }],
  [1792, { code: 'statement.refused', nextStep: 'The session is read-only: the statement, or a function in it, tries to write.' }],
  [3024, { code: 'statement.timeout', nextStep: 'Narrow the statement (WHERE, LIMIT, an index), or allow more time.' }],
  [1969, { code: 'statement.timeout', nextStep: 'Narrow the statement (WHERE, LIMIT, an index), or allow more time.' }],
  [1053, { code: 'connection.lost', nextStep: 'The server is shutting down; try again when it is back.' }],
  [1927, { code: 'connection.lost', nextStep: 'The session was ended on the server; try again.' }],
]);

const LOST = new Set([
  'PROTOCOL_CONNECTION_LOST',
  'ECONNRESET',
  'EPIPE',
  'PROTOCOL_ENQUEUE_AFTER_FATAL_ERROR',
  'PROTOCOL_ENQUEUE_AFTER_QUIT',
]);
/** Of the driver, while it logs in. */
const OUT_OF_PROTOCOL = new Set(['AUTH_SWITCH_PLUGIN_ERROR', 'HANDSHAKE_UNKNOWN_ERROR']);
const UNREACHABLE = new Map<string, string>([
  ['ECONNREFUSED', 'Nothing answers at this address: check host and port, and that the server runs and listens there.'],
  ['ENOTFOUND', 'The host name cannot be resolved: check its spelling, the VPN or DNS.'],
  ['EAI_AGAIN', 'The host name cannot be resolved at the moment: check DNS, then try again.'],
  ['ETIMEDOUT', 'The host does not answer in time: check firewall, VPN and port.'],
  ['EHOSTUNREACH', 'There is no route to the host: check network and VPN.'],
  ['ENOENT', 'There is no such socket: check its path, and that the server runs.'],
  ['ENETUNREACH', 'There is no route to the network: check network and VPN.'],
  ['EACCES', 'The system does not allow the connection: check firewall rules.'],
]);

/** A TLS failure has many shapes: OpenSSL's codes, Node's certificate codes, and the driver's own for a server without TLS. */
const TLS_CODE = /^(?:HANDSHAKE_NO_SSL_SUPPORT|HANDSHAKE_SSL_ERROR|ERR_SSL_|ERR_TLS_|CERT_|SELF_SIGNED|DEPTH_ZERO|UNABLE_TO_|EPROTO)/;

/** A server that ends a connection during the handshake says so without TLS, and OpenSSL takes the text for a record. */
const BROKEN_OFF =
  /:(?:data length too long|wrong version number|packet length too long|decryption failed or bad record mac):|^(?:read|write) E(?:CONNRESET|PIPE)$|disconnected before secure/;

/** True where the server offers no TLS at all; `preferred` goes on without it, every other mode fails. */
export function lacksTls(error: unknown): boolean {
  return (error as DriverError).code === 'HANDSHAKE_NO_SSL_SUPPORT';
}

/** What the driver, the socket or the server reported, as a typed error that names cause and next step. `stage` tells a login from a session that was lost. */
export function fromDriverError(error: unknown, target: ConnectionTarget, stage: 'connecting' | 'connected' = 'connecting'): PilotError {
  if (isPilotError(error)) return error;
  if (isPilotError((error as Error).cause)) return (error as { cause: PilotError }).cause;
  const { code = '', errno, sqlState, message } = error as DriverError;
  const serverErrno = sqlState !== undefined && errno !== undefined && errno > 0 ? errno : undefined;
  const make = (kind: ErrorCode, text: string, nextStep: string): PilotError =>
    new PilotError(kind, text, {
      nextStep,
      errno: serverErrno,
      sqlState,
      untrusted: serverErrno === undefined && text.includes(message) ? true : undefined,
      cause: error,
    });

  const where = describeTarget(target);
  const known = serverErrno === undefined ? undefined : BY_ERRNO.get(serverErrno);
  if (known !== undefined) return make(known.code, message, known.nextStep);
  if (stage === 'connecting' && BROKEN_OFF.test(message)) {
    return make(
      'connection.lost',
      `${where} broke off while the connection was being made.`,
      'Try again; an administrator may have ended it.',
    );
  }
  if (TLS_CODE.test(code)) {
    const text = code === 'HANDSHAKE_NO_SSL_SUPPORT' ? 'the server offers no TLS' : message;
    return make('tls.failed', `TLS with ${where} failed: ${text}`, 'Check the certificate and the TLS mode (ssl-mode) of this connection.');
  }
  const plugin = /unknown plugin (\w+)/.exec(message)?.[1];
  if (plugin !== undefined)
    return make(
      'login.refused',
      `The account logs in by the plug-in ${plugin}, which is not supported here.`,
      'Use an account with caching_sha2_password, mysql_native_password or ed25519.',
    );
  if (OUT_OF_PROTOCOL.has(code))
    return make(
      'login.refused',
      `${where} does not follow the protocol of a login: ${message}`,
      'Check what answers at this address: a proxy may not support the authentication plugin of the account.',
    );
  const unreachable = UNREACHABLE.get(code);
  if (unreachable !== undefined) return make('host.unreachable', `Cannot reach ${where} (${code}).`, unreachable);
  if (LOST.has(code) || (stage === 'connected' && BROKEN_OFF.test(message)) || /closed state|Connection lost/i.test(message)) {
    return make(
      'connection.lost',
      `The connection to ${where} was lost (${code || message}).`,
      'Try again; if it persists, check that the server runs.',
    );
  }
  if (serverErrno === undefined) return make('internal', message, 'Try again; if it happens again, report it with the log of MySQL Pilot.');
  return make('statement.failed', message, 'Read the message of the server and correct the statement.');
}
