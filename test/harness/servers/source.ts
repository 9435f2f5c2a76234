import { access, constants } from 'node:fs/promises';
import path from 'node:path';
import { say } from '../cache.ts';
import { recorded } from '../recorder.ts';
import { debianServerBinary } from './debianServer.ts';
import { dockerAnswers, startDockerServer } from './dockerServer.ts';
import { startLocalServer, type ServerBinary } from './localServer.ts';
import { ServerPool } from './serverPool.ts';
import { startOldServer } from './oldServer.ts';
import type { Flavor, TestServer } from './testServer.ts';

const NAMES = { mysql: 'MySQL', mariadb: 'MariaDB' } as const;
const URL_VARIABLES = { mysql: 'MYSQL_TEST_URL', mariadb: 'MARIADB_TEST_URL' } as const;
const DAEMONS = { mysql: 'mysqld', mariadb: 'mariadbd' } as const;

/** Closed for programs that start a server: they end when it is disposed of. */
const pool = new ServerPool();

/** From now on a server that a suite of this process has done with is given to the next one, as new. */
export function handOnServers(): void {
  pool.open();
}

/**
 * A real server, from the first source that works: a URL in the environment, Docker, a local server program, Debian's
 * packages in the cache. Says in one line what was chosen.
 */
export function startServer(flavor: Flavor = 'mysql', extraOptions: readonly string[] = []): Promise<TestServer> {
  const start = (): Promise<TestServer> => recorded('server', () => findServer(flavor, extraOptions));
  return extraOptions.length === 0 ? pool.take(flavor, start) : start();
}

async function findServer(flavor: Flavor, extraOptions: readonly string[]): Promise<TestServer> {
  const url = process.env[URL_VARIABLES[flavor]];
  if (url !== undefined && url !== '') return chosen(existingServer(flavor, url));
  if (flavor === 'mysql' && process.env['MYSQL_TEST_VERSION'] === '5.6') return chosen(await startOldServer(extraOptions));
  if (await dockerAnswers()) return chosen(await startDockerServer(flavor));
  const local = await localBinary(flavor);
  if (local !== undefined) return chosen(await startLocalServer(local, extraOptions));
  return chosen(await startLocalServer(await fromDebian(flavor), extraOptions));
}

async function fromDebian(flavor: Flavor): Promise<ServerBinary> {
  try {
    if (process.platform !== 'linux' || process.arch !== 'x64') throw new Error('Debian packages run on x86-64 Linux only.');
    return await debianServerBinary(flavor);
  } catch (error) {
    throw new Error(
      `No ${NAMES[flavor]} server could be found or fetched. Do one of these: set ${URL_VARIABLES[flavor]}=mysql://root:password@host:3306, ` +
        `start Docker, or install the ${DAEMONS[flavor]} program (Debian: apt-get install ${flavor === 'mysql' ? 'mysql-server-core' : 'mariadb-server-core'}; ` +
        `macOS: brew install ${flavor}).`,
      { cause: error },
    );
  }
}

/** Said once per label and process: every suite starts a server of its own. */
const said = new Set<string>();

function chosen(server: TestServer): TestServer {
  if (!said.has(server.label)) say(`· database: ${server.label} at ${server.host}:${String(server.port)}`);
  said.add(server.label);
  return server;
}

function existingServer(flavor: Flavor, text: string): TestServer {
  const url = new URL(text);
  const notOurs = (): Promise<void> => Promise.reject(new Error('The server in the environment is not ours to stop.'));
  return {
    flavor,
    label: `the ${NAMES[flavor]} of ${URL_VARIABLES[flavor]}`,
    host: url.hostname,
    port: Number(url.port || '3306'),
    root: { user: decodeURIComponent(url.username), password: decodeURIComponent(url.password) },
    owned: false,
    kill: notOurs,
    freeze: notOurs,
    start: notOurs,
    dispose: () => Promise.resolve(),
  };
}

async function localBinary(flavor: Flavor): Promise<ServerBinary | undefined> {
  const folders = [...(process.env['PATH'] ?? '').split(path.delimiter), '/usr/sbin', '/usr/local/sbin', '/usr/libexec'];
  for (const folder of folders) {
    const command = path.join(folder, DAEMONS[flavor]);
    const found = await access(command, constants.X_OK).then(
      () => true,
      () => false,
    );
    if (!found) continue;
    return { flavor, label: `the local ${command}`, cacheKey: `${flavor}-local`, command, prefixArgs: [], options: [] };
  }
  return undefined;
}
