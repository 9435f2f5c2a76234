import assert from 'node:assert/strict';
import type { Connection } from 'mysql2/promise';
import type { Database } from '../../../../src/engine/connection/database.ts';
import type { ScriptForecast } from '../../../../src/engine/ddl/script/forecastScript.ts';
import { inEnglish } from '../../../../src/engine/phrase.ts';
import { openAs } from '../../../harness/servers/openAs.ts';
import { startServer } from '../../../harness/servers/source.ts';
import { adminConnection, type TestServer } from '../../../harness/servers/testServer.ts';

const OPTIONS = { database: 'live', limits: { maxRows: 10, maxCharacters: 10_000 }, timeoutMs: 30_000 };

suite('what a change of schema would meet now', function () {
  this.timeout(120_000);
  let server: TestServer;
  let connection: Connection;
  const opened: Database[] = [];

  suiteSetup(async () => {
    server = await startServer('mysql');
    connection = await adminConnection(server);
    for (const statement of [
      'DROP DATABASE IF EXISTS live',
      'CREATE DATABASE live',
      'CREATE TABLE live.held (id INT PRIMARY KEY)',
      'CREATE TABLE live.versions (id INT PRIMARY KEY)',
      'INSERT INTO live.versions VALUES (1)', // an empty table is made anew at no cost
      "CREATE USER IF NOT EXISTS 'ordinary'@'%' IDENTIFIED BY 'ordinary'",
      "GRANT SELECT ON live.* TO 'ordinary'@'%'",
    ])
      await connection.query(statement);
  });
  suiteTeardown(async () => {
    await Promise.all(opened.map((database) => database.close()));
    await connection.query("DROP USER IF EXISTS 'ordinary'@'%'");
    await connection.query('DROP DATABASE live');
    await connection.end();
    await server.dispose();
  });

  async function forecast(sql: string, user = server.root): Promise<ScriptForecast> {
    const database = await openAs(server, {}, user);
    opened.push(database);
    return database.diagnostics.forecast(sql, OPTIONS);
  }

  test('a session that holds a lock on the table is named, and one on another table is not', async () => {
    const holder = await adminConnection(server);
    try {
      await holder.query('START TRANSACTION');
      await holder.query('SELECT * FROM live.held');
      const { live } = await forecast('ALTER TABLE held ADD COLUMN a INT');
      assert.ok('holders' in live.locks);
      assert.deepEqual(
        live.locks.holders.map(({ session, table, idle }) => ({ session, table: table.name, idle })),
        [{ session: holder.threadId, table: 'held', idle: true }],
      );
      const other = await forecast('ALTER TABLE versions ADD COLUMN a INT');
      assert.deepEqual(other.live.locks, { holders: [] });
    } finally {
      await holder.end();
    }
  });

  test('an account that cannot read the locks gets the reason', async () => {
    const { live, statements } = await forecast('ALTER TABLE held ADD COLUMN a INT', { user: 'ordinary', password: 'ordinary' });
    assert.ok('unknown' in live.locks);
    assert.match(inEnglish(live.locks.unknown), /performance_schema/);
    assert.equal(statements[0]?.outcome.kind, 'way');
  });

  test('a table at the limit of row versions is rebuilt, and one near it says how many are left', async () => {
    for (let i = 0; i < 250; i++)
      await connection.query(`ALTER TABLE live.versions ${i % 2 === 0 ? 'ADD' : 'DROP'} COLUMN a${i % 2 === 0 ? ' INT' : ''}`);
    const near = await forecast('ALTER TABLE versions ADD COLUMN b INT');
    assert.deepEqual(near.statements[0]?.notes.map(inEnglish), ['row versions left for INSTANT: 4 of 255']);
    const script = Array.from({ length: 6 }, (_, i) => `ALTER TABLE versions ADD COLUMN c${String(i)} INT`).join('; ');
    const { statements } = await forecast(script);
    const ways = statements.map(({ outcome }) => (outcome.kind === 'way' ? outcome.way.algorithm : outcome.kind));
    assert.deepEqual(ways, ['INSTANT', 'INSTANT', 'INSTANT', 'INSTANT', 'INSTANT', 'INPLACE']);
    for (let i = 0; i < 5; i++) await connection.query(`ALTER TABLE live.versions ADD COLUMN c${String(i)} INT, ALGORITHM=INSTANT`);
    await assert.rejects(connection.query('ALTER TABLE live.versions ADD COLUMN c5 INT, ALGORITHM=INSTANT'), { errno: 4092 });
  });
});
