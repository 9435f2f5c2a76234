import { parseArgs } from 'node:util';
import { SessionPool } from '../src/engine/driver/sessionPool.ts';
import { openDatabase } from '../src/engine/connection/openDatabase.ts';
import { SchemaCache } from '../src/engine/schema/schemaCache.ts';
import { startServer } from '../test/harness/servers/source.ts';
import type { Flavor } from '../test/harness/servers/testServer.ts';
import { loadWarehouse } from '../test/harness/servers/warehouse.ts';

/** `npm run bench:catalog -- --flavor mariadb`: how long an agent waits for the schema of a database with 5,000 tables. */
const { values } = parseArgs({ options: { flavor: { type: 'string', default: 'mysql' }, tables: { type: 'string', default: '5000' } } });
const TABLES = Number(values.tables);
const RUNS = 5;

const server = await startServer(values.flavor as Flavor);
await loadWarehouse(server, TABLES);
const target = { host: server.host, port: server.port, user: server.root.user, database: 'warehouse', tls: 'preferred' } as const;
const options = { password: () => Promise.resolve(server.root.password), warn: console.error };
const database = await openDatabase(target, options);
await database.check();

async function measure<T>(what: string, work: () => Promise<T>): Promise<T> {
  const times: number[] = [];
  for (let i = 1; i < RUNS; i++) {
    const started = performance.now();
    await work();
    times.push(performance.now() - started);
  }
  const started = performance.now();
  const result = await work();
  times.push(performance.now() - started);
  const [first = 0, ...rest] = times;
  const median = rest.sort((a, b) => a - b)[Math.floor(rest.length / 2)] ?? 0;
  console.log(`  ${what}: first ${first.toFixed(0)} ms, then ${median.toFixed(1)} ms (median of ${String(rest.length)})`);
  return result;
}

console.log(`${server.label}, ${String(TABLES)} tables:`);
const pool = new SessionPool({ ...target, tls: 'preferred' }, options.password, { onKillFailed: console.error });
await pool.withSession(undefined, (session) => session.read('SELECT 1 LIMIT 1'));
await measure('names alone, read anew', () => new SchemaCache(pool).names('warehouse'));
await measure('names and columns, read anew', () => new SchemaCache(pool).objects('warehouse'));
await pool.close();
const search = (query: string) => database.schema.search(query, { database: 'warehouse' });
const { hits } = await measure('search of two words', () => search('customer payment'));
await measure('search of a column and a misspelled word', () => search('paymnt status'));
const names = hits.slice(0, 10).map(({ object }) => object.name);
await measure('describe of ten tables, one by one', () => Promise.all(names.map((name) => database.schema.describe('warehouse', name))));
await measure('list of all tables', () => database.schema.tables('warehouse'));
await measure('relations of all tables', () => database.schema.relationships('warehouse'));
await database.close();
await server.dispose();
process.exit(0);
