import assert from 'node:assert/strict';
import { judgeRead } from '../../../../src/engine/policy/readOnly.ts';
import { tokenize } from '../../../../src/engine/sql/lexer.ts';

const ALLOWED = [
  'SELECT 1',
  'select * from t where a = "DELETE FROM t"',
  'SELECT `delete`, t.update FROM `into` t',
  "SELECT REPLACE(a, 'x', 'y'), INSERT(a, 1, 1, 'z') FROM t",
  'WITH a AS (SELECT 1) SELECT * FROM a',
  'WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 5) SELECT i FROM n',
  '(SELECT 1) UNION (SELECT 2) ORDER BY 1',
  'TABLE t ORDER BY id LIMIT 3',
  'VALUES ROW(1, 2), ROW(3, 4)',
  'SELECT /*+ NO_INDEX_MERGE(t) */ * FROM t',
  'SELECT LAST_INSERT_ID()',
  'SELECT 1 -- into outfile',
  'SHOW TABLES',
  'SHOW FULL COLUMNS FROM t',
  'SHOW CREATE TABLE t',
  'SHOW CREATE PROCEDURE p',
  'SHOW PROCEDURE STATUS',
  'DESCRIBE t',
  'DESC t.x',
  'EXPLAIN SELECT 1',
  'EXPLAIN FORMAT=JSON SELECT 1',
  'EXPLAIN FORMAT = TREE WITH a AS (SELECT 1) TABLE a',
  'EXPLAIN FOR CONNECTION 4',
  "HELP 'SELECT'",
  'SELECT sleep FROM naps',
];

const REFUSED = [
  '',
  'INSERT INTO t VALUES (1)',
  'UPDATE t SET a = 1',
  'DELETE FROM t',
  'REPLACE INTO t VALUES (1)',
  'DROP TABLE t',
  'CREATE TABLE t (a INT)',
  'TRUNCATE t',
  'CALL p()',
  'DO SLEEP(1)',
  'SET GLOBAL x = 1',
  'USE mysql',
  'LOCK TABLES t READ',
  'HANDLER t OPEN',
  'FLUSH TABLES',
  'KILL 4',
  'BEGIN',
  'COMMIT',
  'XA START "a"',
  'LOAD DATA INFILE "a" INTO TABLE t',
  'ANALYZE TABLE t',
  'PREPARE s FROM "DROP TABLE t"',
  "SELECT 1 INTO OUTFILE '/tmp/x'",
  "SELECT 1 INTO DUMPFILE '/tmp/x'",
  'SELECT 1 INTO @a',
  'SELECT 1e1INTO @a',
  'SELECT * FROM t FOR UPDATE',
  'SELECT * FROM t FOR SHARE',
  'SELECT * FROM t LOCK IN SHARE MODE',
  'SELECT (SELECT 1 FROM t FOR UPDATE)',
  'SELECT @a := 1',
  "SELECT LOAD_FILE('/etc/passwd')",
  "SELECT `load_file`('/etc/passwd')",
  "SELECT load_file /* x */ ('/etc/passwd')",
  "SELECT GET_LOCK('a', 1)",
  'SELECT SLEEP(100)',
  "SELECT BENCHMARK(1e9, MD5('a'))",
  'SELECT LAST_INSERT_ID(5)',
  'SELECT /*+ SET_VAR(sql_select_limit=1) */ 1',
  'SELECT /*+ MAX_EXECUTION_TIME(0) */ 1',
  'WITH a AS (SELECT 1) DELETE FROM t',
  'WITH a AS (SELECT 1) UPDATE t SET x = 1',
  'SELECT * FROM t PROCEDURE ANALYSE()',
  'SHOW CREATE USER root',
  'SHOW GRANTS',
  'SHOW NONSENSE',
  'EXPLAIN ANALYZE SELECT 1',
  'EXPLAIN FORMAT=TREE ANALYZE SELECT 1',
  'EXPLAIN DELETE FROM t',
  'EXPLAIN UPDATE t SET a = 1',
  'EXPLAIN INTO @a SELECT 1',
];

suite('read-only policy', () => {
  for (const sql of ALLOWED) {
    test(`allows ${sql}`, () => {
      assert.equal(judgeRead(tokenize(sql)).allowed, true);
    });
  }
  for (const sql of REFUSED) {
    test(`refuses ${sql === '' ? 'an empty statement' : sql}`, () => {
      const verdict = judgeRead(tokenize(sql));
      assert.ok(!verdict.allowed);
      assert.ok(verdict.what.length > 0 && verdict.instead.length > 0);
    });
  }
});
