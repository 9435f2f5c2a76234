import type { AgentDatabase, Database } from '../../engine/connection/database.ts';
import type { DatabaseCache } from '../../engine/connection/databaseCache.ts';
import type { MetricsNow } from '../../engine/observability/statementMetrics.ts';
import type { CacheMetrics } from '../../engine/query/reads/resultCache.ts';
import type { PoolActivity } from '../../engine/driver/sessionPool.ts';
import { meantProfile, rightsKey, visibilityKey, type ConnectionProfile } from '../../engine/driver/profile.ts';
import type { ConnectionSource } from './connectionSource.ts';
import { PilotError } from '../../engine/errors.ts';
import { CallSightings } from '../receipts/sightings.ts';
import { promptAnswer } from './promptAnswer.ts';
import { allowsWrites } from '../../engine/policy/access.ts';
import { showsRows } from '../../engine/sql/agentVisibility.ts';
import { isVisible, requireGiven, type Gives } from './visibility.ts';

export interface OpenConnection {
  readonly profile: ConnectionProfile;
  readonly database: AgentDatabase;
}

export interface ConnectionActivity {
  readonly name: string;
  readonly pool: PoolActivity;
  readonly figures: MetricsNow;
  /** Undefined where nothing is cached. */
  readonly cache: CacheMetrics | undefined;
}

/** The connections as one call, resource or completion gets them: it has declared what it gives of them. */
export interface GivenConnections extends Pick<Connections, 'list' | 'nameOfCursor' | 'activity' | 'invalidate'> {
  /** The connection of that name (letter case aside), or the only one there is. Throws `connection.unknown` with the names, and `statement.refused` where agents see less of it. */
  open(name: string | undefined): Promise<OpenConnection>;
}

type Opened = (profile: ConnectionProfile) => Promise<void> | undefined;

/** The connections that this server has, read anew after each change at their source. */
export class Connections {
  readonly #source: ConnectionSource;
  readonly #databases: DatabaseCache;
  readonly #scope: (profile: ConnectionProfile) => ConnectionProfile;
  #profiles: Promise<ConnectionProfile[]> | undefined;
  /** What agents saw when the list was read last, by id. */
  #seen = new Map<string, ConnectionProfile>();

  /** `scope` takes from a connection what this client may not do with it. */
  constructor(source: ConnectionSource, databases: DatabaseCache, scope: (profile: ConnectionProfile) => ConnectionProfile) {
    this.#source = source;
    this.#databases = databases;
    this.#scope = scope;
  }

  /** Those that agents see. */
  async list(): Promise<readonly ConnectionProfile[]> {
    // The promise is kept and not the list, so that a change which is told while the list is on its way is not overwritten.
    const pending = (this.#profiles ??= this.#source.listProfiles().then((profiles) => profiles.filter(isVisible)));
    try {
      const profiles = await pending;
      this.#databases.retain(profiles);
      return profiles.map(this.#scope);
    } catch (error) {
      if (this.#profiles === pending) this.#profiles = undefined;
      throw error;
    }
  }

  /**
   * True if agents may change something on any connection. False as long as no window answers; never throws, and does not
   * wait for one: `late` is called when a list that took longer has one.
   */
  async anyWritable(late: () => void): Promise<boolean> {
    const reading = this.list().then((profiles) => profiles.some(allowsWrites));
    const writable = await promptAnswer(reading, (found) => {
      if (found) late();
    });
    return writable === true;
  }

  /**
   * The one way to a database for what answers an agent: `gives` is what it has declared. `sightings` hears what it gets, `opened` of each connection, before anything runs on it.
   */
  giving(gives: Gives, sightings: CallSightings = new CallSightings(), opened: Opened = () => undefined): GivenConnections {
    return {
      list: () => this.list(),
      nameOfCursor: (cursor) => this.nameOfCursor(cursor),
      activity: () => this.activity(),
      invalidate: () => {
        this.invalidate();
      },
      open: async (name) => {
        const { profile, database } = await this.#open(name, gives, opened);
        return { profile, database: database.seenBy(sightings.of(profile.name)) };
      },
    };
  }

  /** Reads the list again. Resolves to the ids of the connections of which agents see less than before, or nothing. */
  async narrowed(): Promise<readonly string[]> {
    const before = this.#seen;
    this.#seen = new Map((await this.list()).map((profile) => [profile.id, profile]));
    return [...before.values()].flatMap((profile) => {
      const now = this.#seen.get(profile.id);
      if (now === undefined || (showsRows(profile.agents) && !showsRows(now.agents))) return [profile.id];
      // Which rules show less is not looked at: whatever else they are, they are others.
      const hasRules = now.columns !== undefined || now.tables !== undefined;
      return hasRules && visibilityKey(now) !== visibilityKey(profile) ? [profile.id] : [];
    });
  }

  async #open(
    name: string | undefined,
    gives: Gives,
    opened: Opened,
  ): Promise<{ readonly profile: ConnectionProfile; readonly database: Database }> {
    const profile = choose(await this.list(), name);
    requireGiven(profile, gives);
    await opened(profile);
    this.#seen.set(profile.id, profile);
    // The database is that of all clients; what this one may not do is decided by the profile that it gets.
    const shared = (await this.#profiles)?.find(({ id }) => id === profile.id);
    return { profile, database: await this.#databases.get(shared ?? profile) };
  }

  /** The name of the connection that gave a cursor; undefined where none did that is open. */
  async nameOfCursor(cursor: string): Promise<string | undefined> {
    for (const { id, name } of await this.list()) {
      const database = await this.#databases.peek(id)?.catch(() => undefined); // one that can't be opened has given none
      if (database?.reads.hasCursor(cursor) === true) return name;
    }
    return undefined;
  }

  /**
   * Throws where a connection is no longer what was decided about: removed, or with other rights, another server or another account. Asks the source and no copy of what it
   * said before.
   */
  async requireUnchanged(decided: ConnectionProfile): Promise<void> {
    this.invalidate();
    const now = (await this.list()).find(({ id }) => id === decided.id);
    if (now !== undefined && rightsKey(now) === rightsKey(decided)) return;
    throw new PilotError('statement.refused', 'The connection was changed or removed before the decision. Nothing was changed.', {
      nextStep: 'Call again; the current permissions apply.',
    });
  }

  /** The name of the connection that `open` would take; undefined where it would take none. */
  async nameOf(name: string | undefined): Promise<string | undefined> {
    const profiles = await this.list();
    try {
      return choose(profiles, name).name;
    } catch {
      return undefined;
    }
  }

  /** The sessions and statements of each connection that is open. */
  async activity(): Promise<ConnectionActivity[]> {
    const open = (await this.list()).flatMap(({ id, name }) => {
      const database = this.#databases.peek(id);
      return database === undefined ? [] : [{ name, database }];
    });
    return Promise.all(
      open.map(async ({ name, database }) => {
        const { activity, figures, cacheMetrics } = await database;
        return { name, pool: activity, figures, cache: cacheMetrics };
      }),
    );
  }

  /** To be called when the window says that its list changed. */
  invalidate(): void {
    this.#profiles = undefined;
  }
}

function choose(profiles: readonly ConnectionProfile[], name: string | undefined): ConnectionProfile {
  if (profiles.length === 0) {
    throw new PilotError('connection.unknown', 'No connections are saved.', {
      nextStep: 'Ask the user to add one (VS Code command "MySQL Pilot: Add Connection…").',
    });
  }
  const found = meantProfile(profiles, name);
  if (found !== undefined) return found;
  const names = profiles.map((profile) => JSON.stringify(profile.name)).join(', ');
  throw new PilotError(
    'connection.unknown',
    name === undefined ? 'There are several connections.' : `There is no connection ${JSON.stringify(name)}.`,
    {
      nextStep: `Set \`connection\` to one of: ${names}.`,
    },
  );
}
