import { createConnection, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import {
  createMessageConnection,
  ResponseError,
  StreamMessageReader,
  StreamMessageWriter,
  type MessageConnection,
} from 'vscode-jsonrpc/node';
import type { ConnectionProfile } from '../engine/driver/profile.ts';
import { PilotError, fromErrorDto, type ErrorDto } from '../engine/errors.ts';
import {
  AUTHENTICATE,
  CALL_FINISHED,
  ErrorDtoSchema,
  ExportFolderSchema,
  GET_EXPORT_FOLDER,
  GET_SECRET,
  GET_STORED_SECRET,
  LIST_PROFILES,
  PROFILES_CHANGED,
  PROTOCOL_VERSION,
  ProfilesSchema,
  SecretSchema,
  type CallFinished,
  type Rendezvous,
} from './contracts.ts';
import { findLiveSibling, isAlive, readRendezvous } from './rendezvous.ts';

export interface BrokerClientOptions {
  /** How long a call waits for a window that is starting, in milliseconds. */
  readonly waitMs?: number;
  /** Called when the window says that connections changed, and when the link to it is lost: what was read is then out of date. */
  readonly onProfilesChanged?: () => void;
}

const WAIT_MS = 10_000;
const POLL_MS = 100;

/** The server's half: finds the window by the rendezvous file, links when first needed, and again after the window was reloaded. */
export class BrokerClient {
  readonly #file: string;
  readonly #waitMs: number;
  readonly #onProfilesChanged: () => void;
  #link: Promise<MessageConnection> | undefined;
  #socket: Socket | undefined;
  #closed = false;

  constructor(file: string, options: BrokerClientOptions) {
    this.#file = file;
    this.#waitMs = options.waitMs ?? WAIT_MS;
    this.#onProfilesChanged = options.onProfilesChanged ?? ((): void => undefined);
  }

  async listProfiles(): Promise<ConnectionProfile[]> {
    return ProfilesSchema.parse(await this.#request(LIST_PROFILES));
  }

  /** Throws `secret.missing` where the user has none to give. */
  async getSecret(id: string): Promise<string> {
    return SecretSchema.parse(await this.#request(GET_SECRET, { id })).password;
  }

  async getStoredSecret(id: string): Promise<string | undefined> {
    return SecretSchema.nullable().parse(await this.#request(GET_STORED_SECRET, { id }))?.password;
  }

  /** Where exports of the window's user go. */
  async getExportFolder(): Promise<string> {
    return ExportFolderSchema.parse(await this.#request(GET_EXPORT_FOLDER)).folder;
  }

  /** Best effort: a call is not less done because no window heard of it. */
  async reportCall(call: CallFinished): Promise<void> {
    if (this.#link === undefined) return;
    await this.#link.then((link) => link.sendNotification(CALL_FINISHED, call)).catch(() => undefined);
  }

  close(): void {
    this.#closed = true;
    this.#socket?.destroy();
  }

  async #request(method: string, parameters?: object): Promise<unknown> {
    try {
      return await (await this.#connection()).sendRequest(method, parameters);
    } catch (error) {
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
    const link = createMessageConnection(new StreamMessageReader(socket), new StreamMessageWriter(socket));
    socket.on('error', () => undefined); // 'close' follows, and is handled
    socket.once('close', () => {
      this.#link = undefined;
      link.dispose();
      this.#onProfilesChanged();
    });
    link.onNotification(PROFILES_CHANGED, this.#onProfilesChanged);
    link.listen();
    if ((await link.sendRequest(AUTHENTICATE, { token, protocol: PROTOCOL_VERSION })) !== true) {
      socket.destroy();
      throw new PilotError('broker.refused', 'The VS Code window refused this server.', {
        nextStep: 'Reload the VS Code window; if it was updated, restart the MCP server "mysql-pilot" (command: MCP: List Servers).',
      });
    }
    this.#socket = socket;
    return link;
  }
}

function unavailable(cause: unknown): PilotError {
  return new PilotError('broker.unavailable', 'No VS Code window with MySQL Pilot answers, so there are no connections to use.', {
    nextStep: 'Open VS Code with the MySQL Pilot extension enabled, or reload its window, then call again.',
    cause,
  });
}
