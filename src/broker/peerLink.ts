import { createConnection, type Socket } from 'node:net';
import type { MessageConnection } from 'vscode-jsonrpc/node';
import { AUTHENTICATE } from './contracts.ts';

/** A fifth of the server's code, which a start without a window does not need. */
export const loadRpc = () => import('vscode-jsonrpc/node');

/** Whoever accepts and says nothing is no window or agent. */
const AUTHENTICATION_MS = 10_000;

export interface PeerAddress {
  readonly socket: string;
  readonly token: string;
}

export interface PeerLink {
  readonly socket: Socket;
  readonly connection: MessageConnection;
}

/** Connects and proves the token; undefined where the other side refuses it. `prepare` adds the handlers for what the other side may send at once. */
export async function openPeerLink(
  { socket: address, token }: PeerAddress,
  protocol: number,
  prepare: (link: PeerLink) => void = () => undefined,
): Promise<PeerLink | undefined> {
  const socket = createConnection({ path: address }); // a text of digits alone would be a port
  await new Promise<void>((resolve, reject) => {
    socket.once('connect', resolve);
    socket.once('error', reject);
  });
  const { createMessageConnection, StreamMessageReader, StreamMessageWriter } = await loadRpc();
  const connection = createMessageConnection(new StreamMessageReader(socket), new StreamMessageWriter(socket));
  socket.on('error', () => undefined); // 'close' follows, and is handled
  socket.once('close', () => {
    connection.dispose();
  });
  const link = { socket, connection };
  prepare(link);
  connection.listen();
  const timer = setTimeout(() => socket.destroy(), AUTHENTICATION_MS);
  try {
    if ((await connection.sendRequest(AUTHENTICATE, { token, protocol })) === true) return link;
    socket.destroy();
    return undefined;
  } catch (error) {
    socket.destroy();
    throw error;
  } finally {
    clearTimeout(timer);
  }
}
