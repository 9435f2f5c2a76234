import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import { secondFlavor } from '../../../harness/depth.ts';
import { startProxy } from '../../../harness/servers/proxy.ts';
import { startServer } from '../../../harness/servers/source.ts';
import type { Flavor } from '../../../harness/servers/testServer.ts';
import { isPilotError } from '../../../../src/engine/errors.ts';
import { openPeople, Person } from './people.ts';

/** Longer than an answer is waited for, on a connection of its own. */
const ON_ITS_WAY_MS = 16_000;

for (const flavor of ['mysql', 'mariadb'] as const satisfies readonly Flavor[]) {
  suite(`an order to stop that comes late, on ${flavor}`, function () {
    this.timeout(120_000);
    secondFlavor(this, flavor);

    test('meets no later statement: the session ends before, and says so', async () => {
      const server = await startServer(flavor);
      let held = 0;
      const proxy = await startProxy(server, {
        keepsSent: true,
        toServer: (chunk) => (chunk.includes('KILL QUERY') && ++held === 1 ? sleep(ON_ITS_WAY_MS).then(() => chunk) : chunk),
      });
      const database = await openPeople({ ...server, host: proxy.host, port: proxy.port }, 'own', { tls: 'disabled' });
      const person = new Person(database.sessions.open());
      try {
        await person.run('SET @kept = 1');
        const stop = new AbortController();
        const stopped = person.run('SELECT SLEEP(1)', { signal: stop.signal });
        await sleep(300);
        stop.abort(); // is held up, and the statement ends by itself
        await stopped.catch((error: unknown) => {
          assert.ok(isPilotError(error, 'statement.canceled') || isPilotError(error, 'connection.lost'), String(error));
        });
        assert.equal(held > 1, true, 'asked on a second connection');
        await assert.rejects(person.run('SELECT SLEEP(20)'), (error) => isPilotError(error, 'session.lost'));
        assert.deepEqual(person.userSession.loss?.contents, ['userVariables', 'counts']);
      } finally {
        person.userSession.close();
        await database.close();
        proxy.close();
        await server.dispose();
      }
    });

    test('meets no later statement where it has arrived meanwhile: the session stays', async () => {
      const server = await startServer(flavor);
      let held = 0;
      const proxy = await startProxy(server, {
        keepsSent: true,
        toServer: (chunk) => (chunk.includes('KILL QUERY') && ++held === 1 ? sleep(7000).then(() => chunk) : chunk),
      });
      const database = await openPeople({ ...server, host: proxy.host, port: proxy.port }, 'own', { tls: 'disabled' });
      const person = new Person(database.sessions.open());
      try {
        await person.run('SET @kept = 1');
        const stop = new AbortController();
        const stopped = person.run('SELECT SLEEP(1)', { signal: stop.signal });
        await sleep(300);
        stop.abort();
        await stopped.catch(() => undefined); // whether it counts as stopped is not what is looked at
        const [row] = await person.rows('SELECT SLEEP(4), @kept');
        assert.deepEqual(row, ['0', '1']);
      } finally {
        person.userSession.close();
        await database.close();
        proxy.close();
        await server.dispose();
      }
    });
  });
}
