import assert from 'node:assert/strict';
import { secondFlavor } from '../../harness/depth.ts';
import { AgentSetup } from '../../harness/mcp/agentSetup.ts';
import { ResourceListChangedNotificationSchema } from '@modelcontextprotocol/sdk/types.js';
import type { StdioClient } from '../../harness/mcp/stdioClient.ts';
import { withoutMarks } from '../../harness/mcp/stdioClient.ts';
import type { TestBroker } from '../../harness/mcp/testBroker.ts';
import { until } from '../../harness/run.ts';
import { execute, type Flavor, type TestServer } from '../../harness/servers/testServer.ts';

const flavors: readonly Flavor[] = ['mysql', 'mariadb'];

for (const flavor of flavors) {
  suite(`resources and prompts on ${flavor}`, function () {
    secondFlavor(this, flavor);
    let setup: AgentSetup;
    let server: TestServer;
    let broker: TestBroker;
    let client: StdioClient;
    let changes = 0;

    const read = async (uri: string): Promise<string> => {
      const { contents } = await client.client.readResource({ uri });
      const [first] = contents as { text: string }[];
      assert.match(first?.text ?? '', /^<(data-[0-9a-f]{8})>\n[^]*\n<\/\1>$/);
      return withoutMarks(first?.text ?? '');
    };
    const completed = async (ref: { type: 'ref/resource'; uri: string }, name: string, value: string, known = {}): Promise<string[]> =>
      (await client.client.complete({ ref, argument: { name, value }, context: { arguments: known } })).completion.values;
    const TABLE = { type: 'ref/resource', uri: 'mysql://{connection}/{database}/{table}' } as const;

    suiteSetup(async () => {
      setup = await AgentSetup.start(flavor, {
        prepare: (server) => execute(server, 'CREATE TABLE `odd/na me` (id INT)', 'shop'),
        profiles: () => [{ name: 'my shop' }],
      });
      ({ server, broker, client } = setup);
      client.client.setNotificationHandler(ResourceListChangedNotificationSchema, () => {
        changes++;
      });
    });
    suiteTeardown(() => setup.dispose());

    test('connections, databases and tables can be read by their URIs', async () => {
      const { resources } = await client.client.listResources();
      assert.deepEqual(
        resources.map(({ uri, name }) => [uri, name]),
        [['mysql://my%20shop', 'my shop']],
      );
      assert.match(await read('mysql://my%20shop'), /^shop\n/);
      assert.match(
        await read('mysql://my%20shop/shop'),
        /^8 tables of shop:\n[^]*customers ~200 rows ~\d+\.\d KiB -- people who buy things\n/,
      );
      assert.match(
        await read('mysql://my%20shop/shop/orders'),
        /^shop\.orders ~1000 rows -- one row per checkout\nid bigint unsigned auto PK\n/,
      );
      assert.match(await read('mysql://my%20shop/shop/odd%2Fna%20me'), /^shop\.odd\/na me ~0 rows\nid int NULL/);
    });

    test('the templates have completions that know what was given before', async () => {
      const { resourceTemplates } = await client.client.listResourceTemplates();
      assert.deepEqual(
        resourceTemplates.map(({ uriTemplate }) => uriTemplate),
        ['mysql://{connection}', 'mysql://{connection}/{database}', 'mysql://{connection}/{database}/{table}'],
      );
      assert.deepEqual(await completed(TABLE, 'connection', 'MY'), ['my shop']);
      assert.deepEqual(await completed(TABLE, 'database', 'sh', { connection: 'my shop' }), ['shop']);
      assert.deepEqual((await completed(TABLE, 'table', 'order', { connection: 'my shop', database: 'shop' })).sort(), [
        'order_items',
        'orders',
      ]);
      assert.deepEqual(await completed(TABLE, 'table', '', { connection: 'nowhere', database: 'shop' }), []);
      assert.deepEqual(await completed(TABLE, 'nonsense', ''), []);
    });

    test('what is not there is told', async () => {
      for (const [uri, expected] of [
        ['mysql://nowhere/shop', /connection\.unknown: There is no connection "nowhere"/],
        ['mysql://my%20shop/nowhere', /database\.unknown/],
        ['file:///etc/passwd', /object\.unknown: There is no resource file:\/\/\/etc\/passwd/],
        ['mysql://a/b/c/d', /object\.unknown/],
      ] as const)
        await assert.rejects(client.client.readResource({ uri }), expected);
      assert.match(await read('mysql://my%20shop/shop/nothing'), /^nothing: doesn't exist in shop/);
    });

    test('an export is a resource, and the list tells that it changed', async () => {
      const before = changes;
      await client.call('mysql_export', { sql: 'SELECT id, status FROM orders ORDER BY id LIMIT 2', file: 'two' });
      await until(() => changes > before, 'the notification');
      const { resources } = await client.client.listResources();
      const file = resources.find(({ name }) => name === 'two.csv');
      assert.ok(file !== undefined);
      assert.match(await read(file.uri), /^id,status\r\n1,paid\r\n2,shipped\r\n$/);
      await assert.rejects(read(file.uri.replace('two.csv', '../window.json')), /There is no resource/);
      await assert.rejects(read(file.uri.replace('two.csv', '.gitignore')), /There is no resource/);
    });

    test('a connection that is added or removed changes the list', async () => {
      const before = changes;
      const added = broker.add(server, { name: 'second' });
      broker.server.profilesChanged();
      await until(() => changes > before, 'the notification');
      assert.ok((await client.client.listResources()).resources.some(({ name }) => name === 'second'));
      broker.profiles.splice(broker.profiles.indexOf(added), 1);
      broker.server.profilesChanged();
    });

    test('prompts name the tools, in the order of the task, and say what they lack', async () => {
      const { prompts } = await client.client.listPrompts();
      const { tools } = await client.client.listTools();
      assert.deepEqual(
        prompts.map(({ name }) => name),
        ['explore_database', 'optimize_query', 'review_migration', 'check_data_quality', 'explain_schema'],
      );
      for (const { name, arguments: inputs = [] } of prompts) {
        const values = Object.fromEntries(inputs.map((input) => [input.name, input.name === 'connection' ? 'my shop' : 'orders']));
        const { messages } = await client.client.getPrompt({ name, arguments: values });
        const [message] = messages;
        assert.ok(message?.role === 'user' && message.content.type === 'text');
        const text = message.content.text;
        assert.match(text, /my shop/);
        const named = text.match(/mysql_[a-z_]+/g) ?? [];
        assert.ok(named.length > 0);
        for (const tool of named)
          assert.ok(
            tools.some((one) => one.name === tool),
            tool,
          );
      }
      await assert.rejects(client.client.getPrompt({ name: 'optimize_query' }), /The prompt optimize_query needs sql/);
      await assert.rejects(client.client.getPrompt({ name: 'nothing' }), /There is no prompt nothing/);
    });
  });
}
