import type { AdviceCode } from '../advice.ts';
import { PilotError, isPilotError, type ErrorCode } from '../errors.ts';
import { describeTarget, type ConnectionTarget } from './profile.ts';

interface DriverError extends Error {
  readonly code?: string;
  readonly errno?: number;
  readonly sqlState?: string;
}

interface Known {
  readonly code: ErrorCode;
  readonly advice: AdviceCode;
}

/** Server errors by number: https://dev.mysql.com/doc/mysql-errors/9.7/en/server-error-reference.html */
const BY_ERRNO = new Map<number, Known>([
  [1040, { code: 'connection.limit', advice: 'connection.closeSome' }],
  [1203, { code: 'connection.limit', advice: 'connection.closeOwn' }],
  [1226, { code: 'connection.limit', advice: 'connection.accountLimit' }],
  [1044, { code: 'login.refused', advice: 'login.grantDatabase' }],
  [1045, { code: 'login.refused', advice: 'login.checkPassword' }],
  [1130, { code: 'login.refused', advice: 'login.otherHost' }],
  [1129, { code: 'login.refused', advice: 'login.flushHosts' }],
  [1184, { code: 'login.refused', advice: 'login.initConnect' }],
  [3118, { code: 'login.refused', advice: 'login.unlock' }],
  [4151, { code: 'login.refused', advice: 'login.unlock' }],
  [3159, { code: 'tls.failed', advice: 'tls.encryptedOnly' }],
  [1698, { code: 'login.refused', advice: 'login.socketOnly' }],
  [1251, { code: 'login.refused', advice: 'login.cachingSha2' }],
  [1820, { code: 'login.refused', advice: 'login.newPassword' }],
  [1862, { code: 'login.refused', advice: 'login.newPassword' }],
  [1049, { code: 'database.unknown', advice: 'names.database' }],
  [1046, { code: 'input.invalid', advice: 'names.passDatabase' }],
  [1146, { code: 'object.unknown', advice: 'names.tables' }],
  [1054, { code: 'object.unknown', advice: 'names.columns' }],
  [1064, { code: 'statement.failed', advice: 'statement.syntax' }],
  [1142, { code: 'statement.failed', advice: 'rights.otherTables' }],
  [1143, { code: 'statement.failed', advice: 'rights.otherColumns' }],
  [1104, { code: 'statement.refused', advice: 'statement.largeJoin' }],
  [1153, { code: 'statement.failed', advice: 'statement.packetLess' }],
  [1301, { code: 'statement.failed', advice: 'statement.packetValue' }],
  [1317, { code: 'statement.canceled', advice: 'statement.stopped' }],
  [1792, { code: 'statement.refused', advice: 'statement.readOnly' }],
  [3024, { code: 'statement.timeout', advice: 'statement.narrow' }],
  [1969, { code: 'statement.timeout', advice: 'statement.narrow' }],
  [1053, { code: 'connection.lost', advice: 'connection.shutDown' }],
  [1927, { code: 'connection.lost', advice: 'connection.killed' }],
]);

const LOST = new Set([
  'PROTOCOL_CONNECTION_LOST',
  'ECONNRESET',
  'EPIPE',
  'PROTOCOL_ENQUEUE_AFTER_FATAL_ERROR',
  'PROTOCOL_ENQUEUE_AFTER_QUIT',
  'ANSWER_TOO_LARGE',
]);
/** Of the driver, while it logs in. */
const OUT_OF_PROTOCOL = new Set(['AUTH_SWITCH_PLUGIN_ERROR', 'HANDSHAKE_UNKNOWN_ERROR']);
const UNREACHABLE = new Map<string, AdviceCode>([
  ['ECONNREFUSED', 'host.check'],
  ['ENOTFOUND', 'host.name'],
  ['EAI_AGAIN', 'host.nameLater'],
  ['ETIMEDOUT', 'host.firewall'],
  ['EHOSTUNREACH', 'host.route'],
  ['ENOENT', 'host.socket'],
  ['ENETUNREACH', 'host.network'],
  ['EACCES', 'host.forbidden'],
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
  const make = (kind: ErrorCode, text: string, advice: AdviceCode): PilotError =>
    new PilotError(kind, text, {
      advice,
      errno: serverErrno,
      sqlState,
      untrusted: serverErrno === undefined && text.includes(message) ? true : undefined,
      cause: error,
    });

  const where = describeTarget(target);
  const known = serverErrno === undefined ? undefined : BY_ERRNO.get(serverErrno);
  if (known !== undefined) return make(known.code, message, known.advice);
  if (stage === 'connecting' && BROKEN_OFF.test(message)) {
    return make('connection.lost', `${where} closed the connection during login.`, 'connection.brokenOff');
  }
  if (TLS_CODE.test(code)) {
    const text = code === 'HANDSHAKE_NO_SSL_SUPPORT' ? 'the server offers no TLS' : message;
    return make('tls.failed', `TLS with ${where} failed: ${text}`, 'tls.checkCertificate');
  }
  const plugin = /unknown plugin (\w+)/.exec(message)?.[1];
  if (plugin !== undefined)
    return make(
      'login.refused',
      `The account uses the authentication plugin ${plugin}, which MySQL Pilot doesn't support.`,
      'login.knownPlugin',
    );
  if (OUT_OF_PROTOCOL.has(code)) return make('login.refused', `${where} doesn't follow the login protocol: ${message}`, 'login.checkProxy');
  const unreachable = UNREACHABLE.get(code);
  if (unreachable !== undefined) return make('host.unreachable', `Can't reach ${where} (${code}).`, unreachable);
  if (LOST.has(code) || (stage === 'connected' && BROKEN_OFF.test(message)) || /closed state|Connection lost/i.test(message)) {
    return make('connection.lost', `The connection to ${where} was lost (${code || message}).`, 'connection.tryAgain');
  }
  if (serverErrno === undefined) return make('internal', message, 'statement.report');
  return make('statement.failed', message, 'statement.correct');
}
