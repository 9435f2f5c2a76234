import { readFile } from 'node:fs/promises';
import { adminConnection, type TestServer } from '../harness/servers/testServer.ts';

/** The databases that the honest corpus reads beside `fence` and `shop`: `trade`, `retail` and `odd`. They are never changed by a test. */
export async function loadCorpusDatabases(server: TestServer): Promise<void> {
  const connection = await adminConnection(server);
  try {
    for (const name of ['trade', 'retail', 'odd', `odd.${server.flavor}`])
      await connection.query(await readFile(new URL(`./corpus/fixture/${name}.sql`, import.meta.url), 'utf8'));
  } finally {
    await connection.end();
  }
}
