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
  const [one, two] = [await openSession(server, DATABASES[0]), await openSession(server, DATABASES[1])];
  return {
    flavor,
    catalog,
    one,
    two,
    dispose: async () => {
      await one.end();
      await two.end();
      await server.dispose();
    },
  };
}

async function openSession({ host, port, root }: TestServer, database: string): Promise<Connection> {
  const connection = await createConnection({ host, port, ...root, database, charset: 'utf8mb4', supportBigNumbers: true });
  await connection.query(SETTINGS);
  return connection;
}
