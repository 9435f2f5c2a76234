import assert from 'node:assert/strict';
import type { ConnectionRules } from '../../../../src/engine/guard/readContext.ts';
import { checkRead } from '../../../../src/engine/guard/readPolicy.ts';
import { compileColumnRules } from '../../../../src/engine/policy/columnRules.ts';
import { NEWEST_MYSQL } from '../../../../src/engine/sql/lexer/dialect.ts';
import { parseStatements } from '../../../../src/engine/sql/parser/parse.ts';

const check = (sql: string, rules: ConnectionRules = {}): ReturnType<typeof checkRead> => {
  const [statement = assert.fail(sql)] = parseStatements(sql, NEWEST_MYSQL);
  return checkRead(statement, { dialect: NEWEST_MYSQL, database: 'shop', ...rules });
};

/** What is allowed and refused stands in `test/security/corpus`; here is what the verdicts say. */
suite('policy of reads', () => {
  for (const [sql, outcome] of [
    ['SELECT 1', 'read'],
    ['(SELECT 1) UNION (SELECT 2)', 'read'],
    ['EXPLAIN ANALYZE SELECT 1', 'read'],
    ['EXPLAIN UPDATE t SET a = 1', 'plan'],
    ['EXPLAIN INSERT INTO t (a) SELECT 1', 'plan'],
    ['EXPLAIN WITH x AS (SELECT 1) DELETE FROM t', 'plan'],
    ['SHOW CREATE VIEW v', 'plan'],
    ['CHECKSUM TABLE t', 'checksum'],
    ['EXPLAIN ANALYZE DELETE FROM t', 'EXPLAIN ANALYZE of a write'],
    ['SELECT 1 INTO @a', 'INTO'],
    ['SELECT * FROM t FOR UPDATE', 'FOR UPDATE'],
    ["SELECT LOAD_FILE('x')", 'The function LOAD_FILE()'],
    ['SELECT shop.f()', 'The stored function shop.f()'],
    ['SHOW CREATE USER a', 'SHOW CREATE USER'],
    ['SELECT /*+ MAX_EXECUTION_TIME(0) */ 1', 'The hint MAX_EXECUTION_TIME'],
  ] as const) {
    test(`${sql}: ${outcome}`, () => {
      const verdict = check(sql);
      assert.equal(typeof verdict === 'object' ? verdict.what : verdict, outcome);
    });
  }

  test('a refusal by rules names those that there are', () => {
    const isTableDenied = (): boolean => true;
    for (const [rules, what] of [
      [{ isTableDenied }, 'SHOW PROCESSLIST on a connection with table rules'],
      [{ isTableDenied, columns: compileColumnRules(['a.b.c=hide']) }, 'SHOW PROCESSLIST on a connection with column rules'],
      [{ isTableDenied, structureOnly: true }, 'SHOW PROCESSLIST on a connection of which agents see only the structure'],
    ] as const) {
      const verdict = check('SHOW PROCESSLIST', rules);
      assert.equal(typeof verdict === 'object' ? verdict.what : verdict, what);
    }
  });

  test('a refusal points at the place', () => {
    const verdict = check('SELECT 1 FROM t INTO @a');
    assert.equal(typeof verdict === 'object' ? verdict.position : verdict, 16);
  });
});
