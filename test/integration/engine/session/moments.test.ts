import assert from 'node:assert/strict';
import { isPilotError } from '../../../../src/engine/errors.ts';
import { until } from '../../../harness/run.ts';
import { execute, type TestServer } from '../../../harness/servers/testServer.ts';
import { killSession, Person, stagePeople } from './people.ts';
import type { Database } from '../../../../src/engine/connection/database.ts';

/** A plain read that takes longer than any test. */
const JOINED = Array.from({ length: 30 }, (_, i) => `k${String(i)}`);
const SLOW = `SELECT COUNT(*) FROM ${JOINED.map((name) => `kept ${name}`).join(', ')} WHERE ${JOINED.map((name) => `${name}.n`).join(' + ')} < 0`;

const isLost = (error: unknown): boolean => isPilotError(error, 'session.lost');

for (const flavor of ['mysql', 'mariadb'] as const) {
  suite(`the moments in which a person's session is lost or stopped, on ${flavor}`, function () {
    this.timeout(60_000);
    let server: TestServer;
    let database: Database;
    let person: Person;

    stagePeople(
      flavor,
      'CREATE TABLE kept (id INT PRIMARY KEY, n INT) ENGINE = InnoDB; INSERT INTO kept VALUES (1, 1), (2, 2)',
      (stage) => {
        ({ server, database, person } = stage);
      },
    );

    for (const next of ['ROLLBACK', 'BEGIN', 'START TRANSACTION'])
      test(`${next} does not accept the loss of a whole session`, async () => {
        await person.run('SET @kept = 1');
        await person.run('START TRANSACTION');
        await killSession(server, person, await person.id());
        await assert.rejects(person.run(next), isLost);
        assert.ok(person.userSession.loss?.contents.includes('userVariables'));
        await assert.rejects(person.run('DELETE FROM kept WHERE n = @kept'), isLost);
      });

    for (const [sql, unfinished] of [
      ['UPDATE kept SET n = n + SLEEP(20) WHERE id = 2', true],
      [SLOW, false],
    ] as const)
      test(`the outcome of a statement that was running is told as ${unfinished ? 'unknown' : 'of no matter'}: ${sql.slice(0, 20)}`, async () => {
        await person.run('START TRANSACTION');
        const id = await person.id();
        const running = assert.rejects(person.run(sql));
        const isRunning = `SELECT 1 FROM information_schema.processlist WHERE id = ${String(id)} AND info LIKE '%kept%'`;
        await until(async () => ((await execute(server, isRunning)) as unknown[]).length > 0, 'the statement to run');
        await killSession(server, person, id);
        await running;
        assert.equal(person.userSession.loss?.unfinished, unfinished);
      });

    test('a statement that is stopped while its session is opened does not run to its end', async () => {
      const stop = new AbortController();
      const first = new Person(database.sessions.open());
      const running = first.run('SELECT SLEEP(20)', { signal: stop.signal });
      setImmediate(() => {
        stop.abort();
      });
      const slept = await running.then(
        ({ results }) => results[0]?.rows[0]?.[0], // 1 where it was interrupted
        (error: unknown) => isPilotError(error, 'statement.canceled'),
      );
      assert.ok(slept === true || slept === '1', String(slept));
      assert.notEqual(await first.value('SELECT 1'), undefined);
      first.userSession.close();
    });
  });
}
