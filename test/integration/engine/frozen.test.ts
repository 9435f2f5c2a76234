import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import { SessionPool } from '../../../src/engine/driver/sessionPool.ts';
import { PilotError } from '../../../src/engine/errors.ts';
import { full, secondFlavor } from '../../harness/depth.ts';
import { startProxy } from '../../harness/servers/proxy.ts';
import { startServer } from '../../harness/servers/source.ts';
import { execute, type Flavor, type TestServer } from '../../harness/servers/testServer.ts';
import { openPeople, Person } from './session/people.ts';

const LIMITS = { maxRows: 10, maxCharacters: 1000 };

/** What comes of a call: that something comes is what is looked at, and Mocha waits long enough. */
const outcomeOf = (call: Promise<unknown>): Promise<string> =>
  call.then(
    () => 'ok',
    (error: unknown) => (error instanceof PilotError ? error.code : String(error)),
  );

const targetOf = (server: TestServer) => ({ host: server.host, user: server.root.user, tls: 'preferred' as const });
const poolOf = (server: TestServer): SessionPool =>
  new SessionPool({ ...targetOf(server), port: server.port }, () => Promise.resolve(server.root.password), {
    onKillFailed: () => undefined,
  });

for (const flavor of ['mysql', 'mariadb'] as const satisfies readonly Flavor[]) {
  suite(`a server that stops answering, on ${flavor}`, function () {
    this.timeout(240_000);
    secondFlavor(this, flavor);

    test('a frozen server keeps nobody waiting for ever, and what is stopped ends', async () => {
      const server = await startServer(flavor);
      const database = await openPeople(server, 'own');
      try {
        await execute(server, 'CREATE TABLE kept (id INT PRIMARY KEY)', 'own');
        const [running, resting] = [new Person(database.sessions.open()), new Person(database.sessions.open())];
        await running.run('SELECT 1');
        await resting.run('BEGIN');
        await database.schema.databases();
        const stop = new AbortController();
        const { signal } = stop;
        const sleeping = outcomeOf(running.run('SELECT SLEEP(600)', { signal }));
        await sleep(300);
        await server.freeze(true);
        const sent = outcomeOf(resting.run('INSERT INTO kept VALUES (1)', { signal }));
        const reads = [
          database.schema.databases(),
          database.schema.tables('own'),
          database.schema.describe('own', 'kept'),
          database.schema.relationships('own'),
          database.schema.schemaOf('own'),
          database.sessions.dangers([{ sql: 'DELETE FROM kept', database: 'own' }], signal),
          database.reads.query('SELECT * FROM kept', { limits: LIMITS, timeoutMs: 600_000 }),
        ].map(outcomeOf);
        await sleep(300); // until they are sent
        stop.abort();
        assert.deepEqual(await Promise.all([sleeping, sent]), ['statement.canceled', 'statement.canceled']);
        assert.deepEqual(resting.userSession.loss?.contents.includes('transaction'), true);
        assert.ok(!(await Promise.all(reads)).some((code) => code === 'internal'));
        const again = outcomeOf(database.schema.databases()); // no session of before is in its way
        assert.equal(await again, 'host.unreachable');
        await server.freeze(false);
        assert.ok((await database.schema.databases()).includes('own'));
        await database.close();
      } finally {
        await server.freeze(false);
        await server.dispose();
      }
    });

    full(
      test('a server that answers others is waited for, however long it takes', async () => {
        const server = await startServer(flavor);
        const pool = poolOf(server);
        try {
          const rows = await pool.withSession(undefined, (session) => session.read('SELECT SLEEP(32) AS n'));
          assert.equal(Number(rows[0]?.['n']), 0);
        } finally {
          await pool.close();
          await server.dispose();
        }
      }),
    );

    test('a server that is silent behind the login is as one that cannot be reached', async () => {
      const server = await startServer(flavor);
      const proxy = await startProxy(server, {
        toServer: (chunk) => {
          if (chunk.includes('@@lower_case_table_names')) void server.freeze(true); // the first question behind the login
          return chunk;
        },
      });
      const pool = new SessionPool(
        { ...targetOf(server), port: proxy.port, tls: 'disabled', connectTimeoutMs: 1000 },
        () => Promise.resolve(server.root.password),
        { onKillFailed: () => undefined },
      );
      try {
        assert.equal(await outcomeOf(pool.openUserSession()), 'host.unreachable');
        assert.equal(await outcomeOf(pool.withSession(undefined, (session) => session.read('SELECT 1'))), 'host.unreachable');
      } finally {
        await server.freeze(false);
        await pool.close();
        proxy.close();
        await server.dispose();
      }
    });
  });
}
