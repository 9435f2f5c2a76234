import type { AgentEnd } from './credentialAgent.ts';

export interface AgentLifeOptions {
  /** Windows that are open. */
  readonly windows: () => number;
  /** What the person has chosen; undefined while no window has said it. */
  readonly mode: () => { readonly keep: 'windows' | 'idle'; readonly idleHours: number } | undefined;
  readonly isOwnFile: () => Promise<boolean>;
  /** Also of one that has taken over while the agent before it was told. */
  readonly isLocked: () => Promise<boolean>;
  readonly end: (why: AgentEnd) => void;
}

const CHECK_MS = 2000;
/** A window that is reloaded comes back by then. */
const RELOAD_MS = 30_000;
const DEFAULT_IDLE_HOURS = 8;
const HOUR_MS = 3_600_000;

/** Says when an agent ends by itself: without use, after the last window, or when its file is gone, as at log-out. Times go by the clock, so that a computer's sleep counts. */
export class AgentLife {
  readonly #options: AgentLifeOptions;
  readonly startedAt = Date.now();
  #lastUse = Date.now();
  #withoutWindow = Date.now();
  #timer: NodeJS.Timeout | undefined;

  constructor(options: AgentLifeOptions) {
    this.#options = options;
  }

  start(): void {
    this.#timer = setInterval(() => {
      void this.#check();
    }, CHECK_MS);
  }

  stop(): void {
    clearInterval(this.#timer);
  }

  used(): void {
    this.#lastUse = Date.now();
  }

  windowGone(): void {
    this.#withoutWindow = Date.now();
    this.#lastUse = Date.now();
  }

  restore(lastUse: number): void {
    this.#lastUse = Math.min(lastUse, Date.now());
  }

  get lastUse(): number {
    return this.#lastUse;
  }

  /** Undefined while a window is open. */
  get endsAt(): number | undefined {
    if (this.#options.windows() > 0) return undefined;
    const { keep = 'idle', idleHours = DEFAULT_IDLE_HOURS } = this.#options.mode() ?? {};
    return keep === 'windows' ? this.#withoutWindow + RELOAD_MS : this.#lastUse + idleHours * HOUR_MS;
  }

  async #check(): Promise<void> {
    // A clock that was set back would keep the agent for as long.
    this.#lastUse = Math.min(this.#lastUse, Date.now());
    this.#withoutWindow = Math.min(this.#withoutWindow, Date.now());
    if (!(await this.#options.isOwnFile().catch(() => false))) this.#options.end('removed');
    else if (await this.#options.isLocked().catch(() => true)) this.#options.end('locked');
    else if ((this.endsAt ?? Infinity) <= Date.now()) this.#options.end('idle');
  }
}
