import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { adminConnection, type TestServer } from '../harness/servers/testServer.ts';
import { SAMPLE } from '../harness/servers/sample.ts';
import { throughput } from './calls.ts';
import { startLight } from './callers.ts';
import { ours, type Contestant } from './contestants.ts';
import { median } from './figures.ts';
import { LightClient } from './lightClient.ts';
import { rawPool } from './raw.ts';
import type { Curve } from './results.ts';

type Point = Curve['points'][number];

/** How cost grows: with callers, rows, tables and connections. */
export async function curves(server: TestServer, folder: string): Promise<Curve[]> {
  const pilot = ours({ server, folder });
  return [await callers(server, pilot), await rows(pilot), ...(await tables(server, pilot)), await connections(server, folder, pilot)];
}

async function callers(server: TestServer, pilot: Contestant): Promise<Curve> {
  const raw = rawPool(server);
  const points: Point[] = [];
  for (const n of [1, 4, 16, 64]) {
    const { perSecond } = await throughput(raw, [pilot], 'a light client', { rounds: 5, calls: 1000, atATime: n });
    points.push({ n, cost: 1000 / median(perSecond.get(pilot.name)) });
  }
  await raw.end();
  return { figure: 'Time per call with more callers at a time', n: 'callers', unit: 'ms of the server per call', points };
}

async function rows(pilot: Contestant): Promise<Curve> {
  const client = await startLight(pilot);
  const points: Point[] = [];
  let files = 0;
  for (const n of [1, 10, 100, 1000, 10_000, 100_000, 1_000_000]) {
    const times: number[] = [];
    for (let i = 0; i < 3; i++) {
      const started = performance.now();
      await client.call({
        name: 'mysql_export',
        args: { sql: `SELECT * FROM million LIMIT ${String(n)}`, file: `grow${String(files++)}` },
      });
      times.push(performance.now() - started);
    }
    points.push({ n, cost: median(times) });
  }
  await client.close();
  return { figure: 'Rows exported', n: 'rows', unit: 'ms', points };
}

async function tables(server: TestServer, pilot: Contestant): Promise<Curve[]> {
  const admin = await adminConnection(server);
  const names: Point[] = [];
  const search: Point[] = [];
  for (const n of [10, 100, 1000, 5000, 20_000]) {
    const database = `grow_${String(n)}`;
    await admin.query(`CREATE DATABASE ${database}; USE ${database}; GRANT SELECT ON ${database}.* TO '${SAMPLE.reader.user}'@'%'`);
    for (let first = 0; first < n; first += 100) {
      const some = Array.from(
        { length: Math.min(100, n - first) },
        (_, i) => `CREATE TABLE part_${String(first + i)} (id INT PRIMARY KEY, owner INT, label VARCHAR(20))`,
      );
      await admin.query(some.join(';'));
    }
    const client = await startLight(pilot);
    await client.call(pilot.query('SELECT 1'));
    for (const [curve, name, args] of [
      [names, 'mysql_describe', { database }],
      [search, 'mysql_search_schema', { database, query: 'owner label', refresh: true }],
    ] as const) {
      const times: number[] = [];
      for (let i = 0; i < 3; i++) {
        const started = performance.now();
        await client.call({ name, args });
        times.push(performance.now() - started);
      }
      curve.push({ n, cost: median(times) });
    }
    await client.close();
    await admin.query(`DROP DATABASE ${database}`);
  }
  await admin.end();
  return [
    { figure: 'Names of all tables of a database', n: 'tables', unit: 'ms', points: names },
    { figure: 'Search over a database that is read anew', n: 'tables', unit: 'ms', points: search },
  ];
}

async function connections(server: TestServer, folder: string, pilot: Contestant): Promise<Curve> {
  const points: Point[] = [];
  await mkdir(folder, { recursive: true });
  for (const n of [1, 5, 10, 25, 50]) {
    const file = path.join(folder, `connections-${String(n)}.json`);
    const { user, password } = SAMPLE.reader;
    const shared = { host: server.host, port: server.port, user, password: '${env:BENCH_PASSWORD}', database: SAMPLE.database };
    const all = Array.from({ length: n }, (_, i) => ({ name: `c${String(i)}`, ...shared }));
    await writeFile(file, JSON.stringify({ connections: all, exports: 'allow' }), { mode: 0o600 });
    const { command, args } = pilot.launch;
    const client = await LightClient.start({
      command,
      args: [...args, '--config', file],
      env: { MYSQL_DATA_DIR: folder, BENCH_PASSWORD: password },
    });
    const before = client.usage().residentMb;
    for (let i = 0; i < n; i++) await client.call({ name: 'mysql_query', args: { sql: 'SELECT 1', connection: `c${String(i)}` } });
    points.push({ n, cost: client.usage().residentMb - before });
    await client.close();
  }
  return { figure: 'Memory with more connections in use', n: 'connections', unit: 'MB more than at the start', points };
}
