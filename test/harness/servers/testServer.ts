import { forOldServer } from './oldServer.ts';
import { createConnection, type Connection } from 'mysql2/promise';

export type Flavor = 'mysql' | 'mariadb';

/** A real server for tests. `root` is an account with all rights, also from other hosts. */
export interface TestServer {
  readonly flavor: Flavor;
  /** For people: what it is and where it came from. */
  readonly label: string;
  /** Fixtures are rewritten for it. */
  readonly old?: boolean;
  readonly host: string;
  readonly port: number;
  readonly root: { readonly user: string; readonly password: string };
  /** True where this process may stop and start it. */
  readonly owned: boolean;
  /** Kills the server process at once, as a crash would. Only where `owned`. */
  kill(): Promise<void>;
  /** Stops it from answering, or lets it go on, as a hung host would. Only where `owned`. */
  freeze(frozen: boolean): Promise<void>;
  /** Starts it again on the same port and data. Only where `owned`. */
  start(): Promise<void>;
  /** Stops the server and removes its data. */
  dispose(): Promise<void>;
}

/** A connection as root, with several statements allowed: for fixtures only. */
export async function adminConnection(server: TestServer, database?: string): Promise<Connection> {
  const connection = await createConnection({
    host: server.host,
    port: server.port,
    ...server.root,
    ...(database === undefined ? {} : { database }),
    multipleStatements: true,
    charset: 'utf8mb4',
  });
  if (server.old === true) {
    const query = connection.query.bind(connection) as (sql: string) => Promise<unknown>;
    connection.query = ((sql: string) => query(forOldServer(sql))) as typeof connection.query;
  }
  return connection;
}

/**
 * Logs in once with a driver that sends the password: until it restarts, the server then has the account in its cache, and a login without TLS needs a proof only. For tests that
 * look at what is sent.
 */
export async function cacheLogin({ host, port }: TestServer, account: { user: string; password: string }): Promise<void> {
  await (await createConnection({ host, port, ...account })).end();
}

export async function execute(server: TestServer, sql: string, database?: string): Promise<unknown> {
  const connection = await adminConnection(server, database);
  try {
    const [rows] = await connection.query(sql);
    return rows;
  } finally {
    await connection.end();
  }
}

/** `mysql://user:password@host:port/database`, everything percent-encoded. */
export function serverUrl(server: TestServer, account: { user: string; password: string } = server.root, database?: string): string {
  const { user, password } = account;
  const login = `${encodeURIComponent(user)}:${encodeURIComponent(password)}`;
  return `mysql://${login}@${server.host}:${String(server.port)}${database === undefined ? '' : `/${encodeURIComponent(database)}`}`;
}
