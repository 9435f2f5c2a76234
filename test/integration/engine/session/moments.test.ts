import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import { isPilotError } from '../../../../src/engine/errors.ts';
import { until } from '../../../harness/run.ts';
import { startProxy } from '../../../harness/servers/proxy.ts';
import { execute, type TestServer } from '../../../harness/servers/testServer.ts';
import { killSession, openPeople, Person, stagePeople } from './people.ts';
import type { Database } from '../../../../src/engine/connection/database.ts';

/** A plain read that takes longer than any test. */
const JOINED = Array.from({ length: 30 }, (_, i) => `k${String(i)}`);
const SLOW = `SELECT COUNT(*) FROM ${JOINED.map((name) => `kept ${name}`).join(', ')} WHERE ${JOINED.map((name) => `${name}.n`).join(' + ')} < 0`;

const isStopped = (error: unknown): boolean => isPilotError(error, 'statement.canceled');
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

    test('a statement that is stopped while its session is opened is not run', async () => {
      const stop = new AbortController();
      const first = new Person(database.sessions.open());
      const running = first.run('UPDATE kept SET n = -1', { signal: stop.signal });
      setImmediate(() => {
        stop.abort();
      });
      await assert.rejects(running, isStopped);
      assert.deepEqual(first.userSession.contents, []);
      assert.equal(await first.value('SELECT COUNT(*) FROM kept WHERE n = -1'), '0');
      first.userSession.close();
    });

    test('a stop that comes to the server before its statement ends the statement, and not its session', async () => {
      const stop = new AbortController();
      const proxy = await startProxy(server, {
        toServer: async (chunk) => {
          if (!chunk.includes('SLEEP(20)')) return chunk;
          stop.abort();
          await sleep(300);
          return chunk;
        },
      });
      const slow = await openPeople({ ...server, host: proxy.host, port: proxy.port }, 'own', { tls: 'disabled' });
      try {
        const late = new Person(slow.sessions.open());
        await late.run('START TRANSACTION');
        await late.run('INSERT INTO kept VALUES (3, 3)');
        await assert.rejects(late.run('UPDATE kept SET n = SLEEP(20) WHERE id = 3', { signal: stop.signal }), isStopped);
        assert.equal(late.userSession.loss, undefined);
        assert.ok(late.userSession.contents.includes('transaction'));
        assert.equal(await late.value('SELECT COUNT(*) FROM kept WHERE id = 3'), '1');
        late.userSession.close();
      } finally {
        await slow.close();
        proxy.close();
      }
    });
  });
}
