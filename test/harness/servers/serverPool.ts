import { readdir, rm } from 'node:fs/promises';
import path from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import type { Connection, RowDataPacket } from 'mysql2/promise';
import { until } from '../run.ts';
import { adminConnection, type Flavor, type TestServer } from './testServer.ts';

/** What a suite could have changed of a server beside its databases and accounts, which are dropped. */
type ServerState = readonly (readonly string[])[];

interface Idle {
  readonly server: TestServer;
  readonly asNew: ServerState;
}

/** Sessions of a suite that is over end within this time. */
const ENDS_MS = 5000;

/**
 * The servers of a process that a suite hands on to the next one, which saves a start. Databases and accounts are dropped, and the rest is compared with what it was: a server that
 * was stopped, frozen or set up otherwise is thrown away, as all are without the pool.
 */
export class ServerPool {
  readonly #idle = new Map<Flavor, Idle[]>();
  #isOpen = false;

  /** Without it each suite gets a server of its own. */
  open(): void {
    this.#isOpen = true;
  }

  async take(flavor: Flavor, start: () => Promise<TestServer>): Promise<TestServer> {
    if (!this.#isOpen) return start();
    const { server, asNew } = this.#idle.get(flavor)?.pop() ?? (await startNew(start));
    let wasDisturbed = !server.owned;
    const disturb = <A extends readonly unknown[]>(does: (...args: A) => Promise<void>): ((...args: A) => Promise<void>) => {
      return (...args) => {
        wasDisturbed = true;
        return does(...args);
      };
    };
    return {
      ...server,
      kill: disturb(() => server.kill()),
      freeze: disturb((frozen: boolean) => server.freeze(frozen)),
      start: disturb(() => server.start()),
      dispose: async () => {
        const isAsNew = !wasDisturbed && (await clean(server, asNew).catch(() => false));
        wasDisturbed = true; // a second time it is not ours
        if (!isAsNew) return server.dispose();
        this.#idle.set(flavor, [...(this.#idle.get(flavor) ?? []), { server, asNew }]);
      },
    };
  }
}

async function startNew(start: () => Promise<TestServer>): Promise<Idle> {
  const server = await start();
  return { server, asNew: server.owned ? await using(server, stateOf) : [] };
}

/** Drops what a suite has made; true where nothing else is left of it. */
function clean(server: TestServer, asNew: ServerState): Promise<boolean> {
  return using(server, async (connection) => {
    await endSessions(connection);
    const [, databases = [], accounts = []] = asNew;
    for (const name of await column(connection, 'SHOW DATABASES'))
      if (!databases.includes(name)) await connection.query('DROP DATABASE ??', [name]);
    for (const account of await column(connection, ACCOUNTS))
      if (!accounts.includes(account)) await connection.query(`DROP USER ${account}`);
    if (server.flavor === 'mysql') for (const table of DIGESTS) await connection.query(`TRUNCATE performance_schema.${table}`);
    const [files] = await column(connection, 'SELECT @@secure_file_priv');
    if (files !== undefined) for (const name of await readdir(files)) await rm(path.join(files, name), { recursive: true });
    return isDeepStrictEqual(await stateOf(connection), asNew);
  });
}

async function endSessions(connection: Connection): Promise<void> {
  const others =
    "SELECT id FROM information_schema.processlist WHERE id <> CONNECTION_ID() AND user NOT IN ('system user', 'event_scheduler')";
  for (const id of await column(connection, others)) await connection.query(`KILL ${id}`).catch(() => undefined); // it has ended meanwhile
  await until(async () => (await column(connection, others)).length === 0, 'the sessions to end', ENDS_MS);
}

const ACCOUNTS = "SELECT CONCAT(QUOTE(user), '@', QUOTE(host)) FROM mysql.user";
/** What statements of earlier suites would still be seen in. */
const DIGESTS = [
  'events_statements_summary_by_digest',
  'events_statements_history',
  'events_statements_history_long',
  'table_io_waits_summary_by_table',
  'table_io_waits_summary_by_index_usage',
];
const OTHER_STATE = [
  'SELECT CONCAT(plugin_name, plugin_status) FROM information_schema.plugins',
  'SELECT CONCAT(name, dl) FROM mysql.func',
  'SELECT server_name FROM mysql.servers',
];
const OF_MYSQL = ['SELECT component_urn FROM mysql.component', 'SELECT variable_name FROM performance_schema.persisted_variables'];

/** First the variables, then the databases and accounts. */
async function stateOf(connection: Connection): Promise<ServerState> {
  const [variables] = await connection.query<RowDataPacket[]>('SHOW GLOBAL VARIABLES');
  const values = variables.map((row) => Object.values(row).join('='));
  const [version = ''] = await column(connection, 'SELECT VERSION()');
  const queries = ['SHOW DATABASES', ACCOUNTS, ...OTHER_STATE, ...(version.includes('MariaDB') ? [] : OF_MYSQL)];
  const lists: string[][] = [];
  for (const sql of queries) lists.push((await column(connection, sql)).sort());
  return [values, ...lists];
}

async function column(connection: Connection, sql: string): Promise<string[]> {
  const [rows] = await connection.query({ sql, rowsAsArray: true });
  return (rows as (string | number | null)[][]).map(([value]) => String(value));
}

async function using<T>(server: TestServer, work: (connection: Connection) => Promise<T>): Promise<T> {
  const connection = await adminConnection(server);
  try {
    return await work(connection);
  } finally {
    await connection.end();
  }
}
