import assert from 'node:assert/strict';
import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import type { View } from '../../../src/broker/viewContract.ts';
import { secondFlavor } from '../../harness/depth.ts';
import { AgentSetup } from '../../harness/mcp/agentSetup.ts';
import { StandaloneSetup } from '../../harness/mcp/standaloneSetup.ts';
import { StdioClient, withoutMarks } from '../../harness/mcp/stdioClient.ts';
import { until } from '../../harness/run.ts';
import { execute, type Flavor } from '../../harness/servers/testServer.ts';
import { loadCorpusDatabases } from '../../security/corpusDatabases.ts';
import { readCorpus } from '../../security/corpus.ts';
import { inEnglish } from '../../../src/engine/phrase.ts';

const flavors: readonly Flavor[] = ['mysql', 'mariadb'];
/** 100,000 rows of 1,000,000. */
const MANY = "SELECT a.id * 1000 + b.id AS number, CONCAT('needle-', a.id, '-', b.id) AS text FROM orders a, orders b";
/** One of so many hostile statements is sent through both tools. */
const EVERY = 17;

for (const flavor of flavors) {
  suite(`mysql_show on ${flavor}`, function () {
    secondFlavor(this, flavor);
    this.timeout(120_000);
    let setup: AgentSetup;
    let client: StdioClient;

    suiteSetup(async () => {
      setup = await AgentSetup.start(flavor, {
        prepare: loadCorpusDatabases,
        profiles: () => [{}, { name: 'ruled', tables: { deny: ['shop.customers'] } }],
      });
      ({ client } = setup);
    });
    suiteTeardown(() => setup.dispose());

    const show = async (args: Record<string, unknown>): Promise<{ readonly line: string; readonly view: View }> => {
      const line = await setup.answer('mysql_show', { connection: 'shop', ...args });
      return { line, view: setup.broker.views.at(-1) ?? assert.fail('nothing was shown') };
    };
    const refused = async (args: Record<string, unknown>): Promise<string> => {
      const before = setup.broker.views.length;
      const { text, isError } = await client.call('mysql_show', { connection: 'shop', ...args });
      assert.ok(isError, text);
      assert.equal(setup.broker.views.length, before, 'it was shown all the same');
      return text;
    };

    test('shows the rows that mysql_query returns, and answers one line that holds none of them', async () => {
      const sql = 'SELECT id, note, total FROM orders ORDER BY id LIMIT 3';
      const { line, view } = await show({ sql, title: 'The first three' });
      assert.equal(line, 'Shown: 3 rows, 3 columns.');
      const csv = await setup.answer('mysql_query', { connection: 'shop', sql });
      assert.ok(view.content.kind === 'grid');
      assert.deepEqual(
        [view.title, view.client, view.profile, view.content.sql],
        ['The first three', 'test', setup.broker.profiles[0]?.id, sql],
      );
      const { columns, rows } = view.content.table;
      assert.equal(csv.split('\n')[0], columns.map(({ name }) => name).join(','));
      assert.equal(csv.split('\n')[1], rows[0]?.map((cell) => cell ?? '').join(','));
      assert.equal(rows.length, 3);
    });

    test('100,000 rows of a longer result reach the window, and the answer says that it was cut', async () => {
      const { line, view } = await show({ sql: MANY, timeoutSeconds: 60 });
      assert.equal(line, 'Shown: 100,000 rows, 2 columns.\nTRUNCATED by the row limit: the user sees the first rows.');
      assert.ok(view.content.kind === 'grid');
      assert.equal(view.content.table.rows.length, 100_000);
      assert.equal(view.content.table.cutBy, 'rows');
      assert.match(view.content.table.rows[99_999]?.[1] ?? '', /^needle-/);
    });

    test('binds params, so that the window can run the same statement again', async () => {
      const { view } = await show({ sql: 'SELECT id FROM orders WHERE id = ?', params: [5] });
      assert.ok(view.content.kind === 'grid');
      assert.match(view.content.sql, /^SELECT id FROM orders WHERE id = +5 *$/);
      assert.deepEqual(view.content.table.rows, [['5']]);
    });

    test('a chart takes labels from the first column, and its kind from their type', async () => {
      const totals = await show({ sql: 'SELECT status, COUNT(*) AS orders FROM orders GROUP BY status', as: 'chart' });
      assert.match(totals.line, /^Shown: \d+ rows, 2 columns as a bar chart\.$/);
      const days = await show({
        sql: 'SELECT DATE(placed_at) AS day, SUM(total) AS t FROM orders GROUP BY 1 ORDER BY 1 LIMIT 30',
        as: 'chart',
      });
      assert.match(days.line, /as a line chart/);
      const pie = await show({ sql: 'SELECT status, COUNT(*) AS orders FROM orders GROUP BY status', chart: 'pie' });
      assert.ok(pie.view.content.kind === 'chart');
      assert.equal(pie.view.content.chart, 'pie');
    });

    test('a chart without numbers, or of too many rows, is refused with what to do instead', async () => {
      assert.match(await refused({ sql: 'SELECT note FROM orders', as: 'chart' }), /A chart needs a column of numbers\.[^]*show a grid/);
      assert.match(await refused({ sql: `SELECT * FROM (${MANY} LIMIT 2001) x`, as: 'chart' }), /2,000 rows at most\.[^]*GROUP BY/);
    });

    test('a plan reaches the window as mysql_explain tells it', async () => {
      const sql = "SELECT * FROM orders WHERE note = 'x' ORDER BY total";
      const { line, view } = await show({ sql, as: 'plan' });
      assert.match(line, /^Shown: the plan, 1 step, \d findings?\.$/);
      assert.ok(view.content.kind === 'plan');
      const told = await setup.answer('mysql_explain', { connection: 'shop', sql });
      for (const finding of view.content.plan.findings.map(inEnglish)) assert.ok(told.includes(finding), finding);
    });

    test('a diagram is of the named tables, or of all', async () => {
      const some = await show({ tables: ['orders', 'CUSTOMERS'], as: 'diagram' });
      assert.equal(some.line, 'Shown: a diagram of 2 tables, 1 relationship.');
      assert.deepEqual(some.view.content, { kind: 'diagram', database: 'shop', tables: ['orders', 'customers'] });
      assert.match((await show({})).line, /^Shown: a diagram of \d+ tables, \d+ relationships\.$/);
      assert.match(await refused({ tables: ['ordres'] }), /no table ordres in shop/);
    });

    test('arguments that do not belong together are refused before anything runs', async () => {
      assert.match(await refused({ as: 'grid' }), /A grid needs `sql`/);
      assert.match(await refused({ sql: 'SELECT 1', as: 'diagram' }), /A diagram uses `tables`, not `sql`/);
      assert.match(await refused({ sql: 'SELECT 1; SELECT 2' }), /one statement/);
      assert.match(await refused({ sql: 'SELECT 1', as: 'table' }), /input\.invalid/);
    });

    test('rules on tables hold for what is shown', async () => {
      const sql = 'SELECT name FROM customers';
      const shown = await client.call('mysql_show', { connection: 'ruled', sql });
      const queried = await client.call('mysql_query', { connection: 'ruled', sql });
      assert.match(shown.text, /^statement\.refused/);
      assert.equal(withoutMarks(shown.text), withoutMarks(queried.text));
    });

    test('what mysql_query refuses of the hostile corpus is refused with the same words, and shown to nobody', async () => {
      const before = setup.broker.views.length;
      const cases = readCorpus('hostile').filter((one, i) => i % EVERY === 0 && one.flavors.includes(flavor));
      for (const { sql, database, reason } of cases) {
        const args = { connection: 'shop', database, sql };
        const [queried, shown] = [await client.call('mysql_query', args), await client.call('mysql_show', args)];
        assert.ok(shown.isError, `${reason}: ${sql}`);
        assert.equal(withoutMarks(shown.text), withoutMarks(queried.text), sql);
      }
      assert.ok(cases.length > 40, String(cases.length));
      assert.equal(setup.broker.views.length, before);
    });

    test('the time limit of a statement holds', async () => {
      assert.match(
        await refused({
          sql: 'SELECT COUNT(*) FROM orders a, orders b, orders c, orders d, orders e WHERE a.note < b.note',
          timeoutSeconds: 1,
        }),
        /^statement\.timeout/,
      );
    });

    test('each call has its line in the record, without values of the statement', async () => {
      await show({ sql: "SELECT id FROM orders WHERE note = 'a-secret-value'" });
      const folder = path.join(setup.broker.folder, 'audit');
      const read = async (): Promise<string> =>
        (await Promise.all((await readdir(folder)).map((name) => readFile(path.join(folder, name), 'utf8')))).join('');
      const isIt = (line: string): boolean => line.includes('"mysql_show"') && line.includes('WHERE note = ?');
      const line = await until(async () => (await read()).split('\n').find(isIt), 'the line of the call');
      assert.match(line, /"connection":"shop"/);
      assert.ok(!(await read()).includes('a-secret-value'));
      assert.equal(setup.broker.started.at(-1)?.tool, 'mysql_show');
    });

    test('cells of warnings stay out of the answer', async () => {
      await execute(setup.server, "UPDATE orders SET note = 'needle-note' WHERE id = 1", 'shop');
      const { line } = await show({ sql: 'SELECT id FROM orders WHERE id = 1 AND note + 0 = 0' });
      assert.match(line, /^Shown: 1 row, 1 column\.\nWARNING: the server gave 1 warning; mysql_query tells which\.$/);
    });
  });
}

suite('mysql_show without a window', function () {
  this.timeout(60_000);
  let setup: StandaloneSetup;
  let client: StdioClient;

  suiteSetup(async () => {
    setup = await StandaloneSetup.start();
    client = await StdioClient.launch({ args: [], env: setup.env });
  });
  suiteTeardown(async () => {
    await client.close();
    await setup.dispose();
  });

  const show = async (args: Record<string, unknown>): Promise<string> => {
    const { text, isError } = await client.call('mysql_show', args);
    assert.ok(!isError, text);
    return withoutMarks(text);
  };

  test('answers the first rows and how many there are, and says that nobody saw them', async () => {
    const text = await show({ sql: 'SELECT id FROM orders ORDER BY id' });
    assert.match(text, /^Not shown: [^]*\nid\n1\n2\n[^]*\n20\n\(20 rows, TRUNCATED by the row limit: 980 more/);
    assert.ok(!text.includes('\n21\n'));
  });

  test('answers a plan and a diagram as text', async () => {
    assert.match(await show({ sql: 'SELECT * FROM orders', as: 'plan' }), /^Not shown: [^]*orders/);
    assert.match(await show({ tables: ['orders', 'customers'] }), /^Not shown: [^]*\nerDiagram\n[^]*"orders"/);
  });
});
