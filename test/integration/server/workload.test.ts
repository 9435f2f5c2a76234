import assert from 'node:assert/strict';
import { StdioClient, withoutMarks } from '../../harness/mcp/stdioClient.ts';
import { TestBroker } from '../../harness/mcp/testBroker.ts';
import { loadSample } from '../../harness/servers/sample.ts';
import { startServer } from '../../harness/servers/source.ts';
import { execute, type Flavor, type TestServer } from '../../harness/servers/testServer.ts';

const flavors: readonly Flavor[] = ['mysql', 'mariadb'];

for (const flavor of flavors) {
  suite(`mysql_workload on ${flavor}`, () => {
    let server: TestServer;
    let broker: TestBroker;
    let client: StdioClient;

    suiteSetup(async () => {
      server = await startServer(flavor, ['--performance-schema=ON']);
      await loadSample(server);
      broker = await TestBroker.start();
      broker.add(server, { name: 'root', user: server.root.user, password: server.root.password });
      broker.add(server, { name: 'app' });
      client = await StdioClient.start(broker.rendezvous);
    });
    suiteTeardown(async () => {
      await client.close();
      await broker.dispose();
      await server.dispose();
    });

    test('tells which statements cost most, without their values, and what is new since the last call', async function () {
      const [row] = (await execute(server, 'SELECT @@performance_schema AS switched')) as { switched: number }[];
      if (row?.switched !== 1) this.skip(); // a server of the environment that is set up otherwise
      for (let i = 0; i < 5; i++) await execute(server, `SELECT COUNT(*) FROM orders WHERE note LIKE 'secret-${String(i)}'`, 'shop');
      const args = { connection: 'root', database: 'shop', order: 'rows', limit: 50 };
      const text = withoutMarks((await client.call('mysql_workload', args)).text);
      assert.match(
        text,
        /- [\d.]+ s in 5 runs \(avg [\d.]+ ms, max [\d.]+ ms\), 5000 rows examined for 5 sent, 5 runs without an index\n {2}\[shop\] SELECT COUNT/,
      );
      assert.ok(!text.includes('secret-'), 'values are not shown');
      await execute(server, "SELECT COUNT(*) FROM orders WHERE note LIKE 'again'", 'shop');
      const fresh = withoutMarks((await client.call('mysql_workload', { ...args, sinceLast: true })).text);
      assert.match(fresh, /in 1 runs .* 1000 rows examined for 1 sent/);
    });

    test('an account that may not look is told so', async () => {
      const { text } = await client.call('mysql_workload', { connection: 'app' });
      assert.match(text, /can't read performance_schema|MySQL error 1142/);
    });
  });
}

suite('mysql_workload where nothing is recorded', () => {
  test('says so, and what to do', async function () {
    const server = await startServer('mariadb', ['--performance-schema=OFF']);
    if (!server.owned) this.skip();
    await loadSample(server);
    const broker = await TestBroker.start();
    broker.add(server);
    const client = await StdioClient.start(broker.rendezvous);
    const { text, isError } = await client.call('mysql_workload', {});
    await client.close();
    await broker.dispose();
    await server.dispose();
    assert.ok(isError);
    assert.match(
      text,
      /^input\.invalid: This server doesn't record statements: performance_schema is OFF\.\nNext step: Ask an administrator/,
    );
  });
});
