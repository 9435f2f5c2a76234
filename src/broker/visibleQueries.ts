import type { ConnectionProfile } from '../engine/driver/profile.ts';
import { showsStructure } from '../engine/sql/agentVisibility.ts';
import type { SavedQuery } from './savedQueries.ts';

/** Without those of connections that agents don't see: they say what such a connection holds. */
export function visibleQueries(queries: readonly SavedQuery[], profiles: readonly ConnectionProfile[]): readonly SavedQuery[] {
  const meant = (wanted: string | undefined): ConnectionProfile | undefined =>
    wanted === undefined
      ? profiles.find((_, __, { length }) => length === 1)
      : (profiles.find(({ name }) => name === wanted) ?? profiles.find(({ name }) => name.toLowerCase() === wanted.toLowerCase()));
  return queries.filter(({ connection }) => {
    const profile = meant(connection);
    return profile === undefined || showsStructure(profile.agents);
  });
}
