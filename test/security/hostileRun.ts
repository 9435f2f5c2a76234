import type { Database } from '../../src/engine/connection/database.ts';
import { isPilotError } from '../../src/engine/errors.ts';
import type { Case } from './corpus.ts';
import { differences, leaks, type Fixture, type Snapshot } from './fixture.ts';

/** Reason of cases that need a connection whose rules keep `vault.*` out of reach. */
export const DENIED = 'reads a denied table';

/** Reason of cases that end a server or take its memory: never run without a guard. */
export const FLOODS = 'crashes or floods the server';

/** The rules of the connection that such cases are run through. */
export const RULES = { deny: ['vault.*'] } as const;

const LIMITS = { maxRows: 100, maxCharacters: 100_000 };
const TIMEOUT_MS = 10_000;

/**
 * Errors of a server that looked at names only: no such column (1054), parser (1064, 1149), table (1146, 1109), database (1049), function
 * (1305, 1630), ambiguous or duplicate names (1052, 1060, 1066), no alias (1248), other number of columns (1222), not a variable (1327), no JSON document (3141) or path (3143).
 */
export const NEVER_RAN: ReadonlySet<number> = new Set([
  1049, 1052, 1054, 1060, 1064, 1066, 1109, 1146, 1149, 1222, 1248, 1305, 1327, 1630, 3141, 3143,
]);

export interface HostileOutcome {
  /** The guard refused it, the server could not make sense of it, or it ran. */
  readonly kind: 'refused' | 'meant nothing to the server' | 'ran';
  readonly error?: string;
  readonly effects: readonly string[];
}

/** Sends a hostile statement through the product; tells what came of it. */
export async function runHostile(
  database: Database,
  one: Case,
  fixture: Fixture,
  start: Snapshot,
  timeoutMs = TIMEOUT_MS,
): Promise<HostileOutcome> {
  const { effects, ...answer } = await sendHostile(database, one, timeoutMs);
  return { ...answer, effects: [...effects, ...(await changesSince(fixture, start))] };
}

/** The same without a look at the server: of the effects it knows only what was answered. */
export async function sendHostile(database: Database, { sql, database: name }: Case, timeoutMs = TIMEOUT_MS): Promise<HostileOutcome> {
  let kind: HostileOutcome['kind'] = 'ran';
  let message: string | undefined;
  const effects: string[] = [];
  try {
    const answer = await database.reads.query(sql, { limits: LIMITS, timeoutMs, database: name });
    if (leaks([JSON.stringify(answer)])) effects.push('told a secret');
  } catch (error) {
    if (!isPilotError(error)) throw error;
    message = `${error.code}: ${error.message}`;
    // What the parser does not know, and names that the catalog does not have, are never sent either.
    const unsent = error.code === 'statement.refused' || error.message.endsWith('Nothing was run.');
    if (unsent && error.errno === undefined) kind = 'refused';
    else if (NEVER_RAN.has(error.errno ?? 0)) kind = 'meant nothing to the server';
  }
  return { kind, ...(message === undefined ? {} : { error: message }), effects };
}

export async function changesSince(fixture: Fixture, start: Snapshot): Promise<string[]> {
  const now = await fixture.snapshot();
  return differences(start, now).map((aspect) => `${aspect}: ${String(start.get(aspect))} → ${String(now.get(aspect))}`);
}
