import { randomBytes, timingSafeEqual } from 'node:crypto';
import { rm } from 'node:fs/promises';
import { createServer, type Server, type Socket } from 'node:net';
import path from 'node:path';
import {
  createMessageConnection,
  ResponseError,
  StreamMessageReader,
  StreamMessageWriter,
  type MessageConnection,
} from 'vscode-jsonrpc/node';
import { toErrorDto } from '../engine/errors.ts';
import { AUTHENTICATE, AuthenticateSchema, PILOT_ERROR_NUMBER } from './contracts.ts';
import { makeSocketFolder } from './rendezvous.ts';

/** A peer that has proven the token. */
export interface Peer {
  /** Tells the peers of a server apart. */
  readonly number: number;
  readonly connection: MessageConnection;
  readonly protocol: number;
  /** Aborted when its socket is closed. */
  readonly gone: AbortSignal;
  /** Cuts it off. */
  readonly close: () => void;
}

export interface PeerServerOptions {
  /** Versions of the protocol that are served. */
  readonly accepts: (protocol: number) => boolean;
  /** Adds the handlers for a peer, before the first of its requests. */
  readonly onPeer: (peer: Peer) => void;
  /** Of one message; left out, as much as a view with a whole result may have. */
  readonly maxBytes?: number;
  /** One line for the log; never holds a token or a secret. */
  readonly log: (message: string, error?: unknown) => void;
}

/** A peer that has not proven the token by then is cut off. */
const AUTHENTICATION_TIMEOUT_MS = 2000;
/** The token with what is around it has a hundredth of that. */
const MAX_UNPROVEN_BYTES = 16 * 1024;
const MAX_MESSAGE_BYTES = 256 * 1024 * 1024;
/** Peers at a time that have not proven the token. */
const MAX_UNPROVEN_PEERS = 64;
/** The answer is written after the handler returned; the socket stays that long, so that the peer learns why. */
const ANSWER_FLUSH_MS = 50;

/** Listens on a private socket, and serves peers that know the token. */
export class PeerServer {
  readonly #options: PeerServerOptions;
  readonly #server: Server;
  readonly #token = randomBytes(32);
  #lastPeer = 0;
  readonly #sockets = new Set<Socket>();
  #unproven = 0;
  readonly #folder: string | undefined;
  /** A Unix socket or a named pipe. */
  readonly address: string;

  private constructor(options: PeerServerOptions, folder: string | undefined, address: string) {
    this.#options = options;
    this.#folder = folder;
    this.address = address;
    this.#server = createServer((socket) => {
      this.#accept(socket);
    });
  }

  /** `at`: the address, in a folder of its owner alone. Left out, a new folder is made for it. */
  static async listen(options: PeerServerOptions, at?: string): Promise<PeerServer> {
    const folder = at !== undefined || process.platform === 'win32' ? undefined : await makeSocketFolder();
    const listening = new PeerServer(options, folder, at ?? (folder === undefined ? pipeName() : path.join(folder, 'broker.sock')));
    await new Promise<void>((resolve, reject) => {
      listening.#server.once('error', reject);
      listening.#server.listen(listening.address, resolve);
    });
    return listening;
  }

  get token(): string {
    return this.#token.toString('hex');
  }

  async close(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    await new Promise((resolve) => this.#server.close(resolve));
    if (this.#folder !== undefined) await rm(this.#folder, { recursive: true, force: true });
  }

  #accept(socket: Socket): void {
    if (this.#unproven >= MAX_UNPROVEN_PEERS) {
      socket.destroy();
      return;
    }
    this.#unproven++;
    this.#sockets.add(socket);
    const gone = new AbortController();
    const { maxBytes = MAX_MESSAGE_BYTES } = this.#options;
    /** Bytes since the last whole message. */
    let received = 0;
    let authenticated = false;
    const connection = createMessageConnection(new StreamMessageReader(socket), new StreamMessageWriter(socket), undefined, {
      messageStrategy: {
        handleMessage: (message, next) => {
          received = 0;
          void next(message);
        },
      },
    });
    const timer = setTimeout(() => {
      this.#options.log('A peer was cut off: it did not authenticate in time.');
      socket.destroy();
    }, AUTHENTICATION_TIMEOUT_MS);
    socket.prependListener('data', (chunk: Buffer) => {
      received += chunk.length;
      if (received > (authenticated ? maxBytes : MAX_UNPROVEN_BYTES)) socket.destroy();
    });
    socket.on('error', () => undefined); // 'close' follows, and is handled
    socket.once('close', () => {
      clearTimeout(timer);
      this.#sockets.delete(socket);
      if (!authenticated) this.#unproven--;
      gone.abort();
      connection.dispose();
    });
    connection.onError(([error]) => {
      this.#options.log("A peer sent a message that isn't JSON-RPC.", error);
      socket.destroy();
    });
    const cutOff = (): void => {
      setTimeout(() => socket.destroy(), ANSWER_FLUSH_MS);
    };
    // What has no handler: everything before the token is proven.
    connection.onRequest((method) => {
      if (authenticated) throw new ResponseError(PILOT_ERROR_NUMBER, `${method} is unknown.`);
      cutOff();
      throw new ResponseError(PILOT_ERROR_NUMBER, 'Not authenticated.');
    });
    connection.onRequest(AUTHENTICATE, (parameters: unknown) => {
      if (authenticated) return true;
      const parsed = AuthenticateSchema.safeParse(parameters);
      const proven = parsed.success && this.#options.accepts(parsed.data.protocol) && this.#isToken(parsed.data.token);
      clearTimeout(timer);
      if (!proven) {
        this.#options.log('A peer was refused: wrong token or protocol.');
        cutOff();
        return false;
      }
      authenticated = true;
      this.#unproven--;
      const close = (): void => {
        socket.destroy();
      };
      this.#options.onPeer({ number: ++this.#lastPeer, connection, protocol: parsed.data.protocol, gone: gone.signal, close });
      return true;
    });
    connection.listen();
  }

  #isToken(text: string): boolean {
    const given = Buffer.from(text, 'hex');
    return given.length === this.#token.length && timingSafeEqual(given, this.#token);
  }
}

/** Of a named pipe that nobody can guess. */
export function pipeName(): string {
  return `\\\\.\\pipe\\mysql-pilot-${randomBytes(12).toString('hex')}`;
}

/** What went wrong travels with its code and next step. */
export async function orDto<T>(answer: () => Promise<T>): Promise<T> {
  try {
    return await answer();
  } catch (error) {
    const dto = toErrorDto(error);
    throw new ResponseError(PILOT_ERROR_NUMBER, dto.message, dto);
  }
}
