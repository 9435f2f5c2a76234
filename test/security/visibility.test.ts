import assert from 'node:assert/strict';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { StdioClient, withoutMarks } from '../harness/mcp/stdioClient.ts';
import { loadSample } from '../harness/servers/sample.ts';
import { startServer } from '../harness/servers/source.ts';
import { execute, type TestServer } from '../harness/servers/testServer.ts';
import { canariesIn, plantCanaries, ROWS } from './visibility/canaries.ts';
import { GUESSES, HOSTILE, OPENING_VIEWS, STRUCTURAL } from './visibility/statements.ts';

const QUERY_TOOLS: readonly (readonly [tool: string, args: Record<string, unknown>])[] = [
  ['mysql_query', {}],
  ['mysql_query', { validate: true }],
  ['mysql_query', { format: 'json' }],
  ['mysql_explain', {}],
  ['mysql_explain', { analyze: true }],
  ['mysql_export', { file: 'leak' }],
  ['mysql_show', {}],
  ['mysql_show', { as: 'plan' }],
  ['mysql_index_advice', {}],
  ['mysql_execute', {}],
  ['mysql_execute', { preview: true }],
];

/** Calls without a statement. */
const CALLS: readonly (readonly [tool: string, args: Record<string, unknown>, answer: RegExp])[] = [
  ['mysql_connections', {}, /^rows: default database vault, structure only \(no rows\)$/m],
  ['mysql_connections', { check: true }, /structure only/],
  ['mysql_describe', {}, /people/],
  ['mysql_describe', { tables: ['people', 'words', 'merged', 'copied', 'show_all', 'leak'], level: 'full' }, /structure-comment/],
  ['mysql_describe', { tables: ['people'], sampleRows: 5 }, /^statement\.refused: Agents see only the structure/],
  ['mysql_describe', { tables: ['people'], profile: ['name'] }, /^statement\.refused/],
  ['mysql_describe', { tables: ['people'], profile: ['pin', 'born'], sampleRows: 1, level: 'full' }, /^statement\.refused/],
  ['mysql_search_schema', { query: 'name' }, /people/],
  ['mysql_relationships', {}, /./],
  ['mysql_diagnose', {}, /of which agents see only the structure: long transactions, lock waits, replication, accounts/],
  ['mysql_workload', {}, /^statement\.refused/],
  ['mysql_workload', { order: 'rows', sinceLast: true }, /^statement\.refused/],
  [
    'mysql_explain',
    { sql: 'ALTER TABLE people MODIFY name TINYINT NOT NULL; CREATE UNIQUE INDEX u ON people (name)' },
    /not checked, as agents see no rows/,
  ],
  ['mysql_explain', { sql: 'DROP TABLE people; INSERT INTO words SELECT name FROM people' }, /according to the manual/],
  ['mysql_describe', { compareWith: 'shop' }, /differences/],
  ['mysql_index_advice', {}, /^statement\.refused/],
  ['mysql_show', { tables: ['people'] }, /erDiagram/],
  ['mysql_status', {}, /Connection rows/],
  ['people_by_pin', { pin: 918273645 }, /^statement\.refused/],
  ['mysql_query', { sql: 'SELECT name FROM people WHERE id = ?', params: [1] }, /^statement\.refused/],
  ['mysql_query', { sql: 'SELECT * FROM processlist', database: 'information_schema' }, /^statement\.refused/],
  ['mysql_query', { sql: 'SELECT * FROM user', database: 'mysql' }, /^statement\.refused/],
  ['mysql_query', { cursor: 'nothing.0' }, /^cursor/],
];

for (const flavor of ['mysql', 'mariadb'] as const)
  suite(`a connection of which agents see only the structure, on ${flavor}`, () => {
    let server: TestServer;
    let folder: string;
    let client: StdioClient;
    let release: () => Promise<void>;

    suiteSetup(async () => {
      server = await startServer(flavor, ['--performance-schema=ON']);
      await loadSample(server);
      release = await plantCanaries(server, flavor);
      folder = await mkdtemp(path.join(tmpdir(), 'mpt-visibility-'));
      const writes = { insert: 'allow', update: 'allow', delete: 'allow', ddl: 'allow', call: 'allow', administration: 'allow' };
      const config = {
        exports: 'allow',
        connections: [
          {
            ...{
              name: 'rows',
              url: `mysql://${server.root.user}@${server.host}:${String(server.port)}/vault`,
              password: '${env:P}',
              writes,
            },
            ...{ agents: 'schema', allowedFunctions: [{ database: 'vault', name: 'leak' }], scratchDatabase: 'shop' },
          },
        ],
        tools: [
          {
            ...{ name: 'people_by_pin', description: 'People.', sql: 'SELECT * FROM people WHERE pin = :pin' },
            parameters: { pin: { type: 'integer', description: 'x' } },
          },
        ],
        ...{ folder, writesFrom: ['test'], cache: { enabled: true } },
      };
      await writeFile(path.join(folder, 'config.json'), JSON.stringify(config));
      client = await StdioClient.launch({ args: ['--config', path.join(folder, 'config.json')], env: { P: server.root.password } });
    });
    suiteTeardown(async () => {
      await client.close();
      await release();
      await server.dispose();
      await rm(folder, { recursive: true });
    });

    /** What it answers, once it is known to hold no value of a row. */
    const call = async (tool: string, args: Record<string, unknown>): Promise<string> => {
      const answer = await client.client.callTool({ name: tool, arguments: args });
      const given = Object.values(ROWS).filter((value) => JSON.stringify(args).includes(value));
      const text = given.reduce((left, value) => left.replaceAll(value, ''), JSON.stringify(answer));
      assert.deepEqual(canariesIn(text), [], `${tool} ${JSON.stringify(args)}\n${text}`);
      return (answer.content as { text?: string }[])[0]?.text ?? '';
    };

    for (const [tool, more] of QUERY_TOOLS)
      test(`${tool} ${JSON.stringify(more)} gives no value of a row for any hostile statement`, async () => {
        for (const sql of HOSTILE) {
          const text = await call(tool, { sql, ...more });
          if ('validate' in more) continue;
          if (tool === 'mysql_explain' && text.includes('according to the manual; nothing was run')) continue; // a definition, of which structure is told
          assert.match(text, /^(?:statement\.(?:refused|failed)|input\.invalid|object\.unknown)/, `${sql}\n${text}`);
          if (tool !== 'mysql_query') assert.match(text, /^(?:statement\.refused|input\.invalid)/, `${sql}\n${text}`);
        }
      });

    test('tools, resources, completions and files give no value of a row, and what they may', async () => {
      for (const [tool, args, expected] of CALLS)
        assert.match(withoutMarks(await call(tool, args)), expected, `${tool} ${JSON.stringify(args)}`);
      const { resources } = await client.client.listResources();
      const uris = [
        ...resources.map(({ uri }) => uri),
        'mysql://rows/vault',
        ...['people', 'merged', 'words'].map((one) => `mysql://rows/vault/${one}`),
      ];
      for (const uri of uris) {
        const text = JSON.stringify(await client.client.readResource({ uri }));
        assert.deepEqual(canariesIn(text), [], text);
      }
      const files = (await readdir(folder, { recursive: true, withFileTypes: true })).filter((entry) => entry.isFile());
      for (const file of files) {
        const text = await readFile(path.join(file.parentPath, file.name), 'utf8');
        // The statements of the agent itself are in the record, without their values.
        assert.deepEqual(canariesIn(text), [], file.name);
      }
    });

    test('the structure is shown', async () => {
      for (const [sql, expected] of STRUCTURAL) assert.match(await call('mysql_query', { sql }), expected, sql);
    });

    test('views whose functions return values give none of them when they are described', async () => {
      const answers: string[] = [];
      for (const sql of OPENING_VIEWS) answers.push(await call('mysql_query', { sql, maxRows: 1000, maxCharacters: 200_000 }));
      for (const query of ['stale', 'XPATH syntax error']) await call('mysql_search_schema', { query });
      for (const level of ['tables', 'columns', 'full']) {
        await call('mysql_describe', { level });
        await call('mysql_describe', { level, tables: ['stale_path', 'stale_change', 'stale_number', 'stale_over'] });
      }
      assert.match(answers[0] ?? '', flavor === 'mysql' ? /x,longtext/ : /MySQL error 1105\): The server's message isn't shown/);
      const comments = await call('mysql_query', {
        sql: "SELECT table_name, table_comment FROM information_schema.tables WHERE table_name IN ('people', 'merged', 'stale_path')",
      });
      assert.match(comments, /people,structure-comment/);
      assert.match(comments, /merged,VIEW/);
      assert.match(comments, /stale_path,VIEW/);
    });

    test('validate checks any read, runs none, and tells no right guess from a wrong one', async () => {
      assert.match(
        await call('mysql_query', { sql: 'SELECT name FROM people', validate: true }),
        /^VALID, without a plan; it was not run\.$/,
      );
      assert.match(await call('mysql_query', { sql: 'SELECT nme FROM people', validate: true }), /Unknown column 'nme'/);
      assert.match(await call('mysql_query', { sql: 'SELECT * FROM peple', validate: true }), /doesn't exist/);
      assert.match(await call('mysql_query', { sql: 'DELETE FROM people', validate: true }), /^statement\.refused/);
      // A server may compute them when it prepares.
      for (const sql of ['SELECT leak()', 'SELECT @@init_connect', 'SELECT @planted', 'SELECT * FROM people WHERE born = leak()'])
        assert.match(await call('mysql_query', { sql, validate: true }), /^statement\.refused/, sql);
      for (const [right, wrong] of GUESSES) {
        const [one, other] = [
          await call('mysql_query', { sql: right, validate: true }),
          await call('mysql_query', { sql: wrong, validate: true }),
        ];
        assert.equal(withoutMarks(one).replaceAll(right, ''), withoutMarks(other).replaceAll(wrong, ''), right);
      }
    });

    test('nothing was changed', async () => {
      const rows = (await execute(server, 'SELECT COUNT(*) AS n, MAX(kind) AS kind FROM vault.people')) as unknown[];
      assert.deepEqual({ ...(rows[0] as object) }, { n: 1, kind: null });
      assert.deepEqual(await readdir(path.join(folder, 'exports')).catch(() => []), []);
    });
  });
