import { CallRegistry } from '../journal/callRegistry.ts';
import { McpSession, type SharedServices } from './mcpSession.ts';

/** Of which list a client is told that it changed. */
export type ChangedList = 'tools' | 'resources';

/** More names than this at a time are no clients. */
const MAX_CLIENTS = 64;

/**
 * The sessions behind one pipe, one HTTP session or one token: one for each name that a client gives itself. Up to 2025-11-25 a client names itself once, since 2026-07-28 with
 * each request, and several clients may come the same way.
 */
export class ClientSessions {
  readonly #shared: SharedServices;
  readonly #peer: string;
  /** In the order of their last use. */
  readonly #sessions = new Map<string | undefined, McpSession>();
  readonly #listeners = new Set<(what: ChangedList) => void>();
  #lastCall = 0;

  constructor(shared: SharedServices, peer = '') {
    this.#shared = shared;
    this.#peer = peer;
  }

  /** The session of the client of that name. Throws where too many clients have calls that run. */
  of(name: string | undefined): McpSession {
    const session = this.#sessions.get(name) ?? this.#open(name);
    this.#sessions.delete(name);
    this.#sessions.set(name, session);
    return session;
  }

  /** Returns what takes the listener away. */
  onListChanged(listener: (what: ChangedList) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  listChanged(what: ChangedList): void {
    for (const listener of this.#listeners) listener(what);
  }

  /** To be called when the source says that its connections changed. */
  profilesChanged(): void {
    for (const session of this.#sessions.values()) session.profilesChanged();
    this.listChanged('resources');
    this.listChanged('tools'); // a connection may allow writes now, or none any more
  }

  get hasRunningCalls(): boolean {
    return [...this.#sessions.values()].some(isBusy);
  }

  /** Stops a call by its number. */
  stop(call: number): void {
    for (const { calls } of this.#sessions.values()) calls.stop(call);
  }

  /** Stops all calls, then runs `disconnect`, then closes the records. */
  async close(disconnect: () => Promise<void> = () => Promise.resolve()): Promise<void> {
    const sessions = [...this.#sessions.values()];
    await Promise.all(sessions.map((session) => session.endCalls()));
    await disconnect();
    await Promise.all(sessions.map((session) => session.close()));
  }

  #open(name: string | undefined): McpSession {
    if (this.#sessions.size >= MAX_CLIENTS) this.#makeRoom();
    // The numbers count up over all of them: a window stops a call by its number alone.
    const calls = new CallRegistry(() => ++this.#lastCall);
    return new McpSession(this.#shared, { name, peer: this.#peer }, calls, () => {
      this.listChanged('tools');
    });
  }

  #makeRoom(): void {
    const idle = [...this.#sessions].find(([, session]) => !isBusy(session));
    if (idle === undefined) throw new Error('Too many clients have running calls. Call again later.');
    const [name, session] = idle;
    this.#sessions.delete(name);
    void session.close();
  }
}

function isBusy({ calls }: McpSession): boolean {
  return calls.running().length > 0;
}
