import type { Database } from './database.ts';
import type { CurrentTag } from '../driver/statementTag.ts';
import { visibilityKey, type ConnectionProfile, type SshSecret } from '../driver/profile.ts';
import type { StatementEvent } from '../observability/statementEvents.ts';
import { openDatabase } from './openDatabase.ts';
import type { CacheOptions } from '../query/reads/cacheOptions.ts';

export interface DatabaseCacheOptions {
  /** The password of a profile, asked for when a session is opened. */
  readonly getSecret: (id: string) => Promise<string>;
  /** Those of the SSH servers on its way. */
  readonly getSshSecrets?: ((id: string) => Promise<readonly SshSecret[]>) | undefined;
  readonly warn: (message: string, error: unknown) => void;
  /** A profile as it is saved now, where callers may hold an older one: what was true when a tree was drawn must not open, or close, anything. */
  readonly current?: ((profile: ConnectionProfile) => Promise<ConnectionProfile>) | undefined;
  readonly observe?: ((connection: string, event: StatementEvent) => void) | undefined;
  /** Under which columns of a connection get pseudonyms; asked for when it is needed. Undefined where none is kept. */
  readonly getPseudonymKey?: ((id: string) => Promise<string | undefined>) | undefined;
  readonly tag?: CurrentTag | undefined;
  /** Of results; without it there is none. */
  readonly results?: CacheOptions | undefined;
  /** True in a person's window, where what agents see is no limit. */
  readonly forPeople?: boolean | undefined;
}

interface Entry {
  /** The profile as text: a changed one gets a new Database. */
  readonly key: string;
  readonly profile: ConnectionProfile;
  readonly database: Promise<Database>;
}

/** One Database for each profile in use, opened when first asked for. */
export class DatabaseCache {
  readonly #options: DatabaseCacheOptions;
  readonly #entries = new Map<string, Entry>();
  /** Their connections were changed, and people still have sessions on them. */
  readonly #retired = new Set<Promise<Database>>();

  constructor(options: DatabaseCacheOptions) {
    this.#options = options;
  }

  async get(given: ConnectionProfile): Promise<Database> {
    const profile = (await this.#options.current?.(given)) ?? given;
    const known = this.#entries.get(profile.id);
    if (known?.profile === profile) return known.database;
    const key = JSON.stringify(profile);
    if (known?.key === key) return known.database;
    this.forget(profile.id);
    const { getSecret, getSshSecrets, getPseudonymKey, warn, observe, results, forPeople, tag } = this.#options;
    const database = openDatabase(profile, {
      password: () => getSecret(profile.id),
      sshSecrets: getSshSecrets === undefined ? undefined : () => getSshSecrets(profile.id),
      warn,
      observe: (event) => observe?.(profile.name, event),
      cache: results,
      forPeople,
      tag,
      pseudonymKey: getPseudonymKey === undefined ? undefined : () => getPseudonymKey(profile.id),
    });
    this.#entries.set(profile.id, { key, profile, database });
    return database;
  }

  /** What is open already. */
  peek(id: string): Promise<Database> | undefined {
    return this.#entries.get(id)?.database;
  }

  /** Closes what belongs to none of these profiles, or was opened while agents saw something else of it. */
  retain(profiles: readonly ConnectionProfile[]): void {
    const byId = new Map(profiles.map((profile) => [profile.id, profile]));
    for (const [id, { profile }] of this.#entries) {
      const now = byId.get(id);
      if (now === undefined || visibilityKey(now) !== visibilityKey(profile)) this.forget(id);
    }
  }

  /**
   * Closes one connection; the next use opens it anew, with its password of then. Sessions of people go on: a changed color or password must not roll back what is open in them, nor
   * stop what runs.
   */
  forget(id: string): void {
    const entry = this.#entries.get(id);
    if (entry === undefined) return;
    const { database } = entry;
    this.#entries.delete(id);
    this.#retired.add(database);
    database
      .then((retired) => retired.close('retire'))
      .catch((error: unknown) => {
        this.#options.warn('A connection did not close cleanly.', error);
      })
      .finally(() => {
        this.#retired.delete(database);
      });
  }

  async close(): Promise<void> {
    const databases = [...[...this.#entries.values()].map(({ database }) => database), ...this.#retired];
    this.#entries.clear();
    await Promise.allSettled(databases.map(async (database) => (await database).close()));
  }
}
