import assert from 'node:assert/strict';
import type { Database } from '../../../src/engine/connection/database.ts';
import { openDatabase } from '../../../src/engine/connection/openDatabase.ts';
import { orderRows } from '../../../src/engine/query/results/rowOrder.ts';
import { loadSample, SAMPLE } from '../../harness/servers/sample.ts';
import { startServer } from '../../harness/servers/source.ts';
import { execute, type TestServer } from '../../harness/servers/testServer.ts';

const VALUES: Readonly<Record<string, readonly string[]>> = {
  'BIT(64)': ['0', '9', '10', '300', '18446744073709551615', '18446744073709551614', 'NULL'],
  'BIT(1)': ['1', '0', 'NULL'],
  'TIME(3)': ["'838:59:59'", "'-838:59:59'", "'09:00:00'", "'100:00:00'", "'-00:00:01'", "'-00:00:00.5'", "'09:00:00.123'", 'NULL'],
  'DECIMAL(65, 30)': [
    '1.000000000000000000000000000001',
    '1.000000000000000000000000000002',
    '-5',
    '-99999999999999999999.2',
    '-99999999999999999999.3',
    'NULL',
  ],
  'BIGINT UNSIGNED': ['18446744073709551615', '18446744073709551614', '7', '10', 'NULL'],
  DOUBLE: ['1e300', '-1e300', '1e-300', '0', 'NULL'],
  'DATETIME(6)': ["'2024-01-01 00:00:00.000001'", "'2024-01-01'", "'1000-01-01'", 'NULL'],
  'VARBINARY(4)': ["x'0A'", "x'0A00'", "x'FF'", "''", 'NULL'],
  YEAR: ['2024', '1901', 'NULL'],
};

for (const flavor of ['mysql', 'mariadb'] as const)
  suite(`the order of rows in the grid, beside that of ${flavor}`, function () {
    this.timeout(60_000);
    let server: TestServer;
    let database: Database;

    suiteSetup(async () => {
      server = await startServer(flavor);
      await loadSample(server);
      database = await openDatabase(
        { host: server.host, port: server.port, user: SAMPLE.owner.user, database: 'shop', tls: 'preferred' },
        { password: () => Promise.resolve(SAMPLE.owner.password), warn: () => undefined },
      );
    });
    suiteTeardown(async () => {
      await database.close();
      await server.dispose();
    });

    for (const [type, values] of Object.entries(VALUES))
      test(`sorts ${type} as the server does`, async () => {
        await execute(server, `DROP TABLE IF EXISTS shop.sorted; CREATE TABLE shop.sorted (v ${type})`);
        await execute(server, `INSERT INTO shop.sorted VALUES ${values.map((value) => `(${value})`).join(', ')}`);
        const limits = { maxRows: 100, maxCharacters: 100_000 };
        const [unsorted] = await database.reads.query('SELECT v FROM sorted', { limits, timeoutMs: 10_000 });
        const [sorted] = await database.reads.query('SELECT v FROM sorted ORDER BY v', { limits, timeoutMs: 10_000 });
        assert.ok(unsorted !== undefined && sorted !== undefined);
        const order = orderRows(unsorted, { sort: { column: 0, descending: false }, filter: '' });
        assert.deepEqual(
          [...(order ?? [])].map((i) => unsorted.rows[i]),
          sorted.rows,
        );
      });
  });
