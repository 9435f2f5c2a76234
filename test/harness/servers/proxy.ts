import { connect, createServer, type AddressInfo } from 'node:net';
import { Transform } from 'node:stream';
import type { TestServer } from './testServer.ts';

export interface Proxy {
  readonly host: string;
  readonly port: number;
  close(): void;
}

type Change = (chunk: Buffer) => Buffer | undefined | Promise<Buffer | undefined>;

export interface ProxyOptions {
  /**
   * Sees each chunk on its way, and may change it; the length must stay. Undefined breaks the connection off there. Without TLS a
   * chunk holds whole packets. A promise holds up what comes behind on this connection, too.
   */
  readonly toServer?: Change;
  readonly toClient?: Change;
  /** True while the client is not told that the server has closed a connection, as behind a router that has forgotten it. */
  readonly hidesEnd?: () => boolean;
  /** What a client has sent before it closed its connection reaches the server still. */
  readonly keepsSent?: boolean;
}

/** Stands between a client and a server, as poolers and load balancers do. */
export async function startProxy(
  server: TestServer,
  { toServer = same, toClient = same, hidesEnd, keepsSent }: ProxyOptions,
): Promise<Proxy> {
  const proxy = createServer((client) => {
    const upstream = connect(server.port, server.host);
    const breakOff = (): void => {
      client.destroy();
      upstream.destroy();
    };
    client
      .pipe(through(toServer, breakOff))
      .pipe(upstream)
      .pipe(through(toClient, breakOff))
      .pipe(client, { end: hidesEnd === undefined });
    for (const [one, other] of [
      [client, upstream],
      [upstream, client],
    ] as const) {
      one.on('error', () => undefined);
      one.on('close', () => {
        if (one === client ? keepsSent !== true : hidesEnd?.() !== true) other.destroy();
      });
    }
  });
  await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve));
  return { host: '127.0.0.1', port: (proxy.address() as AddressInfo).port, close: () => proxy.close() };
}

/** Replaces a statement by another of the same length, padded with blanks. */
export function replaceText(chunk: Buffer, from: string, to: string): Buffer {
  const at = chunk.indexOf(from);
  if (at >= 0) chunk.write(to.padEnd(from.length), at, 'latin1');
  return chunk;
}

const same = (chunk: Buffer): Buffer => chunk;

function through(change: Change, breakOff: () => void): Transform {
  return new Transform({
    transform(chunk: Buffer, _encoding, done) {
      const pass = (changed: Buffer | undefined): void => {
        if (changed === undefined) breakOff();
        else done(null, changed);
      };
      const changed = change(chunk);
      if (changed instanceof Promise) changed.then(pass, done);
      else pass(changed);
    },
  });
}
