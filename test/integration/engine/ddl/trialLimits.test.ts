import assert from 'node:assert/strict';
import type { Connection } from 'mysql2/promise';
import type { Database } from '../../../../src/engine/connection/database.ts';
import { openDatabase } from '../../../../src/engine/connection/openDatabase.ts';
import { startServer } from '../../../harness/servers/source.ts';
import { adminConnection, type Flavor, type TestServer } from '../../../harness/servers/testServer.ts';

const OPTIONS = { database: 'bounds', limits: { maxRows: 10, maxCharacters: 10_000 }, timeoutMs: 30_000 };
const flavors: readonly Flavor[] = ['mysql', 'mariadb'];
const UNTRIED = [
  "ALTER TABLE t DATA DIRECTORY='/tmp'",
  "ALTER TABLE t CONNECTION='mysql://u@h/d/t'",
  'ALTER TABLE t UNION=(u)',
  'ALTER TABLE t ENGINE=FEDERATED',
  'ALTER TABLE t ENGINE=CONNECT',
  'ALTER TABLE t DISCARD TABLESPACE',
  'ALTER TABLE t TABLESPACE elsewhere',
  'ALTER TABLE t EXCHANGE PARTITION p WITH TABLE u',
  'ALTER TABLE t ADD COLUMN x INT DEFAULT (SLEEP(9))',
  'ALTER TABLE t ADD COLUMN x INT AS (stored_one(id))',
  'CREATE TABLE w AS SELECT * FROM u',
];

for (const flavor of flavors) {
  suite(`what a trial of definitions leaves alone on ${flavor}`, function () {
    this.timeout(240_000);
    let server: TestServer;
    let connection: Connection;
    let database: Database;

    suiteSetup(async () => {
      server = await startServer(flavor);
      connection = await adminConnection(server);
      for (const statement of [
        ...[
          'DROP DATABASE IF EXISTS bounds',
          'DROP DATABASE IF EXISTS scratch_bounds',
          'CREATE DATABASE bounds',
          'CREATE DATABASE scratch_bounds',
        ],
        ...['CREATE TABLE bounds.t (id INT PRIMARY KEY, name VARCHAR(9))', 'CREATE TABLE bounds.u (id INT PRIMARY KEY, name VARCHAR(9))'],
        "INSERT INTO bounds.t VALUES (1, 'a')",
      ])
        await connection.query(statement);
      database = await openDatabase(
        { host: server.host, port: server.port, user: server.root.user, tls: 'preferred', scratchDatabase: 'scratch_bounds' },
        { password: () => Promise.resolve(server.root.password), warn: () => undefined },
      );
    });
    suiteTeardown(async () => {
      await connection.query('DROP DATABASE bounds');
      await connection.query('DROP DATABASE scratch_bounds');
      await connection.end();
      await database.close();
      await server.dispose();
    });

    test('a definition that reaches outside of its table is not tried', async () => {
      for (const sql of UNTRIED) {
        const { statements } = await database.diagnostics.forecast(sql, OPTIONS);
        assert.notEqual(statements[0]?.tried, true, sql);
      }
    });

    test('a copy is made as its table is, and what an empty one hides goes by the manual', async () => {
      const { statements } = await database.diagnostics.forecast('ALTER TABLE t KEY_BLOCK_SIZE=8; ALTER TABLE u ORDER BY name', OPTIONS);
      const ways = statements.map(({ outcome, notes }) => [outcome.kind === 'way' ? outcome.way.algorithm : outcome.kind, notes]);
      assert.deepEqual(ways, [
        ['INPLACE', []],
        ['COPY', []],
      ]);
    });
  });
}
