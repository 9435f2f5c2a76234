import assert from 'node:assert/strict';
import { checkStatements } from '../../../src/engine/diagnostics/checkStatements.ts';
import { openDatabase } from '../../../src/engine/connection/openDatabase.ts';
import { loadSample, SAMPLE } from '../../harness/servers/sample.ts';
import { startServer } from '../../harness/servers/source.ts';
import { execute } from '../../harness/servers/testServer.ts';

for (const flavor of ['mysql', 'mariadb'] as const) {
  suite(`statements that are checked and not run, on ${flavor}`, function () {
    this.timeout(60_000);

    test('problems stand where they are, and nothing has run', async () => {
      const server = await startServer(flavor);
      await loadSample(server);
      const database = await openDatabase(
        { host: server.host, port: server.port, user: SAMPLE.owner.user, database: 'shop', tls: 'preferred' },
        { password: () => Promise.resolve(SAMPLE.owner.password), warn: () => undefined },
      );
      const userSession = database.sessions.openForChecks('shop');
      try {
        await userSession.run("SET SESSION sql_mode = 'NO_BACKSLASH_ESCAPES,ANSI_QUOTES'", {
          ...{ limits: { maxRows: 1, maxCharacters: 100 }, signal: new AbortController().signal },
        });
        const statements = [
          'SELECT \'a\\\' AS x, "id" FROM orders',
          'SELECT id,\n  nothing FROM orders',
          'SELECT * FROM nowhere',
          'UPDATE orders SET total = 0',
          'DROP TABLE order_items',
          'SELECT FROM WHERE',
          'CREATE PROCEDURE p() BEGIN SELECT 1; END',
          'USE information_schema',
          'SELECT table_name FROM tables LIMIT 1',
          'INSERT INTO shop.orders (id) VALUES (?)',
        ];
        const problems = await checkStatements(userSession, statements, new AbortController().signal);
        assert.deepEqual(
          problems.map(({ index, start, end, errno }) => [statements[index]?.slice(start, end), errno]),
          [
            ['nothing', 1054],
            ['nowhere', 1146],
            ['FROM', 1064],
          ],
        );
        assert.deepEqual(await execute(server, 'SELECT COUNT(*) AS n FROM shop.order_items WHERE 1; ', 'shop'), [{ n: 2000 }]);
        assert.notDeepEqual(await execute(server, 'SELECT SUM(total) AS n FROM shop.orders'), [{ n: '0.00' }]);
      } finally {
        userSession.close();
        await database.close();
        await server.dispose();
      }
    });
  });
}
