import assert from 'node:assert/strict';
import { openDatabase } from '../../../src/engine/connection/openDatabase.ts';
import { startEndlessServer } from '../../harness/servers/endlessServer.ts';
import { loadSample, SAMPLE } from '../../harness/servers/sample.ts';
import { startServer } from '../../harness/servers/source.ts';
import type { TestServer } from '../../harness/servers/testServer.ts';

suite('a server that answers without end', function () {
  this.timeout(120_000);
  let server: TestServer;

  suiteSetup(async () => {
    server = await startServer('mariadb'); // its accounts log in without TLS
    await loadSample(server);
  });
  suiteTeardown(() => server.dispose());

  for (const [what, isEndless, ask] of [
    ['its version', /SELECT VERSION\(\)/, (database) => database.schema.databases()],
    ['its databases', /SCHEMATA|SHOW DATABASES/i, (database) => database.schema.databases()],
    ['the tables of a database', /information_schema\.TABLES/i, (database) => database.schema.tables('shop')],
  ] as const satisfies readonly (readonly [string, RegExp, (database: Awaited<ReturnType<typeof openDatabase>>) => Promise<unknown>])[]) {
    test(`to the question for ${what} is given up, and its connection with it`, async () => {
      const endless = await startEndlessServer(server, (statement) => isEndless.test(statement));
      const { user, password } = SAMPLE.owner;
      const database = await openDatabase(
        { host: '127.0.0.1', port: endless.port, user, tls: 'disabled', connectTimeoutMs: 60_000 },
        { password: () => Promise.resolve(password), warn: () => undefined },
      );
      try {
        await assert.rejects(ask(database), { code: 'connection.lost' });
        assert.ok(endless.sent() < 600_000_000, `${String(endless.sent())} bytes were taken`);
      } finally {
        await database.close();
        endless.close();
      }
    });
  }
});
