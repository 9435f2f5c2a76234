import assert from 'node:assert/strict';
import { WRITE_OPTIONS, WriteSetup, fails } from '../../harness/servers/writeSetup.ts';
import { execute, type Flavor } from '../../harness/servers/testServer.ts';

const flavors: readonly Flavor[] = ['mysql', 'mariadb'];

/** What an agent may well want to define; each runs after those before it. */
const HONEST = [
  "CREATE TABLE defined (id INT AUTO_INCREMENT PRIMARY KEY, name VARCHAR(40) NOT NULL DEFAULT 'x' COMMENT \"it's\", at TIMESTAMP DEFAULT CURRENT_TIMESTAMP ON UPDATE CURRENT_TIMESTAMP, size INT, half INT GENERATED ALWAYS AS (size DIV 2) VIRTUAL, CHECK (size > 0), KEY by_name (name(10))) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COMMENT='a table'",
  'CREATE TABLE IF NOT EXISTS child (id INT PRIMARY KEY, parent INT, CONSTRAINT fk_defined FOREIGN KEY (parent) REFERENCES defined (id) ON DELETE CASCADE)',
  "ALTER TABLE defined ADD COLUMN note TEXT AFTER name, ADD UNIQUE KEY uq_note (note(20)), ALTER COLUMN name SET DEFAULT 'y'",
  'CREATE INDEX by_at ON defined (at DESC)',
  'ALTER TABLE defined MODIFY note VARCHAR(200), DROP INDEX by_name, RENAME COLUMN name TO title',
  'CREATE TABLE copied AS SELECT id, title FROM defined WHERE id < 10',
  'CREATE TABLE liked LIKE defined',
  'CREATE OR REPLACE VIEW shown AS SELECT d.id, COUNT(*) AS n FROM defined d LEFT JOIN child c ON c.parent = d.id GROUP BY d.id',
  'CREATE TABLE parts (id INT, y INT) PARTITION BY RANGE (y) (PARTITION p0 VALUES LESS THAN (10), PARTITION p1 VALUES LESS THAN MAXVALUE)',
  'ALTER TABLE parts TRUNCATE PARTITION p0',
  'ALTER TABLE parts REORGANIZE PARTITION p1 INTO (PARTITION p1 VALUES LESS THAN (20), PARTITION p2 VALUES LESS THAN MAXVALUE)',
  "CREATE TRIGGER defined_t BEFORE INSERT ON defined FOR EACH ROW BEGIN IF NEW.title = '' THEN SET NEW.title = 'none'; END IF; END",
  'CREATE PROCEDURE add_one(IN t VARCHAR(40), OUT n INT) BEGIN DECLARE EXIT HANDLER FOR SQLEXCEPTION SET n = -1; INSERT INTO defined (title) VALUES (t); SET n = ROW_COUNT(); END',
  "CALL add_one('one', @n)",
  'CREATE FUNCTION twice(n INT) RETURNS INT DETERMINISTIC RETURN n * 2',
  'CREATE VIEW doubled AS SELECT twice(id) AS d FROM defined',
  "CREATE EVENT tidy ON SCHEDULE EVERY 1 DAY STARTS '2030-01-01' DISABLE DO DELETE FROM child WHERE id < 0",
  "ALTER EVENT tidy COMMENT 'later'",
  'RENAME TABLE copied TO moved, liked TO copied',
  'TRUNCATE TABLE moved',
  'ANALYZE TABLE defined, child',
  "CREATE USER 'reporter'@'10.%' IDENTIFIED BY 'Sec\\'ret-1' ACCOUNT LOCK",
  "GRANT SELECT, SHOW VIEW ON shop.* TO 'reporter'@'10.%'",
  'GRANT UPDATE (title) ON shop.defined TO reporter@`10.%`',
  "REVOKE SHOW VIEW ON shop.* FROM 'reporter'@'10.%'",
  'ALTER USER reporter@"10.%" ACCOUNT UNLOCK',
  "RENAME USER 'reporter'@'10.%' TO 'reader'@'10.%'",
  "SET PASSWORD FOR 'reader'@'10.%' = SECRET",
  'CREATE ROLE readers',
  "GRANT readers TO 'reader'@'10.%'",
  'DROP ROLE readers',
  "DROP USER IF EXISTS 'reader'@'10.%'",
  'SET GLOBAL max_connections = 200',
  'FLUSH TABLES',
  'FLUSH TABLES defined',
  'DROP EVENT tidy',
  'DROP VIEW IF EXISTS shown, doubled',
  'DROP TRIGGER defined_t',
  'DROP PROCEDURE add_one',
  'DROP FUNCTION IF EXISTS twice',
  'DROP INDEX by_at ON defined',
  'ALTER TABLE child DROP FOREIGN KEY fk_defined',
  'DROP TABLE IF EXISTS defined, child, copied, moved, parts, not_there',
  'CREATE DATABASE brand_new DEFAULT CHARACTER SET utf8mb4',
  'ALTER DATABASE brand_new COLLATE utf8mb4_bin',
  'DROP DATABASE brand_new',
];

for (const flavor of flavors) {
  suite(`definitions on ${flavor}`, function () {
    this.timeout(120_000);
    let setup: WriteSetup;

    suiteSetup(async () => {
      setup = await WriteSetup.start(flavor, true);
    });
    suiteTeardown(() => setup.dispose());

    const run = async (sql: string): Promise<string> => {
      const preview = await setup.look(sql);
      await setup.run(preview);
      return preview.statements[0]?.printed ?? '';
    };

    test('honest ones run as they were printed', async () => {
      const secret = flavor === 'mysql' ? "'Sec-ret-2'" : "PASSWORD('Sec-ret-2')";
      for (const sql of HONEST.map((one) => one.replace('SECRET', secret))) {
        const printed = await run(sql).catch((error: unknown) => assert.fail(`${sql}: ${String(error)}`));
        assert.doesNotMatch(printed, /\n|--|\/\*/);
      }
    });

    test('a comment of the agent is not what runs', async () => {
      const printed = await run('CREATE TABLE /*! IF NOT EXISTS */ x1 /* a */ (id INT /*!99999 , b INT */) -- c\n');
      assert.equal(printed, 'CREATE TABLE IF NOT EXISTS `shop`.`x1` (`id` INT)');
      await run('DROP TABLE x1');
    });

    test('what a definition names must still be the same when it runs', async () => {
      await run('CREATE TABLE x2 (id INT PRIMARY KEY)');
      const preview = await setup.look('DROP TABLE x2');
      await execute(setup.server, 'DROP TABLE shop.x2');
      await fails(setup.run(preview), 'write.changed', /differ from the preview/);
      await fails(
        setup.database.writes.judge('CREATE TABLE x2 (id INT', WRITE_OPTIONS),
        'statement.failed',
        /Syntax error.*line 1, column 24/,
      );
    });

    test('ddl alone deletes nothing and runs nothing', async () => {
      const database = await setup.open({ writes: { ddl: 'allow' } });
      const before = await setup.rows('SELECT COUNT(*) FROM shop.orders');
      for (const sql of [
        'DROP TABLE orders',
        'TRUNCATE orders',
        'ALTER TABLE orders DROP COLUMN note',
        'ALTER TABLE orders MODIFY note VARCHAR(1)',
        'ALTER TABLE orders ENGINE=BLACKHOLE',
        "ALTER TABLE orders /*! ENGINE */ = 'BLACKHOLE'",
        'ALTER TABLE orders CONVERT TO CHARACTER SET ascii',
        'CREATE EVENT e ON SCHEDULE EVERY 1 SECOND DO DELETE FROM orders',
        'CREATE TRIGGER t AFTER UPDATE ON orders FOR EACH ROW DELETE FROM customers',
        'CREATE PROCEDURE p() DELETE FROM orders',
        'CREATE FUNCTION f() RETURNS INT RETURN 1',
        "CREATE DEFINER = 'root'@'localhost' VIEW v AS SELECT 1",
        'ALTER VIEW v AS SELECT 1',
        'CREATE TABLE taken AS SELECT * FROM orders',
        'CREATE VIEW v AS SELECT my_function(id) FROM orders',
        'DROP DATABASE shop',
      ])
        await fails(database.writes.judge(sql, WRITE_OPTIONS), 'statement.refused', /doesn't allow these writes by agents/);
      assert.deepEqual(await setup.rows('SELECT COUNT(*) FROM shop.orders'), before);
    });
  });
}
