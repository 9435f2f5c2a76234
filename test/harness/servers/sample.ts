import { readFile } from 'node:fs/promises';
import { recorded } from '../recorder.ts';
import { adminConnection, cacheLogin, type TestServer } from './testServer.ts';

/** Accounts of the sample: `app` may do all in the sample database, `app_ro` only reads. */
export const SAMPLE = {
  database: 'shop',
  owner: { user: 'app', password: 'app-sample-pw' },
  reader: { user: 'app_ro', password: 'app-sample-pw' },
} as const;

/** Loads the sample database `shop` (200 customers, 50 products, 1,000 orders), replacing what is there. */
export function loadSample(server: TestServer): Promise<void> {
  return recorded('data', () => load(server));
}

async function load(server: TestServer): Promise<void> {
  const connection = await adminConnection(server);
  try {
    await connection.query(await readFile(new URL('./shop.sql', import.meta.url), 'utf8'));
    for (const [account, rights] of [
      [SAMPLE.owner, 'ALL PRIVILEGES'],
      [SAMPLE.reader, 'SELECT, SHOW VIEW'],
    ] as const) {
      await connection.query(
        `CREATE USER IF NOT EXISTS '${account.user}'@'%' IDENTIFIED BY '${account.password}';
         GRANT ${rights} ON ${SAMPLE.database}.* TO '${account.user}'@'%'`,
      );
    }
  } finally {
    await connection.end();
  }
  for (const account of [SAMPLE.owner, SAMPLE.reader]) await cacheLogin(server, account);
}
