import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { open } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { clientProgram } from '../harness/servers/clientProgram.ts';
import { run } from '../harness/run.ts';
import { SAMPLE } from '../harness/servers/sample.ts';
import { adminConnection, serverUrl, type TestServer } from '../harness/servers/testServer.ts';
import { startLight } from './callers.ts';
import type { Contestant } from './contestants.ts';

/** Tables of 10,000 and of a million rows with 8 columns. */
export async function loadLarge(server: TestServer, million: boolean): Promise<void> {
  const admin = await adminConnection(server, SAMPLE.database);
  try {
    const columns =
      'id INT PRIMARY KEY, customer INT, name VARCHAR(40), status VARCHAR(10), price DECIMAL(10, 2), share DOUBLE, placed DATETIME, note VARCHAR(60) NULL';
    const rows = (
      from: string,
    ): string => `SELECT n, n % 200, CONCAT('Customer number ', n), ELT(1 + n % 4, 'new', 'paid', 'shipped', 'late'), n * 1.37, n / 7,
      TIMESTAMP('2025-01-01') + INTERVAL n MINUTE, IF(n % 3 = 0, NULL, CONCAT('delivered by carrier ', n % 17)) FROM (${from}) numbers`;
    const thousand = 'SELECT a.id - 1 AS x FROM orders a WHERE a.id <= 1000';
    await admin.query(`CREATE TABLE tenthousand (${columns})`);
    await admin.query(
      `INSERT INTO tenthousand ${rows(`SELECT x.x * 1000 + y.x AS n FROM (${thousand}) x, (${thousand}) y WHERE x.x < 10`)}`,
    );
    if (!million) return;
    await admin.query(`CREATE TABLE million (${columns})`);
    await admin.query(`INSERT INTO million ${rows(`SELECT x.x * 1000 + y.x AS n FROM (${thousand}) x, (${thousand}) y`)}`);
    await admin.query('ANALYZE TABLE tenthousand, million');
  } finally {
    await admin.end();
  }
}

/** What one long read has cost. */
export interface LongRead {
  readonly ms: number;
  /** At most, of the process that reads. */
  readonly peakMb: number;
  /** The end of the answer. */
  readonly says: string;
}

/** `SELECT *` of a million rows, asked by somebody who forgot the LIMIT. */
export async function readMillion(contestant: Contestant): Promise<LongRead> {
  const client = await startLight(contestant);
  await client.call(contestant.query('SELECT * FROM orders WHERE id = 1'));
  const started = performance.now();
  const text = await client.call(contestant.query('SELECT * FROM million')).catch((error: unknown) => String(error));
  const ms = performance.now() - started;
  const { peakMb } = client.usage();
  await client.close();
  return { ms, peakMb, says: `${String(Math.round(client.lastBytes / 1000))} kB: …${text.slice(-160)}` };
}

/** The same by mysql2 in a process of its own, as JSON. */
export async function readMillionRaw(server: TestServer): Promise<LongRead> {
  const program = fileURLToPath(new URL('rawRead.ts', import.meta.url));
  const output = await run(process.execPath, ['--max-old-space-size=8192', program], {
    env: { ...process.env, TARGET: serverUrl(server, SAMPLE.reader, SAMPLE.database) },
  });
  const { ms, peakMb, bytes } = JSON.parse(output) as { ms: number; peakMb: number; bytes: number };
  return { ms, peakMb, says: `${String(Math.round(bytes / 1000))} kB` };
}

/** All rows into a file of CSV. */
export async function exportMillion(contestant: Contestant, file: string): Promise<LongRead> {
  const client = await startLight(contestant);
  await client.call(contestant.query('SELECT * FROM orders WHERE id = 1'));
  const started = performance.now();
  const says = await client.call({ name: 'mysql_export', args: { sql: 'SELECT * FROM million', file } });
  const ms = performance.now() - started;
  const { peakMb } = client.usage();
  await client.close();
  return { ms, peakMb, says: says.replace(/: \/.*/, '') };
}

/** `mysql --batch --quick`, its output into a file: the server's own client. */
export async function exportByClient(server: TestServer, file: string): Promise<LongRead> {
  const { command, args } = await clientProgram(server.flavor, server.flavor === 'mysql' ? 'mysql' : 'mariadb');
  const { user, password } = SAMPLE.reader;
  const address = ['--no-defaults', '--protocol=TCP', `--host=${server.host}`, `--port=${String(server.port)}`, `--user=${user}`];
  const into = await open(file, 'w');
  const started = performance.now();
  const child = spawn(command, [...args, ...address, '--batch', '--quick', '--execute', 'SELECT * FROM million', SAMPLE.database], {
    env: { ...process.env, MYSQL_PWD: password },
    stdio: ['ignore', into.fd, 'inherit'],
  });
  await once(child, 'exit');
  const ms = performance.now() - started;
  const { size } = await into.stat();
  await into.close();
  return { ms, peakMb: NaN, says: `${String(size)} bytes` };
}
