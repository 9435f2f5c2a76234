import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import type { Connection } from 'mysql2/promise';
import type { Database } from '../../../../src/engine/connection/database.ts';
import { inEnglish } from '../../../../src/engine/phrase.ts';
import { currentDepth } from '../../../harness/depth.ts';
import { ROOT } from '../../../harness/root.ts';
import { openAs } from '../../../harness/servers/openAs.ts';
import { startServer } from '../../../harness/servers/source.ts';
import { adminConnection, type Flavor, type TestServer } from '../../../harness/servers/testServer.ts';

const OPTIONS = { database: 'origin', limits: { maxRows: 10, maxCharacters: 10_000 }, timeoutMs: 30_000 };
const SCRIPT = [
  'ALTER TABLE parent ADD COLUMN a INT',
  'ALTER TABLE child MODIFY note VARCHAR(300)',
  'CREATE INDEX by_note ON child (note)',
  'ALTER TABLE child ADD COLUMN b INT FIRST, DROP COLUMN other',
].join('; ');
const KILLS = currentDepth() === 'full' ? 100 : 3; // for each flavor
/** The two tables of the script. */
const COPIES = 2;
const OTHERS = ['mysqlpilot_trial_notes', 'parent'];
const flavors: readonly Flavor[] = ['mysql', 'mariadb'];

for (const flavor of flavors) {
  suite(`trials of definitions that are killed on ${flavor}`, function () {
    this.timeout(1_800_000);
    let server: TestServer;
    let connection: Connection;
    let database: Database;

    suiteSetup(async () => {
      server = await startServer(flavor);
      connection = await adminConnection(server);
      for (const statement of [
        'DROP DATABASE IF EXISTS origin',
        'DROP DATABASE IF EXISTS scratch_kills',
        'CREATE DATABASE origin',
        'CREATE DATABASE scratch_kills',
        'CREATE TABLE origin.parent (id INT PRIMARY KEY)',
        'CREATE TABLE origin.child (id INT PRIMARY KEY, parent_id INT, note VARCHAR(10), other INT, FOREIGN KEY (parent_id) REFERENCES origin.parent (id))',
        'CREATE TABLE scratch_kills.mysqlpilot_trial_notes (id INT PRIMARY KEY)',
        'CREATE TABLE scratch_kills.parent (id INT PRIMARY KEY)',
      ])
        await connection.query(statement);
      database = await open();
    });
    suiteTeardown(async () => {
      await connection.query('DROP DATABASE origin');
      await connection.query('DROP DATABASE scratch_kills');
      await connection.end();
      await database.close();
      await server.dispose();
    });

    const open = (): Promise<Database> => openAs(server, { scratchDatabase: 'scratch_kills' });

    async function tables(): Promise<string[]> {
      const [rows] = await connection.query(
        "SELECT table_name AS name FROM information_schema.tables WHERE table_schema = 'scratch_kills' ORDER BY 1",
      );
      return (rows as { readonly name: string }[]).map(({ name }) => name);
    }

    async function requireOnlyOthers(when = ''): Promise<void> {
      const { trial, statements } = await database.diagnostics.forecast(SCRIPT, OPTIONS);
      assert.equal(trial?.reason, undefined, when);
      assert.ok(
        statements.every(({ tried }) => tried === true),
        when,
      );
      assert.deepEqual(await tables(), OTHERS, when);
    }

    test('after our session was killed at any moment, nothing of ours stays, and tables of others do', async () => {
      for (let i = 0; i < KILLS; i++) {
        const forecast = database.diagnostics.forecast(SCRIPT, OPTIONS).catch(() => undefined);
        await delay(Math.random() * 300);
        await killTrial();
        await forecast;
        assert.deepEqual(await tables(), OTHERS);
      }
      await requireOnlyOthers();
    });

    /** All sessions of the account but that of the test: one of them makes the copies. */
    async function killTrial(): Promise<void> {
      const [rows] = await connection.query(
        "SELECT id AS id FROM information_schema.processlist WHERE id <> CONNECTION_ID() AND user = 'root'",
      );
      for (const { id } of rows as { readonly id: number }[]) await connection.query(`KILL ${String(id)}`).catch(() => undefined);
    }

    test('after our process was killed in the middle of a trial, the next trial drops its copies, and tables of others stay', async () => {
      let [killed, missed] = [0, 0];
      while (killed < KILLS) {
        const child = spawn(process.execPath, ['test/integration/engine/ddl/trialProcess.ts'], {
          cwd: ROOT,
          env: { ...process.env, TRIAL: JSON.stringify({ host: server.host, port: server.port, ...server.root, script: SCRIPT }) },
          stdio: ['ignore', 'ignore', 'inherit'],
        });
        const ended = once(child, 'exit');
        const wanted = 1 + Math.floor(Math.random() * COPIES);
        while (child.exitCode === null && (await tables()).length < OTHERS.length + wanted);
        child.kill('SIGKILL');
        assert.deepEqual(await ended, [null, 'SIGKILL']);
        // Where the trial came to its end before the signal, it was not killed in the middle, and does not count.
        if ((await tables()).length > OTHERS.length) killed++;
        else missed++;
        assert.ok(missed <= KILLS, `${String(missed)} of ${String(killed + missed)} processes left no copies`);
        await requireOnlyOthers(`after ${String(killed)} kills`);
      }
    });

    test('a trial waits for that of a living client, and leaves its copies alone', async () => {
      const holder = await adminConnection(server);
      try {
        await holder.query('CREATE TABLE scratch_kills.mysqlpilot_trial_1_00000000_1 (id INT)');
        const [locks] = await holder.query(
          "SELECT CONCAT('mysqlpilot_trial_', LEFT(SHA2('scratch_kills', 256), 16)) AS name, @@server_id AS id",
        );
        const [{ name, id }] = locks as [{ readonly name: string; readonly id: number }];
        if (id !== 1)
          await holder.query(
            `RENAME TABLE scratch_kills.mysqlpilot_trial_1_00000000_1 TO scratch_kills.mysqlpilot_trial_${String(id)}_00000000_1`,
          );
        await holder.query('SELECT GET_LOCK(?, 0)', [name]);
        const { trial, statements } = await database.diagnostics.forecast(SCRIPT, OPTIONS);
        assert.equal(inEnglish(trial?.reason ?? ''), 'another client is trying definitions there');
        assert.ok(statements.every(({ outcome }) => outcome.kind === 'way'));
        assert.equal((await tables()).length, 3);
      } finally {
        await holder.end();
      }
      await requireOnlyOthers();
    });

    test('a person who cancels ends it, and nothing of ours stays', async () => {
      const abort = new AbortController();
      const forecast = database.diagnostics.forecast(SCRIPT, { ...OPTIONS, signal: abort.signal });
      const timer = setTimeout(() => {
        abort.abort();
      }, 1);
      await forecast.catch((error: unknown) => {
        assert.equal((error as { readonly code?: string }).code, 'statement.canceled');
      });
      clearTimeout(timer);
      assert.deepEqual(await tables(), OTHERS);
    });
  });
}
