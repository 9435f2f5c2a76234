import path from 'node:path';
import type { ConnectionProfile } from '../../engine/driver/profile.ts';
import { showsStructure } from '../../engine/sql/agentVisibility.ts';
import type { Recording, Secret } from '../contracts.ts';
import type { ExportSettings } from '../exportContract.ts';
import type { SavedQuery } from '../savedQueries.ts';
import type { Contents, FedConnection, Feed, Scope } from '../agentContracts.ts';
import { isWithin } from '../openWindows.ts';
import { SealedSecret } from './sealedSecret.ts';

type Shared = Omit<Feed, 'connections' | 'folders' | 'rendezvous' | 'exportFolder' | 'origin' | 'listedAt'>;

interface FedWindow {
  readonly folders: readonly string[];
  readonly exportFolder: string;
}

interface Held {
  readonly profile: ConnectionProfile;
  readonly secret: SealedSecret | undefined;
  readonly changedAt: number;
}

/** Windows that have closed are remembered, too. */
const MAX_WINDOWS = 200;
const MAX_ORIGINS = 20;

/** What all windows with one storage have given. */
interface Origin {
  shared: Shared;
  /** When the list of the connections was read. */
  listedAt: number;
  readonly connections: Map<string, Held>;
  /** By the rendezvous file; the last to give something comes last. */
  readonly windows: Map<string, FedWindow>;
}

/** What a server may have: the connections that a window of its folder would list. */
export interface ScopedContents {
  readonly profiles: readonly ConnectionProfile[];
  readonly queries: readonly SavedQuery[];
  readonly recording: Recording;
  readonly exports: ExportSettings;
  secret(id: string): Secret | undefined;
}

/** What windows have given, in memory alone. */
export class AgentContents {
  /** By the storage; the last to give something comes last. */
  readonly #origins = new Map<string, Origin>();

  /**
   * The latest change of a connection wins: a window that has not seen a new password yet does not bring the old one back. The same holds for the list: what another window has hidden or removed
   * meanwhile stays so.
   */
  feed({ origin, rendezvous, folders, exportFolder, connections, listedAt = 0, ...shared }: Feed): void {
    const known: Origin = this.#origins.get(origin) ?? { shared, listedAt: 0, connections: new Map(), windows: new Map() };
    this.#origins.delete(origin);
    this.#origins.set(origin, known);
    known.windows.delete(rendezvous);
    known.windows.set(rendezvous, { folders, exportFolder });
    dropOldest(known.windows, MAX_WINDOWS);
    for (const dropped of dropOldest(this.#origins, MAX_ORIGINS)) wipeAll(dropped);
    // A clock that was set back since would keep each later list out.
    const isOld = known.listedAt > listedAt && known.listedAt <= Date.now();
    if (!isOld) Object.assign(known, { listedAt, shared });
    const listed = isOld
      ? [...known.connections.values()].map(({ profile }) => profile)
      : connections.map(({ profile }) => profile).filter(({ agents }) => showsStructure(agents));
    const given = new Map(connections.map((one) => [one.profile.id, one]));
    const before = new Map(known.connections);
    known.connections.clear();
    // In the order of the list.
    for (const profile of listed) {
      const { secret, changedAt = 0 } = given.get(profile.id) ?? {};
      known.connections.set(profile.id, held({ profile, secret, changedAt }, before.get(profile.id)));
      before.delete(profile.id);
    }
    for (const { secret } of before.values()) secret?.wipe();
  }

  /** Forgets what windows with a storage have given. */
  drop(origin: string): void {
    const known = this.#origins.get(origin);
    if (known !== undefined) wipeAll(known);
    this.#origins.delete(origin);
  }

  get connections(): number {
    return [...this.#origins.values()].reduce((sum, { connections }) => sum + connections.size, 0);
  }

  /** Of the window that has given something last. */
  get latest(): Shared | undefined {
    return [...this.#origins.values()].at(-1)?.shared;
  }

  /**
   * For the window of a rendezvous file, else for the windows of a folder, else for all windows of the same storage, else for those that have given something last. Undefined while no
   * window has given anything.
   */
  scope(scope: Scope): ScopedContents | undefined {
    const found = this.#originOf(scope);
    if (found === undefined) return undefined;
    const { origin, window } = found;
    const { recording, queries, exportAccess } = origin.shared;
    return {
      profiles: [...origin.connections.values()].map(({ profile }) => profile),
      queries,
      recording,
      exports: { folder: window?.exportFolder ?? path.join(recording.folder, 'exports'), access: exportAccess },
      secret: (id) => origin.connections.get(id)?.secret?.open(),
    };
  }

  /** For the program that replaces this one. */
  export(lastUse: number): Contents {
    const feeds = [...this.#origins].flatMap(([origin, { shared, listedAt, connections, windows }]) =>
      [...windows].map(([rendezvous, window]) => ({
        ...{ origin, rendezvous, folders: [...window.folders], exportFolder: window.exportFolder },
        ...shared,
        listedAt,
        connections: [...connections.values()].map(({ profile, secret, changedAt }) => ({ profile, secret: secret?.open(), changedAt })),
      })),
    );
    return { feeds, lastUse };
  }

  wipe(): void {
    for (const origin of this.#origins.values()) wipeAll(origin);
    this.#origins.clear();
  }

  #originOf({ rendezvous, folders }: Scope): { readonly origin: Origin; readonly window: FedWindow | undefined } | undefined {
    const origins = [...this.#origins].reverse();
    if (rendezvous !== undefined) {
      for (const [, origin] of origins) {
        const window = origin.windows.get(rendezvous);
        if (window !== undefined) return { origin, window };
      }
      const storage = path.dirname(path.dirname(rendezvous));
      const own = this.#origins.get(storage);
      return own === undefined ? undefined : { origin: own, window: undefined };
    }
    for (const [, origin] of origins) {
      const window = [...origin.windows.values()].reverse().find((one) => coversOne(one.folders, folders));
      if (window !== undefined) return { origin, window };
    }
    const [last] = origins;
    return last === undefined ? undefined : { origin: last[1], window: undefined };
  }
}

/** What is known of a connection from now on. */
function held({ profile, secret, changedAt }: FedConnection, before: Held | undefined): Held {
  // A clock that was set back since would keep each later change out.
  const seen = before === undefined || before.changedAt > Date.now() ? 0 : before.changedAt;
  const knowsLess = secret === undefined && changedAt === 0 && before?.secret !== undefined;
  const keepsBefore = before !== undefined && (seen > changedAt || knowsLess);
  const wanted = keepsBefore ? before.secret?.open() : secret;
  before?.secret?.wipe();
  // Whatever a window gives: a password that is stored nowhere is not kept here, either.
  const allowed = wanted !== undefined && profile.keepPassword !== undefined ? { ...wanted, password: undefined } : wanted;
  return {
    profile,
    secret: allowed === undefined ? undefined : new SealedSecret(allowed),
    changedAt: keepsBefore ? before.changedAt : changedAt,
  };
}

function wipeAll({ connections }: Origin): void {
  for (const { secret } of connections.values()) secret?.wipe();
}

/** Takes the oldest entries out until so many are left; returns them. */
function dropOldest<T>(map: Map<string, T>, most: number): T[] {
  const over = [...map].slice(0, Math.max(0, map.size - most));
  for (const [key] of over) map.delete(key);
  return over.map(([, value]) => value);
}

/** Whether one of the folders is, or is in, one that the window has open. */
function coversOne(open: readonly string[], folders: readonly string[]): boolean {
  return folders.some((folder) => open.some((one) => isWithin(one, folder)));
}
