import path from 'node:path';
import { run } from '../run.ts';
import { debianServerBinary } from './debianServer.ts';
import type { Flavor, TestServer } from './testServer.ts';

/** A program of the server's packages: what to run, and the arguments in front of its own. */
export async function clientProgram(flavor: Flavor, name: string): Promise<{ readonly command: string; readonly args: readonly string[] }> {
  const { command, prefixArgs } = await debianServerBinary(flavor);
  const [daemon = ''] = prefixArgs.slice(-1);
  return { command, args: [...prefixArgs.slice(0, -1), path.join(daemon, '../../bin', name)] };
}

/**
 * Runs a statement with the server's own `mysql` (or `mariadb`) client: the oracle for how values are shown. Resolves to rows
 * of cells; NULL is `NULL`. The client comes from Debian's packages, so on x86-64 Linux only.
 */
export async function runClient(server: TestServer, sql: string, database: string): Promise<string[][]> {
  // MySQL's own client of today cannot log in there any more.
  const flavor = server.old === true ? 'mariadb' : server.flavor;
  const { command, args: program } = await clientProgram(flavor, flavor === 'mysql' ? 'mysql' : 'mariadb');
  const args = [
    ...program,
    '--no-defaults',
    ...(flavor === 'mariadb' ? ['--disable-ssl-verify-server-cert'] : []), // newer ones warn where there is no password
    ...['--protocol=TCP', `--host=${server.host}`, `--port=${String(server.port)}`, `--user=${server.root.user}`],
    ...[
      '--default-character-set=utf8mb4',
      '--batch',
      '--raw',
      '--skip-column-names',
      "--init-command=SET time_zone = '+00:00', sql_mode = ''",
    ],
    ...['--execute', sql, database],
  ];
  const output = await run(command, args, { env: { ...process.env, MYSQL_PWD: server.root.password } });
  return output
    .replace(/\n$/, '')
    .split('\n')
    .map((line) => line.split('\t'));
}
