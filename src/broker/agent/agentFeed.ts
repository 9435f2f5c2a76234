import { setTimeout as sleep } from 'node:timers/promises';
import { PROTOCOL_VERSION } from '../contracts.ts';
import { openPeerLink, type PeerLink } from '../peerLink.ts';
import { FEED, type Feed } from '../agentContracts.ts';
import { isAgentLocked } from '../agentPlace.ts';
import { runningAgent, stopAgent } from './agentControl.ts';
import { startAgent, type AgentProgram } from './startAgent.ts';

export interface AgentFeedOptions {
  readonly program: AgentProgram;
  /** Everything that this window gives now; undefined where it gives nothing. */
  readonly give: () => Promise<Feed | undefined>;
  /** A line for the log. Nothing in it is a secret. */
  readonly warn: (message: string, error?: unknown) => void;
}

const RETRY_MS = 500;
const MAX_RETRY_MS = 30_000;

/** A window's half of the credential agent: starts it where none runs, and gives it everything anew with each change. */
export class AgentFeed {
  readonly #options: AgentFeedOptions;
  #link: PeerLink | undefined;
  #work: Promise<void> | undefined;
  #isStale = false;
  #isNews = false;
  #failures = 0;
  readonly #closed = new AbortController();

  constructor(options: AgentFeedOptions) {
    this.#options = options;
  }

  /** To be called after each change of what is given; `isNews` where the connections are others now. Resolves when the agent has it, or is not to have it. Never rejects. */
  changed(isNews = false): Promise<void> {
    this.#isStale = true;
    this.#isNews ||= isNews;
    this.#work ??= this.#giveAll();
    return this.#work;
  }

  /** What was given stays with the agent. Resolves when no start of an agent is under way any more. */
  async close(): Promise<void> {
    this.#closed.abort();
    this.#link?.socket.destroy();
    await this.#work;
  }

  #isClosed(): boolean {
    return this.#closed.signal.aborted;
  }

  async #giveAll(): Promise<void> {
    await Promise.resolve(); // `#work` is set
    while (this.#isStale && !this.#isClosed()) {
      this.#isStale = false;
      try {
        await this.#giveOnce();
        this.#failures = 0;
      } catch (error) {
        if (this.#isClosed()) break;
        this.#failures++;
        this.#options.warn("The connections couldn't be sent to the credential agent.", error);
        await this.#pause();
        this.#isStale = true;
      }
    }
    this.#work = undefined; // with the last look at `#isStale`: a change between both would be lost
  }

  async #giveOnce(): Promise<void> {
    const feed = await this.#options.give();
    const link = feed === undefined || (await isAgentLocked()) ? undefined : await this.#linked();
    const accepted = link !== undefined && (await link.connection.sendRequest(FEED, feed));
    if (accepted === true) {
      this.#isNews = false;
      return;
    }
    this.#link?.socket.destroy();
    this.#link = undefined;
  }

  async #linked(): Promise<PeerLink | undefined> {
    if (this.#link !== undefined && !this.#link.socket.destroyed) return this.#link;
    await startAgent(this.#options.program, this.#closed.signal);
    const agent = await runningAgent();
    if (agent === undefined) throw new Error('The credential agent has ended.');
    // One of a later version serves the windows of that version. It can't be told what has been hidden or removed here, so it is not to have it: those windows start it again.
    if (agent.protocol !== PROTOCOL_VERSION) {
      if (this.#isNews) await stopAgent();
      this.#isNews = false;
      return undefined;
    }
    const link = await openPeerLink(agent, PROTOCOL_VERSION);
    if (link === undefined) throw new Error('The credential agent rejected this window.');
    this.#link = link;
    link.socket.once('close', () => {
      if (this.#link !== link || this.#isClosed()) return;
      this.#link = undefined;
      void this.#returned();
    });
    if (this.#isClosed()) link.socket.destroy();
    return link;
  }

  /** The agent has ended: by an update, a crash, or because a person has locked it. */
  async #returned(): Promise<void> {
    await this.#pause();
    await this.changed();
  }

  async #pause(): Promise<void> {
    const { signal } = this.#closed;
    await sleep(Math.min(RETRY_MS * 2 ** this.#failures, MAX_RETRY_MS), undefined, { ref: false, signal }).catch(() => undefined); // closed
  }
}
