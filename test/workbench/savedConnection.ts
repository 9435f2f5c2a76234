import assert from 'node:assert/strict';
import { readdir } from 'node:fs/promises';
import path from 'node:path';

const CONNECTIONS = 'user/User/globalStorage/mysql-pilot.mysql-pilot/connections';

/** The file of the first connection that a VS Code has saved, whose folder is `folder`. */
export async function savedConnection(folder: string): Promise<string> {
  const names = (await readdir(path.join(folder, CONNECTIONS))).filter((name) => name.endsWith('.json'));
  return path.join(folder, CONNECTIONS, names[0] ?? assert.fail('no connection'));
}
