import { isDeepStrictEqual } from 'node:util';
import type { ConnectionProfile } from '../engine/driver/profile.ts';
import { showsStructure } from '../engine/sql/agentVisibility.ts';
import type { Recording } from './contracts.ts';
import type { SavedQuery } from './savedQueries.ts';

/** Where the lists come from. */
export interface ListSource {
  listProfiles(): Promise<readonly ConnectionProfile[]>;
  savedQueries(): Promise<readonly SavedQuery[]>;
  recording(): Promise<Recording>;
}

/** The lists and settings that one server has got: a change of a connection that agents don't see is no news for it, since its clients would hear that there is such a connection. */
export class ToldLists {
  readonly #source: ListSource;
  #profiles: string | undefined;
  #queries: string | undefined;
  /** A server that has not asked for it yet reads it when it does. */
  #recording: Promise<Recording> | undefined;

  constructor(source: ListSource) {
    this.#source = source;
  }

  async profiles(): Promise<readonly ConnectionProfile[]> {
    this.#profiles = undefined; // what changes from now on is news
    const profiles = await this.#source.listProfiles();
    this.#profiles = keyOfProfiles(profiles);
    return profiles;
  }

  async queries(): Promise<readonly SavedQuery[]> {
    this.#queries = undefined;
    const queries = await this.#source.savedQueries();
    this.#queries = JSON.stringify(queries);
    return queries;
  }

  recording(): Promise<Recording> {
    return (this.#recording = this.#source.recording());
  }

  /** True also where it is not known what the server has. */
  async areOld(): Promise<boolean> {
    const [profiles, queries] = await Promise.all([this.#source.listProfiles(), this.#source.savedQueries()]);
    if (keyOfProfiles(profiles) !== this.#profiles || JSON.stringify(queries) !== this.#queries) return true;
    return this.#recording !== undefined && !isDeepStrictEqual(await this.#recording, await this.#source.recording());
  }
}

function keyOfProfiles(profiles: readonly ConnectionProfile[]): string {
  return JSON.stringify(profiles.filter(({ agents }) => showsStructure(agents)));
}
