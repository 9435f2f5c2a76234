import assert from 'node:assert/strict';
import { isPilotError } from '../../../../src/engine/errors.ts';
import { execute, type Flavor, type TestServer } from '../../../harness/servers/testServer.ts';
import { type Person, stagePeople } from './people.ts';

const flavors: readonly Flavor[] = ['mysql', 'mariadb'];

for (const flavor of flavors) {
  suite(`a connection that is read-only for people, on ${flavor}`, function () {
    this.timeout(60_000);
    let server: TestServer;
    let person: Person;

    stagePeople(
      flavor,
      `CREATE TABLE moments (t TIMESTAMP); INSERT INTO moments VALUES ('2020-01-02 03:04:05');
       CREATE TABLE kept (n INT); INSERT INTO kept VALUES (1);
       CREATE FUNCTION writes() RETURNS INT MODIFIES SQL DATA BEGIN INSERT INTO kept VALUES (2); RETURN 1; END;
       CREATE VIEW hidden AS SELECT writes() AS w`,
      (stage) => {
        ({ server, person } = stage);
      },
      {
        before: "SET GLOBAL time_zone = '+09:00'; SET GLOBAL sql_mode = CONCAT(@@global.sql_mode, ',ANSI_QUOTES,NO_BACKSLASH_ESCAPES')",
        readOnly: true,
      },
    );

    test('USE and variables last, and moments are shown in the zone of the session', async () => {
      assert.equal(await person.value('SELECT t FROM moments'), '2020-01-02 03:04:05');
      await person.run("SET time_zone = '+00:00'");
      assert.equal(await person.value('SELECT t FROM moments'), '2020-01-01 18:04:05');
      await person.run('SET @a = 1, @b = (SELECT MAX(n) FROM kept)');
      assert.deepEqual(await person.rows('SELECT @a, @b'), [['1', '1']]);
      await person.run('USE information_schema');
      assert.deepEqual(
        [await person.value('SELECT DATABASE()'), person.userSession.database],
        ['information_schema', 'information_schema'],
      );
    });

    test('a text is read without the modes that change how a server reads it, as it was judged', async () => {
      assert.equal(await person.value(`SELECT 'a\\'; DELETE FROM kept; -- '`), "a'; DELETE FROM kept; -- ");
      assert.equal(await person.value('SELECT "n" FROM kept'), 'n');
    });

    const ALLOWED = [
      'START TRANSACTION',
      'START TRANSACTION READ ONLY',
      'BEGIN',
      'COMMIT',
      'ROLLBACK',
      'SAVEPOINT a',
      'SET NAMES latin1',
      'SET autocommit = 0',
      'SET SESSION sql_select_limit = 2',
      'SET TRANSACTION ISOLATION LEVEL READ COMMITTED',
      'SHOW TABLES',
      'EXPLAIN SELECT * FROM kept',
    ];
    for (const sql of ALLOWED)
      test(`allows ${sql}`, async () => {
        await person.run(sql);
      });

    const REFUSED = [
      'INSERT INTO kept VALUES (3)',
      'UPDATE kept SET n = 3',
      'DELETE FROM kept',
      'TRUNCATE kept',
      'DROP TABLE kept',
      'CREATE TABLE made (n INT)',
      'CREATE TEMPORARY TABLE made (n INT)',
      'START TRANSACTION READ WRITE',
      'SET SESSION TRANSACTION READ WRITE',
      'SET TRANSACTION READ WRITE',
      'SET transaction_read_only = 0',
      'SET @@session.tx_read_only = 0',
      'SET @a = 1, tx_read_only = 0',
      "SET sql_mode = ''",
      'SET GLOBAL max_connections = 10',
      'SET @@global.max_connections = 10',
      'SET PERSIST max_connections = 10',
      'SET sql_log_bin = 0',
      "SET PASSWORD = 'x'",
      'SET ROLE NONE',
      'SELECT writes()',
      'SELECT * FROM hidden',
      'SET @a = writes()',
      'SET @a = (SELECT w FROM hidden)',
      'CALL anything()',
      "PREPARE p FROM 'DELETE FROM kept'",
      'EXECUTE p',
      'LOCK TABLES kept WRITE',
      'SELECT n FROM kept INTO @a',
      'SELECT * FROM kept FOR UPDATE',
      'DO writes()',
      'HANDLER kept OPEN',
      'KILL 1',
      'FLUSH TABLES',
      'SET @a = SLEEP(100)',
    ];
    for (const sql of REFUSED)
      test(`refuses ${sql}`, async () => {
        await assert.rejects(person.run(sql), (error) => isPilotError(error));
        assert.deepEqual(await execute(server, 'SELECT n FROM own.kept'), [{ n: 1 }]);
      });
  });
}
