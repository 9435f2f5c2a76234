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
import type { ConnectionProfile } from '../engine/driver/profile.ts';
import { toErrorDto } from '../engine/errors.ts';
import {
  AUTHENTICATE,
  AuthenticateSchema,
  CALL_FINISHED,
  CallFinishedSchema,
  GET_EXPORT_FOLDER,
  GET_SECRET,
  GET_STORED_SECRET,
  GetSecretSchema,
  LIST_PROFILES,
  PILOT_ERROR_NUMBER,
  PROFILES_CHANGED,
  PROTOCOL_VERSION,
  type CallFinished,
  type Rendezvous,
} from './contracts.ts';
import { makeSocketFolder } from './rendezvous.ts';

/** What the broker serves; in VS Code the stores of the extension, in tests whatever the test needs. */
export interface BrokerHost {
  listProfiles(): Promise<readonly ConnectionProfile[]>;
  /** Throws `secret.missing` where the user has none to give. */
  getSecret(id: string): Promise<string>;
  /** The password if it is stored here; asks nobody. */
  getStoredSecret(id: string): Promise<string | undefined>;
  /** An absolute path; the folder need not be there. */
  exportFolder(): string;
  callFinished(call: CallFinished): void;
  /** One line for the log; never holds a token or a secret. */
  log(message: string): void;
}

/** A peer that has not proven the token by then is cut off. */
const AUTHENTICATION_TIMEOUT_MS = 2000;

/** The answer is written after the handler returned; the socket stays that long, so that the peer learns why. */
const ANSWER_FLUSH_MS = 50;

/** The window's half: listens on a private socket and serves peers that know the token. */
export class BrokerServer {
  readonly #host: BrokerHost;
  readonly #server: Server;
  readonly #token = randomBytes(32);
  readonly #peers = new Set<MessageConnection>();
  readonly #sockets = new Set<Socket>();
  readonly #folder: string | undefined;
  readonly #address: string;

  private constructor(host: BrokerHost, folder: string | undefined, address: string) {
    this.#host = host;
    this.#folder = folder;
    this.#address = address;
    this.#server = createServer((socket) => {
      this.#accept(socket);
    });
  }

  static async listen(host: BrokerHost): Promise<BrokerServer> {
    const name = `mysql-pilot-${randomBytes(12).toString('hex')}`;
    const folder = process.platform === 'win32' ? undefined : await makeSocketFolder();
    const broker = new BrokerServer(host, folder, folder === undefined ? `\\\\.\\pipe\\${name}` : path.join(folder, 'broker.sock'));
    await new Promise<void>((resolve, reject) => {
      broker.#server.once('error', reject);
      broker.#server.listen(broker.#address, resolve);
    });
    return broker;
  }

  get rendezvous(): Rendezvous {
    return { protocol: PROTOCOL_VERSION, socket: this.#address, token: this.#token.toString('hex'), pid: process.pid };
  }

  /** Tells every server that the list of profiles is another one now. */
  profilesChanged(): void {
    for (const peer of this.#peers) {
      peer.sendNotification(PROFILES_CHANGED).catch((error: unknown) => {
        this.#host.log(`A server could not be told of changed connections: ${String(error)}`);
      });
    }
  }

  async close(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    await new Promise((resolve) => this.#server.close(resolve));
    if (this.#folder !== undefined) await rm(this.#folder, { recursive: true, force: true });
  }

  #accept(socket: Socket): void {
    this.#sockets.add(socket);
    const peer = createMessageConnection(new StreamMessageReader(socket), new StreamMessageWriter(socket));
    let authenticated = false;
    const timer = setTimeout(() => {
      this.#host.log('A peer was cut off: it did not authenticate in time.');
      socket.destroy();
    }, AUTHENTICATION_TIMEOUT_MS);
    socket.on('error', () => undefined); // 'close' follows, and is handled
    socket.once('close', () => {
      clearTimeout(timer);
      this.#sockets.delete(socket);
      this.#peers.delete(peer);
      peer.dispose();
    });
    peer.onError(([error]) => {
      this.#host.log(`A peer sent what is not JSON-RPC: ${error.message}`);
      socket.destroy();
    });
    const cutOff = (): void => {
      setTimeout(() => socket.destroy(), ANSWER_FLUSH_MS);
    };
    const onlyAuthenticated = (): void => {
      if (authenticated) return;
      cutOff();
      throw new ResponseError(PILOT_ERROR_NUMBER, 'Not authenticated.');
    };

    peer.onRequest(AUTHENTICATE, (parameters: unknown) => {
      const parsed = AuthenticateSchema.safeParse(parameters);
      authenticated = parsed.success && parsed.data.protocol === PROTOCOL_VERSION && this.#isToken(parsed.data.token);
      clearTimeout(timer);
      if (!authenticated) {
        this.#host.log('A peer was refused: wrong token or protocol.');
        cutOff();
        return false;
      }
      this.#peers.add(peer);
      return true;
    });
    peer.onRequest(LIST_PROFILES, async () => {
      onlyAuthenticated();
      return this.#host.listProfiles();
    });
    peer.onRequest(GET_SECRET, async (parameters: unknown) => {
      onlyAuthenticated();
      try {
        return { password: await this.#host.getSecret(GetSecretSchema.parse(parameters).id) };
      } catch (error) {
        const dto = toErrorDto(error);
        throw new ResponseError(PILOT_ERROR_NUMBER, dto.message, dto);
      }
    });
    peer.onRequest(GET_STORED_SECRET, async (parameters: unknown) => {
      onlyAuthenticated();
      const password = await this.#host.getStoredSecret(GetSecretSchema.parse(parameters).id);
      return password === undefined ? null : { password };
    });
    peer.onRequest(GET_EXPORT_FOLDER, () => {
      onlyAuthenticated();
      return { folder: this.#host.exportFolder() };
    });
    peer.onNotification(CALL_FINISHED, (parameters: unknown) => {
      const parsed = CallFinishedSchema.safeParse(parameters);
      if (authenticated && parsed.success) this.#host.callFinished(parsed.data);
    });
    peer.listen();
  }

  #isToken(text: string): boolean {
    const given = Buffer.from(text, 'hex');
    return given.length === this.#token.length && timingSafeEqual(given, this.#token);
  }
}
