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

  test('signs are told and recorded, and the answer is the same [P28]', async () => {
    const client = await withClient({}, async (one) => {
      assert.match(await query(one, TAUTOLOGY), /^n\n1000\n[^]*NOTE: parts of this look like injected SQL \(tautology\)/);
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

  test('lengths [P37]', async () => {
    await withClient({}, async (one) => {
      assert.match(await query(one, `SELECT 1 -- ${'x'.repeat(256 * 1024)}`), /longer than 262144 characters/);
    });
    await withClient({ MYSQL_MAX_QUERY_LENGTH: '30', MYSQL_MAX_PARAMETER_LENGTH: '5' }, async (one) => {
      assert.match(await query(one, `SELECT '${'x'.repeat(30)}'`), /longer than 30 characters/);
      assert.match(await query(one, 'SELECT ? AS n', ['123456']), /A parameter is longer than 5 characters/);
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
        /^rate\.limited: The limit of \d+ calls at once and 6 a minute is reached\. Nothing was run\.\nNext step: Call again in (?:9|10) seconds/,
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
