import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Database } from '../../../../src/engine/connection/database.ts';
import { isPilotError } from '../../../../src/engine/errors.ts';
import { openDatabase } from '../../../../src/engine/connection/openDatabase.ts';
import { currentDepth } from '../../../harness/depth.ts';
import { startProxy, type Proxy } from '../../../harness/servers/proxy.ts';
import { startServer } from '../../../harness/servers/source.ts';
import { cacheLogin, execute, type Flavor, type TestServer } from '../../../harness/servers/testServer.ts';
import { Person } from './people.ts';

const flavors: readonly Flavor[] = ['mysql', 'mariadb'];
/** How often a session is ended, on both servers together; a tenth of that by stopping the server, which takes a second each. */
const MOMENTS = currentDepth() === 'full' ? 300 : 60;
const SEED = 20_251_127;

type Way = 'kill' | 'toServer' | 'toClient' | 'server';

/** The same numbers in each run: a failure can be looked at again. */
function numbers(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state * 1_664_525 + 1_013_904_223) % 2 ** 32;
    return state / 2 ** 32;
  };
}

for (const flavor of flavors) {
  suite(`a session that ends at any moment of a run, on ${flavor}`, function () {
    this.timeout(600_000);
    let server: TestServer;
    let proxy: Proxy;
    let database: Database;
    /** Breaks the connections off at a chunk in one direction. */
    let cut: { readonly way: Way; left: number } | undefined;
    const through =
      (way: Way) =>
      (chunk: Buffer): Buffer | undefined => {
        if (cut?.way !== way || cut.left-- > 0) return chunk;
        cut = undefined;
        return undefined;
      };

    suiteSetup(async () => {
      server = await startServer(flavor);
      await execute(server, 'CREATE DATABASE own; CREATE TABLE own.steps (run INT, step INT, PRIMARY KEY (run, step)) ENGINE = InnoDB');
      await cacheLogin(server, server.root);
      proxy = await startProxy(server, { toServer: through('toServer'), toClient: through('toClient') });
      database = await openDatabase(
        { host: proxy.host, port: proxy.port, user: server.root.user, database: 'own', tls: 'disabled' },
        { password: () => Promise.resolve(server.root.password), warn: () => undefined },
      );
    });
    suiteTeardown(async () => {
      await database.close();
      proxy.close();
      await server.dispose();
    });

    /** As a person would, statement by statement; what comes behind a loss must be refused. True where a session was lost. */
    const transaction = async (person: Person, run: number): Promise<boolean> => {
      const insert = (step: number): string => `INSERT INTO steps VALUES (${String(run)}, ${String(step)})`;
      const statements = [
        'START TRANSACTION',
        insert(1),
        'SELECT SLEEP(0.003)',
        insert(2),
        `UPDATE steps SET step = step WHERE run = ${String(run)}`,
        insert(3),
        'COMMIT',
      ];
      let lost = false;
      for (const [i, sql] of statements.entries()) {
        const before = person.userSession.loss;
        const error = await person.run(sql).then(
          () => undefined,
          (reason: unknown) => reason,
        );
        if (before !== undefined || lost) {
          assert.ok(isPilotError(error, 'session.lost'), `${sql} ran behind a loss.`);
          continue;
        }
        if (error === undefined) continue;
        if (i === 0 && person.userSession.loss === undefined) return true; // nothing was open yet, and nothing is lost
        lost = true;
        assert.ok(isPilotError(error));
        assert.ok(person.userSession.loss !== undefined, `${sql} failed without a word on the loss: ${error.message}`);
        if (i > 1)
          assert.ok(
            person.userSession.loss.contents.includes('transaction') || i === statements.length - 1,
            String(person.userSession.loss.contents),
          );
      }
      return lost || person.userSession.loss !== undefined; // also between two statements
    };

    test('no statement runs outside of its transaction, and what was lost is told before the next one', async () => {
      const random = numbers(SEED);
      const moments = MOMENTS / flavors.length;
      let run = 0;
      let losses = 0;
      for (let moment = 0; moment < moments; moment++) {
        const way: Way = moment % 10 === 9 ? 'server' : ((['kill', 'toServer', 'toClient'] as const)[moment % 3] ?? 'kill');
        const person = new Person(database.sessions.open());
        const id = await person.id();
        const delay = Math.floor(random() * 40);
        let ending: Promise<unknown> = Promise.resolve();
        if (way === 'toServer' || way === 'toClient') cut = { way, left: Math.floor(random() * 24) };
        else {
          ending = sleep(delay).then(async () => {
            if (way === 'kill') return execute(server, `KILL ${String(id)}`);
            await server.kill();
            return server.start();
          });
        }
        let lost = false;
        for (let i = 0; i < 12 && !lost; i++) lost = await transaction(person, ++run);
        await ending;
        cut = undefined;
        if (way === 'server') await cacheLogin(server, server.root);
        if (lost) losses++;
        if (person.userSession.loss !== undefined) {
          await assert.rejects(person.run('SELECT 1'), (error) => isPilotError(error, 'session.lost'));
          person.userSession.acceptLoss();
          assert.equal(await person.value('SELECT 1'), '1');
        }
        person.userSession.close();
      }
      const parts = (await execute(server, 'SELECT run, COUNT(*) AS n FROM own.steps GROUP BY run HAVING n <> 3')) as unknown[];
      assert.deepEqual(parts, [], 'a part of a transaction is there without the rest');
      assert.ok(losses >= moments * 0.8, `only ${String(losses)} of ${String(moments)} sessions were lost in a run`);
    });
  });
}
