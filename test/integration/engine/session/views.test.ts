import assert from 'node:assert/strict';
import { open, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Database } from '../../../../src/engine/connection/database.ts';
import { isPilotError } from '../../../../src/engine/errors.ts';
import type { ExportFormat } from '../../../../src/engine/query/exports/rowWriter.ts';
import type { UserSessionOutcome } from '../../../../src/engine/query/userSession/userSessionRun.ts';
import type { Flavor } from '../../../harness/servers/testServer.ts';
import { type Person, stagePeople } from './people.ts';

const flavors: readonly Flavor[] = ['mysql', 'mariadb'];
const READ = 'SELECT id, at FROM moments';

for (const flavor of flavors) {
  suite(`settings of a session that functions of views and triggers have changed, on ${flavor}`, function () {
    this.timeout(120_000);
    let database: Database;
    let person: Person;

    stagePeople(
      flavor,
      `CREATE TABLE moments (id INT PRIMARY KEY, at TIMESTAMP NULL); INSERT INTO moments VALUES (1, NULL), (2, NULL);
       CREATE TABLE fired (id INT);
       CREATE FUNCTION elsewhere() RETURNS INT BEGIN SET time_zone = '+03:00'; RETURN 1; END;
       CREATE FUNCTION narrows() RETURNS INT BEGIN SET character_set_results = latin1; RETURN 1; END;
       CREATE VIEW moving AS SELECT id, elsewhere() AS e FROM moments;
       CREATE VIEW moving_moments AS SELECT id, elsewhere() AS e, at FROM moments;
       CREATE VIEW narrowing AS SELECT id, narrows() AS n FROM moments;
       CREATE TRIGGER fires BEFORE INSERT ON fired FOR EACH ROW SET NEW.id = elsewhere();
       SET time_zone = '+00:00'; UPDATE moments SET at = '2026-01-01 00:00:00'`,
      (stage) => {
        ({ database, person } = stage);
      },
    );
    setup(async () => {
      await person.run("SET time_zone = '+00:00'");
    });

    const exportOf = async (sql: string, { results, moment }: UserSessionOutcome, format: ExportFormat = 'sql'): Promise<string> => {
      const [result] = results;
      assert.ok(result !== undefined && moment !== undefined);
      const name = path.join(tmpdir(), `mpt-views-${String(process.pid)}-${flavor}`);
      const file = await open(name, 'w');
      try {
        const options = { format, table: 't', file, progress: () => undefined };
        const { notes } = await database.sessions.exportShown({ sql, result, moment }, options, { signal: new AbortController().signal });
        return `${notes.join()}\n${await readFile(name, 'utf8')}`;
      } finally {
        await file.close();
        await rm(name);
      }
    };
    const refuses = (work: Promise<unknown>): Promise<void> =>
      assert.rejects(work, (error) => isPilotError(error, 'input.invalid') && error.message.includes('time zone'));

    test('knows the zone of rows behind a view that has changed it, and exports them with it', async () => {
      await person.run('SELECT * FROM moving');
      await refuses(exportOf(READ, await person.run(READ)));
      const outcome = await person.run(READ);
      assert.deepEqual([outcome.moment?.timeZone, outcome.results[0]?.rows[0]?.[1]], ['+03:00', '2026-01-01 03:00:00']);
      assert.match(await exportOf(READ, outcome), /SET time_zone = '\+03:00'/);
      assert.match(await exportOf(READ, outcome, 'csv'), /time zone \+03:00/);
    });

    test('refuses to export rows that are shown in two zones, in every format', async () => {
      const sql = 'SELECT * FROM moving_moments';
      for (const format of ['sql', 'csv', 'jsonl'] as const) {
        await person.run("SET time_zone = '+00:00'");
        const outcome = await person.run(sql);
        assert.equal(outcome.moment?.timeZone, undefined);
        await refuses(exportOf(sql, outcome, format));
      }
    });

    test('refuses them also behind warnings, which a question of ours would clear, and leaves these', async () => {
      const sql = "SELECT id, e, at, CAST('x' AS SIGNED) AS x FROM moving_moments";
      const outcome = await person.run(sql);
      assert.equal((await person.rows('SHOW WARNINGS'))[0]?.[1], '1292');
      await refuses(exportOf(sql, outcome));
    });

    test('knows the zone that a view has changed where the server tells of nothing', async () => {
      await person.run("SET SESSION session_track_system_variables = ''");
      await person.run('SELECT * FROM moving');
      await person.run(READ);
      assert.equal((await person.run(READ)).moment?.timeZone, '+03:00');
      assert.equal(await person.value('SELECT @@SESSION.session_track_system_variables'), '');
    });

    test('knows the zone that a trigger has changed', async () => {
      await person.run('INSERT INTO fired VALUES (7)');
      assert.equal((await person.run(READ)).moment?.timeZone, '+03:00');
    });

    test('knows the character set of results that a view has changed', async () => {
      await person.run('SELECT * FROM narrowing');
      assert.equal((await person.run("SELECT 'é' AS e")).moment?.charset, 'latin1');
      const { results } = await person.run("SELECT 'é' AS 'é'");
      assert.deepEqual([results[0]?.columns[0]?.name, results[0]?.rows], ['é', [['é']]]);
    });

    test('asks for the zone without a trace in the session', async () => {
      assert.equal((await person.run(READ)).moment?.timeZone, '+00:00');
      assert.equal(await person.value('SELECT FOUND_ROWS()'), '2');
      await person.run(READ);
      assert.equal(await person.value('SELECT ROW_COUNT()'), '-1');
      await person.run('START TRANSACTION');
      await person.run(READ);
      assert.equal(person.userSession.inTransaction, true);
      await person.run('ROLLBACK');
      await person.run('SET autocommit = 0');
      assert.equal(person.userSession.inTransaction, false);
    });
  });
}
