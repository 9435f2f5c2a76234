import assert from 'node:assert/strict';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { limitsOf } from '../../../src/server/limits/limits.ts';
import { allTools } from '../../../src/server/tools/builtInTools.ts';
import { StdioClient, withoutMarks } from '../../harness/mcp/stdioClient.ts';
import { TestBroker } from '../../harness/mcp/testBroker.ts';
import { ROOT } from '../../harness/root.ts';
import { loadSample, SAMPLE } from '../../harness/servers/sample.ts';
import { startServer } from '../../harness/servers/source.ts';
import { execute, type Flavor, type TestServer } from '../../harness/servers/testServer.ts';

const flavors: readonly Flavor[] = ['mysql', 'mariadb'];

/** `UPDATE_GOLDEN=1 npm test -- integration` writes them anew; they are to be read before they are committed. */
const UPDATE = process.env['UPDATE_GOLDEN'] === '1';

/** Good and bad input for each tool. What a server decides by itself from run to run (times, sizes, estimates) is masked. */
const CALLS: readonly { readonly tool: string; readonly calls: readonly Record<string, unknown>[] }[] = [
  // First, so that only the statements of the set-up are in it.
  { tool: 'mysql_workload', calls: [{ connection: 'root', database: 'shop', order: 'rows', limit: 2 }, {}, { order: 'size' }] },
  { tool: 'mysql_connections', calls: [{}, { check: true }, { chek: true }] },
  {
    tool: 'mysql_search_schema',
    calls: [{ query: 'email' }, { query: 'zebra' }, { query: '' }, { query: ['email', 'order zebra'], database: 'shop' }],
  },
  {
    tool: 'mysql_describe',
    calls: [
      {},
      { tables: ['orders', 'customers'] },
      { tables: ['order_items', 'products'], level: 'full' },
      { tables: ['open_orders'], level: 'full' },
      { tables: ['orders'], level: 'summary', sampleRows: 2, profile: ['status'] },
      { tables: ['ordres'] },
      { database: 'nowhere' },
    ],
  },
  {
    tool: 'mysql_relationships',
    calls: [{}, { tables: ['customers', 'products'] }, { tables: ['orders'], diagram: true }, { tables: ['nothing'] }],
  },
  {
    tool: 'mysql_query',
    calls: [
      { sql: 'SELECT * FROM exact_values ORDER BY id' },
      { sql: 'SELECT * FROM exact_values ORDER BY id', format: 'json' },
      { sql: 'SELECT * FROM exact_values ORDER BY id', format: 'markdown' },
      { sql: 'SELECT COUNT(*) AS n FROM orders; SELECT id FROM orders ORDER BY id', maxRows: 2 },
      { sql: 'SELECT id FROM orders ORDER BY id', maxRows: 2 },
      { sql: 'SELECT * FROM orders WHERE id = ?', params: [5], validate: true },
      { sql: 'DELETE FROM orders' },
      { sql: 'SELECT totl FROM orders' },
      { sql: 'SELECT * FORM orders' },
      { sql: 'SELECT SLEEP(5)' },
    ],
  },
  {
    tool: 'mysql_show',
    calls: [
      { sql: 'SELECT * FROM orders', title: 'Orders' },
      { sql: 'SELECT status, COUNT(*) AS n FROM orders GROUP BY status', as: 'chart' },
      { sql: 'SELECT note FROM orders', as: 'chart' },
      { sql: 'SELECT * FROM orders WHERE id = 5', as: 'plan' },
      { tables: ['orders', 'customers'] },
      { sql: 'DELETE FROM orders' },
      { as: 'grid' },
    ],
  },
  {
    tool: 'mysql_explain',
    calls: [
      { sql: "SELECT * FROM orders WHERE note = 'x' ORDER BY total" },
      { sql: 'SELECT * FROM orders WHERE id = 5' },
      { sql: 'SELECT 1; SELECT 2' },
    ],
  },
  {
    tool: 'mysql_export',
    calls: [
      { sql: 'SELECT * FROM orders', file: 'orders' },
      { sql: 'SELECT * FROM orders', file: 'orders' },
      { sql: 'SELECT 1', file: '../x' },
    ],
  },
  { tool: 'mysql_diagnose', calls: [{ database: 'shop' }] },
  {
    tool: 'mysql_index_advice',
    calls: [{ sql: "SELECT * FROM orders WHERE note = 'x'" }, { sql: 'SELECT * FROM orders WHERE id = 1' }, { sql: 'DROP TABLE orders' }],
  },
  {
    tool: 'mysql_execute',
    calls: [
      { connection: 'writer', sql: "UPDATE orders SET note = 'x' WHERE id IN (1, 2)", preview: true },
      { connection: 'writer', sql: 'DELETE FROM customers WHERE id = 1', preview: true },
      {
        connection: 'writer',
        sql: 'INSERT INTO orders (customer_id, placed_at) SELECT id, NOW() FROM customers; DELETE FROM order_items',
        preview: true,
      },
      { connection: 'writer', sql: 'ALTER TABLE orders MODIFY note TEXT', preview: true },
      { connection: 'writer', sql: "UPDATE orders SET note = 'x' WHERE id = 1" },
      { sql: 'DELETE FROM orders' },
      { connection: 'writer', sql: 'SELECT 1' },
      { connection: 'writer', sql: 'COMMIT' },
    ],
  },
  { tool: 'mysql_status', calls: [{}, { stop: 999 }] },
];

/** Whether it asks for one where there are several. */
function takesConnection(tool: string): boolean {
  const found = allTools(limitsOf()).find(({ name }) => name === tool);
  return 'connection' in ((found?.inputSchema as { readonly properties?: object } | undefined)?.properties ?? {});
}

for (const flavor of flavors) {
  suite(`golden answers on ${flavor}`, () => {
    let server: TestServer;
    let broker: TestBroker;
    let client: StdioClient;
    let known = false;

    /** Only what differs from run to run or from one version of a server to the next. */
    const mask = (text: string): string =>
      withoutMarks(text)
        .replaceAll(broker.folder, '<folder>')
        .replaceAll(String(server.port), '<port>')
        .replaceAll(/"cursor": "\w+\.(\d+)"/g, '"cursor": "<id>.$1"')
        .replaceAll(/(MySQL|MariaDB) \d+\.\d+\.[\w.-]+/g, '$1 <version>')
        .replaceAll(/~\d[\d.,]* (rows|KiB|MiB)/g, '~<n> $1')
        .replaceAll(/data \d+ B, indexes \d+ B/g, 'data <n> B, indexes <n> B')
        .replaceAll(/of ~\d+ rows/g, 'of ~<n> rows')
        .replaceAll(/cost=[\d.e+]+(?:\.\.[\d.e+]+)? rows=[\d.e+]+/g, 'cost=<n> rows=<n>')
        .replaceAll(/\(cost=<n>[^)]*\)/g, '(cost=<n>)')
        .replaceAll(/version [\d.]+[\w.+~-]*, /g, 'version <version>, ')
        .replaceAll(/[\d.]+ % of its reads hit, up for \d+ \w+/g, '<n> % of its reads hit, up for <n>')
        .replaceAll(/only \d+ reads/g, 'only <n> reads')
        .replaceAll(/in \d+\.\d s:/g, 'in <n> s:')
        .replaceAll(/\d+\.\d min, \d+ MiB/g, '<n> min, <n> MiB')
        .replaceAll(/median \d+ ms, 95 % within \d+ ms, longest \d+ ms/g, 'median <n> ms, 95 % within <n> ms, longest <n> ms')
        .replaceAll(/[\d.]+ s in (\d+) runs \(avg [\d.]+ ms, max [\d.]+ ms\)/g, '<n> s in $1 runs (avg <n> ms, max <n> ms)')
        .replaceAll(/\(\d+ changes/g, '(<n> changes')
        .replaceAll(/\d+ statements \([A-Z0-9 ,]*\)/g, '<n> statements (<types>)')
        .replaceAll(/p(50|90|95|99) [\d.]+/g, 'p$1 <n>')
        .replaceAll(/at most (\d+); \d+ waits, \d+ ms in all/g, 'at most $1')
        .replaceAll(/WRITE PREVIEW [0-9a-f]{8}/g, 'WRITE PREVIEW <id>')
        .replaceAll(/rolled back in \d+ ms/g, 'rolled back in <n> ms')
        .replaceAll(/about [\d,]+ rows(, \d+ KiB)?/g, 'about <n> rows')
        .replaceAll(/mysql-pilot \d+\.\d+\.\d+/g, 'mysql-pilot <version>');

    suiteSetup(async () => {
      server = await startServer(flavor, ['--performance-schema=ON']);
      const other = process.env[flavor === 'mysql' ? 'MYSQL_TEST_VERSION' : 'MARIADB_TEST_VERSION'];
      known = server.owned && server.label.includes('Debian') && other === undefined;
      if (!known) return;
      await loadSample(server);
      broker = await TestBroker.start();
      broker.add(server, { user: SAMPLE.reader.user, password: SAMPLE.reader.password });
      const ask = { insert: 'ask', update: 'ask', delete: 'ask', ddl: 'ask' } as const;
      broker.add(server, { name: 'writer', environment: 'staging', writes: ask });
      broker.add(server, { name: 'root', user: server.root.user, password: server.root.password });
      await execute(server, 'TRUNCATE performance_schema.events_statements_summary_by_digest');
      for (const note of ['x', 'y']) await execute(server, `SELECT COUNT(*) FROM orders WHERE note = '${note}'`, 'shop');
      await execute(server, 'SELECT total FROM orders ORDER BY total LIMIT 3', 'shop');
      client = await StdioClient.start(broker.rendezvous);
    });
    suiteTeardown(async () => {
      if (known) {
        await client.close();
        await broker.dispose();
      }
      await server.dispose();
    });

    test('each tool is called here', () => {
      assert.deepEqual(
        allTools(limitsOf())
          .map(({ name }) => name)
          .filter((name) => !CALLS.some(({ tool }) => tool === name)),
        [],
        'Add calls with good and bad input to CALLS, and run UPDATE_GOLDEN=1 npm run test:file -- test/integration/server/golden.test.ts.',
      );
    });

    for (const { tool, calls } of CALLS) {
      test(tool, async function () {
        if (!known) this.skip(); // a server from elsewhere has other settings and other words
        const parts: string[] = [];
        for (const args of calls) {
          const connection = takesConnection(tool) ? { connection: 'shop' } : {};
          parts.push(`>>> ${JSON.stringify(args)}\n${mask((await client.call(tool, { ...connection, ...args })).text)}\n`);
        }
        const file = path.join(ROOT, 'test/integration/server/golden', flavor, `${tool}.txt`);
        const text = parts.join('\n');
        if (UPDATE) {
          await mkdir(path.dirname(file), { recursive: true });
          await writeFile(file, text);
        }
        assert.equal(text, await readFile(file, 'utf8'));
      });
    }
  });
}
