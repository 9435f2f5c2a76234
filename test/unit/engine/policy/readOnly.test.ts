import assert from 'node:assert/strict';
import { judgeRead } from '../../../../src/engine/policy/readOnly.ts';
import { tokenize } from '../../../../src/engine/sql/lexer.ts';

const judge = (sql: string, database?: string): string => {
  const verdict = judgeRead(tokenize(sql), { database });
  return verdict.allowed ? verdict.kind : verdict.refusal.what;
};

/** What is allowed and refused stands in `test/security/corpus`; here is what the verdicts say. */
suite('read-only policy', () => {
  for (const [sql, outcome] of [
    ['SELECT 1', 'read'],
    ['(SELECT 1) UNION (SELECT 2)', 'read'],
    ['EXPLAIN ANALYZE SELECT 1', 'read'],
    ['EXPLAIN UPDATE t SET a = 1', 'plan'],
    ['EXPLAIN INSERT INTO t (a) SELECT 1', 'plan'],
    ['EXPLAIN WITH x AS (SELECT 1) DELETE FROM t', 'plan'],
    ['SHOW CREATE VIEW v', 'plan'],
    ['CHECKSUM TABLE t', 'checksum'],
    ['', 'An empty statement'],
    ['EXPLAIN ANALYZE DELETE FROM t', 'EXPLAIN ANALYZE of a write'],
    ['SELECT 1 INTO @a', 'INTO'],
    ['SELECT * FROM t FOR UPDATE', 'FOR UPDATE'],
    ["SELECT LOAD_FILE('x')", 'The function LOAD_FILE()'],
    ['SELECT shop.f()', 'The stored function shop.f()'],
    ['SHOW CREATE USER a', 'SHOW CREATE USER'],
    ['SELECT * FROM mysql.user', 'Reading all columns of a table that holds credentials'],
    ['SELECT authentication_string FROM mysql.user', 'Reading authentication_string'],
    ['SELECT /*+ MAX_EXECUTION_TIME(0) */ 1', 'The hint MAX_EXECUTION_TIME'],
  ] as const) {
    test(`${sql === '' ? 'nothing' : sql}: ${outcome}`, () => {
      assert.equal(judge(sql), outcome);
    });
  }

  test('an unqualified table of the mysql database counts where that is the current one', () => {
    assert.equal(judge('SELECT * FROM user', 'shop'), 'read');
    assert.equal(judge('SELECT * FROM user', 'mysql'), 'Reading all columns of a table that holds credentials');
  });

  test('points at the place', () => {
    const verdict = judgeRead(tokenize('SELECT 1 FROM t INTO @a'));
    assert.ok(!verdict.allowed);
    assert.equal(verdict.refusal.position, 16);
  });
});
