import assert from 'node:assert/strict';
import { readdir, readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { readProfileFile, writeProfileFile } from '../../src/extension/connections/profileFile.ts';
import type { ConnectionProfile } from '../../src/engine/driver/profile.ts';

/** What can happen to a connection in another window, so that what was asked about it before holds no more. Undefined removes it. */
export const CHANGES = {
  'made read-only': { readOnly: true },
  'made production': { environment: 'production' },
  'led to another server': { port: 1 },
  'given to another account': { user: 'somebody' },
  'told to verify its server': { tls: 'verify-identity' },
  removed: undefined,
} as const satisfies Record<string, Partial<ConnectionProfile> | undefined>;

/** Changes the only connection of a session as another window does. Resolves to what takes it back. */
export async function changeElsewhere(session: string, change: Partial<ConnectionProfile> | undefined): Promise<() => Promise<void>> {
  const profiles = path.join(session, 'user/User/globalStorage/mysql-pilot.mysql-pilot/connections');
  const file = path.join(profiles, (await readdir(profiles)).find((name) => name.endsWith('.json')) ?? '');
  const before = await readFile(file, 'utf8');
  const profile = readProfileFile(before) ?? assert.fail('no profile');
  if (change === undefined) await rm(file);
  else await writeFile(file, writeProfileFile({ ...profile, ...change }, before));
  return () => writeFile(file, before);
}
