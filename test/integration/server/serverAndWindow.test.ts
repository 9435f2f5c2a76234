import assert from 'node:assert/strict';
import { chmod, writeFile } from 'node:fs/promises';
import { ToolListChangedNotificationSchema } from '@modelcontextprotocol/sdk/types.js';
import { StdioClient } from '../../harness/mcp/stdioClient.ts';
import { TestBroker } from '../../harness/mcp/testBroker.ts';
import { until } from '../../harness/run.ts';
import { loadSample } from '../../harness/servers/sample.ts';
import { startServer } from '../../harness/servers/source.ts';
import type { TestServer } from '../../harness/servers/testServer.ts';

suite('server and window', () => {
  const clients: StdioClient[] = [];
  const brokers: TestBroker[] = [];
  let mysql: TestServer;

  const prepare = async (): Promise<TestBroker> => {
    const broker = await TestBroker.prepare();
    brokers.push(broker);
    broker.add(mysql);
    return broker;
  };
  const start = async (rendezvous: string): Promise<StdioClient> => {
    const client = await StdioClient.start(rendezvous);
    clients.push(client);
    return client;
  };
  const query = (client: StdioClient): Promise<{ text: string }> => client.call('mysql_query', { sql: 'SELECT 1 AS one' });

  suiteSetup(async () => {
    mysql = await startServer();
    await loadSample(mysql);
  });
  suiteTeardown(async () => {
    for (const client of clients) await client.close();
    for (const broker of brokers) await broker.dispose();
    await mysql.dispose();
  });

  test('a server that starts before the window waits for it', async () => {
    const broker = await prepare();
    const client = await start(broker.rendezvous);
    assert.equal((await client.client.listTools()).tools.length, 12);
    const answer = query(client);
    setTimeout(() => void broker.listen(), 500);
    assert.match((await answer).text, />\none\n1\n</);
  });

  test('without a window every call says what to do, and the next one tries again', async function () {
    this.timeout(40_000);
    const broker = await prepare();
    const client = await start(broker.rendezvous);
    const { text } = await query(client);
    assert.match(text, /^broker\.unavailable: No VS Code window runs .*\nNext step: Ask the user to open .*MySQL Pilot view/);
    await broker.listen();
    assert.match((await query(client)).text, />\none\n1\n</);
  });

  test('a reloaded window is found again', async () => {
    const broker = await prepare();
    await broker.listen();
    const client = await start(broker.rendezvous);
    assert.match((await query(client)).text, />\none\n1\n</);
    await broker.stop();
    await broker.listen();
    assert.match((await query(client)).text, />\none\n1\n</);
  });

  test('a file that others may read is refused', async () => {
    const broker = await prepare();
    await broker.listen();
    await chmod(broker.rendezvous, 0o644);
    const client = await start(broker.rendezvous);
    const { text } = await query(client);
    assert.match(
      text,
      /^broker\.refused: The discovery file .* isn't trusted: other users have rights on it\.\nNext step: Ask the user to reload/,
    );
    await chmod(broker.rendezvous, 0o600);
    assert.match((await query(client)).text, />\none\n1\n</);
  });

  test('a wrong token is refused, logged, and tells nothing', async () => {
    const broker = await prepare();
    await broker.listen();
    const wrong = { ...broker.server.rendezvous, token: '0'.repeat(64) };
    await writeFile(broker.rendezvous, JSON.stringify(wrong), { mode: 0o600 });
    const client = await start(broker.rendezvous);
    const { text } = await query(client);
    assert.match(text, /^broker\.refused: The VS Code window rejected this MCP server\.\nNext step: Ask the user to reload/);
    assert.deepEqual(broker.log, ['A peer was refused: wrong token or protocol.']);
    assert.ok(!text.includes(broker.server.rendezvous.token) && !text.includes('shop'));
  });

  test('a file of another version or with nonsense is refused', async () => {
    const broker = await prepare();
    await broker.listen();
    const client = await start(broker.rendezvous);
    for (const content of [
      '',
      'nonsense',
      '{}',
      JSON.stringify({ ...broker.server.rendezvous, protocol: 99 }),
      JSON.stringify({ ...broker.server.rendezvous, extra: 1 }),
    ]) {
      await writeFile(broker.rendezvous, content, { mode: 0o600 });
      assert.match((await query(client)).text, /^broker\.refused: .*content is not what this version writes/);
    }
  });

  test("queries of the user's settings are tools, also where the window comes late, and change with them [P58]", async () => {
    const broker = await prepare();
    broker.savedQueries = [
      {
        ...{ name: 'order_count', description: 'Counts the orders of a status.', parameters: { status: { type: 'string' } } },
        sql: 'SELECT COUNT(*) AS n FROM orders WHERE status = :status',
      },
    ];
    const client = await start(broker.rendezvous);
    let changes = 0;
    client.client.setNotificationHandler(ToolListChangedNotificationSchema, () => {
      changes++;
    });
    const names = async (): Promise<string[]> => (await client.client.listTools()).tools.map(({ name }) => name);
    assert.equal((await names()).length, 12, 'nobody waits for a window that is not there');
    await broker.listen();
    await until(() => changes > 0, 'the news of the query');
    assert.ok((await names()).includes('order_count'));
    assert.match((await client.call('order_count', { status: 'paid' })).text, />\nn\n250\n</);
    broker.savedQueries = [];
    broker.server.profilesChanged();
    await until(async () => !(await names()).includes('order_count'), 'its end');
    await assert.rejects(client.client.callTool({ name: 'order_count', arguments: { status: 'paid' } }), /There is no tool order_count/);
  });

  test('the tool for writes comes also where the window is slow to say that they are allowed', async () => {
    const broker = await prepare();
    await broker.listen();
    const client = await start(broker.rendezvous);
    let changes = 0;
    client.client.setNotificationHandler(ToolListChangedNotificationSchema, () => {
      changes++;
    });
    const isOffered = async (): Promise<boolean> => (await client.client.listTools()).tools.some(({ name }) => name === 'mysql_execute');
    assert.ok(!(await isOffered()));
    broker.answersAfterMs = 1000;
    const [profile] = broker.profiles;
    assert.ok(profile !== undefined);
    broker.profiles.splice(0, 1, { ...profile, writes: { update: 'ask' } });
    broker.server.profilesChanged();
    await until(() => changes === 1, 'the news of the change');
    assert.ok(!(await isOffered()), 'a list does not wait');
    await until(() => changes === 2, 'the news of the tool');
    assert.ok(await isOffered());
  });

  test('a server whose own window is gone uses another one of the same user', async () => {
    const broker = await prepare();
    await broker.listen();
    const client = await start(broker.rendezvous.replace('window.json', 'empty-of-yesterday.json'));
    assert.match((await query(client)).text, />\none\n1\n</);
  });
});
