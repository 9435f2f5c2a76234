import { createPool, type Pool } from 'mysql2/promise';
import { SAMPLE } from '../harness/servers/sample.ts';
import { serverUrl, type TestServer } from '../harness/servers/testServer.ts';

/** As many sessions as MySQL Pilot has by default; the baseline has the same. */
export const POOL_SIZE = 4;

/** mysql2 itself, in this process: no server, no protocol, no checks. What everything is a multiple of. */
export function rawPool(server: TestServer, database: string = SAMPLE.database, tls = false): Pool {
  return createPool({
    uri: serverUrl(server, SAMPLE.reader, database),
    connectionLimit: POOL_SIZE,
    ...(tls ? { ssl: { rejectUnauthorized: false } } : {}),
  });
}
