import assert from 'node:assert/strict';
import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { HttpServer } from '../../harness/mcp/httpServer.ts';
import { StandaloneSetup } from '../../harness/mcp/standaloneSetup.ts';
import { StdioClient, withoutMarks } from '../../harness/mcp/stdioClient.ts';

const TOKEN = 'a-token-of-this-test';
const TAUTOLOGY = "SELECT COUNT(*) AS n FROM orders WHERE note = '' OR 1=1";

suite('limits, filters and signs of injected SQL', () => {
  let setup: StandaloneSetup;
  let folder: string;
  let env: Readonly<Record<string, string>>;

  suiteSetup(async () => {
    setup = await StandaloneSetup.start();
    ({ folder, env } = setup);
  });
  suiteTeardown(async () => {
    await setup.dispose();
  });

  const withClient = async (extra: Record<string, string>, work: (client: StdioClient) => Promise<void>): Promise<StdioClient> => {
    const client = await StdioClient.launch({ args: [], env: { ...env, ...extra } });
    try {
      await work(client);
    } finally {
      await client.close();
    }
    return client;
  };
  const query = async (client: StdioClient, sql: string, params?: unknown[]): Promise<string> => {
    const result = await client.client.callTool({ name: 'mysql_query', arguments: { sql, ...(params === undefined ? {} : { params }) } });
    return withoutMarks((result.content as { text: string }[]).map(({ text }) => text).join('\n'));
  };
  const records = async (): Promise<{ signs?: string[]; sql?: string }[]> => {
    const audit = path.join(folder, 'audit');
    const texts = await Promise.all((await readdir(audit)).map((name) => readFile(path.join(audit, name), 'utf8')));
    return texts.flatMap((text) => text.trimEnd().split('\n')).map((line) => JSON.parse(line) as { signs?: string[] });
  };

  test('harmless statements are refused that docs/security.md names, and their likes run', async () => {
    const executable = 'SELECT 1 AS n /*!99999 harmless */';
    await withClient({}, async (one) => {
      const refused: readonly (readonly [sql: string, params?: unknown[]])[] = [
        ['SELECT * FROM `#mysql50#a`'],
        ['SELECT $a AS n, ? FROM (SELECT 1 AS `$a`) t', [1]],
        ['SELECT `now`()'],
        ['SELECT 1concat(1)'],
        [`SELECT ${'ABS('.repeat(66)}1${')'.repeat(66)}`],
        [`SELECT JSON_SCHEMA_VALID('{"$ref": "#"}', '1')`],
      ];
      for (const [sql, params] of refused)
        assert.match(await query(one, sql, params), /^statement\.(?:refused|failed): .*Nothing was run\./, sql);
      const runs = [
        'SELECT $a AS n FROM (SELECT 1 AS `$a`) t',
        "SELECT `concat`('1') AS n",
        `SELECT ${'ABS('.repeat(60)}1${')'.repeat(60)} AS n`,
      ];
      for (const sql of [...runs, executable]) assert.match(await query(one, sql), /^n\n1\n/, sql);
      assert.match(await query(one, "SELECT REPEAT('x', 5 * 1024 * 1024) AS n"), /^n\nx{5000}… \(5242880 bytes\)\n/);
      const path = "SELECT JSON_EXTRACT('{\"a\": 1}', p.x) AS n FROM (SELECT '$PATH' AS x) p";
      assert.match(await query(one, path.replace('PATH', '.a')), /^n\n1\n/);
      assert.match(await query(one, path.replace('PATH', '**.a')), /Invalid JSON path/);
    });
    await withClient({ MYSQL_FILTER_MODE: 'blacklist', MYSQL_FILTER_DENY: 'salaries' }, async (one) => {
      assert.match(await query(one, executable), /^statement\.refused: This connection has a filter/);
    });
  });

  test('signs are told and recorded, and the answer is the same [P28]', async () => {
    const client = await withClient({}, async (one) => {
      assert.match(await query(one, TAUTOLOGY), /^n\n1000\n[^]*NOTE: this looks like injected SQL \(tautology\)/);
      assert.match(
        await query(one, 'SELECT COUNT(*) AS n FROM orders WHERE note = ?', ["' OR '1'='1"]),
        /^n\n0\n[^]*NOTE: .*\(tautology\)/,
      );
      assert.doesNotMatch(await query(one, "SELECT ' OR 1=1 -- ' AS harmless UNION SELECT 'x'"), /NOTE/);
    });
    assert.match(client.stderr, /"logger":"security".*"signs":"tautology"/);
    assert.ok((await records()).some(({ signs }) => signs?.join() === 'tautology'));
  });

  test('they can be refused, or not looked for [P29]', async () => {
    await withClient({ MYSQL_ENABLE_INJECTION_DETECTION: 'block' }, async (one) => {
      assert.match(await query(one, TAUTOLOGY), /^statement\.refused: This looks like injected SQL \(tautology\)/);
      assert.match(await query(one, 'SELECT 1 AS n'), /^n\n1/);
    });
    await withClient({ MYSQL_ENABLE_INJECTION_DETECTION: 'off' }, async (one) => {
      assert.doesNotMatch(await query(one, TAUTOLOGY), /NOTE/);
    });
  });

  test('filters see the statement without its comments and values, for every tool that takes SQL [P30]', async () => {
    const deny = { MYSQL_FILTER_MODE: 'blacklist', MYSQL_FILTER_DENY: '\\bfrom customers\\b\n^show grants' };
    const client = await withClient(deny, async (one) => {
      for (const sql of ['SELECT * FROM customers', 'select * from/**/customers', 'SELECT *\nFROM  -- x\ncustomers', 'SHOW GRANTS'])
        assert.match(await query(one, sql), /^statement\.refused: The statement matches the pattern/, sql);
      assert.match(await query(one, "SELECT 'from customers' AS n"), /^n\nfrom customers/);
      for (const name of ['mysql_explain', 'mysql_index_advice', 'mysql_export']) {
        const { text } = await one.call(name, { sql: 'SELECT * FROM customers', ...(name === 'mysql_export' ? { file: 'x' } : {}) });
        assert.match(text, /^statement\.refused: The statement matches/, name);
      }
    });
    assert.match(client.stderr, /"message":"call rejected"/);
    const allow = { MYSQL_FILTER_MODE: 'whitelist', MYSQL_FILTER_ALLOW: '^SELECT [a-z_, ]+ FROM orders WHERE id = \\?$' };
    const quiet = await withClient({ ...allow, MYSQL_LOG_REJECTED_QUERIES: 'false' }, async (one) => {
      assert.match(await query(one, 'SELECT id FROM orders WHERE id = 7'), /^id\n7/);
      assert.match(await query(one, 'SELECT id FROM orders WHERE id = 7 OR id = 8'), /matches none of the patterns/);
      assert.match(await query(one, 'SELECT id FROM orders WHERE id = 7; SELECT 1'), /matches none of the patterns/);
    });
    assert.equal(quiet.stderr, '');
  });

  test('no length and no comment that a server executes hides a statement from a filter', async () => {
    const long = `SELECT ${'abs(id) + '.repeat(500)}1 AS n FROM`;
    const deny = { MYSQL_FILTER_MODE: 'blacklist', MYSQL_FILTER_DENY: '\\bfrom customers\\b' };
    await withClient(deny, async (one) => {
      assert.match(await query(one, `${long} customers`), /^statement\.refused: The statement matches the pattern/);
      for (const sql of [
        'SELECT * FROM /*!99999 x */ customers',
        'SELECT * FROM /*M!999999 x */ customers',
        "SELECT * FROM customers WHERE id = 'x",
      ])
        assert.match(await query(one, sql), /^statement\.refused: .*can't be parsed reliably/, sql);
      assert.match(await query(one, 'SELECT * FROM `customers`'), /^statement\.refused: The statement matches the pattern/);
      assert.match(
        await query(one, `SELECT ${'abs(id) + '.repeat(1200)}1 AS n FROM orders`),
        /^statement\.refused: .*longer than 10000 characters/,
      );
      assert.match(await query(one, `SELECT '${'x'.repeat(20_000)}' = '' AS n FROM orders LIMIT 1`), /^n\n0/);
      assert.match(await query(one, 'SELECT `id` FROM `orders` ORDER BY id LIMIT 1'), /^id\n1/);
    });
    await withClient({ MYSQL_FILTER_MODE: 'whitelist', MYSQL_FILTER_ALLOW: '^SELECT id FROM orders(?:(?! FROM ).)*$' }, async (one) => {
      const union = `SELECT id FROM orders WHERE id < 0${' OR id < 0'.repeat(600)} UNION SELECT id FROM customers`;
      assert.match(await query(one, 'SELECT id FROM orders WHERE id < 2'), /^id\n1/);
      assert.match(await query(one, union), /matches none of the patterns/);
    });
  });

  test('names that nobody has are refused here, and no message repeats megabytes', async () => {
    await withClient({}, async (one) => {
      const long = 'o'.repeat(1_000_000);
      for (const [tool, args] of [
        ['mysql_query', { sql: 'SELECT 1', connection: long }],
        ['mysql_query', { sql: 'SELECT 1', database: 'a\0b' }],
        ['mysql_query', { sql: 'SELECT 1', connection: '\ud800' }],
        ['mysql_describe', { tables: ['orders', long] }],
        ['mysql_describe', { tables: ['orders'], profile: ['\udfff'] }],
        ['mysql_relationships', { tables: [long] }],
        ['mysql_search_schema', { query: 'x', database: '\ud800' }],
      ] as const) {
        const { text } = await one.call(tool, args);
        assert.match(text, /^input\.invalid: \w+ (?:is longer than 1000|contains an invalid character)/, JSON.stringify(args).slice(0, 80));
        assert.ok(text.length < 1000);
      }
      for (const [tool, args] of [
        ['mysql_query', { sql: `${'A'.repeat(200_000)} 1` }],
        ['mysql_explain', { sql: `${'A'.repeat(200_000)} 1` }],
        ['mysql_query', Object.fromEntries(Array.from({ length: 100_000 }, (_, i) => [`key${String(i)}`, 1]))],
      ] as const) {
        const { text } = await one.call(tool, args);
        assert.ok(text.length < 10_000, String(text.length));
      }
      await assert.rejects(one.call('t'.repeat(1_000_000)), ({ message }: Error) => message.length < 300);
      await assert.rejects(one.client.readResource({ uri: `mysql://${long}` }), ({ message }: Error) => message.length < 1000);
      await assert.rejects(one.client.readResource({ uri: 'mysql://shop/%00' }), /input\.invalid/);
    });
  });

  test('an answer that no client could read is refused', async () => {
    await withClient({}, async (one) => {
      const whole = { maxCharacters: 4_000_000, maxCellCharacters: 4_000_000 };
      const ask = async (sql: string): Promise<string> => (await one.call('mysql_query', { sql, ...whole })).text;
      assert.match(
        await ask('SELECT REPEAT(CHAR(1 USING utf8mb4), 3000000) AS n'),
        /^input\.invalid: The answer has 18\d+ bytes, more than clients can read/,
      );
      assert.equal((await ask("SELECT REPEAT('x', 3900000) AS n")).includes('x'.repeat(3_900_000)), true);
    });
  });

  test('a client cannot fill the record with its name', async () => {
    const client = await StdioClient.launch({ args: [], env, name: 'n'.repeat(1_000_000) });
    await client.call('mysql_query', { sql: 'SELECT 1 AS n' });
    await client.close();
    const lines = (await records()) as { client?: string }[];
    assert.ok(lines.some(({ client: name }) => name?.startsWith('nnn')));
    assert.ok(lines.every(({ client: name = '' }) => name.length <= 200));
  });

  test('resources, completions and checks count for the rate, and resources are recorded', async () => {
    const limits = { MYSQL_RATE_LIMIT_RPM: '2', MYSQL_RATE_LIMIT_BURST: '2' };
    const TABLE = {
      ref: { type: 'ref/resource', uri: 'mysql://{connection}/{database}/{table}' },
      argument: { name: 'table', value: '' },
    } as const;
    await withClient(limits, async (one) => {
      const [resource] = (await one.client.listResources()).resources;
      const uri = `${resource?.uri ?? ''}/shop/orders`;
      await one.client.readResource({ uri });
      await one.client.readResource({ uri });
      await assert.rejects(one.client.readResource({ uri }), /rate\.limited/);
      assert.match((await one.call('mysql_query', { sql: 'SELECT 1' })).text, /^rate\.limited/, 'the same for all');
      assert.equal((await one.call('mysql_connections')).isError, false);
    });
    const lines = (await records()) as { tool?: string; error?: string }[];
    const reads = lines.filter(({ tool }) => tool === 'resources/read').slice(-3);
    assert.deepEqual(
      reads.map(({ error }) => error),
      [undefined, undefined, 'rate.limited'],
    );
    await withClient(limits, async (one) => {
      const checks: boolean[] = [];
      for (let i = 0; i < 3; i++) checks.push((await one.call('mysql_connections', { check: true })).isError);
      assert.deepEqual(checks, [false, false, true]);
    });
    await withClient(limits, async (one) => {
      const found: boolean[] = [];
      const [resource] = (await one.client.listResources()).resources;
      for (let i = 0; i < 3; i++)
        found.push(
          (await one.client.complete({ ...TABLE, context: { arguments: { connection: resource?.name ?? '', database: 'shop' } } }))
            .completion.values.length > 0,
        );
      assert.deepEqual(found, [true, true, false]);
    });
  });

  test('lengths [P37]', async () => {
    await withClient({}, async (one) => {
      assert.match(await query(one, `SELECT 1 -- ${'x'.repeat(256 * 1024)}`), /longer than the limit of 262144 characters/);
    });
    await withClient({ MYSQL_MAX_QUERY_LENGTH: '30', MYSQL_MAX_PARAMETER_LENGTH: '5' }, async (one) => {
      assert.match(await query(one, `SELECT '${'x'.repeat(30)}'`), /longer than the limit of 30 characters/);
      assert.match(await query(one, 'SELECT ? AS n', ['123456']), /A parameter is longer than the limit of 5 characters/);
      assert.match(await query(one, 'SELECT ? AS n', ['12345']), /^n\n12345/);
    });
  });

  test('a rate says when to come back; it is that of one client and one connection, and status is free [P35]', async () => {
    const limits = { MYSQL_RATE_LIMIT_RPM: '6', MYSQL_RATE_LIMIT_BURST: '3' };
    await withClient(limits, async (one) => {
      for (const connection of [undefined, 'shop', 'SHOP'])
        assert.equal((await one.call('mysql_query', { sql: 'SELECT 1', connection })).isError, false);
      assert.match(
        await query(one, 'SELECT 1 AS n'),
        /^rate\.limited: The limit of \d+ calls at once and 6 per minute was reached\. Nothing was run\.\nNext step: Call again in (?:9|10) seconds/,
      );
      assert.equal((await one.call('mysql_status')).isError, false);
    });
    const http = await HttpServer.start({ ...env, ...limits, MYSQL_HTTP_TOKEN: TOKEN });
    try {
      const clients = await Promise.all(['a', 'b'].map((name) => http.client(TOKEN, name)));
      const answers: string[] = [];
      for (let i = 0; i < 4; i++) answers.push((await clients[i % 2]?.call('mysql_query', { sql: 'SELECT 1' }))?.text.split(':')[0] ?? '');
      assert.equal(answers.at(-1), 'rate.limited', 'another session or name is no way around');
      for (const client of clients) await client.close();
    } finally {
      await http.stop();
    }
  });

  test('MYSQL_ENABLE_SECURITY=false turns these off, and never what keeps statements read-only [P36]', async () => {
    const off = {
      MYSQL_ENABLE_SECURITY: 'false',
      MYSQL_RATE_LIMIT_RPM: '1',
      MYSQL_RATE_LIMIT_BURST: '1',
      MYSQL_FILTER_MODE: 'whitelist',
      MYSQL_FILTER_ALLOW: '^x$',
      MYSQL_ENABLE_INJECTION_DETECTION: 'block',
    };
    await withClient(off, async (one) => {
      for (let i = 0; i < 5; i++) assert.match(await query(one, TAUTOLOGY), /^n\n1000\n(?![^]*NOTE)/);
      assert.match(await query(one, 'DELETE FROM orders'), /^statement\.refused/);
    });
  });

  test('reads can be left out of the record [P38]', async () => {
    const before = (await records()).length;
    await withClient({ MYSQL_AUDIT_ALL_QUERIES: 'false' }, async (one) => {
      await query(one, 'SELECT 1');
    });
    assert.equal((await records()).length, before);
  });
});
