import type { Database } from '../../../src/engine/connection/database.ts';
import { openDatabase } from '../../../src/engine/connection/openDatabase.ts';
import type { ConnectionTarget } from '../../../src/engine/driver/profile.ts';
import type { TestServer } from './testServer.ts';

/** Our own way to a server, as an account of it: root, if nothing else is said. */
export function openAs(
  { host, port, root }: TestServer,
  changes: Partial<ConnectionTarget> = {},
  { user, password }: TestServer['root'] = root,
): Promise<Database> {
  return openDatabase(
    { host, port, user, tls: 'preferred', ...changes },
    { password: () => Promise.resolve(password), warn: () => undefined },
  );
}
