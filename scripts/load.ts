import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { HttpServer } from '../test/harness/mcp/httpServer.ts';
import { loadSample, SAMPLE } from '../test/harness/servers/sample.ts';
import { startServer } from '../test/harness/servers/source.ts';
import { execute } from '../test/harness/servers/testServer.ts';

/** `npm run load [-- MINUTES]`: the server over HTTP with everything switched on, under clients that ask all the time. Ends with 1 if anything is not as it should be. */
const MINUTES = Number(process.argv[2] ?? 10);
const CLIENTS = 8;
/** A heap of the usual size lets garbage lie for long; in a small one what is kept by mistake shows soon. */
const HEAP_MIB = 160;
const CALLS = [
  ['mysql_query', { sql: 'SELECT id, status, total FROM orders ORDER BY id LIMIT 20' }],
  ['mysql_query', { sql: "SELECT COUNT(*) FROM orders WHERE note = '' OR 1=1" }],
  ['mysql_query', { sql: 'SELECT * FROM orders', maxRows: 500 }],
  ['mysql_query', { sql: 'SELECT nothing FROM orders' }],
  ['mysql_query', { sql: 'DELETE FROM orders' }],
  ['mysql_describe', { tables: ['orders', 'customers'] }],
  ['mysql_search_schema', { query: 'customer email' }],
  ['mysql_explain', { sql: 'SELECT * FROM orders WHERE total > 100' }],
  ['mysql_status', {}],
] as const;

const database = await startServer();
await loadSample(database);
const folder = await mkdtemp(path.join(tmpdir(), 'mpt-load-'));
let spans = 0;
const collector = createServer((request, response) => {
  request.on('data', (chunk: Buffer) => (spans += chunk.toString().split('"spanId"').length - 1));
  request.on('end', () => response.end('{}'));
});
await new Promise<void>((resolve) => collector.listen(0, '127.0.0.1', resolve));
const logs = path.join(folder, 'logs');
const { user: MYSQL_USER, password: MYSQL_PASSWORD } = SAMPLE.reader;
const http = await HttpServer.start({
  ...{ MYSQL_HOST: database.host, MYSQL_PORT: String(database.port), MYSQL_USER, MYSQL_PASSWORD, MYSQL_DB: 'shop', MYSQL_DATA_DIR: folder },
  ...{ MYSQL_HTTP_TOKEN: 't', MYSQL_LOG_LEVEL: 'debug', MYSQL_LOG_DIR: logs },
  ...{
    MYSQL_RATE_LIMIT_RPM: '1000000',
    MYSQL_RATE_LIMIT_BURST: '10000',
    MYSQL_FILTER_MODE: 'blacklist',
    MYSQL_FILTER_DENY: 'from secrets',
  },
  ...{ MYSQL_CACHE_ENABLED: 'true', MYSQL_CACHE_TTL: '2000', MYSQL_CACHE_MAX_SIZE: '100', MYSQL_TABLES_DENY: 'shop.exact_values' },
  NODE_OPTIONS: `--max-old-space-size=${String(HEAP_MIB)}`,
  MYSQL_OTLP_ENDPOINT: `http://127.0.0.1:${String((collector.address() as AddressInfo).port)}/v1/traces`,
});
const residentMiB = async (): Promise<number> =>
  Number(/VmRSS:\s+(\d+)/.exec(await readFile(`/proc/${String(http.child.pid)}/status`, 'utf8'))?.[1]) / 1024;

const until = Date.now() + MINUTES * 60_000;
const times: number[] = [];
const wrong: string[] = [];
const work = async (number: number): Promise<void> => {
  const client = await http.client('t', `client ${String(number)}`);
  for (let i = number; Date.now() < until; i++) {
    const [name, args] = CALLS[i % CALLS.length] ?? CALLS[0];
    const started = performance.now();
    // Every other query is one of its own, so that the cache fills, and makes room.
    const given = 'sql' in args && i % 2 === 0 ? { ...args, sql: `${args.sql} -- ${String(i)}` } : args;
    const { text, isError } = await client.call(name, given);
    times.push(performance.now() - started);
    const refused = 'sql' in args && /^(?:DELETE|SELECT nothing)/.test(args.sql);
    if (isError !== refused) wrong.push(`${name}: ${text.slice(0, 200)}`);
  }
  await client.close();
};
const memory: number[] = [];
const watch = setInterval(() => {
  residentMiB().then(
    (mib) => {
      memory.push(mib);
      console.log(`  ${String(times.length)} calls, ${mib.toFixed(0)} MiB`);
    },
    () => undefined, // it is over
  );
}, 10_000);
await Promise.all(Array.from({ length: CLIENTS }, (_, i) => work(i)));
clearInterval(watch);
const metrics = await (await fetch(new URL('/metrics', http.url), { headers: { authorization: 'Bearer t' } })).text();
const [open] = (await execute(
  database,
  `SELECT COUNT(*) AS n FROM information_schema.processlist WHERE user = '${SAMPLE.reader.user}' AND command <> 'Sleep'`,
)) as { n: number }[];
await http.stop();

const cache =
  /mysql_cache_hits_total\{[^}]*\} (\d+)[^]*mysql_cache_misses_total\{[^}]*\} (\d+)[^]*mysql_cache_evictions_total\{[^}]*\} (\d+)/.exec(
    metrics,
  );

let lines = 0;
const files = (await readdir(logs)).filter((name) => !name.startsWith('.'));
for (const name of files)
  for (const line of (await readFile(path.join(logs, name), 'utf8')).split('\n').filter((one) => one !== '')) {
    lines++;
    try {
      JSON.parse(line);
    } catch {
      wrong.push(`${name}: not JSON: ${line.slice(0, 100)}`);
    }
  }
const sorted = times.toSorted((a, b) => a - b);
const at = (part: number): string => (sorted[Math.floor(part * sorted.length)] ?? 0).toFixed(1);
const third = Math.floor(memory.length / 3);
const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / Math.max(1, values.length);
console.log(
  `${String(times.length)} calls of ${String(CLIENTS)} clients in ${String(MINUTES)} min: ${(times.length / MINUTES / 60).toFixed(0)} a second; ms p50 ${at(0.5)}, p95 ${at(0.95)}, p99 ${at(0.99)}`,
);
console.log(
  `memory: ${mean(memory.slice(third, 2 * third)).toFixed(0)} MiB in the second third, ${mean(memory.slice(2 * third)).toFixed(0)} MiB in the last`,
);
console.log(
  `${String(lines)} log lines in ${String(files.length)} files, ${String(spans)} spans, ${String(metrics.split('\n').length)} lines of metrics`,
);
console.log(
  `cache: ${cache === null ? 'no figures' : `${String(cache[1])} hits, ${String(cache[2])} misses, ${String(cache[3])} evicted`}`,
);
if (cache === null || Number(cache[1]) === 0) wrong.push('nothing came from the cache');
if (open?.n !== 0) wrong.push('statements run on after the end');
for (const one of [...new Set(wrong)].slice(0, 20)) console.error(`WRONG ${one}`);
collector.close();
await database.dispose();
await rm(folder, { recursive: true });
process.exit(wrong.length === 0 ? 0 : 1);
