import { readFile } from 'node:fs/promises';
import type { Socket } from 'node:net';

const ROOT = 0;
/** Whoever has sent a request and closed at once: the kernel no longer knows who it was, and says root. */
const GONE = -1;

/**
 * True where Linux says that the other end of a socket of the loopback belongs to another user. Processes can read each other's command lines there, and a browser is started with
 * an address: so the code alone is not enough. Root can do everything anyway, and forwards ports. Elsewhere the code is what protects.
 */
export async function isOtherUser({ remotePort, localPort }: Socket): Promise<boolean> {
  if (process.platform !== 'linux' || remotePort === undefined || localPort === undefined) return false;
  const table = await readFile('/proc/net/tcp', 'utf8').catch(() => '');
  const user = userOf(table, remotePort, localPort);
  return user !== undefined && user !== ROOT && user !== process.getuid?.();
}

/** The user who owns the end at `port` of the connection to `peer`, by a table of the kernel. @see https://docs.kernel.org/networking/proc_net_tcp.html */
export function userOf(table: string, port: number, peer: number): number | undefined {
  const end = (number: number): string => `0100007F:${number.toString(16).toUpperCase().padStart(4, '0')}`;
  let isOpen = false;
  for (const line of table.split('\n')) {
    const [, local, remote, , , , , user, , inode] = line.trim().split(/\s+/);
    if (local === end(port) && remote === end(peer)) return inode === '0' ? GONE : Number(user);
    isOpen ||= local === end(peer) && remote === end(port);
  }
  return isOpen ? GONE : undefined;
}
