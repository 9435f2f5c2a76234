import assert from 'node:assert/strict';
import type { Database } from '../../../src/engine/connection/database.ts';
import { openDatabase } from '../../../src/engine/connection/openDatabase.ts';
import { startServer } from '../../harness/servers/source.ts';
import { execute, type TestServer } from '../../harness/servers/testServer.ts';

const OPTIONS = { limits: { maxRows: 100, maxCharacters: 1_000_000 }, timeoutMs: 10_000, database: 'bits' };

for (const flavor of ['mysql', 'mariadb'] as const) {
  suite(`BIT values on ${flavor}`, function () {
    this.timeout(60_000);
    let server: TestServer;
    let database: Database;

    const rows = async (sql: string): Promise<unknown> => (await database.reads.query(sql, OPTIONS))[0]?.rows;

    suiteSetup(async () => {
      server = await startServer(flavor);
      await execute(
        server,
        'CREATE DATABASE bits; CREATE TABLE bits.t (id INT PRIMARY KEY, b1 BIT(1), b8 BIT(8), b9 BIT(9), b64 BIT(64)); INSERT INTO bits.t VALUES (1, 1, 49, 300, 18446744073709551615), (2, 0, 5, 49, 12593)',
      );
      database = await openDatabase(
        { host: server.host, port: server.port, user: server.root.user, tls: 'preferred' },
        { password: () => Promise.resolve(server.root.password), warn: () => undefined },
      );
    });
    suiteTeardown(async () => {
      await database.close();
      await server.dispose();
    });

    test('are numbers in columns and in expressions alike, whichever way the server sends them', async () => {
      assert.deepEqual(await rows('SELECT b1, b8, b9, b64 FROM t ORDER BY id'), [
        ['1', '49', '300', '18446744073709551615'],
        ['0', '5', '49', '12593'],
      ]);
      assert.deepEqual(await rows('SELECT MAX(b1), MAX(b8), MIN(b8), MAX(b9), MIN(b9), MAX(b64), MIN(b64) FROM t'), [
        ['1', '49', '5', '300', '49', '18446744073709551615', '12593'],
      ]);
      assert.deepEqual(
        await rows('SELECT COALESCE(b9, b1), IF(1, b9, b1), CASE WHEN 1 THEN b64 END, (SELECT MAX(b9) FROM t) FROM t ORDER BY id'),
        [
          ['300', '300', '18446744073709551615', '300'],
          ['49', '49', '12593', '300'],
        ],
      );
      await execute(server, "UPDATE bits.t SET b64 = x'808182838485868F' WHERE id = 2");
      assert.deepEqual(await rows('SELECT IF(1, b64, b64), CASE WHEN 1 THEN b64 END, COALESCE(b64) FROM t WHERE id = 2'), [
        Array<string>(3).fill(String(0x808182838485868fn)),
      ]);
      assert.deepEqual(await rows('SELECT m FROM (SELECT MAX(b9) AS m FROM t) AS d'), [['300']]);
      assert.deepEqual(await rows('SELECT FIRST_VALUE(b9) OVER (ORDER BY id), FIRST_VALUE(b1) OVER (ORDER BY id) FROM t LIMIT 1'), [
        ['300', '1'],
      ]);
      assert.deepEqual(await rows('SELECT b9 FROM t UNION SELECT b1 FROM t ORDER BY 1'), [['0'], ['1'], ['49'], ['300']]);
    });
  });
}
