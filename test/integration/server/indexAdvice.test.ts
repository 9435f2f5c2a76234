import assert from 'node:assert/strict';
import { secondFlavor } from '../../harness/depth.ts';
import { AgentSetup, asRoot } from '../../harness/mcp/agentSetup.ts';
import type { StdioClient } from '../../harness/mcp/stdioClient.ts';
import { withoutMarks } from '../../harness/mcp/stdioClient.ts';
import { execute, type Flavor, type TestServer } from '../../harness/servers/testServer.ts';

const flavors: readonly Flavor[] = ['mysql', 'mariadb'];

/** 20,000 rows: a user has 10, a day has 200, a page has 4000, four are starred. */
const HITS = `
  CREATE TABLE hits (id INT PRIMARY KEY AUTO_INCREMENT, user_id INT NOT NULL, day DATE NOT NULL, page VARCHAR(20) NOT NULL, ms INT NOT NULL, agent TEXT,
    KEY ix_page (page)) COMMENT 'visits';
  INSERT INTO hits (user_id, day, page, ms, agent) SELECT n DIV 10, '2025-01-01' + INTERVAL n MOD 100 DAY, ELT(1 + n MOD 5, 'home', 'cart', 'list', 'item', 'help'), n MOD 977, 'x'
    FROM (SELECT (a.id - 1) * 20 + b.line_no * 10 + c.n AS n FROM orders a JOIN order_items b ON b.order_id = a.id
      JOIN (SELECT 0 AS n UNION SELECT 1 UNION SELECT 2 UNION SELECT 3 UNION SELECT 4 UNION SELECT 5 UNION SELECT 6 UNION SELECT 7 UNION SELECT 8 UNION SELECT 9) c) numbers;
  ANALYZE TABLE hits`;

for (const flavor of flavors) {
  suite(`mysql_index_advice on ${flavor}`, function () {
    secondFlavor(this, flavor);
    let setup: AgentSetup;
    let server: TestServer;
    let client: StdioClient;

    const advise = async (args: Record<string, unknown>, connection = 'shop'): Promise<string> => {
      const { text, isError } = await client.call('mysql_index_advice', { connection, ...args });
      assert.ok(!isError, text);
      return withoutMarks(text);
    };

    suiteSetup(async () => {
      setup = await AgentSetup.start(flavor, {
        serverOptions: ['--performance-schema=ON'],
        prepare: async (server) => {
          await execute(server, HITS, 'shop');
          await execute(server, 'DROP DATABASE IF EXISTS scratch; CREATE DATABASE scratch');
        },
        profiles: (server) => [asRoot(server), { ...asRoot(server), name: 'trying', scratchDatabase: 'scratch' }],
      });
      ({ server, client } = setup);
    });
    suiteTeardown(() => setup.dispose());

    test('proposes what a condition needs, with its evidence, size and cost', async () => {
      const text = await advise({ sql: "SELECT * FROM hits WHERE user_id = 7 AND day > '2025-02-01'" });
      assert.match(
        text,
        /^1\. CREATE INDEX `ix_hits_user_id_day` ON `shop`\.`hits` \(`user_id`, `day`\)\n {3}for: user_id =, range of day\n {3}now: hits: ALL, ~\d+ rows.*\n {3}then: ~\d+ of ~\d+ rows.*by 20000 sampled rows.*\n {3}cost: ~\d{3}\.\d KiB, and an update on each write \(\d+ changes of hits since the server started\)\n {3}This is an estimate\. To test indexes, the user can set a scratch database/,
      );
    });

    test('gives one estimate, and names what it is of', async () => {
      const skewed = await advise({ sql: 'SELECT * FROM hits WHERE user_id = 7 AND ms > 900' });
      assert.match(
        skewed,
        /\n {3}then: ~1 of ~\d+ rows: user_id = 7: 0\.05 %; with ms > 900: 0 %, by 20000 sampled rows; the optimizer thinks \S+ %\n/,
      );
      assert.match(
        await advise({ sql: 'SELECT h.agent FROM hits g JOIN hits h ON h.ms = g.user_id WHERE g.id < 5' }),
        /\n {3}then: ~\d+ of ~\d+ rows each time, on average over its values, by 20000 sampled rows\n/,
      );
    });

    test('does not append the primary key, and says what is covered', async () => {
      const ordered = await advise({ sql: 'SELECT id, ms FROM hits WHERE ms = 5 ORDER BY id' });
      assert.match(
        ordered,
        /^1\. CREATE INDEX `ix_hits_ms` ON `shop`\.`hits` \(`ms`\)\n[^]*\n {3}covering: all columns read from hits are in it\n/,
      );
      assert.ok(!ordered.includes('`id`') && !/with .*\bid\b.* added/.test(ordered), ordered);
      assert.match(await advise({ sql: 'SELECT id, user_id FROM hits WHERE ms = 5' }), /\n {3}with user_id added, it covers all columns/);
    });

    test('takes several statements at once, and puts their proposals together', async () => {
      const text = await advise({
        sql: 'SELECT * FROM hits WHERE ms = 5; DELETE FROM hits WHERE user_id = 3; SELECT id FROM hits WHERE ms = 7',
      });
      assert.match(text, /CREATE INDEX `ix_hits_ms` [^\n]*\n {3}for: ms = \(2 statements\)\n/);
      assert.match(text, /CREATE INDEX `ix_hits_user_id` /);
    });

    test('an index makes the plan that it promises', async () => {
      const sql = 'SELECT COUNT(*) FROM hits h JOIN customers c ON c.id = h.user_id WHERE h.ms = 5';
      const [, ddl = ''] = /^1\. (.*)$/m.exec(await advise({ sql })) ?? [];
      assert.match(ddl, /\(`ms`(?:, `user_id`)?\)|\(`user_id`(?:, `ms`)?\)/);
      await execute(server, ddl, 'shop');
      const plan = withoutMarks((await client.call('mysql_explain', { sql, connection: 'shop' })).text);
      assert.match(plan, /h: ref by ix_hits_/);
      assert.match(await advise({ sql }), /^No index is proposed/);
      await execute(server, ddl.replace(/CREATE INDEX (\S+) ON (\S+) .*/, 'DROP INDEX $1 ON $2'), 'shop');
    });

    test('an order, a grouping, and what a longer index makes superfluous', async () => {
      assert.match(
        await advise({ sql: "SELECT id, ms FROM hits WHERE page = 'home' ORDER BY ms LIMIT 10" }),
        /CREATE INDEX `ix_hits_page_ms`[^]*for: .*ORDER BY ms[^]*makes redundant: ix_page/,
      );
      assert.match(await advise({ sql: 'SELECT day, COUNT(*) FROM hits GROUP BY day' }), /CREATE INDEX `ix_hits_day`[^]*for: GROUP BY day/);
    });

    test('writes are advised and not run', async () => {
      const before = await execute(server, 'CHECKSUM TABLE hits', 'shop');
      assert.match(await advise({ sql: 'DELETE FROM hits WHERE ms = 5' }), /CREATE INDEX `ix_hits_ms`/);
      assert.deepEqual(await execute(server, 'CHECKSUM TABLE hits', 'shop'), before);
    });

    test('says why no index helps', async () => {
      assert.match(
        await advise({ sql: "SELECT * FROM hits WHERE page LIKE '%om%'" }),
        /^No index is proposed[^]*\n- No index on hits\.page can be used for its condition: LIKE begins with a wildcard\.$/,
      );
      assert.match(await advise({ sql: 'SELECT * FROM hits WHERE YEAR(day) = 2025' }), /it is an argument of year\(\)/);
      assert.match(await advise({ sql: 'SELECT * FROM hits WHERE ms + 1 = 5' }), /it is part of a calculation/);
      assert.match(await advise({ sql: 'SELECT * FROM hits WHERE user_id = 1 OR ms = 1' }), /it is one side of OR/);
      assert.match(await advise({ sql: 'SELECT * FROM hits WHERE agent = 1' }), /^No index is proposed/);
      assert.match(await advise({ sql: 'SELECT * FROM customers WHERE credit = 1' }), /^No index is proposed: the tables are small/);
    });

    test('an index that would leave most rows is not proposed', async () => {
      await execute(server, 'ALTER TABLE hits ADD COLUMN flag INT NOT NULL DEFAULT 0', 'shop');
      assert.match(
        await advise({ sql: 'SELECT * FROM hits WHERE flag = 0' }),
        /^No index is proposed[^]*An index on hits \(flag\) would still match ~\d+ of ~\d+ rows, too many to be useful/,
      );
      await execute(server, 'ALTER TABLE hits DROP COLUMN flag', 'shop');
    });

    test('where the user set a scratch database aside, the index is tried there, and nothing stays', async () => {
      const tables = (): Promise<unknown> =>
        execute(server, "SELECT table_schema, table_name FROM information_schema.tables WHERE table_schema IN ('shop', 'scratch')");
      const before = await tables();
      const text = await advise({ sql: 'SELECT h.ms FROM shop.hits h JOIN orders o ON o.id = h.user_id WHERE h.ms = 5' }, 'trying');
      assert.match(text, /\n {3}checked on a copy with 20000 rows: before h: ALL, ~\d+ rows.*; after h: ref by ix_hits_ms\S*, ~\d\d rows/);
      assert.deepEqual(await tables(), before);
      assert.match(await advise({ sql: "SELECT * FROM hits WHERE day > '2025-02-25'" }, 'trying'), /The optimizer does NOT use it there$/m);
      assert.deepEqual(await tables(), before);
    });

    test('a scratch database is never written over, and what cannot be copied stays an estimate', async () => {
      await execute(server, 'CREATE TABLE scratch.hits (keep_me INT); INSERT INTO scratch.hits VALUES (1)');
      assert.match(
        await advise({ sql: 'SELECT * FROM hits WHERE ms = 5' }, 'trying'),
        /This is an estimate: the copy couldn't be created: .*exists/,
      );
      assert.deepEqual(await execute(server, 'SELECT * FROM scratch.hits'), [{ keep_me: 1 }]);
      await execute(server, 'DROP TABLE scratch.hits; CREATE TABLE shop.plain_hits ENGINE = MyISAM SELECT * FROM shop.hits');
      assert.match(
        await advise({ sql: 'SELECT * FROM plain_hits WHERE ms = 5' }, 'trying'),
        /This is an estimate: only InnoDB tables are copied/,
      );
      await execute(server, 'DROP TABLE shop.plain_hits');
    });

    test('what only looks like a table in the text of the plan is not copied', async () => {
      await execute(
        server,
        'CREATE DATABASE IF NOT EXISTS payroll; CREATE TABLE payroll.salaries (id INT PRIMARY KEY, amount INT); INSERT INTO payroll.salaries VALUES (1, 1)',
      );
      const json = "'$[*]' COLUMNS (x INT PATH '$')";
      for (const from of [
        `(SELECT o.status AS salaries FROM orders o LIMIT 3) AS payroll, JSON_TABLE(payroll.salaries, ${json}) j`,
        `(SELECT DISTINCT o.status AS salaries FROM orders o) AS payroll, JSON_TABLE(payroll.salaries, ${json}) j`,
        `(SELECT MAX(o.status) AS salaries FROM orders o GROUP BY o.id) AS payroll JOIN JSON_TABLE(payroll.salaries, ${json}) j`,
        `(SELECT o.status AS salaries FROM orders o LIMIT 2) AS payroll CROSS JOIN JSON_TABLE(payroll.salaries, ${json}) j`,
        `(SELECT o.status AS salaries FROM orders o ORDER BY o.id LIMIT 4) AS payroll, JSON_TABLE(payroll.\`salaries\`, ${json}) j`,
      ]) {
        const text = await advise({ sql: `SELECT h.ms FROM hits h, ${from} WHERE h.ms = 5 AND j.x = 1` }, 'trying');
        assert.match(text, /The statement does not read payroll\.salaries/, from);
      }
      await execute(server, 'DROP DATABASE payroll');
    });

    test('bad input is told', async () => {
      for (const [sql, expected] of [
        ['SELECT * FROM hitz', /^object\.unknown[^]*Did you mean hits/],
        ['DROP TABLE hits', /^input\.invalid: DROP has no plan/],
        ['SELECT * FROM hits WHERE ms = 5; DROP TABLE hits', /^input\.invalid: DROP has no plan/],
        ["SELECT 'open", /^statement\.failed: The string/],
        ['SHOW TABLES', /^input\.invalid: SHOW has no plan/],
      ] as const)
        assert.match((await client.call('mysql_index_advice', { sql, connection: 'shop' })).text, expected);
    });

    test('the workload: what its statements want, put together', async function () {
      const [row] = (await execute(server, 'SELECT @@performance_schema AS switched')) as { switched: number }[];
      if (row?.switched !== 1) this.skip();
      await execute(server, 'TRUNCATE performance_schema.events_statements_summary_by_digest');
      for (let i = 0; i < 3; i++) {
        await execute(server, `SELECT COUNT(*) FROM hits WHERE user_id = ${String(i)}`, 'shop');
        await execute(server, `SELECT MAX(ms) FROM hits WHERE user_id = ${String(i)} AND day = '2025-01-02'`, 'shop');
      }
      const text = await advise({ database: 'shop' });
      assert.match(text, /^Statements examined: \d+/);
      assert.match(text, /CREATE INDEX `ix_hits_user_id(?:_day)?`/);
    });
  });
}
