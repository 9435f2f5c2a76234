import assert from 'node:assert/strict';
import { functionPolicy } from '../../../../src/engine/guard/builtins/functionPolicy.ts';
import { isVolatile, VOLATILE_FUNCTIONS } from '../../../../src/engine/guard/volatility.ts';
import { parseStatements } from '../../../../src/engine/sql/parser/parse.ts';
import { MARIADB, MYSQL } from '../sql/dialects.ts';

suite('statements whose answer depends on more than rows', () => {
  const volatile = (sql: string): boolean => isVolatile(parseStatements(sql, MARIADB)[0] ?? assert.fail(sql));

  test('the clock, chance, the session, variables, sequences, and who wants no cache', () => {
    for (const sql of [
      'SELECT NOW()',
      'SELECT now ( )',
      'SELECT * FROM t WHERE at > CURRENT_TIMESTAMP',
      'SELECT * FROM t WHERE day = current_date - INTERVAL 1 DAY',
      'SELECT UNIX_TIMESTAMP()',
      'SELECT `RAND`()',
      'SELECT id FROM t ORDER BY RAND(3)',
      'SELECT UUID()',
      'SELECT CURRENT_USER',
      'SELECT user()',
      'SELECT CONNECTION_ID()',
      'SELECT FOUND_ROWS()',
      'SELECT @x',
      'SELECT @@version',
      'SELECT LASTVAL(s)',
      'SELECT PREVIOUS VALUE FOR s',
      'SELECT SQL_NO_CACHE * FROM t',
    ])
      assert.equal(volatile(sql), true, sql);
  });

  test('what only looks like that', () => {
    for (const sql of [
      "SELECT 'NOW()'",
      'SELECT user, now FROM t',
      'SELECT t.current_date FROM t',
      'SELECT `CURRENT_USER` FROM t',
      'SELECT UNIX_TIMESTAMP(at) FROM t',
      'SELECT COUNT(*) /* NOW() */ FROM t -- @x',
      'SELECT DATE_ADD(at, INTERVAL 1 DAY) FROM t',
    ])
      assert.equal(volatile(sql), false, sql);
  });

  test('the list holds functions that may be called at all', () => {
    for (const name of VOLATILE_FUNCTIONS)
      assert.ok(
        [MYSQL, MARIADB].some((dialect) => typeof functionPolicy(name, dialect) === 'string'),
        name,
      );
  });
});
