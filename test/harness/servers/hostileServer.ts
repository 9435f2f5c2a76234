import { constants, generateKeyPairSync, privateDecrypt } from 'node:crypto';
import { createServer, type AddressInfo, type Socket } from 'node:net';
import { createSecureContext, TLSSocket } from 'node:tls';

/** What a server that wants passwords does with whoever connects. */
export interface HostilePlan {
  /** The plugin that the greeting names. */
  readonly plugin?: string;
  /** It offers TLS, with this certificate. */
  readonly tls?: { readonly cert: string; readonly key: string };
  /** Payloads of packets that it sends in the same breath as the greeting, before there is TLS. */
  readonly behindGreeting?: readonly Buffer[];
  /** Payloads that answer what the client sends, one for each packet of it (the login first). After the last one it says that access is denied. */
  readonly answers?: readonly Buffer[];
  /** What the server calls its version. */
  readonly version?: string;
}

/** A false server: it speaks just enough of the protocol to ask for a password, and keeps all that it gets. */
export interface HostileServer {
  readonly host: string;
  readonly port: number;
  /** All that it was able to read, less the requests for TLS: bytes without TLS, and those that it decrypted. */
  readonly read: () => Buffer;
  /** True if the password can be had from what was read: as it is, in UTF-16, or encrypted with the key that the server offers. */
  readonly has: (password: string) => boolean;
  close(): void;
}

const NONCE = Buffer.from('abcdefghijklmnopqrst');

const KEY = generateKeyPairSync('rsa', { modulusLength: 2048 });

/** `AuthSwitchRequest`. */
export function switchTo(plugin: string, nonce = NONCE): Buffer {
  return Buffer.concat([Buffer.from([0xfe]), Buffer.from(`${plugin}\0`), nonce, Buffer.from([0])]);
}

/** `AuthMoreData`. */
export function moreData(data: Buffer): Buffer {
  return Buffer.concat([Buffer.from([1]), data]);
}

/** caching_sha2_password: the server wants the password itself. */
export const FULL_AUTHENTICATION = moreData(Buffer.from([4]));

/** The key under which it would like the password to come. */
export const OWN_KEY = moreData(Buffer.from(KEY.publicKey.export({ type: 'spki', format: 'pem' })));

export const OK = Buffer.from([0, 0, 0, 2, 0, 0, 0]);

const SSL = 0x800;
const SSL_REQUEST_BYTES = 36;
/** All that mysql2 asks for, without TLS: protocol 4.1, secure connection, plugin authentication, transactions. */
const CAPABILITIES = 0x0008_a209;

export async function startHostileServer(plan: HostilePlan): Promise<HostileServer> {
  const read: Buffer[] = [];
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => undefined);
    attack(socket, plan, (chunk) => read.push(Buffer.from(chunk)));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const all = (): Buffer => Buffer.concat(read);
  return {
    host: '127.0.0.1',
    port: (server.address() as AddressInfo).port,
    read: all,
    has: (password) => holds(all(), password),
    close: () => {
      for (const socket of sockets) socket.destroy();
      server.close();
    },
  };
}

function attack(socket: Socket, plan: HostilePlan, keep: (chunk: Buffer) => void): void {
  const { tls, behindGreeting = [], answers = [] } = plan;
  socket.write(Buffer.concat([packet(0, greeting(plan)), ...behindGreeting.map((payload, i) => packet(2 + i, payload))]));
  let next = 0;
  const converse = (stream: Socket, first: Buffer): void => {
    let pending = first;
    const take = (): void => {
      while (pending.length >= 4 && pending.length >= 4 + pending.readUIntLE(0, 3)) {
        const number = (pending[3] ?? 0) + 1;
        pending = pending.subarray(4 + pending.readUIntLE(0, 3));
        stream.write(packet(number, answers[next++] ?? DENIED));
      }
    };
    stream.on('error', () => undefined);
    stream.on('data', (chunk: Buffer) => {
      keep(chunk);
      pending = Buffer.concat([pending, chunk]);
      take();
    });
    take();
  };
  if (tls === undefined) {
    converse(socket, Buffer.alloc(0));
    return;
  }
  socket.once('data', (chunk: Buffer) => {
    if (chunk.readUIntLE(0, 3) + 4 !== SSL_REQUEST_BYTES) keep(chunk); // what came instead of the request for TLS, which holds nothing
    socket.pause();
    socket.unshift(chunk.subarray(SSL_REQUEST_BYTES));
    const secure = new TLSSocket(socket, { isServer: true, secureContext: createSecureContext(tls) });
    converse(secure, Buffer.alloc(0));
  });
}

const DENIED = Buffer.concat([Buffer.from([0xff, 0x15, 0x04]), Buffer.from('#28000Access denied')]);

function greeting({ plugin = 'caching_sha2_password', tls, version = '9.7.0' }: HostilePlan): Buffer {
  const capabilities = CAPABILITIES | (tls === undefined ? 0 : SSL);
  const head = Buffer.alloc(8 + 1 + 2 + 1 + 2 + 2 + 1 + 10);
  NONCE.copy(head, 0, 0, 8);
  head.writeUInt16LE(capabilities & 0xffff, 9);
  head[11] = 255;
  head.writeUInt16LE(2, 12);
  head.writeUInt16LE(capabilities >>> 16, 14);
  head[16] = 21;
  return Buffer.concat([
    Buffer.from([10]),
    Buffer.from(`${version}\0`),
    Buffer.from([7, 0, 0, 0]),
    head,
    NONCE.subarray(8),
    Buffer.from([0]),
    Buffer.from(`${plugin}\0`),
  ]);
}

function packet(number: number, payload: Buffer): Buffer {
  const header = Buffer.alloc(4);
  header.writeUIntLE(payload.length, 0, 3);
  header[3] = number & 0xff;
  return Buffer.concat([header, payload]);
}

/** Tries each place for what the own key opens. */
function holds(bytes: Buffer, password: string): boolean {
  if (bytes.includes(password) || bytes.includes(Buffer.from(password, 'utf16le'))) return true;
  for (let at = 0; at + 256 <= bytes.length; at++) {
    try {
      const masked = privateDecrypt(
        { key: KEY.privateKey, padding: constants.RSA_PKCS1_OAEP_PADDING, oaepHash: 'sha1' },
        bytes.subarray(at, at + 256),
      );
      if (Buffer.from(masked.map((byte, i) => byte ^ (NONCE[i % NONCE.length] ?? 0))).includes(password)) return true;
    } catch {
      // nothing of ours is here
    }
  }
  return false;
}
