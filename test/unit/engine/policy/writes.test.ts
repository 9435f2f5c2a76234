import assert from 'node:assert/strict';
import { judgeWrite, type WriteVerdict } from '../../../../src/engine/policy/writes.ts';
import { tokenize } from '../../../../src/engine/sql/lexer.ts';

const judge = (sql: string, database = 'shop'): WriteVerdict => judgeWrite(tokenize(sql), { database });
const classes = (sql: string): string => {
  const verdict = judge(sql);
  return verdict.allowed ? verdict.classes.join('+') : `refused: ${verdict.refusal.what}`;
};

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
    ['CREATE OR REPLACE TABLE t (a INT)', 'ddl+delete'],
    ['CREATE TABLE t (a INT)', 'ddl'],
    ['CREATE UNIQUE INDEX i ON t (a)', 'ddl'],
    ['DROP INDEX i ON t', 'ddl'],
    ['ALTER TABLE t ADD COLUMN b INT', 'ddl'],
    ['RENAME TABLE t TO u', 'ddl'],
    ['CREATE DEFINER = user@host TRIGGER x BEFORE INSERT ON t FOR EACH ROW SET NEW.a = 1', 'ddl'],
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
    ['ALTER TABLE t DROP COLUMN a', 'ddl'],
    ['CREATE TABLE t SELECT * FROM u', 'ddl+insert'],
    ['OPTIMIZE TABLE t', 'administration'],
    ['CALL p(1)', 'call'],
    ['CALL mysql.rds_kill(1)', 'call+administration'],
  ];
  for (const [sql, expected] of cases) {
    test(`${sql} is ${expected}`, () => {
      assert.equal(classes(sql), expected);
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
      assert.equal(judge(sql).allowed, false);
    });
  }

  test('the current database counts where none is named', () => {
    assert.equal(judge('UPDATE user SET a = 1', 'mysql').allowed, false);
    assert.equal(judge('UPDATE user SET a = 1', 'shop').allowed, true);
  });
});
