import assert from 'node:assert/strict';
import { createConnection, type Connection } from 'mysql2/promise';
import type { LineageCatalog } from '../../../src/engine/lineage/lineageCatalog.ts';
import { startServer } from '../../harness/servers/source.ts';
import { adminConnection, type Flavor, type TestServer } from '../../harness/servers/testServer.ts';
import type { Sessions } from './reference.ts';
import { createDatabases, DATABASES, readCatalog } from './schema.ts';

/** A server with both databases, and a session on each. */
export interface LineageServer extends Sessions {
  readonly flavor: Flavor;
  readonly catalog: LineageCatalog;
  /** After a query that crashed the server. */
  restart(): Promise<void>;
  dispose(): Promise<void>;
}

/** Groups must be unique, or which of their rows is shown would be the server's choice. */
const SETTINGS = "SET sql_mode = 'ONLY_FULL_GROUP_BY', group_concat_max_len = 100000";

export async function openLineageServer(flavor: Flavor): Promise<LineageServer> {
  const server = await startServer(flavor);
  const admin = await adminConnection(server);
  await createDatabases(admin);
  const catalog = await readCatalog(admin, flavor, DATABASES[0]);
  await admin.end();
  const openBoth = (): Promise<Connection[]> => Promise.all(DATABASES.map((database) => openSession(server, database)));
  let sessions = await openBoth();
  const session = (index: number): Connection => sessions[index] ?? assert.fail('A session is missing.');
  const close = (): void => {
    for (const one of sessions) one.destroy();
  };
  return {
    flavor,
    catalog,
    get one() {
      return session(0);
    },
    get two() {
      return session(1);
    },
    restart: async () => {
      close();
      await server.kill();
      await server.start();
      sessions = await openBoth();
    },
    dispose: async () => {
      close();
      await server.dispose();
    },
  };
}

async function openSession({ host, port, root }: TestServer, database: string): Promise<Connection> {
  const connection = await createConnection({ host, port, ...root, database, charset: 'utf8mb4', supportBigNumbers: true });
  await connection.query(SETTINGS);
  return connection;
}
