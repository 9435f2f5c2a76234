import type { ConnectionProfile } from '../../engine/driver/profile.ts';
import { rowsRefused } from '../../engine/query/authorization/requireRows.ts';
import { showsRows, showsStructure } from '../../engine/sql/agentVisibility.ts';

/**
 * What an answer holds of a connection. `nothing`: at most what is said of it in lists. `structure`: names, keys, comments, definitions, and estimates. `statements`: what statements
 * read, each of which the engine holds to what agents see. `data`: rows, values, plans, or statements of others.
 */
export type Gives = 'nothing' | 'structure' | 'statements' | 'data';

/** For agents a connection that they don't see does not exist. */
export function isVisible({ agents }: ConnectionProfile): boolean {
  return showsStructure(agents);
}

/** Throws where agents don't see so much of a connection, and where nobody has declared what is given. */
export function requireGiven({ agents }: ConnectionProfile, gives: Gives): void {
  switch (gives) {
    case 'structure':
    case 'statements':
      return;
    case 'data':
      if (showsRows(agents)) return;
      throw rowsRefused();
    default:
      throw new Error('What is opened here was not declared to give anything of a connection.');
  }
}
