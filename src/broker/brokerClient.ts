import { createConnection, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import type { CancellationToken, MessageConnection } from 'vscode-jsonrpc/node';
import type { ConnectionProfile, SshSecret } from '../engine/driver/profile.ts';
import { PilotError, fromErrorDto, type ErrorDto } from '../engine/errors.ts';
import {
  APPROVE_WRITE,
  AUTHENTICATE,
  CALL_FINISHED,
  CALL_STARTED,
  DecisionSchema,
  ErrorDtoSchema,
  EXTEND_DECISION,
  ExportFolderSchema,
  ExtendDecisionSchema,
  GET_EXPORT_FOLDER,
  GET_RECORDING,
  GET_SAVED_QUERIES,
  GET_SECRET,
  GET_PSEUDONYM_KEY,
  GET_SSH_SECRETS,
  GET_STORED_SECRET,
  LIST_PROFILES,
  PasswordSchema,
  PROFILES_CHANGED,
  PROTOCOL_VERSION,
  ProfilesSchema,
  RecordingSchema,
  SavedQueriesSchema,
  SecretSchema,
  PseudonymKeySchema,
  SshSecretsSchema,
  STOP_CALL,
  StopCallSchema,
  WRITE_FINISHED,
  type ApprovalRequest,
  type CallFinished,
  type CallStarted,
  type Decision,
  type Recording,
  type Rendezvous,
  type Secret,
  type WriteFinished,
} from './contracts.ts';
import { RECEIPT_CHANGED, type Receipt } from './receiptContract.ts';
import type { SavedQuery } from './savedQueries.ts';
import { SHOW_VIEW, type View } from './viewContract.ts';
import { findLiveSibling, isAlive, readRendezvous } from './rendezvous.ts';

/** What a server does when windows come, change or want something of it. */
export interface BrokerClientOptions {
  /** How long a call waits for a window that is starting, in milliseconds. */
  readonly waitMs?: number;
  /** Called when the window says that connections changed, and when the link to it is lost: what was read is then out of date. */
  readonly onProfilesChanged?: () => void;
  /** Called when the user stops one of this server's calls in the window. */
  readonly onStopCall?: (call: number) => void;
}

/** A fifth of the server's code, which a start without a window does not need. */
const loadRpc = () => import('vscode-jsonrpc/node');

const WAIT_MS = 10_000;
const POLL_MS = 100;
const MAX_UNTOLD = 50;

/** The server's half: finds the window by the rendezvous file, links when first needed, and again after the window was reloaded. */
export class BrokerClient {
  readonly #file: string;
  readonly #waitMs: number;
  readonly #onProfilesChanged: () => void;
  readonly #onStopCall: (call: number) => void;
  #link: Promise<MessageConnection> | undefined;
  #socket: Socket | undefined;
  readonly #untold: CallStarted[] = [];
  /** By the number of the preview that a person decides about. */
  readonly #extensions = new Map<string, () => void>();
  #closed = false;

  constructor(file: string, options: BrokerClientOptions) {
    this.#file = file;
    this.#waitMs = options.waitMs ?? WAIT_MS;
    this.#onStopCall = options.onStopCall ?? ((): void => undefined);
    this.#onProfilesChanged = options.onProfilesChanged ?? ((): void => undefined);
  }

  async listProfiles(): Promise<ConnectionProfile[]> {
    return ProfilesSchema.parse(await this.#request(LIST_PROFILES));
  }

  /** Throws `secret.missing` where the user has none to give. */
  async getSecret(id: string): Promise<string> {
    return PasswordSchema.parse(await this.#request(GET_SECRET, { id })).password;
  }

  /** Of the SSH servers on the way. Throws `secret.missing` where one is needed and the user has none to give. */
  async getSshSecrets(id: string): Promise<readonly SshSecret[]> {
    return SshSecretsSchema.parse(await this.#request(GET_SSH_SECRETS, { id })).ssh;
  }

  async getPseudonymKey(id: string): Promise<string> {
    return PseudonymKeySchema.parse(await this.#request(GET_PSEUDONYM_KEY, { id })).key;
  }

  async getStoredSecret(id: string): Promise<Secret | undefined> {
    return SecretSchema.nullable().parse(await this.#request(GET_STORED_SECRET, { id })) ?? undefined;
  }

  async listSavedQueries(): Promise<SavedQuery[]> {
    return SavedQueriesSchema.parse(await this.#request(GET_SAVED_QUERIES));
  }

  async getExportFolder(): Promise<string> {
    return ExportFolderSchema.parse(await this.#request(GET_EXPORT_FOLDER)).folder;
  }

  async getRecording(): Promise<Recording> {
    return RecordingSchema.parse(await this.#request(GET_RECORDING));
  }

  /** What the person at the window decides. Aborting the signal tells the window that nobody waits any longer; `onExtend` hears that the person needs more time. */
  async approve(request: ApprovalRequest, signal: AbortSignal, onExtend: () => void = () => undefined): Promise<Decision> {
    const { CancellationTokenSource } = await loadRpc();
    const source = new CancellationTokenSource();
    const cancel = (): void => {
      source.cancel();
    };
    signal.addEventListener('abort', cancel);
    this.#extensions.set(request.id, onExtend);
    try {
      return DecisionSchema.parse(await this.#request(APPROVE_WRITE, request, source.token));
    } finally {
      this.#extensions.delete(request.id);
      signal.removeEventListener('abort', cancel);
      source.dispose();
    }
  }

  /** Resolves when the person has it in front of them. */
  async showView(view: View): Promise<void> {
    await this.#request(SHOW_VIEW, view);
  }

  /** Best effort, as `reportCall`. The first calls come before the link that they need; they are told when it is there. */
  async announceCall(call: CallStarted): Promise<void> {
    if (this.#link !== undefined) await this.#tell(CALL_STARTED, call);
    else if (this.#untold.length < MAX_UNTOLD) this.#untold.push(call);
  }

  /** Best effort, as `reportCall`. */
  async reportWrite(write: WriteFinished): Promise<void> {
    await this.#tell(WRITE_FINISHED, write);
  }

  /** Best effort: a call is not less done because no window heard of it. */
  async reportCall(call: CallFinished): Promise<void> {
    await this.#tell(CALL_FINISHED, call);
  }

  /** Best effort, as `reportCall`: what the next one says holds all that this one did. */
  async reportReceipt(receipt: Receipt): Promise<void> {
    await this.#tell(RECEIPT_CHANGED, receipt);
  }

  async #tell(method: string, parameters: object): Promise<void> {
    if (this.#link === undefined) return;
    await this.#link.then((link) => link.sendNotification(method, parameters)).catch(() => undefined);
  }

  close(): void {
    this.#closed = true;
    this.#socket?.destroy();
  }

  async #request(method: string, parameters?: object, token?: CancellationToken): Promise<unknown> {
    try {
      const link = await this.#connection();
      return await (token === undefined ? link.sendRequest(method, parameters) : link.sendRequest(method, parameters, token));
    } catch (error) {
      const { ResponseError } = await loadRpc();
      const known = error instanceof ResponseError ? ErrorDtoSchema.safeParse(error.data) : undefined;
      if (known?.success === true) throw fromErrorDto(known.data as ErrorDto);
      if (error instanceof PilotError) throw error;
      throw unavailable(error);
    }
  }

  #connection(): Promise<MessageConnection> {
    this.#link ??= this.#connect().catch((error: unknown) => {
      this.#link = undefined;
      throw error;
    });
    return this.#link;
  }

  /** Tries until a living window answers or the time is over: the extension may start later than the server. */
  async #connect(): Promise<MessageConnection> {
    const deadline = Date.now() + this.#waitMs;
    let last: unknown;
    do {
      try {
        const rendezvous = await this.#find();
        if (rendezvous !== undefined) return await this.#open(rendezvous);
      } catch (error) {
        if (error instanceof PilotError) throw error;
        last = error;
      }
      await sleep(POLL_MS);
    } while (Date.now() < deadline && !this.#closed);
    throw unavailable(last);
  }

  async #find(): Promise<Rendezvous | undefined> {
    const own = await readRendezvous(this.#file);
    if (own !== undefined && isAlive(own.pid)) return own;
    return findLiveSibling(this.#file);
  }

  async #open({ socket: address, token }: Rendezvous): Promise<MessageConnection> {
    const socket = createConnection(address);
    await new Promise<void>((resolve, reject) => {
      socket.once('connect', resolve);
      socket.once('error', reject);
    });
    const { createMessageConnection, StreamMessageReader, StreamMessageWriter } = await loadRpc();
    const link = createMessageConnection(new StreamMessageReader(socket), new StreamMessageWriter(socket));
    socket.on('error', () => undefined); // 'close' follows, and is handled
    socket.once('close', () => {
      this.#link = undefined;
      link.dispose();
      this.#onProfilesChanged();
    });
    link.onNotification(PROFILES_CHANGED, this.#onProfilesChanged);
    link.onNotification(STOP_CALL, (parameters: unknown) => {
      const parsed = StopCallSchema.safeParse(parameters);
      if (parsed.success) this.#onStopCall(parsed.data.call);
    });
    link.onNotification(EXTEND_DECISION, (parameters: unknown) => {
      const parsed = ExtendDecisionSchema.safeParse(parameters);
      if (parsed.success) this.#extensions.get(parsed.data.id)?.();
    });
    link.listen();
    if ((await link.sendRequest(AUTHENTICATE, { token, protocol: PROTOCOL_VERSION })) !== true) {
      socket.destroy();
      throw new PilotError('broker.refused', 'The VS Code window rejected this MCP server.', { advice: 'broker.reload' });
    }
    this.#socket = socket;
    for (const call of this.#untold.splice(0)) await link.sendNotification(CALL_STARTED, call);
    return link;
  }
}

function unavailable(cause: unknown): PilotError {
  return new PilotError('broker.unavailable', 'No VS Code window runs the MySQL Pilot extension, so no connections are available.', {
    advice: 'broker.openWindow',
    untrusted: false,
    cause,
  });
}
