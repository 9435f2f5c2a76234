import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { setTimeout as sleep } from 'node:timers/promises';
import { ResourceListChangedNotificationSchema, ToolListChangedNotificationSchema } from '@modelcontextprotocol/sdk/types.js';
import type { ConnectionProfile } from '../../src/engine/driver/profile.ts';
import { limitsOf } from '../../src/server/limits/limits.ts';
import { allTools } from '../../src/server/tools/builtInTools.ts';
import { SERVER_BUNDLE, StdioClient, withoutMarks } from '../harness/mcp/stdioClient.ts';
import { TestBroker } from '../harness/mcp/testBroker.ts';
import { loadSample, SAMPLE } from '../harness/servers/sample.ts';
import { startServer } from '../harness/servers/source.ts';
import { serverUrl, type TestServer } from '../harness/servers/testServer.ts';

const HIDDEN = 'Hidden Harbor';
/** As long, so that answers can be compared letter for letter. */
const NOBODY = 'Nobody Harbor';

/** Arguments with which a tool reaches a connection. */
const ARGUMENTS: Readonly<Record<string, readonly Record<string, unknown>[]>> = {
  mysql_connections: [{}, { check: true }],
  mysql_search_schema: [{ query: 'orders' }],
  mysql_describe: [{}, { tables: ['orders'], sampleRows: 1 }],
  mysql_relationships: [{}],
  mysql_query: [{ sql: 'SELECT 1' }, { sql: 'SELECT 1', validate: true }, { cursor: 'nothing.0' }, {}],
  mysql_show: [{ sql: 'SELECT 1' }, { tables: ['orders'] }],
  mysql_execute: [{ sql: 'DELETE FROM orders' }, { sql: 'DELETE FROM orders', preview: true }],
  mysql_explain: [{ sql: 'SELECT 1' }],
  mysql_export: [{ sql: 'SELECT 1', file: 'x' }],
  mysql_diagnose: [{}],
  mysql_workload: [{}],
  mysql_index_advice: [{}, { sql: 'SELECT 1' }],
  mysql_status: [{}],
};

suite('a connection that agents do not see', () => {
  let server: TestServer;
  let broker: TestBroker;
  let client: StdioClient | undefined;

  suiteSetup(async () => {
    server = await startServer('mysql');
    await loadSample(server);
  });
  suiteTeardown(async () => {
    await server.dispose();
  });
  setup(async () => {
    broker = await TestBroker.start();
  });
  teardown(async () => {
    await client?.close();
    client = undefined;
    await broker.dispose();
  });

  const add = (agents: ConnectionProfile['agents'], name = HIDDEN): ConnectionProfile => broker.add(server, { name, agents });
  const start = async (): Promise<StdioClient> => (client = await StdioClient.start(broker.rendezvous));
  /** Of times and memory nothing. */
  const steady = (text: string): string =>
    withoutMarks(text).replaceAll(/up [\d.]+ min, \d+ MiB|median.*|ms: p50.*|\d+ (?:calls|failed)/g, '…');

  test('every tool answers its name as a name that nobody has, and nothing that is listed names it', async () => {
    add('none');
    add(undefined, 'shop');
    const agent = await start();
    const tools = await agent.client.listTools();
    assert.deepEqual(
      Object.keys(ARGUMENTS),
      allTools(limitsOf()).map(({ name }) => name),
    );
    for (const [tool, calls] of Object.entries(ARGUMENTS))
      for (const args of calls) {
        const named = async (connection: string): Promise<string> => steady((await agent.call(tool, { ...args, connection })).text);
        const [hidden, nobody] = [await named(HIDDEN), await named(NOBODY)];
        assert.equal(hidden.replaceAll(HIDDEN, NOBODY), nobody, tool);
        assert.equal(steady((await agent.call(tool, { ...args, connection: HIDDEN.toLowerCase() })).text).includes(HIDDEN), false);
        const plain = (await agent.call(tool, args)).text;
        assert.equal(plain.includes(HIDDEN), false, `${tool}: ${plain}`);
      }
    const { resources } = await agent.client.listResources();
    const { completion } = await agent.client.complete({
      ref: { type: 'ref/resource', uri: 'mysql://{connection}' },
      argument: { name: 'connection', value: '' },
    });
    assert.deepEqual(completion.values, ['shop']);
    const ofHidden = await agent.client.complete({
      ref: { type: 'ref/resource', uri: 'mysql://{connection}/{database}' },
      argument: { name: 'database', value: '' },
      context: { arguments: { connection: HIDDEN } },
    });
    assert.deepEqual(ofHidden.completion.values, []);
    const prompts = await agent.client.listPrompts();
    assert.equal(JSON.stringify([tools, resources, prompts, agent.client.getInstructions()]).includes(HIDDEN), false);
    const read = async (name: string): Promise<string> =>
      agent.client.readResource({ uri: `mysql://${encodeURIComponent(name)}/shop` }).then(
        () => 'read',
        (error: unknown) => String(error),
      );
    assert.equal((await read(HIDDEN)).replaceAll(HIDDEN, NOBODY), await read(NOBODY));
  });

  test('the only one of its kind is answered as no connection, and its secret is never asked for', async () => {
    const agents = await start();
    const empty: string[] = [];
    for (const [tool, calls] of Object.entries(ARGUMENTS))
      for (const args of calls) empty.push(steady((await agents.call(tool, args)).text));
    await agents.close();
    const { id } = add('none');
    broker.secrets.delete(id); // who asks for it gets another error
    const agent = await start();
    const hidden: string[] = [];
    for (const [tool, calls] of Object.entries(ARGUMENTS))
      for (const args of calls) hidden.push(steady((await agent.call(tool, args)).text));
    assert.deepEqual(hidden, empty);
    assert.match(hidden.join('\n'), /No connections are saved/);
  });

  test('a change of it tells agents nothing, and one of another connection does', async () => {
    const hidden = add('none');
    const shop = add(undefined, 'shop');
    const agent = await start();
    const news: string[] = [];
    agent.client.setNotificationHandler(ToolListChangedNotificationSchema, () => void news.push('tools'));
    agent.client.setNotificationHandler(ResourceListChangedNotificationSchema, () => void news.push('resources'));
    await agent.client.listTools();
    await agent.call('mysql_connections');
    for (const changed of [{ ...hidden, name: 'Other Harbor' }, { ...hidden, color: 'red' as const }, undefined]) {
      if (changed === undefined) broker.profiles.shift();
      else broker.profiles[0] = changed;
      broker.server.profilesChanged();
      await agent.call('mysql_query', { sql: 'SELECT SLEEP(0) AS one' });
      await sleep(200);
    }
    assert.equal(news.join(), '');
    broker.profiles[0] = { ...shop, name: 'shop 2' };
    broker.server.profilesChanged();
    while (!news.includes('tools') || !news.includes('resources')) await sleep(20);
    assert.match((await agent.call('mysql_connections')).text, /shop 2/);
    broker.profiles[0] = { ...shop, agents: 'none' };
    broker.server.profilesChanged();
    while (!(await agent.call('mysql_connections')).text.includes('No connections')) await sleep(20);
  });

  for (const agents of ['none', 'schema'] as const)
    test(`a change to ${agents} stops what runs there, and takes cursors away`, async () => {
      const profile = add(undefined);
      add(undefined, 'shop');
      const agent = await start();
      const query = (args: Record<string, unknown>): Promise<string> =>
        agent.call('mysql_query', { connection: HIDDEN, ...args }).then(({ text }) => text);
      const [, cursor = ''] = /"cursor": "([\w.]+)"/.exec(await query({ sql: 'SELECT id FROM orders', maxRows: 2 })) ?? [];
      assert.notEqual(cursor, '');
      const slow = 'SELECT SUM(a.id * b.id * c.id % 7) AS slow FROM orders a, orders b, orders c';
      const running = query({ sql: slow, timeoutSeconds: 30 });
      while (!(await agent.call('mysql_status')).text.includes('slow')) await sleep(20);
      broker.profiles[0] = { ...profile, agents };
      broker.server.profilesChanged();
      const stopped = await running;
      assert.match(stopped, /^statement\.canceled/);
      assert.equal(stopped.includes(HIDDEN), false);
      // What was open, with its cursors and cached results, is closed before anybody opens it again.
      const [open = '', seen = ''] = (await agent.call('mysql_status')).text.split('You have seen');
      assert.equal(open.includes(HIDDEN), false);
      if (agents === 'none') assert.equal(seen.includes(HIDDEN), false);
      const resumed = await agent.call('mysql_query', {
        cursor,
        ...(agents === 'schema' ? { connection: HIDDEN } : { connection: 'shop' }),
      });
      assert.equal(resumed.isError, true, resumed.text);
      const again = await query({ sql: 'SELECT id FROM orders' });
      assert.match(again, agents === 'none' ? /^connection\.unknown: There is no connection/ : /^statement\.refused/);
      const status = (await agent.call('mysql_status')).text;
      assert.equal(status.includes(HIDDEN), agents === 'schema', status);
      broker.profiles[0] = profile;
      broker.server.profilesChanged();
      while (!withoutMarks(await query({ sql: 'SELECT id FROM orders' })).startsWith('id')) await sleep(20);
    });

  for (const rules of [{ tables: { deny: ['*.orders'] } }, { columns: ['*.orders.status=mask'] }])
    test(`new rules (${Object.keys(rules).join()}) stop what runs there, and take cursors away`, async () => {
      const profile = add(undefined);
      const agent = await start();
      const query = (args: Record<string, unknown>): Promise<string> => agent.call('mysql_query', args).then(({ text }) => text);
      const [, cursor = ''] = /"cursor": "([\w.]+)"/.exec(await query({ sql: 'SELECT id FROM orders', maxRows: 2 })) ?? [];
      assert.notEqual(cursor, '');
      const slow = 'SELECT SUM(a.id * b.id * c.id % 7) AS slow FROM orders a, orders b, orders c';
      const running = query({ sql: slow, timeoutSeconds: 30 });
      while (!(await agent.call('mysql_status')).text.includes('slow')) await sleep(20);
      broker.profiles[0] = { ...profile, ...rules };
      broker.server.profilesChanged();
      assert.match(await running, /^statement\.canceled/);
      assert.match(await query({ cursor }), /^cursor\.|^input\.invalid/);
    });

  test('with a file, it is hidden with its saved queries, and --check tells it', async () => {
    const connection = (name: string, agents: string): object => ({
      ...{ name, agents, url: serverUrl(server, SAMPLE.owner, 'shop').replace(/:[^:@/]*@/, '@'), password: '${env:P}' },
    });
    const query = (name: string, of: string): object => ({ name, connection: of, description: `Rows of ${of}.`, sql: 'SELECT 1' });
    const file = path.join(broker.folder, 'config.json');
    const tools = [query('of_hidden', HIDDEN.toUpperCase()), query('of_shop', 'shop')];
    await writeFile(
      file,
      JSON.stringify({
        connections: [connection(HIDDEN, 'none'), connection('shop', 'data')],
        tools,
        folder: broker.folder,
        exports: 'allow',
      }),
    );
    const agent = (client = await StdioClient.launch({ args: ['--config', file], env: { P: SAMPLE.owner.password } }));
    const listed = JSON.stringify(await agent.client.listTools());
    assert.match(listed, /of_shop/);
    assert.equal(/hidden/i.test(listed), false);
    assert.match((await agent.call('mysql_connections')).text, /^shop: default database shop, read-only$/);
    assert.match((await agent.call('mysql_query', { sql: 'SELECT 1 AS one' })).text, /one/);
    const env = { PATH: process.env['PATH'] ?? '', P: SAMPLE.owner.password };
    const { stdout } = await promisify(execFile)(process.execPath, [SERVER_BUNDLE, '--check', '--config', file], { env });
    assert.match(stdout, /Hidden Harbor:[^]*agents: hidden from them\n[^]*shop:[^]*agents: read-only/);
  });
});
