import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect as dial } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Database } from '../../../src/engine/connection/database.ts';
import { isPilotError } from '../../../src/engine/errors.ts';
import { openDatabase } from '../../../src/engine/connection/openDatabase.ts';
import { secondFlavor } from '../../harness/depth.ts';
import { until } from '../../harness/run.ts';
import { loadSample, SAMPLE } from '../../harness/servers/sample.ts';
import { startServer } from '../../harness/servers/source.ts';
import { adminConnection, execute, type Flavor, type TestServer } from '../../harness/servers/testServer.ts';

const OPTIONS = { limits: { maxRows: 100, maxCharacters: 100_000 }, timeoutMs: 10_000 };
const ENDLESS = 'SELECT COUNT(*) FROM orders a, orders b, orders c WHERE a.total + b.total + c.total < 0';
const RACES = 500;

const flavors: readonly Flavor[] = ['mysql', 'mariadb'];
const openSockets = (): number => process.getActiveResourcesInfo().filter((name) => /TCPSocketWrap|TLSWrap/.test(name)).length;

/** Number and protocol of the first packet that another client of the server gets. */
async function greeting({ host, port }: TestServer): Promise<string> {
  const socket = dial(port, host);
  try {
    const [first] = (await once(socket, 'data')) as [Buffer];
    return first
      .subarray(3, 5)
      .toString('hex')
      .replace(/..(?=.)/, '$& ');
  } finally {
    socket.destroy();
  }
}

for (const flavor of flavors) {
  suite(`stopping on ${flavor}`, function () {
    secondFlavor(this, flavor);
    this.timeout(60_000);
    let server: TestServer;
    let database: Database;
    const warnings: string[] = [];

    suiteSetup(async () => {
      server = await startServer(flavor);
      await loadSample(server);
      database = await openDatabase(
        { host: server.host, port: server.port, user: SAMPLE.owner.user, database: SAMPLE.database, tls: 'preferred' },
        { password: () => Promise.resolve(SAMPLE.owner.password), warn: (message, error) => warnings.push(`${message} ${String(error)}`) },
      );
    });
    suiteTeardown(async () => {
      await database.close();
      await server.dispose();
    });

    test('a statement that others wait for says so', async () => {
      const observed = await openDatabase(
        { host: server.host, port: server.port, user: server.root.user, database: SAMPLE.database, tls: 'preferred' },
        {
          password: () => Promise.resolve(server.root.password),
          warn: (message, error) => warnings.push(`${message} ${String(error)}`),
        },
      );
      const endless = observed.reads.query(ENDLESS, { ...OPTIONS, timeoutMs: 5000 });
      const running = "SELECT COUNT(*) AS n FROM information_schema.processlist WHERE info LIKE '%total%' AND id <> CONNECTION_ID()";
      await until(async () => Number(((await execute(server, running)) as { n: number }[])[0]?.n) > 0, 'the statement to run');
      const altered = execute(server, 'ALTER TABLE orders ADD COLUMN waits INT', SAMPLE.database);
      await assert.rejects(endless, (error) => {
        assert.ok(isPilotError(error, 'statement.timeout'));
        return (error.evidence ?? '').startsWith(
          'While it ran, it blocked other statements: ALTER TABLE orders ADD COLUMN waits INT.\nThe plan says: Joins b without',
        );
      });
      await altered; // nothing waits any longer
      const [result] = await observed.reads.query('SELECT COUNT(*) FROM orders', OPTIONS);
      assert.deepEqual([result?.rows, result?.blockedStatements], [[['1000']], []]);
      await observed.close();
      await execute(server, 'ALTER TABLE orders DROP COLUMN waits', SAMPLE.database);
    });

    test(`the end of a canceled statement never hits the next one (${String(RACES)} races)`, async () => {
      for (let i = 0; i < RACES; i++) {
        const controller = new AbortController();
        const endless = database.reads.query(ENDLESS, { ...OPTIONS, signal: controller.signal });
        setTimeout(() => {
          controller.abort();
        }, i % 4);
        await assert.rejects(endless, (error) => isPilotError(error, 'statement.canceled'));
        // After a view the session is armed again, off the answer's path: what is canceled meanwhile must not be sent afterwards.
        const from = i % 2 === 0 ? '' : ' FROM customer_totals LIMIT 1';
        const [next] = await database.reads.query(`SELECT ${String(i)}${from}`, { ...OPTIONS, timeoutMs: 2000 });
        assert.deepEqual(next?.rows, [[String(i)]]);
      }
      assert.deepEqual(warnings, []);
    });

    test('a plan that waits is stopped on the server, too', async () => {
      const admin = await adminConnection(server, SAMPLE.database);
      await admin.query('LOCK TABLES orders WRITE');
      const plan = database.reads.query('EXPLAIN UPDATE orders SET total = 0', { ...OPTIONS, timeoutMs: 300 });
      await assert.rejects(plan, (error) => isPilotError(error, 'statement.timeout'));
      // Sooner than the five seconds after which a session gives up waiting for a lock by itself.
      await until(
        async () => {
          const sql = "SELECT COUNT(*) AS n FROM information_schema.processlist WHERE info LIKE 'EXPLAIN UPDATE%'";
          return Number(((await execute(server, sql)) as { n: number }[])[0]?.n) === 0;
        },
        'the plan to be gone',
        2000,
      );
      await admin.query('UNLOCK TABLES');
      await admin.end();
    });

    test('who connects while results are cut gets a greeting, and no byte of a result', async () => {
      const cutting = (async () => {
        for (let i = 0; i < 300; i++) await database.reads.query("SELECT REPEAT('x', 5000) FROM orders a, orders b LIMIT 500000", OPTIONS);
      })();
      let cuts = true;
      void cutting.finally(() => (cuts = false)).catch(() => undefined); // thrown below
      const bystander = async (): Promise<void> => {
        while (cuts) assert.equal(await greeting(server), '00 0a');
      };
      await Promise.all([cutting, bystander(), bystander(), bystander(), bystander()]);
    });

    test('cut results leave no socket and no connection behind', async () => {
      await database.reads.query('SELECT 1', OPTIONS);
      await sleep(200);
      const before = openSockets();
      for (let i = 0; i < 50; i++) {
        const [result] = await database.reads.query('SELECT a.id, b.id FROM orders a, orders b LIMIT 500000', OPTIONS);
        assert.equal(result?.cutBy, 'rows');
      }
      await until(() => openSockets() <= before + 4, 'the sockets to be closed', 15_000);
      await until(async () => {
        const rows = await execute(server, `SELECT COUNT(*) AS n FROM information_schema.processlist WHERE user = '${SAMPLE.owner.user}'`);
        return Number((rows as { n: number }[])[0]?.n) <= 5;
      }, 'the connections to be closed');
    });
  });
}
