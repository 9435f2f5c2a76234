import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { isPilotError } from '../src/engine/errors.ts';
import { openDatabase } from '../src/engine/connection/openDatabase.ts';
import { loadSample, SAMPLE } from '../test/harness/servers/sample.ts';
import { startServer } from '../test/harness/servers/source.ts';
import { execute, type Flavor } from '../test/harness/servers/testServer.ts';
import { Random } from '../test/security/fuzz/random.ts';

/**
 * `npm run soak -- --minutes 10`: 16 clients on one connection while its sessions are killed, the server is restarted, and
 * statements are canceled and time out. Every answer must be right, every error foreseen, no connection left, memory flat.
 */
const { values } = parseArgs({ options: { minutes: { type: 'string', default: '10' }, flavor: { type: 'string', default: 'mysql' } } });
const CLIENTS = 16;
const LIMITS = { maxRows: 100, maxCharacters: 100_000 };
const ENDLESS = 'SELECT COUNT(*) FROM orders a, orders b, orders c WHERE a.total + b.total + c.total < 0';
const FORESEEN = new Set([
  'connection.lost',
  'connection.limit',
  'host.unreachable',
  'statement.canceled',
  'statement.timeout',
  'statement.failed',
]);

const server = await startServer(values.flavor as Flavor);
await loadSample(server);
const random = new Random(1);
const warnings: string[] = [];
const database = await openDatabase(
  { host: server.host, port: server.port, user: SAMPLE.owner.user, database: SAMPLE.database, tls: 'preferred' },
  { password: () => Promise.resolve(SAMPLE.owner.password), warn: (message, error) => warnings.push(`${message} ${String(error)}`) },
);
const end = performance.now() + Number(values.minutes) * 60_000;
const outcomes = new Map<string, number>();
const count = (what: string): void => void outcomes.set(what, (outcomes.get(what) ?? 0) + 1);

async function client(): Promise<void> {
  while (performance.now() < end) {
    const n = random.below(1_000_000);
    const kind = random.pick(['sum', 'sum', 'sum', 'parameter', 'view', 'truncated', 'two', 'error', 'cancelled', 'timeout']);
    const options = { limits: LIMITS, timeoutMs: kind === 'timeout' ? 30 + random.below(50) : 8000 };
    try {
      if (kind === 'cancelled' || kind === 'timeout') {
        const controller = new AbortController();
        if (kind === 'cancelled')
          setTimeout(() => {
            controller.abort();
          }, random.below(60));
        await database.reads.query(ENDLESS, { ...options, signal: controller.signal });
        assert.fail('an endless statement ended');
      } else if (kind === 'error') {
        await database.reads.query('SELECT * FROM nowhere', options);
        assert.fail('a table that does not exist was read');
      } else if (kind === 'parameter') {
        const [result] = await database.reads.query('SELECT ?, ?', { ...options, parameters: [n, `it's ${String(n)}`] });
        assert.deepEqual(result?.rows, [[String(n), `it's ${String(n)}`]]);
      } else if (kind === 'view') {
        const [result] = await database.reads.query(`SELECT COUNT(*), ${String(n)} FROM customer_totals`, options);
        assert.deepEqual(result?.rows, [['200', String(n)]]);
      } else if (kind === 'truncated') {
        const [result] = await database.reads.query('SELECT a.id FROM orders a, orders b LIMIT 1000000', options);
        assert.deepEqual([result?.rows.length, result?.cutBy], [100, 'rows']);
      } else if (kind === 'two') {
        const results = await database.reads.query(`SELECT ${String(n)}; SELECT ${String(n + 1)}`, options);
        assert.deepEqual(
          results.map(({ rows }) => rows[0]?.[0]),
          [String(n), String(n + 1)],
        );
      } else {
        const [result] = await database.reads.query(`SELECT ${String(n)} + 1, COUNT(*) FROM orders`, options);
        assert.deepEqual(result?.rows, [[String(n + 1), '1000']]);
      }
      count(`${kind}: right`);
    } catch (error) {
      const foreseen = isPilotError(error) && (FORESEEN.has(error.code) || (kind === 'error' && error.code === 'object.unknown'));
      if (!foreseen) throw error;
      count(`${kind}: ${error.code}`);
      if (error.code === 'host.unreachable') await sleep(50);
    }
  }
}

async function chaos(): Promise<void> {
  for (let round = 1; performance.now() < end - 5000; round++) {
    await sleep(200 + random.below(1500));
    if (server.owned && round % 40 === 0) {
      await server.kill();
      await sleep(random.below(500));
      await server.start();
      count('chaos: restart');
      continue;
    }
    const rows = (await execute(server, `SELECT id AS id FROM information_schema.processlist WHERE user = '${SAMPLE.owner.user}'`)) as {
      id: number;
    }[];
    const victim = rows[random.below(Math.max(1, rows.length))];
    if (victim === undefined) continue;
    await execute(server, `KILL ${random.chance(50) ? 'QUERY ' : ''}${String(victim.id)}`).catch(() => undefined);
    count('chaos: kill');
  }
}

async function watch(): Promise<number[]> {
  const heap: number[] = [];
  while (performance.now() < end - 2000) {
    await sleep(Math.min(30_000, Math.max(0, end - performance.now() - 1000)));
    globalThis.gc?.();
    heap.push(Math.round(process.memoryUsage().heapUsed / 1024 / 102.4) / 10);
    const { rss, external, heapTotal } = process.memoryUsage();
    const [resident, buffers, reserved] = [rss, external, heapTotal].map((bytes) => String(Math.round(bytes / 1024 / 1024)));
    console.log(`  heap ${String(heap.at(-1))} of ${String(reserved)} MB, buffers ${String(buffers)} MB, resident ${String(resident)} MB`);
  }
  return heap;
}

const [heap] = await Promise.all([watch(), chaos(), ...Array.from({ length: CLIENTS }, client)]);
await database.close();
const leftOver = async (): Promise<{ info: string }[]> =>
  (await execute(
    server,
    `SELECT CONCAT_WS(' ', command, time, state, info) AS info FROM information_schema.processlist WHERE user = '${SAMPLE.owner.user}'`,
  )) as { info: string }[];
/** A server that is busy needs a moment to end what was killed. */
const givenUpAt = performance.now() + 3000;
let left = await leftOver();
while (left.length > 0 && performance.now() < givenUpAt) {
  await sleep(100);
  left = await leftOver();
}
for (const { info } of left) console.log(`  LEFT: ${info}`);
for (const [what, times] of [...outcomes].sort()) console.log(`  ${what}: ${String(times)}`);
console.log(
  `  connections left: ${String(left.length)}; warnings: ${String(warnings.length)}${warnings.length > 0 ? ` (first: ${String(warnings[0])})` : ''}`,
);
console.log(`  heap over time, MB: ${heap.join(', ')}`);
await server.dispose();
process.exit(left.length === 0 ? 0 : 1);
