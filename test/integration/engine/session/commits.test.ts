import assert from 'node:assert/strict';
import { isPilotError } from '../../../../src/engine/errors.ts';
import type { Flavor } from '../../../harness/servers/testServer.ts';
import { type Person, stagePeople } from './people.ts';

const flavors: readonly Flavor[] = ['mysql', 'mariadb'];

for (const flavor of flavors) {
  suite(`an open transaction that a program ends, on ${flavor}`, function () {
    this.timeout(120_000);
    let person: Person;

    stagePeople(
      flavor,
      `CREATE TABLE kept (id INT PRIMARY KEY, n INT) ENGINE = InnoDB; INSERT INTO kept VALUES (1, 1), (2, 2), (3, 3);
       CREATE PROCEDURE commits() BEGIN UPDATE kept SET n = n; COMMIT; END;
       CREATE PROCEDURE commits_and_begins() BEGIN COMMIT; START TRANSACTION; UPDATE kept SET n = n; END;
       CREATE PROCEDURE defines() BEGIN IF 1 THEN CREATE TABLE IF NOT EXISTS made (n INT); END IF; END;
       CREATE PROCEDURE calls() BEGIN CALL commits_and_begins(); END;
       CREATE PROCEDURE keeps() BEGIN DECLARE EXIT HANDLER FOR SQLEXCEPTION BEGIN END; SAVEPOINT a; UPDATE kept SET n = n; ROLLBACK TO a; CREATE TEMPORARY TABLE IF NOT EXISTS mine (n INT); END;
       CREATE PROCEDURE fetches() BEGIN DECLARE v INT; DECLARE done INT DEFAULT 0; DECLARE c CURSOR FOR SELECT n FROM kept; DECLARE CONTINUE HANDLER FOR NOT FOUND SET done = 1; OPEN c; l: LOOP FETCH c INTO v; IF done THEN LEAVE l; END IF; END LOOP; CLOSE c; DO 1; END;
       CREATE PROCEDURE prepares() PREPARE p FROM 'COMMIT';
       CREATE PROCEDURE rolls_back() BEGIN DECLARE EXIT HANDLER FOR SQLEXCEPTION ROLLBACK; UPDATE kept SET n = n; COMMIT; END;
       CREATE PROCEDURE discards() IF 1 THEN ROLLBACK; END IF;
       CREATE PROCEDURE hides() BEGIN SET @s = 'COMMIT'; PREPARE p FROM @s; EXECUTE p; END`,
      (stage) => {
        ({ person } = stage);
      },
    );

    const COMMITTING = [
      ...['CALL commits()', 'CALL own.commits_and_begins()', 'CALL defines()', 'call `calls`()'],
      ...(flavor === 'mariadb'
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
        assert.equal(await person.userSession.commitsTransaction(sql), 'commits');
        await assert.rejects(person.run(sql), (error) => isPilotError(error, 'statement.refused'));
        assert.equal(person.userSession.inTransaction, true);
        await person.run('ROLLBACK');
        assert.equal(await person.value('SELECT COUNT(*) FROM kept WHERE n = 80'), '0');
      });

    test('a procedure that commits the transaction runs where the person knows that', async () => {
      await person.run('START TRANSACTION');
      await person.run('UPDATE kept SET n = n WHERE id = 1');
      await person.run('CALL commits()', { mayCommit: true });
      assert.deepEqual([person.userSession.inTransaction, person.userSession.loss], [false, undefined]);
    });

    const KEEPING = [
      'CALL keeps()',
      'CALL fetches()',
      ...(flavor === 'mariadb' ? ['SET STATEMENT max_statement_time = 5 FOR UPDATE kept SET n = n'] : []),
    ];
    for (const sql of KEEPING)
      test(`a program that keeps the transaction is not asked about: ${sql}`, async () => {
        await person.run('START TRANSACTION');
        await person.run('UPDATE kept SET n = n WHERE id = 1');
        assert.equal(await person.userSession.commitsTransaction(sql), 'keeps');
        await person.run(sql);
        assert.equal(person.userSession.inTransaction, true);
        await person.run('ROLLBACK');
      });

    const PREPARED: readonly (readonly [string, 'commits' | 'ends' | 'mayEnd', ...string[]])[] = [
      ['EXECUTE p', 'commits', "PREPARE p FROM 'COMMIT'"],
      ['CALL rolls_back()', 'ends'],
      ['CALL discards()', 'ends'],
      ['EXECUTE p', 'commits', "PREPARE p FROM 'CREATE TABLE IF NOT EXISTS made (n INT)'"],
      ['EXECUTE `P`', 'commits', "PREPARE p FROM 'CALL commits_and_begins()'"],
      ['EXECUTE p', 'mayEnd', "SET @text = 'TRUNCATE kept'", 'PREPARE p FROM @text'],
      ['EXECUTE p', 'mayEnd', "PREPARE p FROM 'DO 1'", 'CALL prepares()'],
      ['CALL hides()', 'mayEnd'],
      ...(flavor === 'mariadb'
        ? ([
            ["EXECUTE IMMEDIATE 'CALL commits_and_begins()'", 'commits'],
            ["EXECUTE IMMEDIATE CONCAT('COMM', 'IT')", 'mayEnd'],
            ["EXECUTE IMMEDIATE 'COMMIT'", 'commits'],
            ["EXECUTE IMMEDIATE 'ROLLBACK'", 'ends'],
            ['EXECUTE p', 'ends', "PREPARE p FROM 'ROLLBACK'"],
          ] as const)
        : []),
    ];
    for (const [sql, effect, ...before] of PREPARED)
      test(`asks before a text that is not in the statement ends the open transaction: ${[...before, sql].join('; ')}`, async () => {
        for (const statement of before) await person.run(statement);
        await person.run('START TRANSACTION');
        await person.run('UPDATE kept SET n = 85 WHERE id = 1');
        assert.equal(await person.userSession.commitsTransaction(sql), effect);
        await assert.rejects(person.run(sql), (error) => isPilotError(error, 'statement.refused'));
        assert.equal(person.userSession.inTransaction, true);
        await person.run('ROLLBACK');
        assert.equal(await person.value('SELECT COUNT(*) FROM kept WHERE n = 85'), '0');
      });

    test('a text that was prepared and keeps the transaction is not asked about', async () => {
      await person.run("PREPARE p FROM 'COMMIT'");
      await person.run("PREPARE p FROM 'UPDATE kept SET n = n WHERE id = ?'");
      await person.run('SET @id = 1');
      await person.run('START TRANSACTION');
      assert.equal(await person.userSession.commitsTransaction('EXECUTE p USING @id'), 'keeps');
      await person.run('EXECUTE p USING @id');
      assert.equal(person.userSession.inTransaction, true);
      await assert.rejects(person.run("PREPARE p FROM 'NONSENSE'"));
      assert.equal(await person.userSession.commitsTransaction('EXECUTE p'), 'mayEnd');
      await person.run('ROLLBACK');
    });

    test('a text that may commit, and has, runs where the person knows that', async () => {
      await person.run('START TRANSACTION');
      await person.run('UPDATE kept SET n = n WHERE id = 1');
      await person.run('CALL hides()', { mayCommit: true });
      assert.deepEqual([person.userSession.inTransaction, person.userSession.loss], [false, undefined]);
    });
  });
}
