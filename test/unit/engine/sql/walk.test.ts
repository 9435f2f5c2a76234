import assert from 'node:assert/strict';
import { parseStatements } from '../../../../src/engine/sql/parser/parse.ts';
import { children, walk, type Node } from '../../../../src/engine/sql/walk.ts';
import { MYSQL } from './dialects.ts';

const SQL = `WITH c AS (SELECT f1() FROM t1) SELECT f2(a -> '$.b'), CASE WHEN f3() THEN 1 END FROM t2 JOIN (t3, t4) ON f4() IN (SELECT f5() FROM t5)
  WHERE a BETWEEN f6() AND f7() GROUP BY f8() HAVING f9() WINDOW w AS (ORDER BY f10()) ORDER BY f11() LIMIT 1`;

suite('walk', () => {
  test('visits every node once, whatever holds it', () => {
    const [statement] = parseStatements(SQL, MYSQL);
    assert.ok(statement);
    const calls: string[] = [];
    const tables: string[] = [];
    const seen = new Set<Node>();
    walk(statement, (node) => {
      assert.ok(!seen.has(node));
      seen.add(node);
      if (node.kind === 'call') calls.push(SQL.slice(node.start, node.end).replace(/\(.*/, ''));
      if (node.kind === 'table') tables.push(SQL.slice(node.start, node.end));
      return undefined;
    });
    assert.deepEqual(calls.sort(), Array.from({ length: 11 }, (_, i) => `f${String(i + 1)}`).sort());
    assert.deepEqual(tables.sort(), ['t1', 't2', 't3', 't4', 't5']);
  });

  test('leaves out what is below a node where the visitor says so', () => {
    const [statement] = parseStatements('SELECT f(g())', MYSQL);
    assert.ok(statement);
    const kinds: string[] = [];
    walk(statement, (node) => {
      kinds.push(node.kind);
      return node.kind === 'call' ? false : undefined;
    });
    assert.deepEqual(kinds, ['query', 'select', 'selectItem', 'call']);
    assert.equal(children(statement).length, 1);
  });
});
