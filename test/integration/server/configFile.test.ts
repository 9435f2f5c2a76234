import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { ElicitRequest, ElicitResult } from '@modelcontextprotocol/sdk/types.js';
import { SERVER_BUNDLE, StdioClient, withoutMarks } from '../../harness/mcp/stdioClient.ts';
import { loadSample, SAMPLE } from '../../harness/servers/sample.ts';
import { startServer } from '../../harness/servers/source.ts';
import { execute, type TestServer } from '../../harness/servers/testServer.ts';

const UPDATE = "UPDATE orders SET note = 'asked' WHERE id = 7";

suite('a server with a configuration file', function () {
  this.timeout(60_000); // it starts a server for each answer
  let server: TestServer;
  let folder: string;
  const clients: StdioClient[] = [];

  const configure = async (changes: object = {}, connection: object = {}): Promise<string> => {
    const file = path.join(folder, 'config.json');
    const url = `mysql://${SAMPLE.owner.user}@${server.host}:${String(server.port)}/${SAMPLE.database}`;
    const shop = { name: 'shop', url, password: '${env:SHOP_PASSWORD}', writes: { update: 'ask' }, ...connection };
    await writeFile(file, JSON.stringify({ connections: [shop], folder, writesFrom: ['trusted'], ...changes }));
    return file;
  };
  const launch = async (
    file: string,
    name: string,
    elicit?: (question: ElicitRequest['params']) => Promise<ElicitResult>,
  ): Promise<StdioClient> => {
    const client = await StdioClient.launch({
      args: ['--config', file],
      env: { SHOP_PASSWORD: SAMPLE.owner.password },
      name,
      ...(elicit === undefined ? {} : { elicit }),
    });
    clients.push(client);
    return client;
  };
  const write = async (client: StdioClient): Promise<string> => withoutMarks((await client.call('mysql_execute', { sql: UPDATE })).text);
  const asked = async (): Promise<number> => {
    const [row] = (await execute(server, "SELECT COUNT(*) AS n FROM shop.orders WHERE note = 'asked'")) as { n: number }[];
    return row?.n ?? -1;
  };
  const choices = (question: ElicitRequest['params']): string[] => {
    const schema = (question as { requestedSchema: { properties: Record<string, { oneOf?: { const: string }[] }>; required?: string[] } })
      .requestedSchema;
    assert.deepEqual(schema.required, ['decision']);
    assert.ok(!('default' in (schema.properties['decision'] ?? {})), 'nothing is chosen beforehand');
    return schema.properties['decision']?.oneOf?.map((choice) => choice.const) ?? [];
  };

  suiteSetup(async () => {
    server = await startServer();
    await loadSample(server);
    folder = await mkdtemp(path.join(tmpdir(), 'mpt-config-'));
  });
  suiteTeardown(async () => {
    await server.dispose();
    await rm(folder, { recursive: true });
  });
  teardown(async () => {
    for (const client of clients.splice(0)) await client.close();
    await execute(server, "UPDATE shop.orders SET note = NULL WHERE note = 'asked'");
  });

  test('reads with the password of the environment [P15]', async () => {
    const client = await launch(await configure(), 'anybody');
    assert.match((await client.call('mysql_query', { sql: 'SELECT COUNT(*) AS n FROM orders' })).text, /n\n1000/);
    assert.equal(client.stderr, '');
  });

  test('a cursor that is sent alone goes on at the connection that gave it, also where there are several', async () => {
    const url = `mysql://${SAMPLE.owner.user}@${server.host}:${String(server.port)}/${SAMPLE.database}`;
    const connections = ['one', 'other'].map((name) => ({ name, url, password: '${env:SHOP_PASSWORD}' }));
    const client = await launch(await configure({ connections }), 'anybody');
    const query = async (args: Record<string, unknown>): Promise<string> => (await client.call('mysql_query', args)).text;
    for (const connection of ['other', 'one']) {
      const first = await query({ connection, sql: 'SELECT id FROM orders ORDER BY id', maxRows: 2 });
      const [, cursor] = /"cursor": "([^"]+)"/.exec(first) ?? [];
      assert.match(await query({ cursor, maxRows: 2 }), /id\n3\n4\n/);
    }
    assert.match(await query({ cursor: 'ffffffff.2' }), /^connection\.unknown/);
  });

  test('a program that the file does not name cannot write, and is not offered the tool', async () => {
    const client = await launch(await configure(), 'anybody', () => Promise.reject(new Error('asked')));
    assert.ok(!(await client.client.listTools()).tools.some(({ name }) => name === 'mysql_execute'));
    assert.match(await write(client), /^statement\.refused: This MCP client is not allowed to write\. Its name is "anybody"/);
  });

  test('the user of a program that is named is asked; only the choice of this very preview runs it', async () => {
    const file = await configure();
    const cases: readonly [string, (question: ElicitRequest['params']) => ElicitResult, RegExp][] = [
      ['accept with nothing, as for a skipped question', () => ({ action: 'accept', content: {} }), /approval\.denied/],
      ['accept without content', () => ({ action: 'accept' }), /approval\.denied/],
      [
        'the first of the choices, as an automatic reply gives',
        (question) => ({ action: 'accept', content: { decision: choices(question)[0] ?? '' } }),
        /approval\.denied/,
      ],
      ['run, without this preview’s number', () => ({ action: 'accept', content: { decision: 'run' } }), /approval\.denied/],
      ['run of another preview', () => ({ action: 'accept', content: { decision: 'run 000000000000' } }), /approval\.denied/],
      ['decline', () => ({ action: 'decline' }), /rejected the write/],
      ['cancel', () => ({ action: 'cancel' }), /rejected the write/],
    ];
    for (const [what, answer, expected] of cases) {
      const client = await launch(file, 'trusted', (question) => Promise.resolve(answer(question)));
      assert.match(await write(client), expected, what);
      assert.equal(await asked(), 0, what);
    }
    const broken = await launch(file, 'trusted', () => Promise.reject(new Error('the window is gone')));
    assert.match(await write(broken), /approval\.denied: The client couldn't ask/);
    const mute = await launch(file, 'trusted');
    assert.match(await write(mute), /This client can't ask its user/);
    assert.equal(await asked(), 0);

    const messages: string[] = [];
    const client = await launch(file, 'trusted', (question) => {
      messages.push(question.message);
      return Promise.resolve({ action: 'accept', content: { decision: choices(question)[1] ?? '' } });
    });
    assert.match(await write(client), /^COMMITTED on shop/);
    assert.match(messages[0] ?? '', /UPDATE: 1 row of orders[^]*Verified before the commit: the keys[^]*UPDATE `shop`\.`orders`/);
    assert.equal(await asked(), 1);
    assert.ok((await readdir(path.join(folder, 'audit'))).length > 0);
  });

  test('what is wrong with the file is told, and nothing starts', async () => {
    const start = async (file: string): Promise<string> => {
      const { status, stderr, stdout } = spawnSync(process.execPath, [SERVER_BUNDLE, '--config', file], { encoding: 'utf8', input: '' });
      assert.notEqual(status, 0);
      assert.equal(stdout, '');
      return Promise.resolve(stderr);
    };
    assert.match(await start(path.join(folder, 'none.json')), /none\.json can't be read/);
    assert.match(await start(await configure({ writeFrom: ['x'] })), /writeFrom is unknown\. Did you mean writesFrom\?/);
    assert.match(await start(await configure({}, { write: {} })), /connections\[0\]\.write is unknown\. Did you mean writes\?/);
    assert.match(await start(await configure({}, { writes: { updates: 'ask' } })), /updates/);
    assert.match(await start(await configure({}, { password: 'plain' })), /Secrets can't be stored in this file/);
    assert.match(await start(await configure({}, { url: 'mysql://u:geheim@h/d' })), /contains a password/);
    assert.doesNotMatch(await start(await configure({}, { url: 'mysql://u:geheim@h/d' })), /geheim/);
  });
});
