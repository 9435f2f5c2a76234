import type { Socket } from 'node:net';

/**
 * The sockets that have not shown a token yet. They displace each other and nobody else: who opens many and sends nothing, or too slowly, keeps no one out who sends a request at once.
 */
export class UnprovenSockets {
  readonly #most: number;
  /** In the order in which they came. Behind TLS a request names another object, with the same other end. */
  readonly #sockets = new Map<string, Socket>();

  constructor(most: number) {
    this.#most = most;
  }

  opened(socket: Socket): void {
    const key = otherEnd(socket);
    this.#sockets.set(key, socket);
    socket.once('close', () => {
      if (this.#sockets.get(key) === socket) this.#sockets.delete(key);
    });
    const [oldest] = this.#sockets;
    if (oldest === undefined || this.#sockets.size <= this.#most) return;
    this.#sockets.delete(oldest[0]);
    oldest[1].destroy();
  }

  /** A request with a token came this way. */
  proven(socket: Socket): void {
    this.#sockets.delete(otherEnd(socket));
  }
}

function otherEnd({ remoteAddress, remotePort }: Socket): string {
  return `${String(remoteAddress)} ${String(remotePort)}`;
}
