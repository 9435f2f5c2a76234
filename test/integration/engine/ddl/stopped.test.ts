import assert from 'node:assert/strict';
import type { Connection, RowDataPacket } from 'mysql2/promise';
import type { Database } from '../../../../src/engine/connection/database.ts';
import { until } from '../../../harness/run.ts';
import { openAs } from '../../../harness/servers/openAs.ts';
import { startServer } from '../../../harness/servers/source.ts';
import { adminConnection, type TestServer } from '../../../harness/servers/testServer.ts';

const OPTIONS = { database: 'stopped', limits: { maxRows: 10, maxCharacters: 10_000 }, timeoutMs: 30_000 };
/** What a session of ours may send: the DROP is the proof that the server refuses writes. */
const HARMLESS =
  /^(?:\/\*.*?\*\/ ?)?(?:SELECT |\(SELECT |SHOW (?:CREATE TABLE|WARNINGS|(?:REPLICA|SLAVE) STATUS)|SET (?:SESSION|NAMES)|USE |START TRANSACTION[^;]*READ ONLY|COMMIT|DROP TEMPORARY TABLE|KILL )/i;
const SCRIPT = `ALTER TABLE held MODIFY note VARCHAR(5) NOT NULL; DROP TABLE held; UPDATE held SET note = 'x'; CALL wipe();
LOCK TABLES held WRITE; FLUSH TABLES; SET GLOBAL read_only = 1; SELECT SLEEP(9); SELECT * FROM held FOR UPDATE; DROP DATABASE stopped;
/*!50003 DROP TABLE other */; DO RELEASE_ALL_LOCKS(); CREATE TABLE made AS SELECT * FROM held; ALTER TABLE other ADD CONSTRAINT f FOREIGN KEY (id) REFERENCES held (id)`;

suite('a forecast leaves nothing behind', function () {
  this.timeout(120_000);
  let server: TestServer;
  let connection: Connection;
  let database: Database;

  suiteSetup(async () => {
    server = await startServer('mysql');
    connection = await adminConnection(server);
    for (const statement of [
      'DROP DATABASE IF EXISTS stopped',
      'CREATE DATABASE stopped',
      'USE stopped',
      'CREATE TABLE held (id INT PRIMARY KEY, note VARCHAR(10))',
      'CREATE TABLE other (id INT PRIMARY KEY)',
      'CREATE PROCEDURE wipe() DELETE FROM held',
      "INSERT INTO held VALUES (1, 'a'), (2, NULL)",
    ])
      await connection.query(statement);
    database = await openAs(server);
  });
  suiteTeardown(async () => {
    await connection.query('DROP DATABASE stopped');
    await connection.end();
    await database.close();
    await server.dispose();
  });

  /** The definition of a table that is being made can't be read. */
  async function whileMade(work: () => Promise<void>): Promise<void> {
    await connection.query('DROP TABLE IF EXISTS slow');
    const maker = await adminConnection(server);
    const made = maker.query('CREATE TABLE stopped.slow AS SELECT SLEEP(30) AS id').catch(() => undefined);
    try {
      await until(
        async () => (await rowsOf("SELECT id FROM information_schema.processlist WHERE info LIKE 'CREATE TABLE stopped.slow%'")).length > 0,
        'the table that is made',
      );
      await work();
    } finally {
      await connection.query(`KILL ${String(maker.threadId)}`);
      await made;
      maker.destroy();
    }
  }

  const rowsOf = async (sql: string): Promise<RowDataPacket[]> => (await connection.query<RowDataPacket[]>(sql))[0];

  test('it sends only reads, and holds no lock of a table when it has ended', async () => {
    await connection.query("SET GLOBAL log_output = 'TABLE'");
    await connection.query('TRUNCATE mysql.general_log');
    await connection.query('SET GLOBAL general_log = 1');
    try {
      const { statements } = await database.diagnostics.forecast(SCRIPT, OPTIONS);
      assert.equal(statements.length, 14);
    } finally {
      await connection.query('SET GLOBAL general_log = 0');
    }
    const log = await rowsOf(
      `SELECT CONVERT(argument USING utf8mb4) AS sent FROM mysql.general_log WHERE command_type IN ('Query', 'Prepare', 'Execute') AND thread_id <> ${String(connection.threadId)}`,
    );
    assert.ok(log.length > 5);
    assert.deepEqual(
      log.map((row) => String(row['sent'])).filter((sent) => !HARMLESS.test(sent.trim())),
      [],
    );
    const locks = await rowsOf("SELECT * FROM performance_schema.metadata_locks WHERE object_schema = 'stopped'");
    assert.deepEqual(locks, []);
    assert.equal((await rowsOf('SELECT * FROM held')).length, 2);
  });

  test('canceled while a table is locked, it ends its statement on the server and keeps no session', async () => {
    await whileMade(async () => {
      const stop = new AbortController();
      const work = database.diagnostics.forecast('ALTER TABLE slow ADD COLUMN a INT', { ...OPTIONS, signal: stop.signal });
      const waiting = (): Promise<RowDataPacket[]> =>
        rowsOf("SELECT id FROM information_schema.processlist WHERE info LIKE '%SHOW CREATE TABLE%' AND id <> CONNECTION_ID()");
      await until(async () => (await waiting()).length > 0, 'the wait for the table');
      const started = performance.now();
      stop.abort();
      await assert.rejects(work, { code: 'statement.canceled' });
      await until(async () => (await waiting()).length === 0, 'the end of the wait');
      assert.ok(performance.now() - started < 3000, 'before the time limit of the lock');
    });
    const { statements } = await database.diagnostics.forecast('ALTER TABLE held ADD COLUMN a INT', OPTIONS);
    assert.equal(statements[0]?.outcome.kind, 'way');
  });

  test('a table that stays locked is unknown, and the others are reviewed', async () => {
    await whileMade(async () => {
      const { statements } = await database.diagnostics.forecast('ALTER TABLE slow ADD a INT; ALTER TABLE other ADD a INT', OPTIONS);
      assert.deepEqual(
        statements.map(({ outcome }) => outcome.kind),
        ['unknown', 'way'],
      );
    });
  });

  test('a foreign key that was dropped a moment ago counts no longer where a person reviews a file', async () => {
    await connection.query('CREATE TABLE child (id INT PRIMARY KEY, CONSTRAINT fk FOREIGN KEY (id) REFERENCES other (id))');
    const before = await database.diagnostics.forecast('DROP TABLE other', OPTIONS, { fresh: true });
    await connection.query('ALTER TABLE child DROP FOREIGN KEY fk');
    const after = await database.diagnostics.forecast('DROP TABLE other', OPTIONS, { fresh: true });
    assert.deepEqual([before.statements[0]?.outcome.kind, after.statements[0]?.outcome.kind], ['fails', 'runs']);
  });
});
