import assert from 'node:assert/strict';
import { namesIn } from '../../../../src/engine/guard/namesInTree.ts';
import { NEWEST_MYSQL } from '../../../../src/engine/sql/lexer/dialect.ts';
import { parseStatements } from '../../../../src/engine/sql/parser/parse.ts';

const tablesOf = (sql: string): string[] => {
  const [statement = assert.fail(sql)] = parseStatements(sql, NEWEST_MYSQL);
  return namesIn(statement).tables.map(
    ({ node: { database, name }, expression }) =>
      `${database === undefined ? '' : `${database.name}.`}${name.name}${expression ? ' (expression)' : ''}`,
  );
};

suite('names in a tree', () => {
  test('are all that may be a view', () => {
    assert.deepEqual(tablesOf('SELECT x.a FROM shop.v x JOIN `w` ON TRUE WHERE EXISTS (TABLE other.z)').sort(), ['other.z', 'shop.v', 'w']);
    assert.deepEqual(tablesOf('UPDATE a, (SELECT * FROM b) d SET a.x = (SELECT MAX(y) FROM c)').sort(), ['a', 'b', 'c']);
    assert.deepEqual(tablesOf('SELECT 1 ORDER BY (SELECT y FROM c) LIMIT 1'), ['c']);
  });

  test('a table expression is one only where it is in scope', () => {
    assert.deepEqual(tablesOf('WITH v AS (SELECT * FROM v) SELECT * FROM v'), ['v', 'v (expression)']);
    assert.deepEqual(tablesOf('WITH RECURSIVE v AS (SELECT 1 UNION ALL SELECT * FROM v) SELECT * FROM v'), [
      'v (expression)',
      'v (expression)',
    ]);
    assert.deepEqual(tablesOf('SELECT * FROM (WITH v AS (SELECT 1) SELECT * FROM v) d, v'), ['v (expression)', 'v']);
    assert.deepEqual(tablesOf('WITH v AS (SELECT 1) SELECT * FROM shop.v'), ['shop.v']);
  });
});
