import { meantProfile, type ConnectionProfile } from '../engine/driver/profile.ts';
import { showsStructure } from '../engine/sql/agentVisibility.ts';
import type { SavedQuery } from './savedQueries.ts';

/** Without those of connections that agents don't see: they say what such a connection holds. */
export function visibleQueries(queries: readonly SavedQuery[], profiles: readonly ConnectionProfile[]): readonly SavedQuery[] {
  return queries.filter(({ connection }) => {
    const profile = meantProfile(profiles, connection);
    return profile === undefined || showsStructure(profile.agents);
  });
}
