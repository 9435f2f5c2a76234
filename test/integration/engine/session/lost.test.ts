import assert from 'node:assert/strict';
import type { Database } from '../../../../src/engine/connection/database.ts';
import { isPilotError } from '../../../../src/engine/errors.ts';
import type { SessionContent } from '../../../../src/engine/guard/sessionEffects.ts';
import { startServer } from '../../../harness/servers/source.ts';
import { adminConnection, execute, type Flavour, type TestServer } from '../../../harness/servers/testServer.ts';
import { killSession, openPeople, Person } from './people.ts';

const flavours: readonly Flavour[] = ['mysql', 'mariadb'];

const isLost = (error: unknown): boolean => isPilotError(error, 'session.lost');

for (const flavour of flavours) {
  suite(`a person's session that is lost, on ${flavour}`, function () {
    this.timeout(60_000);
    let server: TestServer;
    let database: Database;
    let person: Person;

    suiteSetup(async () => {
      server = await startServer(flavour);
      database = await openPeople(server, 'own');
      await execute(
        server,
        `CREATE TABLE kept (id INT PRIMARY KEY, n INT) ENGINE = InnoDB; INSERT INTO kept VALUES (1, 1), (2, 2), (3, 3);
         CREATE PROCEDURE remembers() SET @remembered = 1;
         CREATE PROCEDURE commits() BEGIN UPDATE kept SET n = n; COMMIT; END;
         CREATE PROCEDURE commits_and_begins() BEGIN COMMIT; START TRANSACTION; UPDATE kept SET n = n; END;
         CREATE PROCEDURE defines() BEGIN IF 1 THEN CREATE TABLE IF NOT EXISTS made (n INT); END IF; END;
         CREATE PROCEDURE calls() BEGIN CALL commits_and_begins(); END;
         CREATE PROCEDURE keeps() BEGIN DECLARE EXIT HANDLER FOR SQLEXCEPTION BEGIN END; SAVEPOINT a; UPDATE kept SET n = n; ROLLBACK TO a; CREATE TEMPORARY TABLE IF NOT EXISTS mine (n INT); END;
         CREATE PROCEDURE hides() BEGIN SET @s = 'COMMIT'; PREPARE p FROM @s; EXECUTE p; END`,
        'own',
      );
    });
    suiteTeardown(async () => {
      await database.close();
      await server.dispose();
    });
    setup(() => {
      person = new Person(database.console());
    });
    teardown(() => {
      person.console.close();
    });

    const LEAVES: readonly (readonly [string, SessionContent, ...string[]])[] = [
      ['START TRANSACTION', 'transaction'],
      ['BEGIN', 'transaction'],
      ['SELECT * FROM kept FOR UPDATE', 'transaction', 'SET autocommit = 0'],
      ['UPDATE kept SET n = n', 'transaction', 'SET autocommit = 0'],
      ["XA START 'x'", 'transaction'],
      ['CREATE TEMPORARY TABLE mine (n INT)', 'temporaryTables'],
      ["SELECT GET_LOCK('mine', 1)", 'locks'],
      ['LOCK TABLES kept WRITE', 'locks'],
      ['FLUSH TABLES WITH READ LOCK', 'locks'],
      ['SET @a = 1', 'userVariables'],
      ['SELECT n INTO @a FROM kept WHERE id = 1', 'userVariables'],
      ['SELECT @a := 1', 'userVariables'],
      ["SET SESSION sql_mode = ''", 'settings'],
      ["SET time_zone = '+05:00'", 'settings'],
      ['SET NAMES latin1', 'settings'],
      ['SET autocommit = 0', 'settings'],
      ['SET TRANSACTION ISOLATION LEVEL SERIALIZABLE', 'settings'],
      ["PREPARE p FROM 'SELECT 1'", 'preparedStatements'],
      ...(flavour === 'mariadb' ? ([['BEGIN NOT ATOMIC SET @a = 1; END', 'routines']] as const) : []),
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
        assert.ok(person.console.contents.includes(content), String(person.console.contents));
        let told = 0;
        person.console.onChange = () => told++;
        await killSession(server, person, id);
        assert.ok(told > 0);
        assert.ok(person.console.loss?.contents.includes(content));
        await assert.rejects(person.run('DELETE FROM own.kept WHERE id = 2'), isLost);
        await assert.rejects(person.run('SELECT 1'), isLost);
        assert.equal(((await execute(server, 'SELECT id FROM own.kept WHERE id = 2')) as unknown[]).length, 1);
        person.console.acceptLoss();
        assert.equal(await person.value('SELECT 1'), '1');
        assert.equal(person.console.loss, undefined);
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
        person.console.onChange = () => {
          if (person.console.loss !== undefined) resolve();
        };
      });
      await lost;
      assert.deepEqual(person.console.inTransaction, false);
      await assert.rejects(person.run('DELETE FROM kept WHERE id = 2'), isLost);
      assert.ok(person.console.loss?.contents.includes('transaction'));
      person.console.acceptLoss();
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
        assert.equal(person.console.loss?.what, 'transaction');
        await assert.rejects(person.run('UPDATE kept SET n = 70 WHERE id = 3'), isLost);
        await assert.rejects(person.run('COMMIT'), isLost);
        await person.run('ROLLBACK');
        assert.equal(person.console.loss, undefined);
        assert.equal(await person.value('SELECT COUNT(*) FROM kept WHERE n = 70'), '0');
      });

    const COMMITTING = [
      ...['CALL commits()', 'CALL own.commits_and_begins()', 'CALL defines()', 'call `calls`()'],
      ...(flavour === 'mariadb'
        ? [
            'BEGIN NOT ATOMIC COMMIT; START TRANSACTION; END',
            'IF 1 THEN CALL commits(); END IF',
            'FOR i IN 1..2 DO TRUNCATE TABLE kept; END FOR',
          ]
        : []),
    ];
    for (const sql of COMMITTING)
      test(`says that it commits the open transaction, before it runs, where a program does: ${sql}`, async () => {
        await person.run('START TRANSACTION');
        await person.run('UPDATE kept SET n = 80 WHERE id = 1');
        assert.equal(await person.console.commitsTransaction(sql), true);
        await assert.rejects(person.run(sql), (error) => isPilotError(error, 'statement.refused'));
        assert.equal(person.console.inTransaction, true);
        await person.run('ROLLBACK');
        assert.equal(await person.value('SELECT COUNT(*) FROM kept WHERE n = 80'), '0');
      });

    test('a procedure that commits the transaction runs where the person knows that', async () => {
      await person.run('START TRANSACTION');
      await person.run('UPDATE kept SET n = n WHERE id = 1');
      await person.run('CALL commits()', { mayCommit: true });
      assert.deepEqual([person.console.inTransaction, person.console.loss], [false, undefined]);
    });

    test('a procedure that keeps the transaction is not asked about', async () => {
      await person.run('START TRANSACTION');
      await person.run('UPDATE kept SET n = n WHERE id = 1');
      assert.equal(await person.console.commitsTransaction('CALL keeps()'), false);
      await person.run('CALL keeps()');
      assert.equal(person.console.inTransaction, true);
      await person.run('ROLLBACK');
    });

    for (const begin of ['START TRANSACTION', 'SET autocommit = 0'])
      test(`a procedure that commits the transaction unseen stops what was written for it: ${begin}`, async () => {
        await person.run(begin);
        await person.run('UPDATE kept SET n = n WHERE id = 1');
        const { endedTransaction } = await person.run('CALL hides()');
        assert.equal(endedTransaction, true);
        await assert.rejects(person.run('UPDATE kept SET n = 80'), isLost);
        person.console.acceptLoss();
        assert.equal(await person.value('SELECT COUNT(*) FROM kept WHERE n = 80'), '0');
      });

    test('a definition that fails behind its implicit commit, which the person knew of, loses nothing unknown', async () => {
      await person.run('START TRANSACTION');
      await assert.rejects(
        person.run('CREATE TABLE kept (n INT)', { mayCommit: true }),
        (error) => isPilotError(error) && error.errno === 1050,
      );
      assert.deepEqual([person.console.inTransaction, person.console.loss], [false, undefined]);
    });

    test('a session that rested is looked for on the server before something is sent', async () => {
      await person.run('START TRANSACTION');
      const id = await person.id();
      const realNow = performance.now.bind(performance);
      performance.now = () => realNow() + 60_000;
      try {
        assert.equal(await person.value('SELECT CONNECTION_ID()'), String(id));
        assert.equal(person.console.inTransaction, true);
      } finally {
        performance.now = realNow;
      }
    });
  });
}

async function waitUntilGone(server: TestServer, id: number): Promise<void> {
  const isThere = async (): Promise<boolean> =>
    ((await execute(server, `SELECT id FROM information_schema.processlist WHERE id = ${String(id)}`)) as unknown[]).length > 0;
  while (await isThere()) await new Promise((resolve) => setTimeout(resolve, 20));
}
