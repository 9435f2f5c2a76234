import assert from 'node:assert/strict';
import type { ReadContext } from '../../../../src/engine/guard/readContext.ts';
import { checkWrite } from '../../../../src/engine/guard/writePolicy.ts';
import { ParseError } from '../../../../src/engine/sql/lexer/parseError.ts';
import { parseStatements } from '../../../../src/engine/sql/parser/parse.ts';
import { MARIADB, MYSQL } from '../sql/dialects.ts';

/** The classes, or what is refused. */
function judge(sql: string, { dialect = MYSQL, database = 'shop', isTableDenied }: Partial<ReadContext> = {}): string {
  try {
    const [statement, second] = parseStatements(sql, dialect);
    assert.ok(statement !== undefined && second === undefined, sql);
    const verdict = checkWrite(statement, { dialect, database, isTableDenied });
    return 'what' in verdict ? `refused: ${verdict.what}` : verdict.classes.toSorted().join('+');
  } catch (error) {
    if (error instanceof ParseError) return `refused: ${error.message}`;
    throw error;
  }
}
const classes = (text: string): string => text.split('+').sort().join('+');

suite('writes', () => {
  const cases: readonly [string, string][] = [
    ['INSERT INTO t (a) VALUES (1)', 'insert'],
    ['INSERT IGNORE INTO t SELECT * FROM u', 'insert'],
    ['INSERT INTO t (a) VALUES (1) ON DUPLICATE KEY UPDATE a = 2', 'insert+update'],
    ['INSERT INTO t (a) SELECT a FROM u ON DUPLICATE KEY UPDATE a = VALUES(a)', 'insert+update'],
    ['REPLACE INTO t (a) VALUES (1)', 'insert+delete'],
    ['UPDATE t SET a = 1', 'update'],
    ['WITH x AS (SELECT 1) UPDATE t SET a = 1', 'update'],
    ['WITH x AS (SELECT 1) DELETE FROM t', 'delete'],
    ['DELETE FROM t', 'delete'],
    ['TRUNCATE t', 'ddl+delete'],
    ['DROP TABLE t', 'ddl+delete'],
    ['DROP DATABASE shop', 'ddl+delete'],
    ['CREATE TABLE t (a INT)', 'ddl'],
    ['CREATE UNIQUE INDEX i ON t (a)', 'ddl'],
    ['DROP INDEX i ON t', 'ddl'],
    ['ALTER TABLE t ADD COLUMN b INT', 'ddl'],
    ['RENAME TABLE t TO u', 'ddl'],
    ['CREATE DEFINER = user@host TRIGGER x BEFORE INSERT ON t FOR EACH ROW SET NEW.a = 1', 'ddl+call+administration'],
    ['CREATE TRIGGER x BEFORE INSERT ON t FOR EACH ROW SET NEW.a = 1', 'ddl+call'],
    ['CREATE DEFINER = CURRENT_USER() SQL SECURITY INVOKER VIEW v AS SELECT 1', 'ddl'],
    ['CREATE USER u', 'administration'],
    ["ALTER USER u IDENTIFIED BY 'x'", 'administration'],
    ['DROP ROLE r', 'administration'],
    ['GRANT ALL ON *.* TO u', 'administration'],
    ['SET GLOBAL max_connections = 5', 'administration'],
    ['SET @@global.max_connections = 5', 'administration'],
    ['KILL 5', 'administration'],
    ['ANALYZE LOCAL TABLE t', 'administration'],
    ['ALTER TABLE t DROP PARTITION p0', 'ddl+delete'],
    ['ALTER TABLE t TRUNCATE PARTITION p0', 'ddl+delete'],
    ['ALTER TABLE t DROP COLUMN a', 'ddl+delete'],
    ['CREATE TABLE t SELECT * FROM u', 'ddl+insert'],
    ['OPTIMIZE TABLE t', 'administration'],
    ['CALL p(1)', 'call'],
    ['CALL mysql.rds_kill(1)', 'call+administration'],
  ];
  for (const [sql, expected] of cases) {
    test(`${sql} is ${expected}`, () => {
      assert.equal(judge(sql), classes(expected));
    });
  }

  const refused = [
    ['SELECT 1', 'WITH x AS (SELECT 1) SELECT * FROM x', 'SHOW TABLES', 'EXPLAIN DELETE FROM t'],
    [
      'ANALYZE DELETE FROM t',
      'ANALYZE FORMAT=JSON DELETE FROM t',
      'SET STATEMENT max_statement_time = 1 FOR DELETE FROM t',
      'BEGIN NOT ATOMIC DELETE FROM t; END',
    ],
    [
      "UPDATE t FOR PORTION OF p FROM '2020-01-01' TO '2021-01-01' SET a = 1",
      "DELETE FROM t FOR PORTION OF p FROM '2020-01-01' TO '2021-01-01'",
    ],
    ['BEGIN', 'START TRANSACTION', 'COMMIT', 'ROLLBACK', 'SAVEPOINT s', "XA START 'x'", 'USE shop', 'LOCK TABLES t WRITE', 'UNLOCK TABLES'],
    ["PREPARE p FROM 'DELETE FROM t'", 'EXECUTE p', "EXECUTE IMMEDIATE 'DELETE FROM t'", 'DO SLEEP(1)', 'HANDLER t OPEN'],
    ["LOAD DATA INFILE '/etc/passwd' INTO TABLE t", "LOAD DATA LOCAL INFILE '/etc/passwd' INTO TABLE t", 'SHUTDOWN', 'RESTART'],
    ['SET sql_mode = DEFAULT', 'SET @a = 1', 'SET SESSION TRANSACTION READ WRITE', 'SET ROLE admin'],
    [
      "INSTALL PLUGIN x SONAME 'x.so'",
      "CREATE FUNCTION f RETURNS INT SONAME 'x.so'",
      'CREATE TEMPORARY TABLE t (a INT)',
      'CREATE SERVER s FOREIGN DATA WRAPPER mysql OPTIONS (HOST "h")',
    ],
    [
      "CREATE TABLE t (a INT) ENGINE=FEDERATED CONNECTION='mysql://h'",
      "CREATE TABLE t (a INT) DATA DIRECTORY = '/tmp'",
      'CREATE TABLE t (a INT) ENGINE = CSV',
    ],
    [
      'UPDATE mysql.user SET Super_priv = 1',
      'DELETE FROM sys.sys_config',
      'INSERT INTO performance_schema.setup_actors VALUES (1)',
      'DROP TABLE mysql.user',
    ],
    [
      'UPDATE t SET a = f(1)',
      'UPDATE t SET a = LOAD_FILE("/etc/passwd")',
      'UPDATE t SET a = (@x := 1)',
      'INSERT INTO t SELECT * FROM u FOR UPDATE',
      'UPDATE t SET a = SLEEP(5)',
    ],
    [
      "INSERT INTO t SELECT * FROM u INTO OUTFILE '/tmp/x'",
      'DELETE FROM t RETURNING a',
      'BINLOG "x"',
      'CHANGE REPLICATION SOURCE TO SOURCE_HOST="h"',
      'IMPORT TABLE FROM "x"',
    ],
  ].flat();
  for (const sql of refused) {
    test(`${sql} is refused`, () => {
      for (const dialect of [MYSQL, MARIADB]) assert.match(judge(sql, { dialect }), /^refused/);
    });
  }

  const definitions: readonly [string, string][] = [
    ['ALTER TABLE t MODIFY a VARCHAR(5)', 'ddl+update'],
    ['ALTER TABLE t CHANGE a b VARCHAR(5)', 'ddl+update'],
    ['ALTER TABLE t CONVERT TO CHARACTER SET latin1', 'ddl+update'],
    ['ALTER TABLE t ADD COLUMN b INT, DROP COLUMN a', 'ddl+delete'],
    ['ALTER TABLE t DROP a, MODIFY b INT', 'ddl+delete+update'],
    ['ALTER TABLE t ENGINE=BLACKHOLE', 'ddl+delete'],
    ['ALTER TABLE t ENGINE = MEMORY', 'ddl+delete'],
    ["ALTER TABLE t ENGINE 'myisam'", 'ddl+delete'],
    ['ALTER TABLE t ENGINE=InnoDB', 'ddl'],
    ['CREATE TABLE t (a INT) ENGINE=MEMORY', 'ddl'],
    ['ALTER TABLE t EXCHANGE PARTITION p WITH TABLE u', 'ddl+insert+delete'],
    ['ALTER TABLE t TRUNCATE PARTITION ALL', 'ddl+delete'],
    ['ALTER TABLE t REORGANIZE PARTITION p INTO (PARTITION q VALUES LESS THAN (5))', 'ddl+delete'],
    ['ALTER TABLE t DISCARD TABLESPACE', 'ddl+delete+administration'],
    ['ALTER TABLE t IMPORT TABLESPACE', 'ddl+insert+administration'],
    ['ALTER TABLE t RENAME TO u', 'ddl'],
    ['ALTER TABLE t ADD COLUMN g INT AS (f(a))', 'ddl+call'],
    ['ALTER TABLE t COMMENT = 1, ADD INDEX (a), ALGORITHM=INPLACE, LOCK=NONE', 'ddl'],
    ['CREATE TABLE t LIKE u', 'ddl'],
    ['CREATE TABLE t AS SELECT f(a) FROM u', 'ddl+insert+call'],
    ['CREATE EVENT e ON SCHEDULE EVERY 1 DAY DO DELETE FROM t', 'ddl+call+delete'],
    ['CREATE EVENT e ON SCHEDULE EVERY 1 DAY DO BEGIN UPDATE t SET a = 1; CALL p(); END', 'ddl+call+update'],
    ['CREATE EVENT e ON SCHEDULE EVERY 1 DAY DO REPLACE t VALUES (1)', 'ddl+call+insert+delete'],
    ['CREATE EVENT e ON SCHEDULE EVERY 1 DAY DO TRUNCATE t', 'ddl+call+delete'],
    ['ALTER EVENT e ENABLE', 'ddl+call'],
    ['ALTER EVENT e DO DELETE FROM t', 'ddl+call+delete'],
    ['ALTER EVENT e DISABLE', 'ddl'],
    ['DROP EVENT e', 'ddl'],
    ['CREATE PROCEDURE p() DROP TABLE t', 'ddl+call+delete'],
    ['CREATE PROCEDURE p(a INT) BEGIN DECLARE b INT; SET a = 1, b = 2, @c = 3; SELECT a INTO b; END', 'ddl+call'],
    ['CREATE PROCEDURE p() SET sql_log_bin = 0', 'ddl+call+administration'],
    ['CREATE PROCEDURE p() SET GLOBAL max_connections = 1', 'ddl+call+administration'],
    ['CREATE PROCEDURE p() BEGIN DECLARE x INT; BEGIN DECLARE y INT; END; SET y = 1; END', 'ddl+call+administration'],
    ['CREATE PROCEDURE p() GRANT ALL ON *.* TO u', 'ddl+call+administration'],
    ['CREATE PROCEDURE p() DO SLEEP(5)', 'ddl+call+administration'],
    ["CREATE PROCEDURE p() SELECT GET_LOCK('a', 0)", 'ddl+call+administration'],
    ['CREATE PROCEDURE p() KILL 5', 'ddl+call+administration'],
    ['CREATE PROCEDURE p() BEGIN CREATE TEMPORARY TABLE x (a INT) ENGINE=MEMORY; DROP TEMPORARY TABLE x; END', 'ddl+call'],
    ['CREATE FUNCTION f() RETURNS INT DETERMINISTIC RETURN (SELECT MAX(a) FROM t)', 'ddl+call'],
    ['ALTER PROCEDURE p SQL SECURITY INVOKER', 'ddl+administration'],
    ["ALTER PROCEDURE p COMMENT 'x'", 'ddl'],
    ['CREATE VIEW v AS SELECT f(a) FROM t', 'ddl+call'],
    ['CREATE DEFINER = CURRENT_USER VIEW v AS SELECT 1', 'ddl'],
    ["CREATE DEFINER = 'root'@'localhost' VIEW v AS SELECT 1", 'ddl+administration'],
    ['ALTER VIEW v AS SELECT 1', 'ddl+administration'],
    ['ALTER DEFINER = CURRENT_USER VIEW v AS SELECT 1', 'ddl'],
    ['ALTER DATABASE shop CHARACTER SET utf8mb4', 'ddl'],
    ['ALTER DATABASE shop READ ONLY = 1', 'ddl+administration'],
    ['SET PERSIST max_connections = 5', 'administration'],
    ["SET PASSWORD FOR u = 'x'", 'administration'],
    ['SET DEFAULT ROLE r TO u', 'administration'],
    ['FLUSH TABLES', 'administration'],
    ['SET GLOBAL TRANSACTION READ ONLY', 'administration'],
  ];
  for (const [sql, expected] of definitions) {
    test(`${sql} needs ${expected}`, () => {
      assert.equal(judge(sql), classes(expected));
    });
  }

  const onMariadb: readonly [string, string][] = [
    ['CREATE OR REPLACE TABLE t (a INT)', 'ddl+delete'],
    ['CREATE OR REPLACE DATABASE d', 'ddl+delete'],
    ['CREATE TABLE t (a INT DEFAULT NEXTVAL(s))', 'ddl+update'],
    ['ALTER IGNORE TABLE t ADD UNIQUE (a)', 'ddl+update+delete'],
    ['ALTER TABLE t DROP SYSTEM VERSIONING', 'ddl+delete'],
    ['DROP SEQUENCE s', 'ddl+update'],
    ['ALTER SEQUENCE s RESTART 1', 'ddl+update'],
    ["SET PASSWORD = PASSWORD('x')", 'administration'],
    ['CREATE OR REPLACE USER u', 'administration'],
  ];
  for (const [sql, expected] of onMariadb) {
    test(`on MariaDB, ${sql} needs ${expected}`, () => {
      assert.equal(judge(sql, { dialect: MARIADB }), classes(expected));
    });
  }

  const reaching = [
    ["CREATE TABLE t (a INT) ENGINE=CONNECT TABLE_TYPE=DOS FILE_NAME='/etc/passwd'", 'CREATE TABLE t (a INT) ENGINE=FILES'],
    ["CREATE TABLE t (a INT) CONNECTION='x'", "ALTER TABLE t INDEX DIRECTORY '/tmp'", 'ALTER TABLE t SECONDARY_ENGINE=x'],
    ["CREATE VIEW v AS SELECT LOAD_FILE('/etc/passwd')", 'CREATE VIEW v AS SELECT SLEEP(5)', 'CREATE VIEW v AS SELECT * FROM mysql.user'],
    ["CREATE PROCEDURE p() SELECT LOAD_FILE('/etc/passwd')", "CREATE PROCEDURE p() SELECT 1 INTO OUTFILE '/tmp/x'"],
    ["CREATE PROCEDURE p() PREPARE s FROM 'DROP TABLE t'", 'CREATE EVENT e ON SCHEDULE EVERY 1 DAY DO DELETE FROM mysql.user'],
    ['CREATE TABLE t (a INT DEFAULT (SLEEP(5)))', "CREATE TABLE t AS SELECT LOAD_FILE('x')", 'ALTER TABLE mysql.user DROP COLUMN x'],
    ['CREATE TRIGGER mysql.t BEFORE INSERT ON u FOR EACH ROW SET NEW.a = 1', 'DROP DATABASE sys', 'SET GLOBAL a = 1, @b = 2'],
    ['DROP TEMPORARY TABLE t', 'CREATE TABLE t (a INT) START TRANSACTION'],
  ].flat();
  for (const sql of reaching) {
    test(`${sql} is refused for good`, () => {
      for (const dialect of [MYSQL, MARIADB]) assert.match(judge(sql, { dialect }), /^refused/);
    });
  }

  test('with rules on tables, what could reach a table without naming it is refused', () => {
    const isTableDenied = (): boolean => false;
    for (const sql of [
      'CALL p()',
      'CREATE PROCEDURE p() SELECT 1',
      'CREATE TRIGGER x BEFORE INSERT ON t FOR EACH ROW SET NEW.a = 1',
      'CREATE EVENT e ON SCHEDULE EVERY 1 DAY DO SELECT 1',
      'DROP FUNCTION f',
      'DROP DATABASE d',
      'GRANT ALL ON *.* TO u',
    ])
      assert.match(judge(sql, { isTableDenied }), /^refused: .* on a connection with table rules/, sql);
    assert.equal(judge('DROP TABLE t', { isTableDenied }), 'ddl+delete'.split('+').sort().join('+'));
  });

  test('the current database counts where none is named', () => {
    assert.match(judge('UPDATE user SET a = 1', { database: 'mysql' }), /^refused/);
    assert.equal(judge('UPDATE user SET a = 1'), 'update');
  });
});
