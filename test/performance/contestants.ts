import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { RENDEZVOUS_FLAG } from '../../src/identity.ts';
import { npmFile, npmTool } from '../harness/npmTools.ts';
import { SAMPLE } from '../harness/servers/sample.ts';
import { serverUrl, type TestServer } from '../harness/servers/testServer.ts';

/** A program to be started. */
export interface Launch {
  readonly command: string;
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
}

/** A tool to be called. */
export interface Call {
  readonly name: string;
  readonly args: Readonly<Record<string, unknown>>;
}

/** A server that is measured; each in the configuration that its own documentation gives for reading. */
export interface Contestant {
  readonly name: string;
  /** What of a read it checks, and what stops one. In words, for the page. */
  readonly checks: string;
  readonly launch: Launch;
  /** To be called once after the start, where it needs that. */
  readonly first?: Call | undefined;
  readonly query: (sql: string) => Call;
  /** All rows of a long result, where it has limits of its own. */
  readonly allRows?: (sql: string) => Call;
  readonly tables?: (database: string) => Call;
  readonly describe?: (database: string, table: string) => Call;
}

/** The names that goals are set against. */
export const BEFORE = 'MySQL Pilot, first edition';
export const READ_ONLY_RIVAL = 'dbhub 1.4.0, read-only';

const here = (file: string): string => fileURLToPath(new URL(file, import.meta.url));
const { user, password } = SAMPLE.reader;

/** What all of them get: the account that may only read, over TCP on loopback. */
interface Place {
  readonly server: TestServer;
  readonly database?: string;
}

/** MySQL Pilot as it is built, all fences on, its record on disk, TLS where the server offers it. */
export function ours(
  { server, folder, database = SAMPLE.database }: Place & { readonly folder: string },
  more: Readonly<Record<string, string>> = {},
): Contestant {
  const call = (name: string, args: Call['args']): Call => ({ name, args });
  return {
    name: 'MySQL Pilot',
    checks:
      'each statement is judged, the session is READ ONLY and proven so, views and functions are looked into, limits of rows, size and time, a record of calls',
    launch: {
      command: process.execPath,
      args: [here('../../dist/server.js')],
      env: {
        MYSQL_HOST: server.host,
        MYSQL_PORT: String(server.port),
        MYSQL_USER: user,
        MYSQL_PASSWORD: password,
        MYSQL_DB: database,
        MYSQL_DATA_DIR: folder,
        MYSQL_EXPORTS: 'allow',
        ...more,
      },
    },
    query: (sql) => call('mysql_query', { sql }),
    allRows: (sql) => call('mysql_query', { sql, maxRows: 10_000, maxCharacters: 4_000_000 }),
    tables: (wanted) => call('mysql_describe', { database: wanted }),
    describe: (wanted, table) => call('mysql_describe', { database: wanted, tables: [table] }),
  };
}

/** The same as VS Code starts it: connections, passwords and approvals come from a window over its socket, and each call is told to it. */
export function startedByWindow(pilot: Contestant, rendezvous: string): Contestant {
  const [program = ''] = pilot.launch.args;
  return {
    ...pilot,
    name: 'MySQL Pilot, started by a window',
    checks:
      'the same; connections and passwords come over the socket of a window, which is told of each call (ELECTRON_RUN_AS_NODE is set)',
    launch: { ...pilot.launch, args: [program, RENDEZVOUS_FLAG, rendezvous], env: { ELECTRON_RUN_AS_NODE: '1' } },
  };
}

/** An earlier build of ours, beside today's in one run: what changes have cost. */
export function before(pilot: Contestant, program: string): Contestant {
  return { ...pilot, name: BEFORE, checks: 'what it checked then', launch: { ...pilot.launch, args: [program] } };
}

/** The limit of what a program can be that stands between a client and MySQL: it reads lines, asks mysql2 and writes lines. */
export function least({ server, database = SAMPLE.database }: Place): Contestant {
  return {
    name: 'the least',
    checks: 'nothing; speaks as much of the protocol as the measurement needs',
    launch: { command: process.execPath, args: [here('least.ts')], env: { TARGET: serverUrl(server, SAMPLE.reader, database) } },
    query: (sql) => ({ name: 'query', args: { sql } }),
  };
}

/** The limit of what an MCP server can be that is built on the SDK: one tool, one statement, a JSON answer, nothing checked. */
export function sdkAlone({ server, database = SAMPLE.database }: Place): Contestant {
  return {
    name: 'SDK alone',
    checks: 'nothing',
    launch: { command: process.execPath, args: [here('sdkAlone.ts')], env: { TARGET: serverUrl(server, SAMPLE.reader, database) } },
    query: (sql) => ({ name: 'query', args: { sql } }),
  };
}

/** The server that goals are set against, as it comes and read-only; `folder` takes its configuration. */
export async function dbhubs({ server, folder, database = SAMPLE.database }: Place & { readonly folder: string }): Promise<Contestant[]> {
  const url = serverUrl(server, SAMPLE.reader, database);
  const command = await npmTool('dbhub');
  const readOnly = path.join(folder, `dbhub-${database}.toml`);
  await writeFile(
    readOnly,
    `[[sources]]\nid = "default"\ndsn = "${url}"\n\n[[tools]]\nname = "execute_sql"\nsource = "default"\nreadonly = true\n\n[[tools]]\nname = "search_objects"\nsource = "default"\n`,
  );
  const dbhub: Contestant = {
    name: 'dbhub 1.4.0',
    checks: 'nothing (its option `readonly` is off by default)',
    launch: { command, args: ['--transport', 'stdio', '--dsn', url], env: {} },
    query: (sql) => ({ name: 'execute_sql', args: { sql } }),
    tables: (schema) => ({ name: 'search_objects', args: { object_type: 'table', schema, limit: 1000, detail_level: 'names' } }),
    describe: (schema, pattern) => ({ name: 'search_objects', args: { object_type: 'table', schema, pattern, detail_level: 'full' } }),
  };
  return [
    dbhub,
    {
      ...dbhub,
      name: READ_ONLY_RIVAL,
      checks: 'the first word of a statement',
      launch: { command, args: ['--transport', 'stdio', '--config', readOnly], env: {} },
    },
  ];
}

/** The other servers, from npm, by version. */
export async function rivals(place: Place & { readonly folder: string }): Promise<Contestant[]> {
  const { server, database = SAMPLE.database } = place;
  const url = serverUrl(server, SAMPLE.reader, database);
  const address = { MYSQL_HOST: server.host, MYSQL_PORT: String(server.port), MYSQL_USER: user };
  const node = (program: string, args: readonly string[], env: Launch['env']): Launch => ({ command: program, args, env });
  const connect = { host: server.host, port: server.port, user, password, database };
  return [
    ...(await dbhubs(place)),
    {
      name: "Google's MCP Toolbox 1.12.0",
      checks: 'nothing; its tools for MySQL are said to be for developers and not for agents of others (a Go program)',
      launch: {
        command: await npmFile('toolbox', 'bin/toolbox'),
        args: ['--prebuilt', 'mysql', '--stdio', '--disable-version-check'],
        env: { ...address, MYSQL_PASSWORD: password, MYSQL_DATABASE: database },
      },
      query: (sql) => ({ name: 'execute_sql', args: { sql } }),
      tables: () => ({ name: 'list_tables', args: { output_format: 'simple' } }),
      describe: (_, table_names) => ({ name: 'list_tables', args: { table_names } }),
    },
    {
      name: '@benborla29/mcp-server-mysql 2.0.9',
      checks: 'a parser decides what is a write; the session is made READ ONLY',
      launch: node(await npmTool('benborla'), [], { ...address, MYSQL_PASS: password, MYSQL_DB: database }),
      query: (sql) => ({ name: 'mysql_query', args: { sql } }),
    },
    {
      name: '@executeautomation/database-server 1.1.0',
      checks: 'a statement of its reading tool must begin with SELECT; writes are tools beside it',
      launch: node(
        await npmTool('executeautomation'),
        ['--mysql', '--host', server.host, '--port', String(server.port), '--database', database, '--user', user, '--password', password],
        {},
      ),
      query: (sql) => ({ name: 'read_query', args: { query: sql } }),
      tables: () => ({ name: 'list_tables', args: {} }),
      describe: (_, table) => ({ name: 'describe_table', args: { table_name: table } }),
    },
    {
      name: '@f4ww4z/mcp-mysql-server 0.1.0',
      checks: 'a statement of its reading tool must begin with SELECT; writes are a tool beside it',
      launch: node(await npmTool('f4ww4z'), [], {}),
      first: { name: 'connect_db', args: connect },
      query: (sql) => ({ name: 'query', args: { sql } }),
      tables: () => ({ name: 'list_tables', args: {} }),
      describe: (_, table) => ({ name: 'describe_table', args: { table } }),
    },
    {
      name: 'mysql-mcp-server 0.1.4 (dpflucas)',
      checks: 'the first word of a statement and words that it must not hold',
      launch: node(await npmTool('dpflucas'), [], { ...address, MYSQL_PASSWORD: password, MYSQL_DATABASE: database }),
      query: (sql) => ({ name: 'execute_query', args: { query: sql } }),
      tables: (wanted) => ({ name: 'list_tables', args: { database: wanted } }),
      describe: (wanted, table) => ({ name: 'describe_table', args: { database: wanted, table } }),
    },
    {
      name: '@berthojoris/mcp-mysql-server 1.43.2',
      checks: 'first words and words that a statement must not hold, by permissions that its start names',
      launch: node(await npmTool('berthojoris'), [url, 'list,read,utility'], {}),
      query: (sql) => ({ name: 'run_select_query', args: { query: sql, useCache: false } }),
      tables: () => ({ name: 'list_tables', args: {} }),
      describe: (_, table) => ({ name: 'read_table_schema', args: { table_name: table } }),
    },
  ];
}
