import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { AgentFeed } from '../../../src/broker/agent/agentFeed.ts';
import type { AgentFile, Feed } from '../../../src/broker/agentContracts.ts';
import { runningAgent, stopAgent, unlockAgent } from '../../../src/broker/agent/agentControl.ts';
import type { ConnectionProfile } from '../../../src/engine/driver/profile.ts';
import { run } from '../run.ts';
import { SAMPLE } from '../servers/sample.ts';
import { SERVER_BUNDLE, StdioClient, type LaunchOptions } from './stdioClient.ts';

/** Where agents are looked for. A lock is written into each, so none may be that of tests which run beside. */
const placesIn = (folder: string): Record<string, string> => ({ XDG_RUNTIME_DIR: folder, XDG_STATE_HOME: path.join(folder, 'state') });

/** A connection of the sample, as a window would give it. */
export function fedConnection(
  { host, port }: { readonly host: string; readonly port: number },
  { password = SAMPLE.owner.password, changedAt = 0, ...more }: { password?: string; changedAt?: number } & Partial<ConnectionProfile> = {},
): Feed['connections'][number] {
  const { user } = SAMPLE.owner;
  const profile: ConnectionProfile = {
    ...{ id: randomUUID(), name: 'shop', host, port, user, database: SAMPLE.database, tls: 'preferred', createdAt: 1, ...more },
  };
  return { profile, secret: { password, pseudonymKey: 'k'.repeat(64) }, changedAt };
}

/** A user of their own for the credential agent: its folder, windows that feed it, and programs that use it. */
export class AgentHome {
  /** Short: a socket lies in it. */
  readonly folder: string;
  readonly feeds: AgentFeed[] = [];
  readonly warnings: string[] = [];
  readonly #clients: StdioClient[] = [];
  readonly #before = { ...process.env };

  private constructor(folder: string) {
    this.folder = folder;
    Object.assign(process.env, this.env);
  }

  static async open(): Promise<AgentHome> {
    return new AgentHome(await mkdtemp('/tmp/mpa-'));
  }

  get file(): string {
    return path.join(this.folder, 'mysql-pilot/agent.json');
  }

  get storage(): string {
    return path.join(this.folder, 'storage');
  }

  get env(): Record<string, string> {
    return placesIn(this.folder);
  }

  /** Everything of one window. */
  feed(connections: Feed['connections'], more: Partial<Feed> = {}): Feed {
    return {
      origin: this.storage,
      rendezvous: path.join(this.storage, 'windows/one.json'),
      folders: [],
      exportFolder: path.join(this.folder, 'exports'),
      exportAccess: 'ask',
      recording: { folder: this.storage, fullStatements: false, statementTags: true },
      queries: [],
      ...{ keep: 'idle', idleHours: 8, connections },
      ...more,
    };
  }

  /** A window that gives what `give` says, with each `changed`. */
  window(give: () => Feed | undefined, script = SERVER_BUNDLE, version = '0.1.0'): AgentFeed {
    const feed = new AgentFeed({
      program: { node: process.execPath, script, version },
      give: () => Promise.resolve(give()),
      warn: (message, error) => this.warnings.push(`${message} ${String(error)}`),
    });
    this.feeds.push(feed);
    return feed;
  }

  /** `mysql-pilot agent …` */
  async command(...args: string[]): Promise<string> {
    return run(process.execPath, [SERVER_BUNDLE, 'agent', ...args], { env: { PATH: process.env['PATH'], ...this.env } });
  }

  async client(args: readonly string[], more: Partial<LaunchOptions> = {}): Promise<StdioClient> {
    const client = await StdioClient.launch({ args, ...more, env: { ...this.env, ...more.env } });
    this.#clients.push(client);
    return client;
  }

  async running(): Promise<AgentFile | undefined> {
    return runningAgent();
  }

  async dispose(): Promise<void> {
    await Promise.all(this.feeds.map((feed) => feed.close()));
    for (const client of this.#clients) await client.close();
    await stopAgent().catch(() => undefined);
    await unlockAgent();
    await sleep(200);
    for (const name of Object.keys(this.env)) {
      const before = this.#before[name];
      if (before === undefined) Reflect.deleteProperty(process.env, name);
      else process.env[name] = before;
    }
    await rm(this.folder, { recursive: true, force: true });
  }
}
