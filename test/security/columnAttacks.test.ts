import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { StdioClient, withoutMarks } from '../harness/mcp/stdioClient.ts';
import { startServer } from '../harness/servers/source.ts';
import { execute, type TestServer } from '../harness/servers/testServer.ts';
import {
  COLLATION_JOINS,
  ONE_COLLATION_JOIN,
  ATTACK_GUESSES,
  ATTACK_RULES,
  ATTACKS,
  BESIDE,
  plantAttacks,
  WRITE_ATTACKS,
} from './columns/attacks.ts';
import {
  EXPLAINED,
  FUNCTION_WRITES,
  HIDDEN_NAMES,
  NAMING_WRITES,
  plantStructure,
  STRUCTURE_READS,
  STRUCTURE_RULES,
  STRUCTURE_WRITES,
} from './columns/structure.ts';
import { canariesIn, plantCustomers, PROTECTED, RULES } from './columns/canaries.ts';

const EVERYTHING = { insert: 'allow', update: 'allow', delete: 'allow', ddl: 'allow', call: 'allow', administration: 'allow' };
const REFUSED = /^(?:statement\.(?:refused|failed)|input\.invalid|object\.unknown)/;
/** Servers differ in which of two names they make one, and a plain answer is right where they don't. */
const PLAIN = /^(?:r\n1|COUNT\(\*\)\n0)\n|•••/;

for (const flavor of ['mysql', 'mariadb'] as const)
  suite(`what attacks on rules for columns found, on ${flavor}`, () => {
    let server: TestServer;
    let folder: string;
    let client: StdioClient;

    suiteSetup(async () => {
      server = await startServer(flavor);
      await plantCustomers(server, flavor);
      await plantAttacks(server);
      await plantStructure(server);
      folder = await mkdtemp(path.join(tmpdir(), 'mpt-column-attacks-'));
      const url = `mysql://${server.root.user}@${server.host}:${String(server.port)}/vault`;
      const rules = [...RULES, ...ATTACK_RULES, ...STRUCTURE_RULES];
      const allowedFunctions = [{ database: 'vault', name: 'leak' }];
      const config = {
        connections: [{ name: 'rows', url, password: '${env:P}', columns: rules, writes: EVERYTHING, allowedFunctions }],
        ...{ folder, writesFrom: ['test'] },
      };
      await writeFile(path.join(folder, 'config.json'), JSON.stringify(config));
      client = await StdioClient.launch({ args: ['--config', path.join(folder, 'config.json')], env: { P: server.root.password } });
    });
    suiteTeardown(async () => {
      await client.close();
      await execute(server, 'DROP DATABASE IF EXISTS vault');
      await execute(server, 'DROP DATABASE IF EXISTS vault_views');
      await server.dispose();
      await rm(folder, { recursive: true });
    });

    /** `shown`: what agents see anyway. */
    const call = async (tool: string, args: Record<string, unknown>, shown = '?'): Promise<string> => {
      const answer = await client.client.callTool({ name: tool, arguments: args });
      const text = JSON.stringify(answer).replaceAll(shown, '');
      assert.deepEqual(canariesIn(text), [], `${tool} ${JSON.stringify(args)}\n${text}`);
      return withoutMarks((answer.content as { text?: string }[])[0]?.text ?? '');
    };

    test(`${String(ATTACKS.length)} reads give no protected value, and no order by one`, async () => {
      const passed: string[] = [];
      for (const sql of ATTACKS) {
        const text = await call('mysql_query', { sql });
        const tells = sql.includes('ORDER BY') && !REFUSED.test(text);
        if (tells || !(REFUSED.test(text) || PLAIN.test(text))) passed.push(`${sql}\n${text}`);
      }
      assert.deepEqual(passed, []);
    });

    test('a right guess and a wrong one by the text of a subquery are both refused', async () => {
      for (const sql of ATTACK_GUESSES) assert.match(await call('mysql_query', { sql }), REFUSED, sql);
    });

    test('the catalog has no counter of a protected column, and no size of a part of a table', async () => {
      const counters =
        "SELECT table_name, auto_increment FROM information_schema.tables WHERE table_schema = 'vault' AND table_name IN ('counted', 'orders')";
      await call('mysql_query', { sql: counters });
      const parts = "SELECT * FROM information_schema.partitions WHERE table_name = 'divided' LIMIT 1";
      assert.match(await call('mysql_query', { sql: parts }), /,LIST COLUMNS,(?:,""|,){3},*\d{4}-/);
    });

    test('pseudonyms are compared by one collation alone', async () => {
      for (const sql of COLLATION_JOINS) assert.match(await call('mysql_query', { sql }), REFUSED, sql);
      assert.doesNotMatch(await call('mysql_query', { sql: ONE_COLLATION_JOIN }), REFUSED);
    });

    test('descriptions and profiles have no column that follows from a protected one', async () => {
      await call('mysql_describe', { tables: ['odd', 'defaults', 'divided'], level: 'full', sampleRows: 2 });
      for (const profile of ['g1', 'g2', 'g3']) await call('mysql_describe', { tables: ['odd'], profile: [profile] });
    });

    test(`${String(WRITE_ATTACKS.length)} writes are refused`, async () => {
      const passed: string[] = [];
      for (const sql of WRITE_ATTACKS) {
        const text = await call('mysql_execute', { sql });
        if (!REFUSED.test(text)) passed.push(`${sql}\n${text}`);
      }
      assert.deepEqual(passed, []);
    });

    test(`${String(STRUCTURE_READS.length)} reads of structure name no hidden column`, async () => {
      const named: string[] = [];
      for (const sql of STRUCTURE_READS) {
        const text = await call('mysql_query', { sql, maxRows: 10_000, maxCharacters: 200_000 }, PROTECTED.nick); // a default

        if (HIDDEN_NAMES.test(text)) named.push(`${sql}\n${HIDDEN_NAMES.exec(text)?.[0] ?? ''}`);
      }
      for (const sql of EXPLAINED)
        for (const analyze of [false, true]) {
          const text = await call('mysql_explain', { sql, analyze });
          if (HIDDEN_NAMES.test(text) || !/^\w+: (?:index|range)|refused/m.test(text)) named.push(`${sql}\n${text}`);
        }
      assert.deepEqual(named, []);
      const shown = await call('mysql_query', {
        sql: "SELECT column_name FROM information_schema.columns WHERE table_name = 'staff_view'",
      });
      assert.match(shown, /^name$/m);
    });

    test('a view is described with the columns that can be selected, whatever their names and wherever it is', async () => {
      const text = await call('mysql_describe', { tables: ['vault_views.star', 'vault_views.other', 'vault_views.alike', 'staff_again'] });
      const columnsOf = (part: string): string[] => Array.from(part.matchAll(/^(\w+) (?:int|varchar)/gm), ([, name = '']) => name);
      const columns = new Map(text.split('\n\n').map((part) => [part.slice(0, part.indexOf(' ')), columnsOf(part)]));
      assert.deepEqual(Object.fromEntries(columns), {
        'vault_views.star': ['id', 'name'],
        'vault_views.other': ['id', 'name'],
        'vault_views.alike': ['id', 'hush_no'],
        'vault.staff_again': ['name'],
      });
      for (const [tool, args] of [
        ['mysql_search_schema', { query: 'hush_no card_pin', database: 'vault_views' }],
        ['mysql_show', { database: 'vault_views' }],
        ['mysql_query', { sql: "SELECT * FROM information_schema.columns WHERE table_schema = 'vault_views'" }],
      ] as const)
        assert.doesNotMatch((await call(tool, args, '?')).replaceAll('hush_no card_pin', ''), HIDDEN_NAMES, tool);
    });

    test('a hidden column that a view passes on under another name is in no description', async () => {
      const described = await call('mysql_describe', { tables: ['renames', 'vault_views.deeper', 'filtered', 'grown'], level: 'full' });
      assert.match(described, /^name /m);
      const asked = 'veiled_one veiled_two veiled_three veiled_four';
      for (const [tool, args] of [
        ['mysql_describe', { tables: ['renames', 'vault_views.deeper', 'filtered', 'grown'], level: 'full' }],
        ['mysql_search_schema', { query: asked, database: 'vault', refresh: true }],
        ['mysql_search_schema', { query: asked, refresh: true }],
        ['mysql_show', { database: 'vault' }],
        ['mysql_query', { sql: "SELECT * FROM information_schema.columns WHERE table_schema LIKE 'vault%'", maxRows: 10_000 }],
      ] as const) {
        const text = await call(tool, args, PROTECTED.nick);
        assert.doesNotMatch(text.replaceAll(asked, ''), HIDDEN_NAMES, `${tool}\n${text}`);
      }
      const shown = await call('mysql_query', { sql: "SELECT column_name FROM information_schema.columns WHERE table_name = 'renames'" });
      assert.match(shown, /^id$/m);
      assert.match(shown, /^name$/m);
    });

    test(`${String(STRUCTURE_WRITES.length + FUNCTION_WRITES.length)} writes copy nothing from the catalog and call no function`, async () => {
      const passed: string[] = [];
      for (const sql of [...STRUCTURE_WRITES, ...FUNCTION_WRITES]) {
        const text = await call('mysql_execute', { sql });
        if (!text.startsWith('statement.refused')) passed.push(`${sql}\n${text}`);
      }
      assert.deepEqual(passed, []);
    });

    test('errors of writes name no hidden column', async () => {
      for (const sql of NAMING_WRITES)
        for (const preview of [false, true]) {
          const text = await call('mysql_execute', { sql, preview });
          assert.match(text, REFUSED, sql);
          assert.doesNotMatch(text, HIDDEN_NAMES, sql);
        }
    });

    test('a column that came under a rule just now is not shown, whatever is known of its table', async () => {
      await execute(server, 'CREATE TABLE vault.late (id INT PRIMARY KEY, note VARCHAR(20)); INSERT INTO vault.late VALUES (1, "plain")');
      await execute(server, 'CREATE VIEW vault.late_view AS SELECT id, note FROM vault.late');
      const direct = ['SELECT * FROM late', 'SELECT d.nick FROM (SELECT * FROM late) d', 'SELECT nick FROM late'];
      const through = ['SELECT * FROM late_view', 'SELECT note FROM late_view', 'SELECT UPPER(note) FROM late_view'];
      for (const sql of ['SELECT * FROM late', 'SELECT * FROM late_view']) assert.match(await call('mysql_query', { sql }), /plain/, sql);
      await call('mysql_query', { sql: 'SELECT * FROM late' });
      await execute(server, `ALTER TABLE vault.late ADD nick VARCHAR(20) NOT NULL DEFAULT '${PROTECTED.nick}'`);
      for (const sql of direct) assert.match(await call('mysql_query', { sql }), REFUSED, sql);
      await execute(server, 'CREATE OR REPLACE VIEW vault.late_view AS SELECT id, nick AS note FROM vault.late');
      for (const sql of through) assert.match(await call('mysql_query', { sql }), /^(?:id,)?note\n(?:1,)?p_|^statement\.refused/, sql);
    });

    test('views that read views again and again are refused before the server opens them all', async () => {
      let below = 'orders';
      for (let i = 1; i <= 12; i++) {
        await execute(
          server,
          `CREATE VIEW vault.twice${String(i)} AS SELECT a.id FROM vault.orders a WHERE a.id IN (SELECT id FROM vault.${below}) OR a.id = (SELECT MAX(id) FROM vault.${below})`,
        );
        below = `twice${String(i)}`;
      }
      assert.match(await call('mysql_query', { sql: 'SELECT id FROM twice4 ORDER BY id' }), /^id\n1\n2\n/);
      assert.match(
        await call('mysql_query', { sql: 'SELECT id FROM twice12' }),
        /^statement\.refused: A statement that opens views more than 1,000 times/,
      );
      const write = 'DELETE FROM orders WHERE id IN (SELECT id FROM twice12)';
      assert.match(await call('mysql_execute', { sql: write }), /^statement\.refused: A statement that opens views/);
      for (let i = 1; i <= 15; i++)
        await execute(
          server,
          `CREATE VIEW vault.chain${String(i)} AS SELECT * FROM vault.${i === 1 ? 'customers' : `chain${String(i - 1)}`}`,
        );
      assert.match(await call('mysql_query', { sql: 'SELECT id, email FROM chain15 ORDER BY id' }), /^id,email\n1,•••\n2,•••$/m);
    });

    test('statements beside them are answered', async () => {
      for (const [sql, expected] of BESIDE) assert.match(await call('mysql_query', { sql }), expected, sql);
      assert.match(await call('mysql_execute', { sql: 'CREATE TABLE bodies (id INT PRIMARY KEY, body TEXT)' }), /^COMMITTED/);
      assert.match(await call('mysql_execute', { sql: 'ALTER TABLE orders ADD COLUMN body TEXT' }), /^COMMITTED/);
    });
  });
