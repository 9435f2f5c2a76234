import assert from 'node:assert/strict';
import { isPilotError } from '../../src/engine/errors.ts';
import { secondFlavor } from '../harness/depth.ts';
import { execute, type Flavor } from '../harness/servers/testServer.ts';
import { fails, WRITE_OPTIONS, WriteSetup } from '../harness/servers/writeSetup.ts';
import { inEnglish } from '../../src/engine/phrase.ts';

const flavors: readonly Flavor[] = ['mysql', 'mariadb'];
const READ = { limits: { maxRows: 10, maxCharacters: 10_000 }, timeoutMs: 60_000 };

/** Others change what a statement means, or what it reads, between the look at it and its run. */
for (const flavor of flavors) {
  suite(`writes and plans hold what was looked at on ${flavor}`, function () {
    secondFlavor(this, flavor);
    this.timeout(240_000);
    let setup: WriteSetup;
    const admin = (sql: string): Promise<unknown> => execute(setup.server, sql, 'shop');

    suiteSetup(async () => {
      setup = await WriteSetup.start(flavor, true);
      for (const sql of [
        'CREATE TABLE a (id INT PRIMARY KEY, v INT); INSERT INTO a VALUES (1, 1), (2, 2), (3, 3)',
        'CREATE TABLE b (id INT PRIMARY KEY, v INT); INSERT INTO b VALUES (1, 100), (2, 200)',
        'CREATE TABLE sink (id INT PRIMARY KEY AUTO_INCREMENT, v INT)',
        'CREATE TABLE kid (id INT PRIMARY KEY, a INT, FOREIGN KEY (a) REFERENCES a (id) ON DELETE CASCADE ON UPDATE CASCADE)',
        'CREATE TABLE grandkid (id INT PRIMARY KEY, kid INT, FOREIGN KEY (kid) REFERENCES kid (id) ON DELETE SET NULL)',
        'INSERT INTO kid VALUES (1, 1), (2, 2); INSERT INTO grandkid VALUES (1, 1), (2, 2)',
        'CREATE TABLE trace (v INT) ENGINE = MyISAM',
        'CREATE TABLE base (id INT PRIMARY KEY, v INT); INSERT INTO base VALUES (1, 1)',
        'CREATE FUNCTION lasting() RETURNS INT MODIFIES SQL DATA BEGIN SET @@GLOBAL.max_error_count = 77; RETURN 1; END',
        'CREATE PROCEDURE p() SELECT 1',
      ])
        await admin(sql);
    });
    suiteTeardown(() => setup.dispose());

    const lasting = async (): Promise<unknown> => (await setup.rows('SELECT @@GLOBAL.max_error_count'))[0]?.[0];

    test('the plan of a write runs nothing of a view that took the place of a table a moment ago', async () => {
      const before = await lasting();
      for (const sql of [
        'DELETE FROM a WHERE id = (SELECT MAX(id) FROM base)',
        'DELETE FROM a WHERE id IN (SELECT id FROM base)',
        'UPDATE a JOIN (SELECT id FROM base LIMIT 1) d ON d.id = a.id SET a.v = 5',
        'UPDATE a JOIN base d ON d.id = a.id SET a.v = 5',
        'INSERT INTO sink (v) SELECT id FROM (SELECT id FROM base LIMIT 1) x',
        'DELETE a FROM a JOIN base USING (id)',
      ]) {
        await setup.database.reads.query(`EXPLAIN ${sql}`, READ); // the names are known now
        await admin('RENAME TABLE base TO real_base; CREATE ALGORITHM = TEMPTABLE VIEW base AS SELECT lasting() AS id, 1 AS v');
        await assert.rejects(setup.database.reads.query(`EXPLAIN ${sql}`, READ), (error) => isPilotError(error, 'statement.refused'));
        await admin('DROP VIEW base; RENAME TABLE real_base TO base');
        assert.equal(await lasting(), before, sql);
      }
    });

    test('nothing gets a trigger, another definition or another meaning between the last look and the statement', async () => {
      for (const change of [
        'CREATE TRIGGER late BEFORE UPDATE ON a FOR EACH ROW SET NEW.v = 666',
        'RENAME TABLE a TO real_a',
        'ALTER TABLE a ADD COLUMN extra INT DEFAULT 666',
        'ALTER TABLE a MODIFY v BIGINT',
        'DROP TABLE a',
      ]) {
        const preview = await setup.look('UPDATE a SET v = v + 1 WHERE id = 3');
        const [[before]] = (await setup.rows('SELECT v FROM shop.a WHERE id = 3')) as [[number]];
        // It waits for the transaction, and fails by its own limit behind it where that is still there.
        await setup.run(preview, setup.database, async () => {
          await admin(`SET foreign_key_checks = 0; SET SESSION lock_wait_timeout = 1; ${change}`).catch(() => undefined);
        });
        assert.deepEqual(await setup.rows('SELECT v FROM shop.a WHERE id = 3'), [[before + 1]], change);
        assert.deepEqual(await setup.rows("SELECT trigger_name FROM information_schema.triggers WHERE trigger_name = 'late'"), []);
      }
    });

    test('new values, added rows, defaults and child rows that are others than in the preview stop the run', async () => {
      for (const [sql, change, back] of [
        ['UPDATE a SET v = (SELECT MAX(v) FROM b) WHERE id = 1', 'UPDATE b SET v = 666 WHERE id = 2', 'UPDATE b SET v = 200 WHERE id = 2'],
        [
          'UPDATE a SET v = (SELECT v FROM b WHERE b.id = a.id) WHERE id < 3',
          'UPDATE b SET v = 666 WHERE id = 1',
          'UPDATE b SET v = 100 WHERE id = 1',
        ],
        ['UPDATE a SET v = v + (SELECT COUNT(*) FROM b)', 'INSERT INTO b VALUES (9, 9)', 'DELETE FROM b WHERE id = 9'],
        ['UPDATE a SET v = 0 WHERE id IN (SELECT id FROM b)', 'INSERT INTO b VALUES (3, 9)', 'DELETE FROM b WHERE id = 3'],
        ['INSERT INTO sink (v) SELECT v FROM b', 'UPDATE b SET v = 666 WHERE id = 2', 'UPDATE b SET v = 200 WHERE id = 2'],
        ['INSERT INTO sink (v) SELECT SUM(v) FROM b GROUP BY id', 'UPDATE b SET v = 1 WHERE id = 2', 'UPDATE b SET v = 200 WHERE id = 2'],
        [
          'INSERT INTO sink (id) VALUES (5000)',
          'ALTER TABLE sink ALTER COLUMN v SET DEFAULT 666',
          'ALTER TABLE sink ALTER COLUMN v SET DEFAULT NULL',
        ],
        ['DELETE FROM a WHERE id = 2', 'INSERT INTO kid VALUES (9, 2)', 'DELETE FROM kid WHERE id = 9'],
        [
          'DELETE FROM a WHERE id = 2',
          'UPDATE kid SET id = 8 WHERE id = 2',
          'UPDATE kid SET id = 2 WHERE id = 8; UPDATE grandkid SET kid = 2 WHERE id = 2',
        ],
        ['DELETE FROM a WHERE id = 2', 'INSERT INTO grandkid VALUES (9, 2)', 'DELETE FROM grandkid WHERE id = 9'],
        ['UPDATE a SET id = 20 WHERE id = 2', 'INSERT INTO kid VALUES (9, 2)', 'DELETE FROM kid WHERE id = 9'],
      ] as const) {
        const preview = await setup.look(sql);
        await admin(`SET foreign_key_checks = 0; ${change}`);
        await fails(setup.run(preview), 'write.changed');
        await admin(`SET foreign_key_checks = 0; ${back}`);
      }
    });

    test('what is held so runs where nothing has changed', async () => {
      for (const sql of [
        'UPDATE a SET v = (SELECT MAX(v) FROM b) WHERE id IN (SELECT id FROM b)',
        'INSERT INTO sink (v) SELECT v FROM b',
        'DELETE FROM a WHERE id = 2',
        'UPDATE a SET id = 10 WHERE id = 1',
      ])
        await setup.run(await setup.look(sql));
      assert.deepEqual(await setup.rows('SELECT id, v FROM shop.a ORDER BY id'), [
        [3, 8],
        [10, 200],
      ]);
      assert.deepEqual(await setup.rows('SELECT id, a FROM shop.kid'), [[1, 10]]);
      assert.deepEqual(await setup.rows('SELECT id, kid FROM shop.grandkid ORDER BY id'), [
        [1, 1],
        [2, null],
      ]);
      const [first] = (await setup.look('UPDATE a SET v = (SELECT v FROM b ORDER BY RAND() LIMIT 1)')).statements;
      assert.deepEqual(first?.guards, []);
      const [limited] = (await setup.look('INSERT INTO sink (v) SELECT v FROM b LIMIT 1')).statements;
      assert.deepEqual(limited?.unheld.map(inEnglish), ['the rows that the query returns']);
    });

    test('a procedure, table, view or database that is another one than in the preview is left alone', async () => {
      for (const [make, sql, change] of [
        ['', 'CALL p()', 'DROP PROCEDURE p; CREATE PROCEDURE p() DELETE FROM b'],
        ['', 'CALL p()', 'ALTER PROCEDURE p SQL SECURITY INVOKER'],
        ['CREATE TABLE gone (i INT)', 'DROP TABLE gone', 'DROP TABLE gone; CREATE TABLE gone (precious INT)'],
        ['CREATE TABLE IF NOT EXISTS gone (i INT)', 'TRUNCATE TABLE gone', 'DROP TABLE gone; CREATE TABLE gone (precious TEXT)'],
        ['CREATE VIEW seen AS SELECT 1 AS i', 'DROP VIEW seen', 'CREATE OR REPLACE VIEW seen AS SELECT 2 AS i, 3 AS j'],
        ['', 'ALTER TABLE gone ADD COLUMN j INT', 'ALTER TABLE gone RENAME COLUMN precious TO k'],
        ['CREATE DATABASE away', 'DROP DATABASE away', 'CREATE TABLE away.precious (i INT)'],
        ['', 'RENAME TABLE gone TO gone2', 'CREATE TABLE gone2 (i INT)'],
      ] as const) {
        if (make !== '') await admin(make);
        const preview = await setup.look(sql);
        await admin(change);
        await fails(setup.run(preview), 'write.changed');
      }
      assert.equal((await setup.rows('SELECT * FROM shop.b')).length, 2);
    });

    test('a dry run tries nothing on a sequence, and no statement writes rows to one', async function () {
      if (flavor === 'mysql') this.skip(); // has none
      await admin('CREATE SEQUENCE numbers START 5');
      for (const sql of [
        'INSERT INTO numbers VALUES (500, 1, 1000, 1, 1, 0, 0, 0)',
        'INSERT INTO `numbers` SELECT 500, 1, 1000, 1, 1, 0, 0, 0',
        'REPLACE INTO shop.numbers VALUES (500, 1, 1000, 1, 1, 0, 0, 0)',
        'INSERT IGNORE INTO numbers VALUES (500, 1, 1000, 1, 1, 0, 0, 0)',
        'INSERT INTO numbers (next_not_cached_value) VALUES (500)',
        'UPDATE numbers SET next_not_cached_value = 500',
      ])
        await assert.rejects(setup.look(sql), (error) => isPilotError(error, 'statement.refused'));
      assert.deepEqual(await setup.rows('SELECT next_not_cached_value FROM shop.numbers'), [[5]]);
    });

    test('partitions that give up values of a list need the right to delete', async () => {
      await admin(
        'CREATE TABLE listed (id INT) PARTITION BY LIST (id) (PARTITION p0 VALUES IN (1, 2), PARTITION p1 VALUES IN (3)); INSERT INTO listed VALUES (1), (2), (3)',
      );
      const ddl = await setup.open({ writes: { ddl: 'allow' } });
      for (const sql of [
        'ALTER TABLE listed REORGANIZE PARTITION p0 INTO (PARTITION p0 VALUES IN (1))',
        'ALTER TABLE listed REORGANIZE PARTITION p0, p1 INTO (PARTITION p0 VALUES IN (1, 3))',
        'ALTER TABLE listed REORGANIZE PARTITION p0 INTO (PARTITION p0 VALUES IN (7))',
        'ALTER TABLE listed COMMENT = "x", REORGANIZE PARTITION p1 INTO (PARTITION p1 VALUES IN (9))',
        'ALTER TABLE shop.listed REORGANIZE PARTITION p1 INTO (PARTITION p1 VALUES IN (NULL))',
      ])
        await assert.rejects(ddl.writes.judge(sql, WRITE_OPTIONS), (error) => isPilotError(error) && error.code.includes('statement.'));
      assert.equal((await setup.rows('SELECT * FROM shop.listed')).length, 3);
    });
  });
}
