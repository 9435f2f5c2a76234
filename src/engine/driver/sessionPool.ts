import type { CatalogRow } from './catalogRow.ts';
import { ControlConnection } from './controlConnection.ts';
import { CONNECT_TIMEOUT_MS, type Login } from './connect.ts';
import type { ConnectionTarget, SshSecret } from './profile.ts';
import type { ServerInfo } from './serverInfo.ts';
import type { SshTunnel } from './ssh/sshTunnel.ts';
import { Session } from './session.ts';
import { SilenceWatch } from './silenceWatch.ts';
import { lazy, type Lazy } from '../lazy.ts';
import type { CurrentTag } from './statementTag.ts';
import { PilotError } from '../errors.ts';
import { type Written } from '../sql/ownSql.ts';

export interface PoolOptions {
  /** The most sessions at a time; further callers wait. */
  readonly size: number;
  /** How long a caller waits for a free session, in milliseconds. */
  readonly waitMs: number;
  /** How long an unused session is kept, in milliseconds. */
  readonly idleMs: number;
  /** Of the SSH servers on the way, in order; asked when they are connected to. */
  readonly sshSecrets: () => Promise<readonly SshSecret[]>;
  /** Begins each statement of a session, except those of people. */
  readonly tag?: CurrentTag | undefined;
  /** Told when a running statement could not be stopped on the server; the server's own time limit then ends it. */
  readonly onKillFailed: (error: unknown) => void;
}

export interface PoolActivity {
  readonly busy: number;
  readonly idle: number;
  readonly limit: number;
  readonly waiting: number;
  /** How often callers had to wait since the start, and for how long in all, in milliseconds. */
  readonly waits: number;
  readonly waitedMs: number;
  /** Attempts to connect that failed since the last one that did not. */
  readonly failures: number;
}

export interface UserSessionLease {
  readonly session: Session;
  /** Ends the statement that runs there; the session goes on. */
  stop(): Promise<void>;
  /** Whether the server still has it, asked on another connection; true where that can't be known. */
  isThere(): Promise<boolean>;
  /** The database that the session is in, asked on another connection: null for none, undefined where that can't be known. */
  database(): Promise<string | null | undefined>;
  release(): void;
}

const DEFAULTS = { size: 4, waitMs: 10_000, idleMs: 60_000, sshSecrets: () => Promise.resolve([]) };
/** An agent shall not take much of a server that others need. */
const PRODUCTION_SIZE = 2;

const DATABASE_OF_ID = 'SELECT db AS name FROM information_schema.processlist WHERE id = ? LIMIT 1';
const SESSIONS_OF_ID = 'SELECT COUNT(*) AS n FROM information_schema.processlist WHERE id = ?';

interface Idle {
  readonly session: Session;
  readonly since: number;
}

interface Waiter {
  readonly wake: () => void;
}

/** Sessions of one connection. A session that failed or was left in the middle of a statement never comes back. */
export class SessionPool {
  readonly #target: ConnectionTarget;
  readonly #password: () => Promise<string>;
  readonly #options: PoolOptions;
  /** The one that rests longest first. */
  readonly #idle: Idle[] = [];
  /** One for all, which goes on by itself: setting and clearing one in each call costs more than to look too often. */
  #sweep: NodeJS.Timeout | undefined;
  readonly #waiters: Waiter[] = [];
  readonly #busy = new Set<Session>();
  readonly #fileSessions = new Set<Session>();
  /** Called when the last session that a holder keeps is released. */
  #lastReleased: (() => void) | undefined;
  readonly #kills = new Set<Promise<void>>();
  readonly #control: ControlConnection;
  readonly #silence = new SilenceWatch(() => this.#control.answers());
  /** A password that is being asked for: sessions that open side by side share the question. */
  #asking: Promise<string> | undefined;
  #tunnel: Lazy<SshTunnel> | undefined;
  readonly #counts = { waits: 0, waitedMs: 0, failures: 0 };
  #opening = 0;
  #closed = false;
  /** The connection was changed: what people keep goes on, and nothing else begins but what judges their statements. */
  #retired = false;
  #server: ServerInfo | undefined;

  constructor(
    target: ConnectionTarget,
    password: () => Promise<string>,
    options: Partial<PoolOptions> & Pick<PoolOptions, 'onKillFailed'>,
  ) {
    this.#target = target;
    this.#password = password;
    const size = target.poolSize ?? (target.environment === 'production' ? PRODUCTION_SIZE : DEFAULTS.size);
    this.#options = { ...DEFAULTS, size, ...options };
    this.#control = new ControlConnection(
      async () => Session.openWritable(target, await this.#login(), options.tag),
      2 * this.#options.idleMs,
    );
  }

  /** The server that the last session was opened on; undefined before the first one. */
  get server(): ServerInfo | undefined {
    return this.#server;
  }

  get activity(): PoolActivity {
    return { busy: this.#busy.size, idle: this.#idle.length, limit: this.#options.size, waiting: this.#waiters.length, ...this.#counts };
  }

  /**
   * Lends a session to `work`, in `database` if one is named, else in the connection's default. A session that `work`
   * leaves in the middle of a statement is ended on the server; one whose server answers nobody any longer is given up.
   */
  async withSession<T>(database: string | undefined, work: (session: Session) => Promise<T>): Promise<T> {
    const session = await this.#acquire(database);
    this.#silence.lent(session);
    try {
      const wanted = database ?? this.#target.database;
      if (wanted !== undefined) await session.useDatabase(wanted);
      return await work(session);
    } finally {
      this.#silence.returned(session);
      this.#release(session);
    }
  }

  /** Lends a session that is not READ ONLY and is used once. What it leaves open is rolled back when it ends. */
  async withWritableSession<T>(database: string | undefined, work: (session: Session) => Promise<T>): Promise<T> {
    if (this.#closed || this.#retired) throw this.#closedError();
    const session = await Session.openWritable(this.#target, await this.#login(), this.#options.tag);
    this.#busy.add(session);
    try {
      const wanted = database ?? this.#target.database;
      if (wanted !== undefined) await session.useDatabase(wanted);
      return await work(session);
    } finally {
      this.#busy.delete(session);
      this.#end(session);
    }
  }

  /** A session that its holder keeps, beside those of the pool; `release` ends it. */
  async openUserSession(): Promise<UserSessionLease> {
    if (this.#closed || this.#retired) throw this.#closedError();
    this.#control.warm();
    const session = await Session.openUserSession(this.#target, await this.#login());
    this.#server = session.server;
    const isClosed = (): boolean => this.#closed; // it may have been, meanwhile
    if (isClosed()) session.destroy();
    else this.#fileSessions.add(session);
    return {
      session,
      stop: async () => {
        await this.#control.stopStatement(session.threadId);
      },
      isThere: async () => {
        if (!session.killable) return true;
        const rows = await this.#control.read(SESSIONS_OF_ID, [session.threadId]).catch(() => []);
        return Number(rows[0]?.['n'] ?? 1) > 0;
      },
      database: async () => {
        const [row] = session.killable ? await this.#control.read(DATABASE_OF_ID, [session.threadId]).catch(() => []) : [];
        return row === undefined ? undefined : row['name'] === null ? null : String(row['name']);
      },
      release: () => {
        this.#fileSessions.delete(session);
        this.#end(session);
        if (this.#fileSessions.size === 0) this.#lastReleased?.();
      },
    };
  }

  /** Runs a short catalog statement of ours beside the pool, on the connection that ends statements. */
  async observe<S extends string>(statement: Written<S>, values: readonly (string | number)[]): Promise<CatalogRow[]> {
    return this.#control.read(statement, values);
  }

  /**
   * Ends the sessions of the pool. Those that a holder keeps go on until they are released, and what they run is judged on READ ONLY ones as before; resolves when all is closed.
   */
  async retire(): Promise<void> {
    if (this.#fileSessions.size > 0) {
      this.#retired = true;
      this.#endPooled();
      const { promise, resolve } = Promise.withResolvers<undefined>();
      this.#lastReleased = () => {
        resolve(undefined);
      };
      await promise;
    }
    await this.close();
  }

  async close(): Promise<void> {
    this.#closed = true;
    this.#silence.close();
    this.#endPooled();
    for (const session of this.#fileSessions) this.#end(session);
    this.#fileSessions.clear();
    this.#lastReleased?.();
    await Promise.all(this.#kills);
    this.#control.close();
    const tunnel = await this.#tunnel?.loaded;
    tunnel?.close();
  }

  #endPooled(): void {
    clearTimeout(this.#sweep);
    this.#sweep = undefined;
    for (const { session } of this.#idle.splice(0)) session.destroy();
    for (const session of this.#busy) this.#end(session);
    for (const waiter of this.#waiters.splice(0)) waiter.wake();
  }

  async #login(): Promise<Login> {
    const { ssh: settings, connectTimeoutMs: timeoutMs = CONNECT_TIMEOUT_MS } = this.#target;
    if (settings === undefined) return { password: await this.#askPassword() };
    const { sshSecrets: secrets, idleMs } = this.#options;
    this.#tunnel ??= lazy(async () => {
      const { SshTunnel } = await import('./ssh/sshTunnel.ts');
      return new SshTunnel({ settings, secrets, timeoutMs, idleMs });
    });
    const tunnel = await this.#tunnel.get();
    return { password: await this.#askPassword(), dial: () => tunnel.dial(this.#target) };
  }

  #askPassword(): Promise<string> {
    this.#asking ??= this.#password().finally(() => (this.#asking = undefined));
    return this.#asking;
  }

  async #acquire(database: string | undefined): Promise<Session> {
    const deadline = Date.now() + this.#options.waitMs;
    for (;;) {
      if (this.#closed) throw this.#closedError();
      this.#control.warm();
      const idle = this.#takeIdle(database);
      if (idle !== undefined) {
        this.#busy.add(idle);
        return idle;
      }
      if (this.#busy.size + this.#opening < this.#options.size) return this.#open();
      const since = Date.now();
      this.#counts.waits++;
      await this.#waitForRelease(deadline).finally(() => (this.#counts.waitedMs += Date.now() - since));
    }
  }

  /** Prefers a session that is in the wanted database already; one that cannot get back to "no database" makes room. */
  #takeIdle(database: string | undefined): Session | undefined {
    const wanted = database ?? this.#target.database;
    const matching = this.#idle.findIndex(({ session }) => session.database === wanted);
    const index = matching >= 0 || wanted === undefined ? matching : this.#idle.length - 1;
    const [found] = index >= 0 ? this.#idle.splice(index, 1) : [];
    if (found === undefined) {
      if (this.#idle.length > 0 && this.#idle.length + this.#busy.size >= this.#options.size) this.#discardOldest();
      return undefined;
    }
    return found.session.usable ? found.session : this.#takeIdle(database);
  }

  #discardOldest(): void {
    this.#idle.shift()?.session.destroy();
  }

  async #open(): Promise<Session> {
    this.#opening++;
    try {
      const session = await Session.open(this.#target, await this.#login(), this.#options.tag);
      if (this.#closed) {
        session.destroy();
        throw this.#closedError();
      }
      this.#server = session.server;
      this.#busy.add(session);
      this.#counts.failures = 0;
      return session;
    } catch (error) {
      this.#counts.failures++;
      this.#waiters.shift()?.wake();
      throw error;
    } finally {
      this.#opening--;
    }
  }

  #release(session: Session): void {
    this.#busy.delete(session);
    if (session.reusable && !this.#closed) {
      this.#idle.push({ session, since: performance.now() });
      this.#sweep ??= this.#sweepIn(this.#options.idleMs);
    } else {
      this.#end(session);
    }
    this.#waiters.shift()?.wake();
  }

  #sweepIn(milliseconds: number): NodeJS.Timeout {
    return setTimeout(() => {
      const { idleMs } = this.#options;
      const now = performance.now();
      while ((this.#idle[0]?.since ?? Infinity) <= now - idleMs) this.#discardOldest();
      const [oldest] = this.#idle;
      this.#sweep = oldest === undefined ? undefined : this.#sweepIn(oldest.since + idleMs - now);
    }, Math.ceil(milliseconds)).unref();
  }

  /**
   * Destroys a session. The server does not notice a closed socket while it computes, so a running statement is stopped from
   * a connection of its own; that cannot hit a later statement, because the session is never used again.
   */
  #end(session: Session): void {
    const running = session.running && session.usable;
    session.destroy();
    if (!running) return;
    if (!session.killable) {
      this.#options.onKillFailed(new Error('The server reports a different connection ID than at login, so a proxy is in between.'));
      return;
    }
    const kill = this.#control
      .endSession(session.threadId)
      .catch(this.#options.onKillFailed)
      .finally(() => this.#kills.delete(kill));
    this.#kills.add(kill);
  }

  #waitForRelease(deadline: number): Promise<void> {
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        this.#waiters.splice(this.#waiters.indexOf(waiter), 1);
        reject(
          new PilotError('connection.limit', `All ${String(this.#options.size)} sessions of this connection are busy.`, {
            advice: 'connection.waitForSession',
          }),
        );
      }, deadline - Date.now());
      const waiter: Waiter = {
        wake: () => {
          clearTimeout(timer);
          resolve();
        },
      };
      this.#waiters.push(waiter);
    });
  }

  #closedError(): PilotError {
    return new PilotError('connection.lost', 'The connection was closed.', { advice: 'connection.reopens' });
  }
}
