import { TLSSocket } from 'node:tls';
import type { Connection } from 'mysql2';
import type { ConnectionTarget } from './profile.ts';

/** The stream that a connection of the driver uses now; TLS replaces it. */
export function streamOf(connection: Connection): unknown {
  return (connection as unknown as { readonly stream: unknown }).stream;
}

/**
 * True where what is written now is encrypted for a peer that has passed the checks of the TLS mode. A handshake that is not over counts as none: what is written meanwhile waits in
 * Node, and nothing promises that it goes only to a peer whose certificate was accepted.
 */
export function isEncrypted(connection: Connection, { tls }: Pick<ConnectionTarget, 'tls'>): boolean {
  const stream = streamOf(connection);
  if (!(stream instanceof TLSSocket)) return false;
  if (stream.authorized) return true;
  const verifies = tls === 'verify-ca' || tls === 'verify-identity';
  // Set at the end of the handshake, where the certificate was not verified.
  return !verifies && Boolean(stream.authorizationError as unknown);
}

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
  return 'the connection is not encrypted, because the server offers no TLS: statements and rows can be read and changed on the way';
}
