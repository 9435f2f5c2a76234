import assert from 'node:assert/strict';
import type { Database } from '../../../../src/engine/connection/database.ts';
import { isPilotError } from '../../../../src/engine/errors.ts';
import { execute, type Flavor, type TestServer } from '../../../harness/servers/testServer.ts';
import { type Person, stagePeople } from './people.ts';

const flavors: readonly Flavor[] = ['mysql', 'mariadb'];
const SEQUENCE = 'SELECT a.d + 10 * b.d + 100 * c.d + 1000 * e.d AS n FROM digits a, digits b, digits c, digits e';

for (const flavor of flavors) {
  suite(`a person's statements run as they are written, on ${flavor}`, function () {
    this.timeout(120_000);
    let server: TestServer;
    let database: Database;
    let person: Person;

    stagePeople(
      flavor,
      `CREATE TABLE digits (d INT); INSERT INTO digits VALUES (0), (1), (2), (3), (4), (5), (6), (7), (8), (9);
       CREATE TABLE done (t DATETIME); CREATE TABLE src (n INT); CREATE TABLE dst (n INT);
       INSERT INTO src ${SEQUENCE};
       CREATE TABLE log (n INT);
       CREATE FUNCTION note(n INT) RETURNS INT MODIFIES SQL DATA BEGIN INSERT INTO log VALUES (n); RETURN n; END;
       CREATE PROCEDURE archive() BEGIN ${SEQUENCE}; INSERT INTO done VALUES (NOW()); SELECT 1 AS last; END;
       CREATE TABLE docs (id INT PRIMARY KEY, title VARCHAR(20), body LONGTEXT, raw LONGBLOB);
       CREATE TABLE plain (id INT PRIMARY KEY, n INT) ENGINE = InnoDB; INSERT INTO plain VALUES (1, 1), (2, 2);
       CREATE TABLE numbered (id INT AUTO_INCREMENT PRIMARY KEY, n TINYINT)`,
      (stage) => {
        ({ server, database, person } = stage);
      },
    );

    test('a procedure runs to its end when one of its results has more rows than are kept', async () => {
      await execute(server, 'DELETE FROM done', 'own');
      const { results } = await person.run('CALL archive()');
      assert.deepEqual(
        results.map(({ rows, total, cutBy }) => [rows.length, total, cutBy]),
        [
          [100, 10_000, 'rows'],
          [1, 1, undefined],
        ],
      );
      assert.equal(await person.value('SELECT COUNT(*) FROM done'), '1');
    });

    test('a SELECT that calls a function with effects runs to its end', async () => {
      await execute(server, 'DELETE FROM log', 'own');
      const { results } = await person.run('SELECT note(n) FROM src WHERE n < 500');
      assert.deepEqual([results[0]?.rows.length, results[0]?.total], [100, 500]);
      assert.equal(await person.value('SELECT COUNT(*) FROM log'), '500');
    });

    if (flavor === 'mariadb')
      test('INSERT and DELETE with RETURNING run to their end', async () => {
        const inserted = await person.run('INSERT INTO dst SELECT n FROM src RETURNING n');
        assert.deepEqual([inserted.results[0]?.rows.length, inserted.results[0]?.total], [100, 10_000]);
        const deleted = await person.run('DELETE FROM dst WHERE n >= 5000 RETURNING n');
        assert.deepEqual([deleted.results[0]?.rows.length, deleted.results[0]?.total], [100, 5000]);
        assert.equal(await person.value('SELECT COUNT(*) FROM dst'), '5000');
      });

    test('the cells of a row that is too large are cut, and the session lives with its transaction', async () => {
      await execute(server, 'SET GLOBAL max_allowed_packet = 134217728', 'own');
      await execute(
        server,
        `DELETE FROM docs; INSERT INTO docs VALUES (1, 'small', 'x', 'y'), (3, 'after', 'z', NULL);
         INSERT INTO docs VALUES (2, 'large', REPEAT('é', 3000000), REPEAT(0xFF, 20000000))`,
        'own',
      );
      await person.run('START TRANSACTION');
      await person.run('UPDATE plain SET n = 10 WHERE id = 1');
      const { results } = await person.run('SELECT id, title, body, raw FROM docs ORDER BY id');
      const [first, large, last] = results[0]?.rows ?? [];
      assert.deepEqual(
        [first, last],
        [
          ['1', 'small', 'x', '0x79'],
          ['3', 'after', 'z', null],
        ],
      );
      assert.deepEqual(large?.slice(0, 2), ['2', 'large']);
      assert.match(large[2] ?? '', /^é{1000,}… \(6000000 bytes\)$/);
      assert.match(large[3] ?? '', /^0x(?:FF){1000,}… \(20000000 bytes\)$/);
      assert.deepEqual([results[0]?.cutCells, results[0]?.cutBy, person.userSession.inTransaction], [2, undefined, true]);
      await person.run('UPDATE plain SET n = 20 WHERE id = 2');
      await person.run('ROLLBACK');
      assert.deepEqual(await person.rows('SELECT n FROM plain ORDER BY id'), [['1'], ['2']]);
    });

    test('agents get the rows before a row that is too large, that row with its cell cut, and those behind it', async () => {
      const limits = { maxRows: 10, maxCharacters: 100_000, maxCellCharacters: 200 };
      const [result] = await database.reads.query('SELECT id, title, raw FROM docs ORDER BY id', { limits, timeoutMs: 30_000 });
      assert.deepEqual(
        result?.rows.map(([id]) => id),
        ['1', '2', '3'],
      );
      assert.match(result.rows[1]?.[2] ?? '', /^0x[F]{198}… \(20000000 bytes\)$/);
      assert.deepEqual([result.cutCells, result.cutBy], [1, undefined]);
    });

    test("ROW_COUNT(), SHOW WARNINGS, FOUND_ROWS() and LAST_INSERT_ID() are those of the person's statements", async () => {
      await person.run('UPDATE plain SET n = n + 1');
      assert.equal(await person.value('SELECT ROW_COUNT()'), '2');
      await person.run('UPDATE plain SET n = n - 1');
      await person.run("SELECT CAST('x' AS SIGNED)");
      assert.deepEqual(await person.rows('SHOW WARNINGS'), [['Warning', '1292', "Truncated incorrect INTEGER value: 'x'"]]);
      await person.run('SELECT SQL_CALC_FOUND_ROWS n FROM src LIMIT 3');
      assert.equal(await person.value('SELECT FOUND_ROWS()'), '10000');
      await person.run('INSERT INTO numbered (n) VALUES (1), (2)');
      assert.equal(await person.value('SELECT LAST_INSERT_ID()'), '1');
      await person.run('INSERT IGNORE INTO numbered (n) VALUES (1000)');
      assert.equal(await person.value('SELECT ROW_COUNT()'), '1');
      await person.run('DROP TABLE IF EXISTS nowhere');
      assert.equal(await person.value('SELECT ROW_COUNT()'), '0');
      await assert.rejects(person.run('SELECT * FROM nowhere'));
      assert.equal((await person.rows('SHOW WARNINGS')).length, 1);
      await assert.rejects(person.run('SELECT * FROM nowhere'));
      assert.equal(await person.value('SELECT ROW_COUNT()'), '-1');
    });

    test('warnings come with the outcome where asking for them leaves no trace, and else as a number', async () => {
      const noted = await person.run('DROP TABLE IF EXISTS nowhere');
      assert.deepEqual([noted.warnings.map(({ level, errno }) => [level, errno]), noted.warningCount], [[['Note', 1051]], 1]);
      const changed = await person.run('INSERT IGNORE INTO numbered (n) VALUES (1000)');
      assert.deepEqual([changed.warnings, changed.warningCount], [[], 1]);
      assert.equal((await person.rows('SHOW WARNINGS'))[0]?.[1], '1264');
    });

    test("a person's own sql_select_limit holds, and their other settings are as the server has them", async () => {
      await person.run('SET sql_select_limit = 5');
      assert.equal((await person.rows('SELECT n FROM src')).length, 5);
      await person.run('SET sql_select_limit = DEFAULT');
      const names = "'sql_mode', 'time_zone', 'autocommit', 'sql_select_limit', 'tx_isolation', 'transaction_isolation', 'max_join_size'";
      const differing = await person.rows(`SHOW VARIABLES WHERE Variable_name IN (${names})`);
      const admin = (await execute(server, `SHOW GLOBAL VARIABLES WHERE Variable_name IN (${names})`)) as Record<string, string>[];
      assert.deepEqual(
        differing.map(([name, value]) => [name, value]),
        admin.map((row) => [row['Variable_name'], row['Value']]),
      );
    });

    test('a transaction is shown by the flags of every answer: also with autocommit off, behind an error, and of a procedure', async () => {
      await person.run('SET autocommit = 0');
      assert.deepEqual([person.userSession.inTransaction, person.userSession.autocommit], [false, false]);
      await person.run('SELECT * FROM plain');
      assert.equal(person.userSession.inTransaction, true);
      await person.run('COMMIT');
      await assert.rejects(person.run("INSERT INTO plain VALUES (1, 'double')"));
      assert.equal(person.userSession.inTransaction, true);
      await person.run('ROLLBACK');
      assert.equal(person.userSession.inTransaction, false);
      await person.run('SET autocommit = 1');
      await execute(
        server,
        'DROP PROCEDURE IF EXISTS begins; CREATE PROCEDURE begins() BEGIN START TRANSACTION; UPDATE plain SET n = n; END',
        'own',
      );
      await person.run('CALL begins()');
      assert.equal(person.userSession.inTransaction, true);
      await person.run("XA START 'x'").catch(() => undefined);
      await person.run('ROLLBACK');
    });

    const COMMITTING = [
      'CREATE TABLE made (n INT)',
      'ALTER TABLE done ADD n INT',
      'DROP TABLE IF EXISTS made',
      'TRUNCATE TABLE done',
      'RENAME TABLE done TO done2, done2 TO done',
      'CREATE INDEX i ON src (n)',
      'CREATE VIEW v AS SELECT 1',
      'START TRANSACTION',
      'BEGIN',
      'LOCK TABLES plain READ',
      'ANALYZE TABLE plain',
      'OPTIMIZE TABLE plain',
      "CREATE USER IF NOT EXISTS somebody@localhost IDENTIFIED BY 'Some-1-word'",
      'FLUSH TABLES',
      'GRANT SELECT ON own.* TO root@localhost',
      '/* a comment */ CREATE TABLE made (n INT)',
      '/*!40000 ALTER TABLE plain ENABLE KEYS */',
    ];
    for (const sql of COMMITTING)
      test(`says that it commits the open transaction, before it runs: ${sql}`, async () => {
        await person.run('START TRANSACTION');
        await person.run('UPDATE plain SET n = n + 100 WHERE id = 1');
        assert.equal(await person.userSession.commitsTransaction(sql), 'commits');
        await assert.rejects(person.run(sql), (error) => isPilotError(error, 'statement.refused'));
        assert.equal(person.userSession.inTransaction, true);
        await person.run('ROLLBACK');
        assert.equal(await person.value('SELECT n FROM plain WHERE id = 1'), '1');
      });

    const KEEPING = [
      'SELECT 1',
      'SHOW TABLES',
      'EXPLAIN SELECT * FROM plain',
      'CREATE TEMPORARY TABLE mine (n INT)',
      'SAVEPOINT a',
      'SET @a = 1',
      'SET SESSION sql_mode = @@sql_mode',
      'INSERT INTO log VALUES (1)',
      'USE own',
      'DO 1',
      "PREPARE p FROM 'SELECT 1'",
      'DESCRIBE plain',
      'CHECKSUM TABLE plain',
      'SET autocommit = 0',
      ...(flavor === 'mariadb'
        ? ['ANALYZE SELECT 1', 'INSERT INTO log VALUES (2) RETURNING n']
        : ['EXPLAIN ANALYZE SELECT 1', 'TABLE plain']),
    ];
    for (const sql of KEEPING)
      test(`goes on with the open transaction: ${sql}`, async () => {
        await person.run('START TRANSACTION');
        await person.run('UPDATE plain SET n = n + 100 WHERE id = 1');
        assert.equal(await person.userSession.commitsTransaction(sql), 'keeps');
        await person.run(sql);
        assert.equal(person.userSession.inTransaction, true);
        await person.run('ROLLBACK');
      });
  });
}
