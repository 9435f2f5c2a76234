import { spawn, type ChildProcess } from 'node:child_process';
import { rmSync } from 'node:fs';
import { cp, mkdir, mkdtemp, open, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir, userInfo } from 'node:os';
import path from 'node:path';
import { createConnection } from 'mysql2/promise';
import { cached, exists } from '../cache.ts';
import { freePort } from '../ports.ts';
import { until } from '../run.ts';
import type { Flavor, TestServer } from './testServer.ts';

/** How to run a server's binary: as it is, or through the loader and libraries that were unpacked with it. */
export interface ServerBinary {
  readonly flavor: Flavor;
  readonly label: string;
  /** Names the template data folder in the cache; differs where data folders are not interchangeable. */
  readonly cacheKey: string;
  readonly command: string;
  readonly prefixArgs: readonly string[];
  /** Options that tell the binary where its files are. */
  readonly options: readonly string[];
  /** A data folder that comes with the binary, of one that cannot make its own. */
  readonly data?: string | undefined;
  /** Fixtures are rewritten for it. */
  readonly old?: boolean;
  /** Folder with MariaDB's bootstrap SQL. */
  readonly shareFolder?: string | undefined;
}

const ROOT_EVERYWHERE = [
  "CREATE USER IF NOT EXISTS 'root'@'%' IDENTIFIED BY '';",
  "GRANT ALL PRIVILEGES ON *.* TO 'root'@'%' WITH GRANT OPTION;",
  'FLUSH PRIVILEGES;',
];

/** Starts a server of its own on a copy of an initialized data folder (0.1 s instead of 3 s). */
export async function startLocalServer(binary: ServerBinary, extraOptions: readonly string[] = []): Promise<TestServer> {
  const template = await cached(`data-${binary.cacheKey}`, `a data folder for ${binary.label}`, (folder) => initialize(binary, folder));
  const folder = await mkdtemp(path.join(tmpdir(), 'mpt-'));
  await cp(path.join(template, 'data'), path.join(folder, 'data'), { recursive: true });
  await rm(path.join(folder, 'data', 'auto.cnf'), { force: true }); // the server's UUID: replicas need one of their own
  const [, wanted] = /^--port=(\d+)$/m.exec(extraOptions.join('\n')) ?? [];
  const port = wanted === undefined ? await freePort() : Number(wanted);
  let child: ChildProcess | undefined;

  const start = async (): Promise<void> => {
    child = await launch(binary, folder, port, extraOptions);
  };
  const stop = async (signal: NodeJS.Signals): Promise<void> => {
    const running = child;
    child = undefined;
    if (running?.exitCode !== null || running.signalCode !== null) return;
    const gone = new Promise((resolve) => running.once('exit', resolve));
    running.kill(signal);
    await gone;
  };
  const killOnExit = (): void => {
    child?.kill('SIGKILL');
    rmSync(folder, { recursive: true, force: true });
  };
  process.once('exit', killOnExit);
  await start();
  return {
    flavor: binary.flavor,
    label: binary.label,
    old: binary.old === true,
    host: '127.0.0.1',
    port,
    root: { user: 'root', password: '' },
    owned: true,
    start,
    kill: () => stop('SIGKILL'),
    freeze: (frozen) => {
      child?.kill(frozen ? 'SIGSTOP' : 'SIGCONT');
      return Promise.resolve();
    },
    dispose: async () => {
      process.off('exit', killOnExit);
      await stop('SIGKILL'); // the data is thrown away: nothing to flush
      await rm(folder, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}

async function launch(binary: ServerBinary, folder: string, port: number, extra: readonly string[]): Promise<ChildProcess> {
  const logFile = path.join(folder, 'server.log');
  const log = await open(logFile, 'a');
  await mkdir(path.join(folder, 'files'), { recursive: true });
  // A server that starts throws away what it finds of temporary tables in its folder, also those of another server.
  await mkdir(path.join(folder, 'tmp'), { recursive: true });
  const own = binary.flavor === 'mysql' && binary.data === undefined ? ['--mysqlx=OFF'] : [];
  const args = [
    ...commonOptions(binary, path.join(folder, 'data')),
    ...[
      '--bind-address=127.0.0.1',
      `--port=${String(port)}`,
      `--socket=${folder}/s.sock`,
      `--pid-file=${folder}/pid`,
      `--tmpdir=${folder}/tmp`,
    ],
    ...['--skip-log-bin', '--local-infile=ON', `--secure-file-priv=${folder}/files`, '--innodb-flush-log-at-trx-commit=2'],
    ...['--innodb-buffer-pool-size=128M', '--character-set-server=utf8mb4', ...own, ...extra],
  ];
  const child = spawn(binary.command, args, { stdio: ['ignore', log.fd, log.fd] });
  await log.close();
  let died: string | undefined;
  child.once('error', (error) => (died = error.message));
  child.once('exit', (code, signal) => (died = `it ended with ${String(code ?? signal)}`));
  await until(async () => {
    if (died !== undefined) throw new Error(`${binary.label} did not start: ${died}\n${(await readFile(logFile, 'utf8')).slice(-3000)}`);
    return answers(port);
  }, `${binary.label} to answer`);
  return child;
}

async function answers(port: number): Promise<boolean> {
  try {
    const connection = await createConnection({ host: '127.0.0.1', port, user: 'root' });
    await connection.end();
    return true;
  } catch {
    return false;
  }
}

function commonOptions(binary: ServerBinary, data: string): string[] {
  return [...binary.prefixArgs, '--no-defaults', ...binary.options, `--user=${userInfo().username}`, `--datadir=${data}`];
}

async function initialize(binary: ServerBinary, folder: string): Promise<void> {
  const data = path.join(folder, 'data');
  const sql = path.join(folder, 'init.sql');
  if (binary.data !== undefined) {
    await cp(binary.data, data, { recursive: true });
  } else if (binary.flavor === 'mysql') {
    await writeFile(sql, ROOT_EVERYWHERE.slice(0, 2).join('\n'));
    await bootstrap(binary, data, ['--initialize-insecure', '--innodb-redo-log-capacity=8M', `--init-file=${sql}`], '');
  } else {
    await mkdir(path.join(data, 'mysql'), { recursive: true });
    await bootstrap(binary, data, ['--bootstrap', '--innodb-log-file-size=8M'], await mariadbBootstrapSql(binary));
  }
}

/** What mariadb-install-db feeds to the server, plus root from everywhere. */
async function mariadbBootstrapSql({ shareFolder = '/usr/share/mysql' }: ServerBinary): Promise<string> {
  const prefix = (await exists(path.join(shareFolder, 'mariadb_system_tables.sql'))) ? 'mariadb' : 'mysql'; // since 11
  const files = [`${prefix}_system_tables`, `${prefix}_performance_tables`, `${prefix}_system_tables_data`, 'maria_add_gis_sp_bootstrap'];
  // The last one came with 10.6.
  const read = (name: string): Promise<string> => readFile(path.join(shareFolder, `${name}.sql`), 'utf8');
  const parts = [...(await Promise.all(files.map(read))), await read(`${prefix}_sys_schema`).catch(() => '')];
  return [
    'USE mysql;',
    'SET @auth_root_socket=NULL;',
    'SET @skip_auth_anonymous=1;',
    ...parts,
    'FLUSH PRIVILEGES;',
    ...ROOT_EVERYWHERE,
    '',
  ].join('\n');
}

async function bootstrap(binary: ServerBinary, data: string, options: readonly string[], input: string): Promise<void> {
  const child = spawn(binary.command, [...commonOptions(binary, data), ...options], { stdio: ['pipe', 'pipe', 'pipe'] });
  let output = '';
  child.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (output += chunk.toString()));
  child.stdin.on('error', () => undefined); // a server that dies early says why in its output
  child.stdin.end(input);
  const code = await new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', resolve);
  });
  if (code !== 0) throw new Error(`${binary.label} could not initialize a data folder:\n${output.slice(-3000)}`);
}
