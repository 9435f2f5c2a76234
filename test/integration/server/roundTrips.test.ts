import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import { StandaloneSetup } from '../../harness/mcp/standaloneSetup.ts';
import { StdioClient } from '../../harness/mcp/stdioClient.ts';
import { until } from '../../harness/run.ts';
import { startProxy, type Proxy } from '../../harness/servers/proxy.ts';

/**
 * How often each call asks the database, counted at the socket once the first call has connected: what a far server costs. A number that falls is good news,
 * one that rises has to be wanted: it is changed here.
 */
const BUDGETS: readonly [what: string, tool: string, args: Record<string, unknown>, requests: number][] = [
  // It also learns what the name is: a view may hide anything.
  ['a query', 'mysql_query', { sql: 'SELECT id FROM orders WHERE id = 1' }, 2],
  ['the same query again', 'mysql_query', { sql: 'SELECT id FROM orders WHERE id = 2' }, 1],
  ['a query with a value', 'mysql_query', { sql: 'SELECT id FROM orders WHERE id = ?', params: [1] }, 1],
  ['it again', 'mysql_query', { sql: 'SELECT id FROM orders WHERE id = ?', params: [2] }, 1],
  ['a refused write', 'mysql_query', { sql: 'DELETE FROM orders' }, 0],
  ['a table, for the first time', 'mysql_describe', { tables: ['orders'] }, 3],
  ['the same table', 'mysql_describe', { tables: ['orders'] }, 2],
  ['a search of the schema', 'mysql_search_schema', { query: 'customer' }, 4],
  ['a table in full', 'mysql_describe', { tables: ['orders'], level: 'full' }, 6],
  ['a profile of a column', 'mysql_describe', { profile: ['orders.note'] }, 7],
  ['relationships', 'mysql_relationships', { tables: ['orders'] }, 2],
  ['the health of a database', 'mysql_diagnose', { database: 'shop' }, 18],
  ['a change of a table', 'mysql_explain', { sql: 'ALTER TABLE orders ADD COLUMN x INT' }, 5],
  ['a script of ten', 'mysql_explain', { sql: 'ALTER TABLE orders ADD COLUMN x INT;'.repeat(10) }, 5],
  ['the connections', 'mysql_connections', {}, 0],
];

suite('round trips', function () {
  this.timeout(60_000);
  let setup: StandaloneSetup;
  let proxy: Proxy;
  let client: StdioClient;
  let requests = 0;
  let sockets = 0;

  suiteSetup(async () => {
    setup = await StandaloneSetup.start();
    proxy = await startProxy(setup.server, {
      toServer: (chunk) => {
        requests += 1;
        return chunk;
      },
      toClient: (chunk) => {
        if (chunk[3] === 0 && chunk[4] === 10) sockets += 1; // the greeting: packet 0, protocol 10
        return chunk;
      },
    });
    const env = { ...setup.env, MYSQL_PORT: String(proxy.port), MYSQL_SSL_MODE: 'disabled' };
    client = await StdioClient.launch({ args: [], env });
    assert.deepEqual([requests, sockets], [0, 0], 'nothing before the first call');
    const first = await client.call('mysql_query', { sql: 'SELECT 1' });
    assert.ok(!first.isError, first.text);
    // The connection that would stop statements is opened behind the first answer: its login is no part of what is counted.
    let seen = -1;
    await until(async () => {
      if (sockets === 2 && requests === seen) return true;
      seen = requests;
      await sleep(250);
      return false;
    }, 'both connections to be open');
  });
  suiteTeardown(async () => {
    await client.close();
    proxy.close();
    await setup.dispose();
  });

  test('each call asks as often as it is said here', async () => {
    const measured: [string, number][] = [];
    for (const [what, tool, args] of BUDGETS) {
      const before = requests;
      await client.call(tool, args);
      measured.push([what, requests - before]);
    }
    assert.deepEqual(
      measured,
      BUDGETS.map(([what, , , budget]) => [what, budget]),
    );
  });

  test('calls after one another share their sockets', () => {
    assert.equal(sockets, 2, 'the one that runs statements, and the one that would stop them');
  });
});
