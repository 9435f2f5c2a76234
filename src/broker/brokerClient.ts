import { setTimeout as sleep } from 'node:timers/promises';
import type { CancellationToken } from 'vscode-jsonrpc/node';
import type { ConnectionProfile, SshSecret } from '../engine/driver/profile.ts';
import { PilotError, fromErrorDto, type ErrorDto } from '../engine/errors.ts';
import type { BrokerFinder } from './brokerFinder.ts';
import { openLink, type BrokerLink } from './brokerLink.ts';
import { loadRpc, type PeerAddress } from './peerLink.ts';
import {
  APPROVE_WRITE,
  CALL_FINISHED,
  CALL_STARTED,
  DecisionSchema,
  ErrorDtoSchema,
  GET_RECORDING,
  GET_SAVED_QUERIES,
  GET_SECRET,
  GET_PSEUDONYM_KEY,
  GET_SSH_SECRETS,
  GET_STORED_SECRET,
  LIST_PROFILES,
  PasswordSchema,
  ProfilesSchema,
  RecordingSchema,
  SavedQueriesSchema,
  SecretSchema,
  PseudonymKeySchema,
  SshSecretsSchema,
  WRITE_FINISHED,
  type ApprovalRequest,
  type CallFinished,
  type CallStarted,
  type Decision,
  type Recording,
  type Secret,
  type WriteFinished,
} from './contracts.ts';
import { ExportSettingsSchema, GET_EXPORTS, type ExportSettings } from './exportContract.ts';
import { RECEIPT_CHANGED, type Receipt } from './receiptContract.ts';
import type { SavedQuery } from './savedQueries.ts';
import { SHOW_VIEW, type View } from './viewContract.ts';

/** What a server does when windows come, change or want something of it. */
export interface BrokerClientOptions {
  /** How long a call waits for a window that is starting, in milliseconds. */
  readonly waitMs?: number;
  /** Called when the window says that connections changed, and when the link to it is lost: what was read is then out of date. */
  readonly onProfilesChanged?: () => void;
  /** Called when the user stops one of this server's calls in the window. */
  readonly onStopCall?: (call: number) => void;
}

const WAIT_MS = 10_000;
const POLL_MS = 100;
/** Of the credential agent, among the looks for a window. */
const AGENT_EVERY = 5;
/** How often a server of the agent looks for a window, and how long it looks for another peer after its own has gone. */
const MOVE_MS = 2000;
const ANOTHER_MS = 1000;
const MAX_REPEATS = 3;
const MAX_UNTOLD = 50;
/** A person is asked, or sees something: not twice. All others only read. */
const ONCE: ReadonlySet<string> = new Set([APPROVE_WRITE, SHOW_VIEW]);

/**
 * The server's half: finds the window, or else the credential agent, links when first needed, and again after the window was reloaded. It moves to a window that comes back,
 * and to the agent when the window goes.
 */
export class BrokerClient {
  readonly #finder: BrokerFinder;
  readonly #waitMs: number;
  readonly #onProfilesChanged: () => void;
  readonly #onStopCall: (call: number) => void;
  #link: Promise<BrokerLink> | undefined;
  /** The link that `#link` has resolved to. */
  #linked: BrokerLink | undefined;
  #mover: NodeJS.Timeout | undefined;
  readonly #untold: CallStarted[] = [];
  /** By the number of the preview that a person decides about. */
  readonly #extensions = new Map<string, () => void>();
  #closed = false;

  constructor(finder: BrokerFinder, options: BrokerClientOptions) {
    this.#finder = finder;
    this.#waitMs = options.waitMs ?? WAIT_MS;
    this.#onStopCall = options.onStopCall ?? ((): void => undefined);
    this.#onProfilesChanged = options.onProfilesChanged ?? ((): void => undefined);
  }

  /** Whether a person can be asked at a window. Moves to a window that has come back. */
  async hasWindow(): Promise<boolean> {
    await this.#moveToWindow();
    return (await this.#connection().catch(() => undefined))?.kind === 'window';
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

  async getExports(): Promise<ExportSettings> {
    return ExportSettingsSchema.parse(await this.#request(GET_EXPORTS));
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
    await this.#link.then(({ connection }) => connection.sendNotification(method, parameters)).catch(() => undefined);
  }

  close(): void {
    this.#closed = true;
    clearInterval(this.#mover);
    void this.#link?.then(
      (link) => {
        link.close();
      },
      () => undefined,
    );
  }

  async #request(method: string, parameters?: object, token?: CancellationToken): Promise<unknown> {
    for (let repeats = 0; ; repeats++) {
      let link: BrokerLink | undefined;
      try {
        link = await (repeats === 0 ? this.#connection() : this.#connection(ANOTHER_MS));
        return await link.request(method, parameters, token);
      } catch (error) {
        const { ResponseError } = await loadRpc();
        const known = error instanceof ResponseError ? ErrorDtoSchema.safeParse(error.data) : undefined;
        if (known?.success === true) throw fromErrorDto(known.data as ErrorDto);
        if (error instanceof PilotError) throw error;
        if (link?.isLost() === true) this.#lost(link);
        if (link?.isLost() === true && !ONCE.has(method) && repeats < MAX_REPEATS && !this.#closed) continue;
        throw await this.#unavailable(error);
      }
    }
  }

  #connection(waitMs = this.#waitMs): Promise<BrokerLink> {
    this.#link ??= this.#connect(waitMs).then(
      (link) => (this.#linked = link),
      (error: unknown) => {
        this.#link = undefined;
        throw error;
      },
    );
    return this.#link;
  }

  /** Tries until a living window or the agent answers, or the time is over: the extension may start later than the server. */
  async #connect(waitMs: number): Promise<BrokerLink> {
    const deadline = Date.now() + waitMs;
    let last: unknown;
    for (let look = 0; look === 0 || (Date.now() < deadline && !this.#closed); look++) {
      if (look > 0) await sleep(POLL_MS);
      for (const kind of look % AGENT_EVERY === 0 ? (['window', 'agent'] as const) : (['window'] as const)) {
        try {
          const address = await this.#finder[kind]();
          if (address !== undefined) return await this.#open(kind, address);
        } catch (error) {
          if (error instanceof PilotError) throw error;
          last = error;
        }
      }
    }
    throw await this.#unavailable(last);
  }

  async #open(kind: BrokerLink['kind'], address: PeerAddress): Promise<BrokerLink> {
    const link = await openLink(kind, address, {
      scope: this.#finder.scope,
      onClose: (closed) => {
        this.#lost(closed);
      },
      onProfilesChanged: this.#onProfilesChanged,
      onStopCall: this.#onStopCall,
      onExtend: (id) => this.#extensions.get(id)?.(),
    });
    if (kind === 'agent')
      this.#mover ??= setInterval(() => {
        void this.#moveToWindow();
      }, MOVE_MS).unref();
    if (link.isLost()) throw new Error('The link was closed at once.');
    for (const call of this.#untold.splice(0)) await link.connection.sendNotification(CALL_STARTED, call);
    return link;
  }

  /** A link that was left for another one is no loss. */
  #lost(closed: BrokerLink): void {
    if (this.#linked !== closed) return;
    this.#linked = undefined;
    this.#link = undefined;
    this.#onProfilesChanged();
  }

  /** From the agent to a window, as soon as there is one. What runs over the old link ends there. */
  async #moveToWindow(): Promise<void> {
    const current = this.#linked;
    if (current?.kind !== 'agent' || this.#closed) return;
    try {
      const window = await this.#finder.window();
      if (window === undefined || this.#linked !== current) return;
      const next = await this.#open('window', window);
      if (this.#linked !== current || next.isLost()) {
        next.close();
        return;
      }
      this.#linked = next;
      this.#link = Promise.resolve(next);
      clearInterval(this.#mover);
      this.#mover = undefined;
      current.closeWhenIdle();
      this.#onProfilesChanged();
    } catch {
      // it is starting or closing; the agent answers meanwhile
    }
  }

  async #unavailable(cause: unknown): Promise<PilotError> {
    const agent = (await this.#finder.isLocked()) ? 'the credential agent is locked' : 'no credential agent runs';
    return unavailable(`No VS Code window runs the MySQL Pilot extension, and ${agent}, so no connections are available.`, cause);
  }
}

function unavailable(message: string, cause: unknown): PilotError {
  return new PilotError('broker.unavailable', message, { advice: 'broker.openWindow', untrusted: false, cause });
}
