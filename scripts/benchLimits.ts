import { readFileSync } from 'node:fs';
import type { Connection } from 'mysql2/promise';
import { StdioClient } from '../test/harness/mcp/stdioClient.ts';
import { TestBroker } from '../test/harness/mcp/testBroker.ts';
import { ROOT } from '../test/harness/root.ts';
import { run } from '../test/harness/run.ts';
import { loadSample } from '../test/harness/servers/sample.ts';
import { startServer } from '../test/harness/servers/source.ts';
import { adminConnection, type Flavor } from '../test/harness/servers/testServer.ts';

/**
 * `npm run bench:limits`: how long a statement outlives its end, in milliseconds until it is gone from the server's process
 * list; and what a large table costs. Runs the built server as an agent would.
 */
const ROUNDS = 50;
const MARK = 'orders endless';
const ENDLESS = `SELECT COUNT(*) FROM orders endless, orders b, orders c WHERE endless.total + b.total + c.total < 0`;
const DEADLINE_MS = 150;

const median = (times: readonly number[]): number => [...times].sort((a, b) => a - b)[Math.floor(times.length / 2)] ?? NaN;
const round = (ms: number): string => ms.toFixed(1);
const tell = (what: string, times: readonly number[]): void => {
  console.log(`  ${what}: median ${round(median(times))} ms, worst ${round(Math.max(...times))} ms of ${String(times.length)}`);
};

async function waitUntil(eye: Connection, running: boolean): Promise<void> {
  for (;;) {
    const [rows] = await eye.query(
      `SELECT COUNT(*) AS n FROM information_schema.processlist WHERE info LIKE '%${MARK}%' AND info NOT LIKE '%processlist%'`,
    );
    if (Number((rows as { n: number }[])[0]?.n) > 0 === running) return;
  }
}

async function bench(flavor: Flavor): Promise<void> {
  const server = await startServer(flavor);
  await loadSample(server);
  const eye = await adminConnection(server, 'shop');
  const broker = await TestBroker.start();
  broker.add(server);
  console.log(`${flavor}: from the end of a statement to its absence on the server`);

  const shared = await StdioClient.start(broker.rendezvous);
  const cancelled: number[] = [];
  const timedOut: number[] = [];
  for (let i = 0; i < ROUNDS; i++) {
    const controller = new AbortController();
    const call = shared.call('mysql_query', { sql: ENDLESS }, controller.signal).catch(() => undefined);
    await waitUntil(eye, true);
    const began = performance.now();
    controller.abort();
    await waitUntil(eye, false);
    cancelled.push(performance.now() - began);
    await call;
  }
  tell('notifications/cancelled', cancelled);
  for (let i = 0; i < ROUNDS; i++) {
    const began = performance.now() + DEADLINE_MS;
    const call = shared.call('mysql_query', { sql: ENDLESS, timeoutSeconds: DEADLINE_MS / 1000 });
    await waitUntil(eye, true);
    await waitUntil(eye, false);
    timedOut.push(performance.now() - began);
    await call;
  }
  tell('time-out', timedOut);
  await shared.close();

  for (const [what, end] of [
    ['closed stdin', (client: StdioClient) => void client.close().catch(() => undefined)],
    ['SIGTERM', (client: StdioClient) => void process.kill(client.pid, 'SIGTERM')],
  ] as const) {
    const times: number[] = [];
    for (let i = 0; i < ROUNDS; i++) {
      const client = await StdioClient.start(broker.rendezvous);
      client.call('mysql_query', { sql: ENDLESS }).catch(() => undefined);
      await waitUntil(eye, true);
      const began = performance.now();
      end(client);
      await waitUntil(eye, false);
      times.push(performance.now() - began);
      await client.close().catch(() => undefined);
    }
    tell(what, times);
  }

  const killed = await StdioClient.start(broker.rendezvous);
  killed.call('mysql_query', { sql: ENDLESS }).catch(() => undefined);
  await waitUntil(eye, true);
  const began = performance.now();
  process.kill(killed.pid, 'SIGKILL');
  await waitUntil(eye, false);
  console.log(`  SIGKILL: ended by the server's own limit after ${round((performance.now() - began) / 1000)} s`);

  await eye.query('CREATE TABLE million (id INT PRIMARY KEY, a INT, b VARCHAR(50), c DATETIME)');
  await eye.query(
    'INSERT INTO million SELECT x.id * 1000 + y.id, x.id, REPEAT("x", 40), NOW() FROM orders x JOIN orders y WHERE x.id <= 1000 AND y.id <= 1000',
  );
  const [[count]] = (await eye.query('SELECT COUNT(*) AS n FROM million')) as unknown as [[{ n: number }]];
  const reader = await StdioClient.start(broker.rendezvous);
  await reader.call('mysql_query', { sql: 'SELECT 1' });
  const times: number[] = [];
  let answer = '';
  for (let i = 0; i < 21; i++) {
    const start = performance.now();
    answer = (await reader.call('mysql_query', { sql: 'SELECT * FROM million' })).text;
    times.push(performance.now() - start);
  }
  const peak = /VmHWM:\s+(\d+) kB/.exec(readFileSync(`/proc/${String(reader.pid)}/status`, 'utf8'))?.[1];
  tell(`SELECT * of ${String(count.n)} rows`, times);
  console.log(`  peak resident memory ${round(Number(peak) / 1024)} MB; the answer ends with: ${answer.slice(-140).replaceAll('\n', ' ')}`);
  await reader.close();
  await broker.dispose();
  await eye.end();
  await server.dispose();
}

await run(process.execPath, ['esbuild.js'], { cwd: ROOT });
for (const flavor of ['mysql', 'mariadb'] as const) await bench(flavor);
process.exit(0);
