import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import { nextStepOf } from '../../../src/server/messages/describeForAgent.ts';
import type { Database } from '../../../src/engine/connection/database.ts';
import { isPilotError, type PilotError } from '../../../src/engine/errors.ts';
import { openDatabase } from '../../../src/engine/connection/openDatabase.ts';
import type { WriteOutcome } from '../../../src/engine/writes/approvedRun.ts';
import type { WritePreview } from '../../../src/engine/writes/writePreview.ts';
import { secondFlavor } from '../../harness/depth.ts';
import { startProxy, type ProxyOptions } from '../../harness/servers/proxy.ts';
import { loadSample, SAMPLE } from '../../harness/servers/sample.ts';
import { startServer } from '../../harness/servers/source.ts';
import { adminConnection, cacheLogin, execute, type Flavor, type TestServer } from '../../harness/servers/testServer.ts';

const OPTIONS = { database: undefined, timeoutMs: 20_000, signal: undefined, parameters: undefined };
const flavors: readonly Flavor[] = ['mysql', 'mariadb'];
const UPDATE = "UPDATE orders SET note = 'crash' WHERE id BETWEEN 1 AND 50";

for (const flavor of flavors) {
  suite(`the database server dies in the middle of a write: ${flavor}`, function () {
    secondFlavor(this, flavor);
    this.timeout(60_000);
    let server: TestServer;
    const closing: (() => Promise<unknown>)[] = [];

    const open = async (through?: ProxyOptions): Promise<Database> => {
      const proxy = through === undefined ? undefined : await startProxy(server, through);
      if (proxy !== undefined) await cacheLogin(server, SAMPLE.owner); // it was started anew, and through the proxy there is no TLS
      if (proxy !== undefined)
        closing.push(() => {
          proxy.close();
          return Promise.resolve();
        });
      const database = await openDatabase(
        {
          ...{ host: server.host, port: proxy?.port ?? server.port, user: SAMPLE.owner.user, database: SAMPLE.database },
          ...{ tls: proxy === undefined ? ('preferred' as const) : ('disabled' as const), writes: { update: 'ask', ddl: 'ask' } as const },
        },
        { password: () => Promise.resolve(SAMPLE.owner.password), warn: () => undefined },
      );
      closing.push(() => database.close());
      return database;
    };
    const look = async (database: Database, sql = UPDATE): Promise<WritePreview> =>
      database.writes.preview(await database.writes.judge(sql, OPTIONS), OPTIONS);
    const run = async (database: Database, preview: WritePreview, intent = (): Promise<void> => Promise.resolve()): Promise<WriteOutcome> =>
      database.writes.run(preview.id, { ...OPTIONS, intent });
    const failure = async (work: Promise<unknown>): Promise<PilotError> => {
      const error: unknown = await work.then(
        () => undefined,
        (reason: unknown) => reason,
      );
      assert.ok(isPilotError(error), String(error));
      return error;
    };
    const changed = async (): Promise<number> => {
      const [row] = (await execute(server, "SELECT COUNT(*) AS n FROM shop.orders WHERE note = 'crash'")) as { n: number }[];
      return row?.n ?? -1;
    };

    suiteSetup(async () => {
      const gtid = flavor === 'mysql' ? ['--gtid-mode=ON', '--enforce-gtid-consistency=ON'] : [];
      server = await startServer(flavor, ['--log-bin=bin', '--server-id=5', ...gtid]);
      if (!server.owned) this.ctx.skip();
      await loadSample(server);
      // MySQL's own way of logging in without TLS needs the password in its memory; a login as root puts nothing there.
      await (await open()).check();
    });
    suiteTeardown(async () => {
      for (const close of closing) await close();
      await server.dispose();
    });
    teardown(async () => {
      await execute(server, "UPDATE shop.orders SET note = NULL WHERE note = 'crash'");
    });

    test('before the statement: nothing is changed', async () => {
      const database = await open();
      const error = await failure(run(database, await look(database), () => server.kill()));
      assert.equal(error.code, 'connection.lost');
      await server.start();
      assert.equal(await changed(), 0);
      await run(database, await look(database));
      assert.equal(await changed(), 50, 'the connection goes on');
    });

    test('while the statement waits or runs: nothing is changed', async () => {
      const database = await open();
      const preview = await look(database);
      const locker = await adminConnection(server, 'shop');
      locker.on('error', () => undefined);
      await locker.query('BEGIN; UPDATE orders SET total = 1 WHERE id = 25');
      const failed = failure(run(database, preview));
      await sleep(300);
      await server.kill();
      assert.equal((await failed).code, 'connection.lost');
      await server.start();
      assert.equal(await changed(), 0);
    });

    test('the answer to COMMIT is lost: nobody says that it failed', async () => {
      let lose = false;
      const database = await open({
        toServer: (chunk) => {
          if (chunk.includes('COMMIT')) lose = true;
          return chunk;
        },
        toClient: (chunk) => (lose ? undefined : chunk),
      });
      const preview = await look(database);
      const error = await failure(run(database, preview));
      assert.equal(error.code, 'write.unknown', error.message);
      assert.match(error.message, /^OUTCOME UNKNOWN/);
      assert.match(nextStepOf(error), /^Before you run the statement again, check with mysql_query/);
      const evidence = error.evidence ?? '';
      assert.match(evidence, /^A row that the statement changes: SELECT \* FROM `shop`\.`orders` WHERE `id` = 1$/m);
      const query = /since the preview: (SELECT .*)$/m.exec(evidence)?.[1] ?? assert.fail(evidence);
      const [since] = await (await open()).reads.query(query, { limits: { maxRows: 5, maxCharacters: 1000 }, timeoutMs: 5000 });
      assert.match(since?.rows[0]?.[0] ?? '', flavor === 'mysql' ? /:\d+/ : /^1$/, 'a transaction was run since');
      assert.equal(await changed(), 50, 'it had committed');
    });

    test('the COMMIT itself is lost: nobody says that it was made', async () => {
      const database = await open({
        toServer: (chunk) => (chunk.includes('COMMIT') ? undefined : chunk),
      });
      const error = await failure(run(database, await look(database)));
      assert.equal(error.code, 'write.unknown');
      assert.equal(await changed(), 0);
    });

    test('a definition whose answer is lost has an unknown outcome', async () => {
      let lose = false;
      const database = await open({
        toServer: (chunk) => {
          if (chunk.includes('CREATE INDEX `ix_lost`')) lose = true;
          return chunk;
        },
        toClient: (chunk) => (lose ? undefined : chunk),
      });
      const error = await failure(run(database, await look(database, 'CREATE INDEX ix_lost ON orders (note)')));
      assert.equal(error.code, 'write.unknown');
    });

    test('a server that is another one than at the preview is not written to', async () => {
      const database = await open();
      const preview = await look(database);
      await execute(server, 'SET GLOBAL server_id = 4711');
      const error = await failure(run(database, preview));
      assert.equal(error.code, 'write.changed');
      assert.match(error.message, /a different server/);
      assert.equal(await changed(), 0);
    });

    test('a run that is canceled, or takes too long, is rolled back and ended on the server', async () => {
      const database = await open();
      const locker = await adminConnection(server, 'shop');
      const preview = await look(database);
      const late = await look(database);
      await locker.query('BEGIN; UPDATE orders SET total = 1 WHERE id = 25');
      const controller = new AbortController();
      const failed = failure(database.writes.run(preview.id, { ...OPTIONS, signal: controller.signal, intent: () => Promise.resolve() }));
      await sleep(200);
      controller.abort();
      assert.equal((await failed).code, 'statement.canceled');
      assert.equal(
        (await failure(database.writes.run(late.id, { ...OPTIONS, timeoutMs: 300, intent: () => Promise.resolve() }))).code,
        'statement.timeout',
      );
      await locker.query('ROLLBACK');
      await locker.end();
      await sleep(100);
      const [row] = (await execute(
        server,
        "SELECT COUNT(*) AS n FROM information_schema.processlist WHERE info LIKE '%FOR UPDATE%' AND info NOT LIKE '%processlist%'",
      )) as { n: number }[];
      assert.equal(row?.n, 0);
      assert.equal(await changed(), 0);
    });
  });
}
