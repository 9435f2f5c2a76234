import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { secondFlavor } from '../../harness/depth.ts';
import { AgentSetup } from '../../harness/mcp/agentSetup.ts';
import type { StdioClient } from '../../harness/mcp/stdioClient.ts';
import { withoutMarks } from '../../harness/mcp/stdioClient.ts';
import { ROOT } from '../../harness/root.ts';
import { execute, type Flavor, type TestServer } from '../../harness/servers/testServer.ts';

const flavors: readonly Flavor[] = ['mysql', 'mariadb'];
/** A million rows, made while they are read. */
const MANY = 'SELECT a.id AS a, b.id AS b FROM orders a, orders b';

for (const flavor of flavors) {
  suite(`mysql_query on ${flavor}`, function () {
    secondFlavor(this, flavor);
    let setup: AgentSetup;
    let server: TestServer;
    let client: StdioClient;

    const query = async (args: Record<string, unknown>): Promise<string> => {
      const { text, isError } = await client.call('mysql_query', args);
      assert.ok(!isError, text);
      return withoutMarks(text);
    };
    const cursorOf = (text: string): string => /\{"cursor": "([^"]+)"\}/.exec(text)?.[1] ?? assert.fail(text);

    suiteSetup(async () => {
      setup = await AgentSetup.start(flavor);
      ({ server, client } = setup);
    });
    suiteTeardown(() => setup.dispose());

    test('a cut result says how many rows are left, and its cursor goes on to the last one [P20]', async () => {
      const ids: string[] = [];
      let text = await query({ sql: 'SELECT id FROM orders ORDER BY id', maxRows: 300 });
      assert.match(text, /\n\(300 rows, TRUNCATED by the row limit: 700 more\. Go on with /);
      await execute(server, "UPDATE orders SET note = 'changed' WHERE id = 1; DELETE FROM order_items WHERE order_id = 999", 'shop');
      for (;;) {
        ids.push(...text.split('\n').filter((line) => /^\d+$/.test(line)));
        if (!text.includes('cursor')) break;
        text = await query({ cursor: cursorOf(text), maxRows: 300 });
      }
      assert.deepEqual(
        ids,
        Array.from({ length: 1000 }, (_, i) => String(i + 1)),
      );
      assert.match(text, /\n1000\n\(100 rows\)$/);
    });

    test('moments are in UTC, whatever the zone of the server, and that and what to compare with it is told in each place', async () => {
      await execute(server, "SET GLOBAL time_zone = '+09:00'");
      try {
        assert.match(
          await query({ sql: 'SELECT ABS(TIMESTAMPDIFF(SECOND, NOW(), UTC_TIMESTAMP())) < 2 AS utc, @@time_zone AS zone' }),
          /\n1,\+00:00\n/,
        );
      } finally {
        await execute(server, "SET GLOBAL time_zone = 'SYSTEM'");
      }
      const { tools } = await client.client.listTools();
      assert.match(
        client.client.getInstructions() ?? '',
        /in UTC, NOW\(\) too; DATETIME columns may hold local time: check which before you compare/,
      );
      assert.match(
        tools.find(({ name }) => name === 'mysql_query')?.description ?? '',
        /TIMESTAMP and NOW\(\) are in UTC, DATETIME may be local time/,
      );
      assert.match(
        await readFile(path.join(ROOT, 'media/skills/mysql-pilot/SKILL.md'), 'utf8'),
        /`NOW\(\)` are in UTC; DATETIME columns are as/,
      );
    });

    test('a page that is asked for twice is the same twice, in other formats, too', async () => {
      const cursor = cursorOf(await query({ sql: 'SELECT id, note FROM orders ORDER BY id', maxRows: 3 }));
      const page = await query({ cursor, maxRows: 2 });
      assert.match(page, /^id,note\n4,\n5,"ring twice, #4"|^id,note\n4,/);
      assert.equal(await query({ cursor, maxRows: 2 }), page);
      assert.match(await query({ cursor, maxRows: 2, format: 'json' }), /^\{"columns":\["id","note"\],"rows":\[\n\[4,/);
    });

    test('behind the rows that are kept the statement runs again, and that is said', async () => {
      const first = await query({ sql: MANY, maxRows: 5 });
      assert.match(first, /\(5 rows, TRUNCATED by the row limit: at least \d+ more/);
      const second = await query({ cursor: cursorOf(first), maxRows: 50 });
      assert.match(second, /\n\(50 rows, TRUNCATED[^]*\)$/);
      const third = await query({ cursor: cursorOf(second), maxRows: 50 });
      assert.match(
        third,
        /\n\(50 rows, TRUNCATED[^]*\nThe statement was run again\. Rows or their order may have changed since the last page/,
      );
    });

    test('a statement whose size is cut goes on with the row that did not fit', async () => {
      const first = await query({ sql: "SELECT id, REPEAT('x', 400) AS x FROM orders ORDER BY id LIMIT 10", maxCharacters: 1000 });
      assert.match(first, /\(2 rows, TRUNCATED by the limit of 1000 characters: 8 more/);
      assert.match(await query({ cursor: cursorOf(first) }), /^id,x\n3,x+\n[^]*\n10,x+\n\(8 rows\)$/);
    });

    test('an unknown cursor, and one beside SQL, are told', async () => {
      const { text } = await client.call('mysql_query', { cursor: 'ffffffff.20' });
      assert.match(text, /^cursor\.unknown: [^]*\nNext step: Run the statement again/);
      assert.match((await client.call('mysql_query', { cursor: 'nonsense' })).text, /^cursor\.unknown/);
      assert.match((await client.call('mysql_query', { cursor: 'ffffffff.2', sql: 'SELECT 1' })).text, /^input\.invalid: Exactly one/);
    });

    test('several reads of one call see one state of the data [P62]', async () => {
      await execute(server, 'CREATE TABLE ticks (n INT); INSERT INTO ticks VALUES (0)', 'shop');
      const slow = 'SELECT COUNT(*) FROM orders a, orders b, (SELECT id FROM orders WHERE id < 20) c WHERE a.total + b.total + c.id > 0';
      const reading = query({ sql: `SELECT n FROM ticks; ${slow}; SELECT n FROM ticks` });
      await new Promise((resolve) => setTimeout(resolve, 300));
      await execute(server, 'UPDATE ticks SET n = 1', 'shop');
      const parts = (await reading).split('\n\n');
      assert.deepEqual([parts[0], parts[2]], ['#1 n\n0\n(1 row)', '#3 n\n0\n(1 row)']);
      assert.match(await query({ sql: 'SELECT n FROM ticks' }), /^n\n1\n/);
      const failing = await client.call('mysql_query', { sql: 'SELECT n FROM ticks; SELECT nothing FROM ticks' });
      assert.ok(failing.isError);
      await execute(server, 'UPDATE ticks SET n = 2', 'shop');
      for (let i = 0; i < 5; i++) assert.match(await query({ sql: 'SELECT n FROM ticks' }), /^n\n2\n/, 'no session stays in the past');
      await execute(server, 'DROP TABLE ticks', 'shop');
    });

    test('a result that is cut in the middle loses none of the statements behind it', async () => {
      const parts = (await query({ sql: `${MANY} LIMIT 900000; SELECT COUNT(*) AS n FROM orders; SELECT 2 AS two`, maxRows: 2 })).split(
        '\n\n',
      );
      assert.match(parts[0] ?? '', /\(2 rows, TRUNCATED by the row limit: at least 1 more/);
      assert.match(parts[1] ?? '', /^#2 n\n1000\n\(1 row\)\nRead after the previous result was truncated/);
      assert.match(parts[2] ?? '', /^#3 two\n2\n/);
    });

    test("the server's warnings are shown", async () => {
      assert.match(
        await query({ sql: "SELECT 'abc' + 1 AS n" }),
        /^n\n1\n\(1 row\)\nWARNING: 1292 Truncated incorrect DOUBLE value: 'abc'$/,
      );
      assert.match(await query({ sql: 'SELECT total / 0 AS n FROM orders LIMIT 50' }), /\(50 rows\)\nWARNING: 1365 Division by 0$/);
      assert.ok(!(await query({ sql: 'EXPLAIN SELECT * FROM orders' })).includes('WARNING'));
    });

    test('EXPLAIN shows access types unless a format is asked for', async () => {
      const plain = await query({ sql: 'EXPLAIN SELECT * FROM orders WHERE id = 5' });
      assert.match(plain, /^id,select_type,table,[^\n]*type,possible_keys,[^\n]*\n1,SIMPLE,orders,[^\n]*const,PRIMARY,/);
      const format = flavor === 'mysql' ? 'TREE' : 'JSON';
      assert.match(await query({ sql: `EXPLAIN FORMAT=${format} SELECT * FROM orders` }), /Table scan on orders|query_block/);
      if (flavor === 'mysql') assert.match(await query({ sql: 'EXPLAIN ANALYZE SELECT * FROM orders' }), /actual time=/);
    });

    test('a refused write names no tool that the client lacks', async () => {
      const { text } = await client.call('mysql_query', { sql: 'DELETE FROM orders' });
      assert.match(text, /To change data, give the statement to the user\.$/);
      assert.ok(!text.includes('mysql_execute'));
    });

    test('validate checks and plans, and runs nothing', async () => {
      const text = await query({ sql: 'SELECT * FROM orders WHERE note = ?', params: ['x'], validate: true });
      assert.match(text, /^VALID; it was not run\.\norders: ALL, ~1000 rows[^]*\n- Full scan of orders/);
      const several = await query({ sql: 'SELECT COUNT(*) FROM orders a, orders b, orders c, orders d; SHOW TABLES', validate: true });
      assert.match(
        several,
        /^statement 1: VALID[^]*\nstatement 2: VALID in syntax; it was not run\. SHOW has no plan, and its names were not looked up\.$/,
      );
      for (const [sql, expected] of [
        ['SELECT totl FROM orders', /^object\.unknown[^]*Did you mean orders\.total\?/],
        ['SELECT 1; DROP TABLE orders', /^statement\.refused: DROP is not allowed/],
        ['SELECT FROM', /^statement\.failed: Syntax error: "FROM" is unexpected/],
      ] as const)
        assert.match((await client.call('mysql_query', { sql, validate: true })).text, expected);
    });

    test('a time-out tells what the plan says about why [P64]', async () => {
      const sql = 'SELECT COUNT(*) FROM orders a, orders b, orders c WHERE a.total + b.total + c.total < 0';
      const { text } = await client.call('mysql_query', { sql, timeoutSeconds: 0.3 });
      assert.match(
        text,
        /^statement\.timeout: The statement was canceled after 0\.3 seconds\.\n<data-\w+>\nThe plan says: Joins b without an index/,
      );
    });

    test('10,000 rows of 8 columns in less than 0.45 of their size as JSON objects', async () => {
      const sql =
        'SELECT a.id + 1000 * b.d AS id, a.customer_id, a.status, a.total, a.placed_at, c.email, c.country, IF(a.id % 4 = 0, a.note, NULL) AS note FROM orders a JOIN customers c ON c.id = a.customer_id, (SELECT 0 AS d UNION ALL SELECT 1 UNION ALL SELECT 2 UNION ALL SELECT 3 UNION ALL SELECT 4 UNION ALL SELECT 5 UNION ALL SELECT 6 UNION ALL SELECT 7 UNION ALL SELECT 8 UNION ALL SELECT 9) b';
      const { text } = await client.call('mysql_query', { sql, maxRows: 10_000, maxCharacters: 4_000_000 });
      assert.match(text, /\n\(10000 rows\)$/);
      const objects = JSON.stringify(await execute(server, sql, 'shop')).length;
      const ratio = Buffer.byteLength(text) / objects;
      assert.ok(ratio < 0.45, `${String(Buffer.byteLength(text))} of ${String(objects)} bytes`);
      assert.ok(Buffer.byteLength(text) < 740_000, String(Buffer.byteLength(text)));
    });
  });
}
