import type { Connection } from 'mysql2';
import type { ConnectionTarget } from './profile.ts';
import { isEncrypted } from './tls.ts';

/** True for an address whose traffic does not leave the machine. */
export function isLoopback(host: string): boolean {
  return /^(?:(?:.+\.)?localhost|::1|127(?:\.\d{1,3}){3}|::ffff:127(?:\.\d{1,3}){3})$/i.test(host);
}

/**
 * What is to be said of a connection that was to be encrypted where the server can, and is not; undefined where there is nothing to say. Behind an SSH tunnel the host is the one that
 * the SSH server connects to.
 */
export function describePlainTransport(connection: Connection, target: ConnectionTarget): string | undefined {
  const { tls, socket, host } = target;
  if (tls !== 'preferred' || socket !== undefined || isLoopback(host) || isEncrypted(connection, target)) return undefined;
  return 'the connection is not encrypted, because the server offers no TLS: statements and rows can be read and changed in transit';
}
