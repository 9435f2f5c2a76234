import { connect, createServer, type AddressInfo, type Socket } from 'node:net';
import type { TestServer } from './testServer.ts';

/** A false server: another one answers all statements but those that it answers itself, with rows that never end. */
export interface EndlessServer {
  readonly port: number;
  /** How many bytes of rows were taken from it. */
  readonly sent: () => number;
  close(): void;
}

/** In front of a MariaDB, for clients without TLS: a chunk holds whole packets then. */
export async function startEndlessServer(server: TestServer, isEndless: (statement: string) => boolean): Promise<EndlessServer> {
  const sockets = new Set<Socket>();
  let sent = 0;
  const proxy = createServer((client) => {
    const upstream = connect(server.port, server.host);
    for (const [one, other] of [
      [client, upstream],
      [upstream, client],
    ] as const) {
      sockets.add(one);
      one.on('error', () => undefined);
      one.on('close', () => other.destroy());
    }
    upstream.pipe(client);
    client.on('data', (chunk: Buffer) => {
      if (!isEndless(chunk.subarray(5).toString('latin1'))) {
        upstream.write(chunk);
        return;
      }
      client.write(HEAD);
      let number = 4;
      const flood = (): void => {
        for (let more = true; more && !client.destroyed;) {
          const rows = Buffer.concat(Array.from({ length: 1000 }, () => packet(number++ % 256, ROW)));
          sent += rows.length;
          more = client.write(rows);
        }
      };
      client.on('drain', flood);
      flood();
    });
  });
  await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve));
  return {
    port: (proxy.address() as AddressInfo).port,
    sent: () => sent,
    close: () => {
      for (const socket of sockets) socket.destroy();
      proxy.close();
    },
  };
}

function packet(number: number, payload: Buffer): Buffer {
  const header = Buffer.alloc(4);
  header.writeUIntLE(payload.length, 0, 3);
  header[3] = number;
  return Buffer.concat([header, payload]);
}

const text = (value: string): Buffer => Buffer.concat([Buffer.from([Buffer.byteLength(value)]), Buffer.from(value)]);
const NAME = 'pwned '.repeat(40);
const ROW = text(NAME);
/** One column of text, without what MariaDB adds about its type, and the mark behind the columns. */
const HEAD = Buffer.concat([
  packet(1, Buffer.from([1])),
  packet(
    2,
    Buffer.concat([...['def', '', 't', 't', 'name', 'name'].map(text), Buffer.from([0, 0x0c, 45, 0, 0, 4, 0, 0, 0xfd, 0, 0, 0, 0, 0])]),
  ),
  packet(3, Buffer.from([0xfe, 0, 0, 2, 0])),
]);
