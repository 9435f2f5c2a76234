import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { StdioClient, withoutMarks } from '../harness/mcp/stdioClient.ts';
import { startServer } from '../harness/servers/source.ts';
import { execute, type TestServer } from '../harness/servers/testServer.ts';
import { HONEST_READS } from './columns/honestFamilies.ts';
import { MART_RULES, plantMart } from './columns/mart.ts';

type Cell = string | number | boolean | null;

interface Table {
  readonly columns: readonly string[];
  readonly rows: readonly (readonly Cell[])[];
}

/** What a rule makes of the true answer; pseudonyms by the values that they stand for. */
function protect({ columns, rows }: Table, shows: string, tokens: Map<Cell, Cell>, shown: Table): Table {
  const kept = columns.map((_, i) => i).filter((i) => shows[i] !== 'h');
  return {
    columns: kept.map((i) => columns[i] ?? ''),
    rows: rows.map((row, y) =>
      kept.map((i, x) => {
        const value = row[i] ?? null;
        if (value === null || shows[i] === '.') return value;
        if (shows[i] === 'm') return '•••';
        const token = tokens.get(value) ?? shown.rows[y]?.[x] ?? null;
        assert.match(String(token), /^p_[\w-]{12}$/);
        tokens.set(value, token);
        return token;
      }),
    ),
  };
}

for (const flavor of ['mysql', 'mariadb'] as const)
  suite(`statements that people write over tables with protected columns, on ${flavor}`, () => {
    let server: TestServer;
    let folder: string;
    let client: StdioClient;

    suiteSetup(async () => {
      server = await startServer(flavor);
      await plantMart(server);
      folder = await mkdtemp(path.join(tmpdir(), 'mpt-column-honest-'));
      const url = `mysql://${server.root.user}@${server.host}:${String(server.port)}/mart`;
      const connections = [
        { name: 'rules', url, password: '${env:P}', columns: MART_RULES },
        { name: 'open', url, password: '${env:P}' },
      ];
      await writeFile(path.join(folder, 'config.json'), JSON.stringify({ connections, folder, exports: 'allow' }));
      client = await StdioClient.launch({ args: ['--config', path.join(folder, 'config.json')], env: { P: server.root.password } });
    });
    suiteTeardown(async () => {
      await client.close();
      await execute(server, 'DROP DATABASE IF EXISTS mart');
      await server.dispose();
      await rm(folder, { recursive: true });
    });

    const call = async (tool: string, args: Record<string, unknown>): Promise<string> => withoutMarks((await client.call(tool, args)).text);
    const tableOf = async (connection: string, sql: string): Promise<Table | string> => {
      const text = await call('mysql_query', { connection, sql, format: 'json', maxRows: 1000 });
      const [, json] = /^(\{[^]*\})\n\(\d+ rows?\)/.exec(text) ?? [];
      return json === undefined ? text : (JSON.parse(json) as Table);
    };
    const asked = HONEST_READS.filter(({ mysqlOnly }) => flavor === 'mysql' || mysqlOnly !== true);

    test(`${String(asked.length)} statements are answered as without rules, but for the values of protected columns`, async () => {
      assert.equal(new Set(HONEST_READS.map(({ sql }) => sql)).size, HONEST_READS.length);
      assert.ok(asked.length >= 300);
      const tokens = new Map<Cell, Cell>();
      const wrong: string[] = [];
      for (const { sql, shows } of asked) {
        const [open, shown] = [await tableOf('open', sql), await tableOf('rules', sql)];
        assert.ok(typeof open !== 'string', sql);
        if (typeof shown === 'string') {
          wrong.push(`${sql}\n${shown}`);
          continue;
        }
        assert.ok(open.rows.length > 0 && open.columns.length === shows.length, sql);
        assert.deepEqual(shown, protect(open, shows, tokens, shown), sql);
      }
      assert.deepEqual(wrong, []);
      assert.equal(new Set(tokens.values()).size, tokens.size);
    });

    test('exports, shown tables and plans are made as for any other table', async () => {
      for (const [i, { sql, shows }] of asked.entries()) {
        const isPlain =
          !/[mph]/.test(shows) &&
          !/full_name|email|phone|birth_date|ref|card_no|cost|buyer|FROM (?:active|sales|by_city|big_sales|whole)/.test(sql);
        if (isPlain) assert.doesNotMatch(await call('mysql_explain', { connection: 'rules', sql }), /refused|failed/, sql);
        if (i % 11 !== 0) continue;
        const shown = await tableOf('rules', sql);
        assert.ok(typeof shown !== 'string', sql);
        if (new Set(shown.columns).size < shown.columns.length) continue; // no JSON object holds them
        const exported = await call('mysql_export', { connection: 'rules', sql, file: `export${String(i)}`, format: 'jsonl' });
        assert.match(exported, new RegExp(`^${String(shown.rows.length)} rows?`), `${sql}\n${exported}`);
        const lines = (await readFile(path.join(folder, 'exports', `export${String(i)}.jsonl`), 'utf8')).trim().split('\n');
        assert.deepEqual(
          lines.map((line) => Object.values(JSON.parse(line) as object).map(String)),
          shown.rows.map((row) => row.map(String)),
          sql,
        );
        assert.match(await call('mysql_show', { connection: 'rules', sql }), /^Not shown: this client has no view for it/, sql);
      }
    });

    test('descriptions, relations and search have all but the hidden column', async () => {
      const described = await call('mysql_describe', { connection: 'rules', tables: ['customers', 'orders', 'sales'], sampleRows: 2 });
      for (const name of ['full_name', 'email', 'phone', 'birth_date', 'ref', 'city', 'card_no', 'buyer'])
        assert.ok(described.includes(name), name);
      assert.doesNotMatch(described, /ssn/);
      assert.match(await call('mysql_describe', { connection: 'rules', tables: ['customers'], profile: ['city', 'score'] }), /Lisbon/);
      assert.match(await call('mysql_search_schema', { connection: 'rules', query: 'card' }), /orders.*card_no/);
      assert.match(await call('mysql_relationships', { connection: 'rules', tables: ['customers', 'orders'] }), /customer_id/);
    });
  });
