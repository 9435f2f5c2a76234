import assert from 'node:assert/strict';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { StdioClient, withoutMarks } from '../harness/mcp/stdioClient.ts';
import { secondFlavor } from '../harness/depth.ts';
import { startServer } from '../harness/servers/source.ts';
import { execute, type TestServer } from '../harness/servers/testServer.ts';
import { canariesIn, plantCustomers, PROTECTED, RULES } from './columns/canaries.ts';
import { HONEST } from './columns/honest.ts';
import { GUESSES, HOSTILE, OPEN } from './columns/hostile.ts';

const REFUSED = /^(?:statement\.(?:refused|failed)|input\.invalid|object\.unknown)/;

/** Other ways for a statement than to run it. */
const OTHER_TOOLS: readonly (readonly [tool: string, args: Record<string, unknown>])[] = [
  ['mysql_query', { validate: true }],
  ['mysql_query', { format: 'json' }],
  ['mysql_explain', {}],
  ['mysql_explain', { analyze: true }],
  ['mysql_export', { file: 'leak' }],
  ['mysql_show', {}],
  ['mysql_show', { as: 'plan' }],
  ['mysql_index_advice', {}],
  ['mysql_execute', { preview: true }],
];

/** Calls without a hostile statement, and what they answer. */
const CALLS: readonly (readonly [tool: string, args: Record<string, unknown>, answer: RegExp])[] = [
  ['mysql_connections', {}, /some columns protected$/m],
  ['mysql_connections', { check: true }, /protected/],
  ['mysql_describe', {}, /customers/],
  ['mysql_describe', { tables: ['customers'] }, /^email varchar\(60\) NULL MASKED$/m],
  [
    'mysql_describe',
    { tables: ['customers', 'accounts', 'v_ssn', 'v_pass', 'show_all', 'leak'], level: 'full' },
    /nick varchar\(40\) NULL PSEUDONYM/,
  ],
  ['mysql_describe', { tables: ['customers'], sampleRows: 5 }, /1,•••/],
  ['mysql_describe', { tables: ['customers', 'accounts'], profile: ['city', 'status'] }, /Lisbon/],
  ['mysql_describe', { tables: ['customers'], profile: ['email'] }, /refused|protect/],
  ['mysql_describe', { tables: ['customers'], profile: ['phone', 'born', 'doc', 'nick'], level: 'full' }, /./],
  ['mysql_describe', { tables: ['customers'], profile: ['ssn'] }, /./],
  ['mysql_search_schema', { query: 'email' }, /customers/],
  ['mysql_search_schema', { query: ['ssn', 'number'] }, /./],
  ['mysql_relationships', {}, /accounts/],
  ['mysql_relationships', { tables: ['customers', 'accounts'] }, /JOIN/],
  ['mysql_diagnose', {}, /Not checked on a connection with column rules/],
  ['mysql_workload', {}, /^statement\.refused/],
  ['mysql_index_advice', {}, /^statement\.refused/],
  ['mysql_show', { tables: ['customers'] }, /erDiagram/],
  ['mysql_show', { sql: 'SELECT id, email FROM customers' }, /•••/],
  ['mysql_status', {}, /Connection rows/],
  ['by_phone', { phone: 918273645 }, /^statement\.refused/],
  ['everybody', {}, /•••/],
  ['mysql_export', { sql: 'SELECT * FROM customers', file: 'all' }, /^2 rows/],

  ['mysql_export', { sql: 'SELECT * FROM customers', file: 'all', format: 'sql', table: 'copied' }, /^2 rows/],
  ['mysql_export', { sql: 'SELECT * FROM customers', file: 'all', format: 'jsonl' }, /^2 rows/],
  ['mysql_export', { sql: 'SELECT * FROM customers', file: 'all', format: 'parquet' }, /^2 rows/],
  ['mysql_query', { sql: 'SELECT email, phone FROM customers WHERE id = ?', params: [1] }, /•••,•••/],
];

for (const flavor of ['mysql', 'mariadb'] as const)
  suite(`a connection with rules for columns, on ${flavor}`, function () {
    secondFlavor(this, flavor);
    let server: TestServer;
    let folder: string;
    let client: StdioClient;

    suiteSetup(async () => {
      server = await startServer(flavor, ['--performance-schema=ON']);
      await plantCustomers(server, flavor);
      folder = await mkdtemp(path.join(tmpdir(), 'mpt-columns-'));
      const config = {
        exports: 'allow',
        connections: [
          {
            ...{ name: 'rows', url: `mysql://${server.root.user}@${server.host}:${String(server.port)}/vault`, password: '${env:P}' },
            ...{
              columns: RULES,
              columnsKey: '${env:K}',
              writes: { insert: 'allow', update: 'allow', delete: 'allow', ddl: 'allow', call: 'allow', administration: 'allow' },
            },
            allowedFunctions: [
              { database: 'vault', name: 'leak' },
              { database: 'vault', name: 'echo_it' },
            ],
          },
        ],
        tools: [
          {
            ...{ name: 'by_phone', description: 'People.', sql: 'SELECT * FROM customers WHERE phone = :phone' },
            parameters: { phone: { type: 'integer', description: 'x' } },
          },
          { name: 'everybody', description: 'People.', sql: 'SELECT id, email FROM customers' },
        ],
        ...{ folder, writesFrom: ['test'], cache: { enabled: true } },
      };
      await writeFile(path.join(folder, 'config.json'), JSON.stringify(config));
      client = await StdioClient.launch({
        args: ['--config', path.join(folder, 'config.json')],
        env: { P: server.root.password, K: '0123456789abcdef0123456789abcdef' },
      });
    });
    suiteTeardown(async () => {
      await client.close();
      await execute(server, 'DROP DATABASE IF EXISTS vault');
      await server.dispose();
      await rm(folder, { recursive: true });
    });

    /** What it answers, once it is known to hold no protected value but those that were given. */
    const call = async (tool: string, args: Record<string, unknown>): Promise<string> => {
      const answer = await client.client.callTool({ name: tool, arguments: args });
      const given = [...Object.values(PROTECTED), 'ZqXwVkJy'].filter((value) => JSON.stringify(args).includes(value));
      const text = given.reduce((left, value) => left.replaceAll(value, ''), JSON.stringify(answer));
      assert.deepEqual(canariesIn(text), [], `${tool} ${JSON.stringify(args)}\n${text}`);
      return withoutMarks((answer.content as { text?: string }[])[0]?.text ?? '');
    };

    test(`refuses ${String(HOSTILE.length)} hostile statements`, async () => {
      const passed: string[] = [];
      for (const sql of HOSTILE) {
        const text = await call('mysql_query', { sql });
        if (!REFUSED.test(text) && !OPEN.has(sql)) passed.push(`${sql}\n${text}`);
      }
      assert.deepEqual(passed, []);
    });

    for (const [tool, more] of OTHER_TOOLS)
      test(`${tool} ${JSON.stringify(more)} gives no protected value for any hostile statement`, async () => {
        // Each preview writes to the disk.
        const some = tool === 'mysql_execute' ? HOSTILE.filter((_, i) => i % 7 === 0) : HOSTILE;
        for (const sql of some) await call(tool, { sql, ...more });
      });

    test(`${String(HONEST.length)} honest statements are answered`, async () => {
      const wrong: string[] = [];
      for (const [sql, expected] of HONEST) {
        const text = await call('mysql_query', { sql });
        if (!expected.test(text) && !(flavor === 'mariadb' && sql.startsWith('TABLE '))) wrong.push(`${sql}\n${text}`);
      }
      assert.deepEqual(wrong, []);
    });

    test('a right guess and a wrong one get the same answer', async () => {
      let file = 0;
      const ways: readonly (readonly [tool: string, args: () => Record<string, unknown>])[] = [
        ['mysql_query', () => ({})],
        ['mysql_query', () => ({ validate: true })],
        ['mysql_execute', () => ({})],
        ['mysql_explain', () => ({})],
        ['mysql_export', () => ({ file: `guess${String(file++)}` })],
        ['mysql_show', () => ({})],
      ];
      const plain = (text: string, sql: string): string =>
        text
          .replaceAll(sql, '')
          .replaceAll(/in [\d.]+ s: \S+/g, '')
          .replaceAll(/p_[\w-]{12}/g, 'p_');
      for (const [right, wrong] of GUESSES)
        for (const [tool, args] of ways) {
          const [one, other] = [await call(tool, { sql: right, ...args() }), await call(tool, { sql: wrong, ...args() })];
          assert.equal(plain(one, right), plain(other, wrong), `${tool} ${right}`);
        }
    });

    test('pages, caches and several statements keep values masked', async () => {
      const first = await call('mysql_query', { sql: 'SELECT id, email, nick FROM customers ORDER BY id', maxRows: 1 });
      const cursor = /cursor\W+([0-9a-f]{8}\.\d+)/.exec(first)?.[1];
      assert.ok(cursor !== undefined, first);
      assert.match(await call('mysql_query', { cursor }), /2,•••,p_/);
      for (let i = 0; i < 2; i++) assert.match(await call('mysql_query', { sql: 'SELECT email FROM customers' }), /•••/);
      assert.match(await call('mysql_query', { sql: 'SELECT email FROM customers; SELECT phone FROM customers; SELECT 1' }), /•••/);
      const [a, b] = [
        await call('mysql_query', { sql: 'SELECT nick FROM customers WHERE id = 1' }),
        await call('mysql_query', { sql: 'SELECT nick FROM accounts WHERE id = 1' }),
      ];
      assert.equal(/p_[\w-]{12}/.exec(a)?.[0], /p_[\w-]{12}/.exec(b)?.[0]);
    });

    test('hidden columns are in no description', async () => {
      for (const [tool, args] of [
        ['mysql_describe', { tables: ['customers', 'v_ssn', 'keep', 'show_all'], level: 'full' }],
        ['mysql_describe', { tables: ['customers'], level: 'summary' }],
        [
          'mysql_query',
          { sql: "SELECT * FROM information_schema.columns WHERE table_schema = 'vault'", maxRows: 1000, maxCharacters: 200_000 },
        ],
        ['mysql_query', { sql: "SELECT * FROM information_schema.statistics WHERE table_schema = 'vault'" }],
        ['mysql_query', { sql: "SELECT column_name FROM information_schema.key_column_usage WHERE table_schema = 'vault'" }],
        ['mysql_query', { sql: "SELECT * FROM information_schema.views WHERE table_schema = 'vault'" }],
        ['mysql_query', { sql: "SELECT * FROM information_schema.triggers WHERE trigger_schema = 'vault'" }],
        ['mysql_query', { sql: "SELECT * FROM information_schema.check_constraints WHERE constraint_schema = 'vault'" }],
        ['mysql_relationships', {}],
        ['mysql_show', { tables: ['customers'] }],
        ['mysql_search_schema', { query: 'customers email number' }],
        ['mysql_query', { sql: 'SELECT emial FROM customers' }],
        ['mysql_diagnose', {}],
      ] as const) {
        const text = await call(tool, args);
        assert.doesNotMatch(text.replaceAll('by_ssn', '').replaceAll('v_ssn', ''), /\bssn\b/i, `${tool} ${JSON.stringify(args)}\n${text}`);
      }
      assert.match(await call('mysql_search_schema', { query: 'ssn' }), /v_ssn|Nothing/);
    });

    test('tools, resources, completions and files give no protected value, and what they may', async () => {
      for (const [tool, args, expected] of CALLS) assert.match(await call(tool, args), expected, `${tool} ${JSON.stringify(args)}`);
      const { resources } = await client.client.listResources();
      const uris = [
        ...resources.map(({ uri }) => uri),
        'mysql://rows/vault',
        ...['customers', 'accounts', 'v_pass', 'v_ssn'].map((one) => `mysql://rows/vault/${one}`),
      ];
      for (const uri of uris) {
        if (uri.endsWith('.parquet')) continue; // its file is looked through below
        const text = JSON.stringify(await client.client.readResource({ uri }));
        assert.deepEqual(canariesIn(text), [], text);
      }
      const { prompts } = await client.client.listPrompts();
      assert.deepEqual(canariesIn(JSON.stringify(prompts)), []);
      for (const file of (await readdir(folder, { recursive: true, withFileTypes: true })).filter((entry) => entry.isFile())) {
        const text = await readFile(path.join(file.parentPath, file.name), 'latin1');
        // Statements of the agent itself are in the record without their values.
        assert.deepEqual(canariesIn(text), [], file.name);
      }
    });

    test('nothing was changed', async () => {
      const rows = (await execute(server, 'SELECT COUNT(*) AS n, MAX(status) AS s FROM vault.customers')) as unknown[];
      assert.deepEqual({ ...(rows[0] as object) }, { n: 2, s: 'old' });
    });
  });
