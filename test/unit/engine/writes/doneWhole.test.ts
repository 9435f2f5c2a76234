import assert from 'node:assert/strict';
import type { Dialect } from '../../../../src/engine/sql/lexer/dialect.ts';
import { parseStatements } from '../../../../src/engine/sql/parser/parse.ts';
import { isDoneWhole } from '../../../../src/engine/writes/doneWhole.ts';
import { MARIADB, MYSQL } from '../sql/dialects.ts';

const [UNKNOWN_TABLE, DENIED] = [1051, 1142];
const OLD: Dialect = { ...MYSQL, version: 50_744 };

suite('a statement that commits by itself and fails', () => {
  const whole = (sql: string, dialect: Dialect, errno = UNKNOWN_TABLE): boolean => {
    const [statement] = parseStatements(sql, dialect);
    return isDoneWhole(statement ?? assert.fail(sql), dialect, errno);
  };

  for (const sql of ['DROP TABLE a, b', 'RENAME TABLE a TO b, c TO d', 'DROP DATABASE a'])
    test(`may be done in part on MariaDB and on MySQL before 8.0: ${sql}`, () => {
      assert.deepEqual([whole(sql, MARIADB), whole(sql, OLD), whole(sql, MYSQL)], [false, false, true]);
    });

  for (const sql of [
    'DROP TABLE a',
    'RENAME TABLE a TO b',
    'ALTER TABLE a ADD COLUMN b INT',
    'CREATE TABLE a (id INT)',
    'TRUNCATE TABLE a',
  ])
    test(`has done nothing: ${sql}`, () => {
      for (const dialect of [MARIADB, OLD, MYSQL]) assert.ok(whole(sql, dialect));
    });

  test('has done nothing where the server refuses it before it begins', () => {
    for (const dialect of [MARIADB, OLD, MYSQL]) assert.ok(whole('DROP TABLE a, b', dialect, DENIED));
  });

  test('may have committed if it is a procedure, whatever the error', () => {
    for (const dialect of [MARIADB, OLD, MYSQL]) assert.ok(!whole('CALL p()', dialect, DENIED));
  });
});
