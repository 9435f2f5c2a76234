import assert from 'node:assert/strict';
import { StdioClient } from '../../harness/mcp/stdioClient.ts';
import { TestBroker } from '../../harness/mcp/testBroker.ts';
import { until } from '../../harness/run.ts';
import { loadSample } from '../../harness/servers/sample.ts';
import { startServer } from '../../harness/servers/source.ts';
import { execute, type Flavor, type TestServer } from '../../harness/servers/testServer.ts';

const flavors: readonly Flavor[] = ['mysql', 'mariadb'];

for (const flavor of flavors) {
  suite(`a replica of ${flavor}`, () => {
    const word = flavor === 'mysql' ? 'SOURCE' : 'MASTER';
    const change = flavor === 'mysql' ? 'CHANGE REPLICATION SOURCE TO' : 'CHANGE MASTER TO';
    let source: TestServer;
    let replica: TestServer;
    let broker: TestBroker;
    let client: StdioClient;

    const query = async (sql: string): Promise<string> => (await client.call('mysql_query', { sql })).text;

    suiteSetup(async function () {
      source = await startServer(flavor, ['--server-id=1', '--log-bin=log', '--gtid-domain-id=0'].slice(0, flavor === 'mysql' ? 2 : 3));
      replica = await startServer(flavor, ['--server-id=2']);
      if (!source.owned) this.skip(); // a server of the environment is not ours to set up
      await execute(replica, 'DROP DATABASE IF EXISTS shop');
      await loadSample(source);
      const key = flavor === 'mysql' ? ', GET_SOURCE_PUBLIC_KEY = 1' : ', MASTER_SSL = 0';
      await execute(
        replica,
        `${change} ${word}_HOST = '127.0.0.1', ${word}_PORT = ${String(source.port)}, ${word}_USER = 'root', ${word}_PASSWORD = ''${key}; START REPLICA`,
      );
      broker = await TestBroker.start();
      broker.add(replica, { user: 'root', password: '' });
      client = await StdioClient.start(broker.rendezvous);
      await until(
        async () => (await query('SELECT COUNT(*) AS n FROM order_items')).includes('\n2000\n'),
        'the sample to be replicated',
        20_000,
      );
    });
    suiteTeardown(async () => {
      await client.close();
      await broker.dispose();
      await replica.dispose();
      await source.dispose();
    });

    test('each result says how far behind its rows are', async () => {
      const text = await until(async () => {
        const answer = await query('SELECT 1 AS one');
        return answer.includes('replica') && answer;
      }, 'the lag');
      assert.match(text, />\n\(1 row\)\nThis is a replica, \d+ s behind\.$/);
      await execute(replica, `STOP REPLICA; ${change} ${word}_DELAY = 3600; START REPLICA`);
      await execute(source, "UPDATE orders SET note = 'late' WHERE id = 1", 'shop');
      await until(
        async () => /This is a replica, [1-9]\d* s behind\.$/.test(await query('SELECT note FROM orders WHERE id = 1')),
        'a lag',
        15_000,
      );
    });

    test('replication that stands still is warned of', async () => {
      await execute(replica, 'STOP REPLICA SQL_THREAD');
      await until(
        async () => (await query('SELECT 1 AS one')).endsWith('\nWARNING: replication is stopped on this replica: its rows may be stale.'),
        'the warning',
      );
      const { text } = await client.call('mysql_diagnose');
      assert.match(text, /HIGH: Replication is stopped \(reads: Yes, applies: No\)/);
    });
  });
}
