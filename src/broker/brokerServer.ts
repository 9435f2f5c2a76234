import { randomBytes, timingSafeEqual } from 'node:crypto';
import { rm } from 'node:fs/promises';
import { createServer, type Server, type Socket } from 'node:net';
import path from 'node:path';
import {
  createMessageConnection,
  ResponseError,
  StreamMessageReader,
  StreamMessageWriter,
  type CancellationToken,
  type MessageConnection,
} from 'vscode-jsonrpc/node';
import type { ConnectionProfile, SshSecret } from '../engine/driver/profile.ts';
import { toErrorDto } from '../engine/errors.ts';
import {
  APPROVE_WRITE,
  ApprovalRequestSchema,
  AUTHENTICATE,
  AuthenticateSchema,
  CALL_FINISHED,
  CALL_STARTED,
  CallFinishedSchema,
  CallStartedSchema,
  EXTEND_DECISION,
  GET_EXPORT_FOLDER,
  GET_RECORDING,
  GET_SAVED_QUERIES,
  GET_SECRET,
  GET_PSEUDONYM_KEY,
  GET_SSH_SECRETS,
  GET_STORED_SECRET,
  GetSecretSchema,
  LIST_PROFILES,
  PILOT_ERROR_NUMBER,
  PROFILES_CHANGED,
  PROTOCOL_VERSION,
  STOP_CALL,
  WRITE_FINISHED,
  WriteFinishedSchema,
  type ApprovalRequest,
  type CallFinished,
  type CallStarted,
  type Decision,
  type Recording,
  type Rendezvous,
  type Secret,
  type WriteFinished,
} from './contracts.ts';
import { RECEIPT_CHANGED, ReceiptSchema, type Receipt } from './receiptContract.ts';
import type { SavedQuery } from './savedQueries.ts';
import { SHOW_VIEW, ViewSchema, type View } from './viewContract.ts';
import { makeSocketFolder } from './rendezvous.ts';
import { ToldLists } from './toldLists.ts';

/** What the broker serves; in VS Code the stores of the extension, in tests whatever the test needs. */
export interface BrokerHost {
  listProfiles(): Promise<readonly ConnectionProfile[]>;
  /** Throws `secret.missing` where the user has none to give. */
  getSecret(id: string): Promise<string>;
  /** Of the SSH servers on the way. */
  getSshSecrets(id: string): Promise<readonly SshSecret[]>;
  /** Of the pseudonyms of a connection. */
  getPseudonymKey(id: string): Promise<string>;
  /** The password if it is stored here; asks nobody. */
  getStoredSecret(id: string): Promise<Secret | undefined>;
  savedQueries(): Promise<readonly SavedQuery[]>;
  /** An absolute path; the folder need not be there. */
  exportFolder(): Promise<string>;
  recording(): Promise<Recording>;
  /** Resolves to what the person decided; to `reject` when the signal says that nobody waits any longer. `extend` has the server wait anew. */
  approve(request: ApprovalRequest, signal: AbortSignal, extend: () => void): Promise<Omit<Decision, 'id'>>;
  /** Shows the person what an agent wants to be seen. */
  showView(view: View): Promise<void>;
  /** What became of a write that was decided here. */
  writeFinished(write: WriteFinished): void;
  /** `peer` tells the servers apart. */
  callStarted(peer: number, call: CallStarted): void;
  callFinished(peer: number, call: CallFinished): void;
  /** What an agent has seen of a connection since its session began. */
  receiptChanged(peer: number, receipt: Receipt): void;
  /** The server is gone, with all its calls. */
  peerGone(peer: number): void;
  /** One line for the log; never holds a token or a secret. What an error quotes is not for it. */
  log(message: string, error?: unknown): void;
}

/** A peer that has not proven the token by then is cut off. */
const AUTHENTICATION_TIMEOUT_MS = 2000;

/** The token with what is around it has a hundredth of that. */
const MAX_UNPROVEN_BYTES = 16 * 1024;

/** The answer is written after the handler returned; the socket stays that long, so that the peer learns why. */
const ANSWER_FLUSH_MS = 50;

/** The window's half: listens on a private socket and serves peers that know the token. */
export class BrokerServer {
  readonly #host: BrokerHost;
  readonly #server: Server;
  readonly #token = randomBytes(32);
  /** By the number that the host knows them by. */
  readonly #peers = new Map<number, MessageConnection>();
  /** What each of them has got. */
  readonly #told = new WeakMap<MessageConnection, ToldLists>();
  #lastPeer = 0;
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

  /** Tells every server that the list of profiles is another one now, where it is for agents. */
  profilesChanged(): void {
    for (const peer of this.#peers.values()) {
      this.#tellChange(peer).catch((error: unknown) => {
        this.#host.log('A server could not be told of changed connections.', error);
      });
    }
  }

  async #tellChange(peer: MessageConnection): Promise<void> {
    const areOld = this.#told.get(peer)?.areOld() ?? true;
    if (await Promise.resolve(areOld).catch(() => true)) await peer.sendNotification(PROFILES_CHANGED);
  }

  stopCall(peer: number, call: number): void {
    this.#peers
      .get(peer)
      ?.sendNotification(STOP_CALL, { call })
      .catch((error: unknown) => {
        this.#host.log('A call could not be stopped.', error);
      });
  }

  async close(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    await new Promise((resolve) => this.#server.close(resolve));
    if (this.#folder !== undefined) await rm(this.#folder, { recursive: true, force: true });
  }

  #accept(socket: Socket): void {
    this.#sockets.add(socket);
    const peer = createMessageConnection(new StreamMessageReader(socket), new StreamMessageWriter(socket));
    const number = ++this.#lastPeer;
    const told = new ToldLists(this.#host);
    this.#told.set(peer, told);
    let authenticated = false;
    /** Writes of this peer that a person has approved, and whose outcome it has not told. */
    const approved = new Set<string>();
    const timer = setTimeout(() => {
      this.#host.log('A peer was cut off: it did not authenticate in time.');
      socket.destroy();
    }, AUTHENTICATION_TIMEOUT_MS);
    let unproven = 0;
    const onData = (chunk: Buffer): void => {
      unproven += chunk.length;
      if (unproven > MAX_UNPROVEN_BYTES) socket.destroy();
    };
    socket.on('data', onData);
    socket.on('error', () => undefined); // 'close' follows, and is handled
    socket.once('close', () => {
      clearTimeout(timer);
      this.#sockets.delete(socket);
      if (this.#peers.delete(number)) this.#host.peerGone(number);
      for (const id of approved) this.#host.writeFinished({ id, outcome: 'unknown', milliseconds: 0, error: 'connection.lost' });
      peer.dispose();
    });
    peer.onError(([error]) => {
      this.#host.log('A peer sent what is not JSON-RPC.', error);
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
      socket.off('data', onData);
      this.#peers.set(number, peer);
      return true;
    });
    peer.onRequest(LIST_PROFILES, async () => {
      onlyAuthenticated();
      return told.profiles();
    });
    peer.onRequest(GET_SECRET, async (parameters: unknown) => {
      onlyAuthenticated();
      return orDto(async () => ({ password: await this.#host.getSecret(GetSecretSchema.parse(parameters).id) }));
    });
    peer.onRequest(GET_SSH_SECRETS, async (parameters: unknown) => {
      onlyAuthenticated();
      return orDto(async () => ({ ssh: await this.#host.getSshSecrets(GetSecretSchema.parse(parameters).id) }));
    });
    peer.onRequest(GET_PSEUDONYM_KEY, async (parameters: unknown) => {
      onlyAuthenticated();
      return orDto(async () => ({ key: await this.#host.getPseudonymKey(GetSecretSchema.parse(parameters).id) }));
    });
    peer.onRequest(GET_STORED_SECRET, async (parameters: unknown) => {
      onlyAuthenticated();
      return (await this.#host.getStoredSecret(GetSecretSchema.parse(parameters).id)) ?? null;
    });
    peer.onRequest(GET_SAVED_QUERIES, async () => {
      onlyAuthenticated();
      return told.queries();
    });
    peer.onRequest(GET_EXPORT_FOLDER, async () => {
      onlyAuthenticated();
      return { folder: await this.#host.exportFolder() };
    });
    peer.onRequest(GET_RECORDING, () => {
      onlyAuthenticated();
      return this.#host.recording();
    });
    peer.onRequest(APPROVE_WRITE, async (parameters: unknown, token: CancellationToken) => {
      onlyAuthenticated();
      const request = ApprovalRequestSchema.parse(parameters);
      const gone = new AbortController();
      const leave = (): void => {
        gone.abort();
      };
      const extend = (): void => {
        peer.sendNotification(EXTEND_DECISION, { id: request.id }).catch((error: unknown) => {
          this.#host.log('A server could not be told to wait longer.', error);
        });
      };
      const cancellation = token.onCancellationRequested(leave);
      socket.once('close', leave);
      try {
        const decided = await this.#host.approve(request, gone.signal, extend);
        if (decided.decision === 'run') approved.add(request.id);
        return { id: request.id, ...decided };
      } finally {
        cancellation.dispose();
        socket.off('close', leave);
      }
    });
    peer.onRequest(SHOW_VIEW, async (parameters: unknown) => {
      onlyAuthenticated();
      return orDto(async () => {
        await this.#host.showView(ViewSchema.parse(parameters));
        return true;
      });
    });
    peer.onNotification(CALL_STARTED, (parameters: unknown) => {
      const parsed = CallStartedSchema.safeParse(parameters);
      if (authenticated && parsed.success) this.#host.callStarted(number, parsed.data);
    });
    peer.onNotification(CALL_FINISHED, (parameters: unknown) => {
      const parsed = CallFinishedSchema.safeParse(parameters);
      if (authenticated && parsed.success) this.#host.callFinished(number, parsed.data);
    });
    peer.onNotification(RECEIPT_CHANGED, (parameters: unknown) => {
      const parsed = ReceiptSchema.safeParse(parameters);
      if (authenticated && parsed.success) this.#host.receiptChanged(number, parsed.data);
    });
    peer.onNotification(WRITE_FINISHED, (parameters: unknown) => {
      const parsed = WriteFinishedSchema.safeParse(parameters);
      if (authenticated && parsed.success && approved.delete(parsed.data.id)) this.#host.writeFinished(parsed.data);
    });
    peer.listen();
  }

  #isToken(text: string): boolean {
    const given = Buffer.from(text, 'hex');
    return given.length === this.#token.length && timingSafeEqual(given, this.#token);
  }
}

/** What went wrong travels with its code and next step. */
async function orDto<T>(answer: () => Promise<T>): Promise<T> {
  try {
    return await answer();
  } catch (error) {
    const dto = toErrorDto(error);
    throw new ResponseError(PILOT_ERROR_NUMBER, dto.message, dto);
  }
}
