import assert from 'node:assert/strict';
import type { Connection, RowDataPacket } from 'mysql2/promise';
import type { Database } from '../../../../src/engine/connection/database.ts';
import { inEnglish } from '../../../../src/engine/phrase.ts';
import { until } from '../../../harness/run.ts';
import { openAs } from '../../../harness/servers/openAs.ts';
import { startServer } from '../../../harness/servers/source.ts';
import { adminConnection, type Flavor, type TestServer } from '../../../harness/servers/testServer.ts';

const OPTIONS = { database: 'held', limits: { maxRows: 10, maxCharacters: 10_000 }, timeoutMs: 30_000 };
const flavors: readonly Flavor[] = ['mysql', 'mariadb'];
/** Long enough for a lock to come in the middle. */
const SCRIPT = Array.from({ length: 150 }, (_, i) => `ALTER TABLE t ADD COLUMN c${String(i)} INT, ALGORITHM=COPY`).join(';');

for (const flavor of flavors)
  suite(`trials of definitions that are stopped on ${flavor}`, function () {
    this.timeout(120_000);
    let server: TestServer;
    let connection: Connection;
    let database: Database;

    suiteSetup(async () => {
      server = await startServer(flavor);
      connection = await adminConnection(server);
      for (const statement of [
        'DROP DATABASE IF EXISTS held',
        'DROP DATABASE IF EXISTS scratch_held',
        'CREATE DATABASE held',
        'CREATE DATABASE scratch_held',
        'CREATE TABLE held.t (id INT PRIMARY KEY)',
      ])
        await connection.query(statement);
      database = await openAs(server, { scratchDatabase: 'scratch_held' });
    });
    suiteTeardown(async () => {
      await connection.query('UNLOCK TABLES');
      for (const name of ['held', 'scratch_held']) await connection.query(`DROP DATABASE ${name}`);
      await connection.end();
      await database.close();
      await server.dispose();
    });

    const rowsOf = async (sql: string): Promise<RowDataPacket[]> => (await connection.query<RowDataPacket[]>(sql))[0];
    const copies = (): Promise<RowDataPacket[]> =>
      rowsOf("SELECT table_name FROM information_schema.tables WHERE table_schema = 'scratch_held'");
    /** Sessions with a statement on copies that waits for a lock. */
    const waiting = async (): Promise<number[]> => {
      const rows = await rowsOf(
        "SELECT id AS id FROM information_schema.processlist WHERE info LIKE '%mysqlpilot_trial_%' AND state LIKE 'Waiting for%'",
      );
      return rows.map(({ id }) => Number(id));
    };

    test('canceled while a statement waits for a lock, it ends that statement at once, and drops its copies', async () => {
      const stop = new AbortController();
      const work = database.diagnostics.forecast(SCRIPT, { ...OPTIONS, signal: stop.signal });
      const rejected = assert.rejects(work, { code: 'statement.canceled' });
      try {
        await until(async () => (await copies()).length > 0, 'the copy');
        await connection.query('FLUSH TABLES WITH READ LOCK');
        await until(async () => (await waiting()).length > 0, 'the wait for the lock');
        const [own = 0] = await waiting();
        const started = performance.now();
        stop.abort();
        // The session that drops the copies waits, too.
        await until(async () => !(await waiting()).includes(own), 'the end of the wait');
        assert.ok(performance.now() - started < 1500, 'before the time limit of the lock');
      } finally {
        await connection.query('UNLOCK TABLES');
      }
      await rejected;
      assert.deepEqual(await copies(), []);
    });

    test('where the time of all is over, the trial ends with it, and the rules answer', async () => {
      await connection.query('FLUSH TABLES WITH READ LOCK');
      try {
        const started = performance.now();
        const { statements, trial } = await database.diagnostics.forecast(SCRIPT, { ...OPTIONS, timeoutMs: 1200 });
        assert.ok(performance.now() - started < 2000, 'before the time limit of the lock');
        assert.equal(inEnglish(trial?.reason ?? ''), 'no copies could be made (statement.timeout)');
        assert.ok(statements.every(({ outcome, tried }) => outcome.kind === 'way' && tried === undefined));
        await until(async () => (await waiting()).length === 0, 'the end of the wait');
      } finally {
        await connection.query('UNLOCK TABLES');
      }
      assert.deepEqual(await copies(), []);
    });
  });
