import assert from 'node:assert/strict';
import { DatabaseCache } from '../../../../src/engine/connection/databaseCache.ts';
import { isPilotError } from '../../../../src/engine/errors.ts';
import type { SessionContent } from '../../../../src/engine/guard/sessionEffects.ts';
import { openDatabase } from '../../../../src/engine/connection/openDatabase.ts';
import { until } from '../../../harness/run.ts';
import { startProxy } from '../../../harness/servers/proxy.ts';
import { adminConnection, cacheLogin, execute, type Flavor, type TestServer } from '../../../harness/servers/testServer.ts';
import { killSession, Person, stagePeople } from './people.ts';

const flavors: readonly Flavor[] = ['mysql', 'mariadb'];

const isLost = (error: unknown): boolean => isPilotError(error, 'session.lost');

for (const flavor of flavors) {
  suite(`a person's session that is lost, on ${flavor}`, function () {
    this.timeout(60_000);
    let server: TestServer;
    let person: Person;

    stagePeople(
      flavor,
      `CREATE TABLE kept (id INT PRIMARY KEY, n INT) ENGINE = InnoDB; INSERT INTO kept VALUES (1, 1), (2, 2), (3, 3);
       CREATE PROCEDURE remembers() SET @remembered = 1;`,
      (stage) => {
        ({ server, person } = stage);
      },
    );

    const LEAVES: readonly (readonly [string, SessionContent, ...string[]])[] = [
      ['START TRANSACTION', 'transaction'],
      ['BEGIN', 'transaction'],
      ['SELECT * FROM kept FOR UPDATE', 'transaction', 'SET autocommit = 0'],
      ['UPDATE kept SET n = n', 'transaction', 'SET autocommit = 0'],
      ["XA START 'x'", 'transaction'],
      ['CREATE TEMPORARY TABLE mine (n INT)', 'temporaryTables'],
      ["SELECT GET_LOCK('mine', 1)", 'locks'],
      ['LOCK TABLES kept WRITE', 'tableLocks'],
      ['FLUSH TABLES WITH READ LOCK', 'tableLocks'],
      ...(flavor === 'mysql' ? ([['LOCK INSTANCE FOR BACKUP', 'locks']] as const) : []),
      ['SET @a = 1', 'userVariables'],
      ['SELECT n INTO @a FROM kept WHERE id = 1', 'userVariables'],
      ['SELECT @a := 1', 'userVariables'],
      ["SET SESSION sql_mode = ''", 'settings'],
      ["SET time_zone = '+05:00'", 'settings'],
      ['SET NAMES latin1', 'settings'],
      ['SET autocommit = 0', 'settings'],
      ['SET TRANSACTION ISOLATION LEVEL SERIALIZABLE', 'settings'],
      ["PREPARE p FROM 'SELECT 1'", 'preparedStatements'],
      ...(flavor === 'mariadb' ? ([['BEGIN NOT ATOMIC SET @a = 1; END', 'routines']] as const) : []),
      ['HANDLER kept OPEN', 'handlers'],
      ['USE information_schema', 'database'],
      ['CALL remembers()', 'routines'],
      ['INSERT INTO kept VALUES (9, 9)', 'counts'],
    ];
    for (const [sql, content, ...before] of LEAVES)
      test(`nothing runs behind the loss, and ${content} is named: ${sql}`, async () => {
        await execute(server, 'DELETE FROM kept WHERE id = 9', 'own');
        for (const first of before) await person.run(first);
        const id = await person.id();
        await person.run(sql);
        assert.ok(person.userSession.contents.includes(content), String(person.userSession.contents));
        let told = 0;
        person.userSession.onChange = () => told++;
        await killSession(server, person, id);
        assert.ok(told > 0);
        assert.ok(person.userSession.loss?.contents.includes(content));
        await assert.rejects(person.run('DELETE FROM own.kept WHERE id = 2'), isLost);
        await assert.rejects(person.run('SELECT 1'), isLost);
        assert.equal(((await execute(server, 'SELECT id FROM own.kept WHERE id = 2')) as unknown[]).length, 1);
        person.userSession.acceptLoss();
        assert.equal(await person.value('SELECT 1'), '1');
        assert.equal(person.userSession.loss, undefined);
      });

    test('locks that were given back are not among what would be lost', async () => {
      await person.run('LOCK TABLES kept WRITE');
      await person.run('UNLOCK TABLES');
      await person.run('DROP TEMPORARY TABLE IF EXISTS mine');
      assert.deepEqual(person.userSession.contents, ['counts']);
    });

    test('a transaction that is prepared is named as what stays, until it ends', async () => {
      for (const sql of ["XA START 'y'", 'UPDATE kept SET n = n WHERE id = 3', "XA END 'y'", "XA PREPARE 'y'"]) await person.run(sql);
      const id = await person.id().catch(() => undefined);
      assert.deepEqual(person.userSession.contents, ['counts', 'preparedTransaction'], String(id));
      await person.run("XA COMMIT 'y'");
      assert.deepEqual(person.userSession.contents, ['counts']);
    });

    test('a prepared statement is dropped without a question in a transaction, which stays open', async () => {
      await person.run('START TRANSACTION');
      await person.run("PREPARE p FROM 'SELECT 1'");
      await person.run('DROP PREPARE p');
      assert.ok(person.userSession.inTransaction);
    });

    test('the sessions of people go on when their connection is forgotten, and end with their session', async () => {
      const cache = new DatabaseCache({ getSecret: () => Promise.resolve(server.root.password), warn: () => undefined });
      const { host, port } = server;
      const profile = { id: 'x', name: 'x', createdAt: 0, host, port, user: server.root.user, database: 'own', tls: 'preferred' } as const;
      const old = new Person((await cache.get(profile)).sessions.open());
      await old.run('START TRANSACTION');
      await old.run('UPDATE kept SET n = 50 WHERE id = 3');
      const running = old.run('SELECT SLEEP(1)');
      const changed = await cache.get({ ...profile, name: 'y', color: 'red' });
      assert.equal((await running).results[0]?.rows[0]?.[0], '0');
      assert.equal(await old.value('SELECT n FROM kept WHERE id = 3'), '50');
      assert.equal(old.userSession.inTransaction, true);
      const id = await old.id();
      const behind = new Person(changed.sessions.open());
      assert.equal(await behind.value('SELECT n FROM kept WHERE id = 3'), '3', 'not committed');
      old.userSession.close();
      await until(
        async () => (await behind.rows(`SELECT 1 FROM information_schema.processlist WHERE id = ${String(id)}`)).length === 0,
        'the session to end',
        10_000,
      );
      const last = new Person(changed.sessions.open());
      await last.run('START TRANSACTION');
      cache.forget('x');
      await cache.close();
      assert.equal(last.userSession.loss?.what, 'session');
      behind.userSession.close();
    });

    test('what a session runs that its connection has left is judged as before', async () => {
      const cache = new DatabaseCache({ getSecret: () => Promise.resolve(server.root.password), warn: () => undefined });
      const { host, port } = server;
      const profile = { id: 'x', name: 'x', createdAt: 0, host, port, user: server.root.user, database: 'own', tls: 'preferred' } as const;
      const writes = new Person((await cache.get(profile)).sessions.open());
      const reads = new Person((await cache.get({ ...profile, id: 'y', readOnly: true })).sessions.open());
      await writes.run('START TRANSACTION');
      await reads.run('SELECT 1');
      for (const id of ['x', 'y']) cache.forget(id);
      await assert.rejects(writes.run('CALL commits()'), (error) => isPilotError(error) && !isLost(error));
      assert.equal(writes.userSession.inTransaction, true);
      assert.equal(await reads.value('SELECT n FROM kept WHERE id = 3'), '3');
      await assert.rejects(reads.run('CALL commits()'), (error) => isPilotError(error, 'statement.refused'));
      await cache.close();
    });

    if (flavor === 'mysql')
      test('a transaction that begins behind a prepared one is named when it is lost', async () => {
        for (const sql of ["XA START 'z'", 'UPDATE kept SET n = n WHERE id = 3', "XA END 'z'", "XA PREPARE 'z'"]) await person.run(sql);
        assert.ok(!person.userSession.contents.includes('transaction'));
        await person.run('START TRANSACTION');
        await person.run('UPDATE kept SET n = n WHERE id = 1');
        assert.ok(person.userSession.contents.includes('transaction'));
        await person.run('ROLLBACK');
        await person.run("XA ROLLBACK 'z'");
      });

    test('a session that takes the place of another one runs nothing before its loss is accepted', async () => {
      person.userSession.inherit({
        what: 'session',
        contents: ['userVariables'],
        unfinished: false,
        reason: 'The connection was changed.',
      });
      await assert.rejects(person.run('UPDATE kept SET n = IFNULL(@a, 0) WHERE id = 1'), isLost);
      person.userSession.acceptLoss();
      assert.equal(await person.value('SELECT n FROM kept WHERE id = 1'), '1');
    });

    test('a session that has only read is replaced, which is told', async () => {
      await person.run('SELECT * FROM kept');
      const id = await person.id();
      await execute(server, `KILL ${String(id)}`);
      await waitUntilGone(server, id);
      let outcome = await person.run('SELECT DATABASE()').catch(() => undefined);
      outcome ??= await person.run('SELECT DATABASE()'); // the first one may have met the end of the session
      assert.deepEqual([outcome.results[0]?.rows, outcome.newSession], [[['own']], true]);
    });

    test('a session that the server ends after its wait_timeout is lost as well', async () => {
      await person.run('SET SESSION wait_timeout = 1');
      await person.run('START TRANSACTION');
      await person.run('UPDATE kept SET n = 50 WHERE id = 1');
      const lost = new Promise<void>((resolve) => {
        person.userSession.onChange = () => {
          if (person.userSession.loss !== undefined) resolve();
        };
      });
      await lost;
      assert.deepEqual(person.userSession.inTransaction, false);
      await assert.rejects(person.run('DELETE FROM kept WHERE id = 2'), isLost);
      assert.ok(person.userSession.loss?.contents.includes('transaction'));
      person.userSession.acceptLoss();
      assert.deepEqual(await person.rows('SELECT n FROM kept WHERE id IN (1, 2)'), [['1'], ['2']]);
    });

    for (const begin of ['START TRANSACTION', 'SET autocommit = 0'])
      test(`a deadlock ends the transaction, and what was written for it does not run without it: ${begin}`, async () => {
        const other = await adminConnection(server, 'own');
        await other.query('START TRANSACTION');
        await other.query('UPDATE kept SET n = n + 0 WHERE id IN (1, 3)');
        await other.query('INSERT INTO kept VALUES (101, 0), (102, 0), (103, 0)'); // the heavier transaction is not the victim
        await person.run(begin);
        await person.run('UPDATE kept SET n = 70 WHERE id = 2');
        const blocked = person.run('UPDATE kept SET n = 70 WHERE id = 1').catch((error: unknown) => error);
        await new Promise((resolve) => setTimeout(resolve, 300));
        await other.query('UPDATE kept SET n = n + 0 WHERE id = 2').catch(() => undefined);
        const error = await blocked;
        await other.query('ROLLBACK');
        await other.end();
        assert.ok(isPilotError(error) && error.errno === 1213, String(error));
        assert.equal(person.userSession.loss?.what, 'transaction');
        await assert.rejects(person.run('UPDATE kept SET n = 70 WHERE id = 3'), isLost);
        await assert.rejects(person.run('COMMIT'), isLost);
        await person.run('ROLLBACK');
        assert.equal(person.userSession.loss, undefined);
        assert.equal(await person.value('SELECT COUNT(*) FROM kept WHERE n = 70'), '0');
      });

    test('a definition that fails behind its implicit commit, which the person knew of, loses nothing unknown', async () => {
      await person.run('START TRANSACTION');
      await assert.rejects(
        person.run('CREATE TABLE kept (n INT)', { mayCommit: true }),
        (error) => isPilotError(error) && error.errno === 1050,
      );
      assert.deepEqual([person.userSession.inTransaction, person.userSession.loss], [false, undefined]);
    });

    test('a session that rested is looked for on the server before something is sent', async () => {
      await person.run('START TRANSACTION');
      const id = await person.id();
      const realNow = performance.now.bind(performance);
      performance.now = () => realNow() + 60_000;
      try {
        assert.equal(await person.value('SELECT CONNECTION_ID()'), String(id));
        assert.equal(person.userSession.inTransaction, true);
      } finally {
        performance.now = realNow;
      }
    });

    test('a session that is gone while it rested, which no packet has told, is found out before something is sent', async () => {
      await cacheLogin(server, server.root);
      let isHidden = false;
      const proxy = await startProxy(server, { hidesEnd: () => isHidden });
      const far = await openDatabase(
        { host: proxy.host, port: proxy.port, user: server.root.user, database: 'own', tls: 'disabled' },
        { password: () => Promise.resolve(server.root.password), warn: () => undefined },
      );
      const sleeper = new Person(far.sessions.open());
      const realNow = performance.now.bind(performance);
      try {
        await sleeper.run('START TRANSACTION');
        const id = await sleeper.id();
        isHidden = true;
        await execute(server, `KILL ${String(id)}`);
        await waitUntilGone(server, id);
        assert.deepEqual([sleeper.userSession.loss], [undefined], 'nothing has told of it');
        performance.now = () => realNow() + 60_000;
        await assert.rejects(sleeper.run('UPDATE kept SET n = 90 WHERE id = 1'), isLost);
        assert.deepEqual(sleeper.userSession.loss?.contents, ['transaction']);
        assert.equal(await person.value('SELECT COUNT(*) FROM kept WHERE n = 90'), '0');
      } finally {
        performance.now = realNow;
        sleeper.userSession.close();
        await far.close();
        proxy.close();
      }
    });
  });
}

async function waitUntilGone(server: TestServer, id: number): Promise<void> {
  const isThere = async (): Promise<boolean> =>
    ((await execute(server, `SELECT id FROM information_schema.processlist WHERE id = ${String(id)}`)) as unknown[]).length > 0;
  while (await isThere()) await new Promise((resolve) => setTimeout(resolve, 20));
}
