import assert from 'node:assert/strict';
import { TableUses } from '../../../../src/engine/lineage/tableUses.ts';
import { UsedColumns } from '../../../../src/engine/lineage/usedColumns.ts';
import { PLAIN_MODES } from '../../../../src/engine/sql/lexer/dialect.ts';
import { parseStatements } from '../../../../src/engine/sql/parser/parse.ts';

const DIALECT = { flavor: 'mysql', version: 90_704, ...PLAIN_MODES } as const;

/** `t(a, b)`: columns that are named; `t(*)`: all; `t(a?)`: may be of another table. */
function used(sql: string): string {
  const uses = new TableUses((name) => ({ database: 'shop', name }));
  const [statement] = parseStatements(sql, DIALECT);
  new UsedColumns(uses, ({ name }) => name.name).statement(statement ?? assert.fail());
  return uses.uses
    .map(({ name, all, columns, maybe }) => {
      const names = [...columns.values(), ...[...maybe.values()].map((one) => `${one}?`)];
      return `${name.name}(${all ? '*' : names.join(', ')})`;
    })
    .join(' ');
}

const CASES: readonly (readonly [sql: string, expected: string])[] = [
  ['SELECT a, B FROM t', 't(a, B)'],
  ['SELECT COUNT(*) FROM t', 't()'],
  ['SELECT COUNT(a) FROM t', 't(a)'],
  ['SELECT t.* FROM t, u', 't(*) u()'],
  ['TABLE t', 't(*)'],
  ['SELECT x.a FROM t AS x JOIN u ON x.b = u.c', 't(b, a) u(c)'],
  ['SELECT a FROM t JOIN u', 't(a?) u(a?)'],
  ['SELECT 1 FROM t NATURAL JOIN u', 't(*) u(*)'],
  ['SELECT 1 FROM t JOIN u USING (a)', 't(a) u(a)'],
  ['SELECT 1 FROM t JOIN u USING (a) JOIN w USING (b)', 't(a, b?) u(a, b?) w(b)'],
  ['SELECT a AS b FROM t WHERE b > 1', 't(a, b)'],
  ['SELECT a + 1 AS b FROM t ORDER BY b', 't(a)'],
  ['SELECT a + 1 AS b FROM t GROUP BY b HAVING b > 1', 't(a)'],
  ['SELECT a FROM t ORDER BY c', 't(a, c)'],
  ['SELECT a FROM t UNION SELECT b FROM u ORDER BY a', 't(a) u(b)'],
  ['SELECT a FROM (SELECT b AS a FROM t) x', 't(b)'],
  ['SELECT a FROM (SELECT * FROM t) x', 't(*)'],
  ['SELECT c FROM (SELECT b AS a FROM t) x (c)', 't(b)'],
  ['SELECT a FROM (SELECT b AS a FROM t) x, u', 't(b) u()'],
  ['WITH x AS (SELECT a FROM t) SELECT a FROM x', 't(a)'],
  ['WITH t AS (SELECT a FROM u) SELECT a FROM t', 'u(a)'],
  ['WITH RECURSIVE x (n) AS (SELECT a FROM t UNION ALL SELECT n + 1 FROM x WHERE n < b) SELECT n FROM x', 't(a)'],
  ['SELECT a FROM t WHERE EXISTS (SELECT 1 FROM u WHERE b = t.c)', 't(a, c, b?) u(b?)'],
  ['SELECT a FROM t WHERE a IN (SELECT u.b FROM u)', 't(a) u(b)'],
  ['SELECT j.x FROM t, JSON_TABLE(t.d, "$[*]" COLUMNS (x INT PATH "$")) j', 't(d)'],
  ['SELECT x.b FROM t, LATERAL (SELECT u.b FROM u WHERE u.c = t.a) x', 't(a) u(b, c)'],
  ['SELECT SUM(a) OVER (PARTITION BY b ORDER BY c) FROM t', 't(a, b, c)'],
  ['SELECT q.a FROM t', 't(*)'],
  ['SELECT d->"$.a" FROM t', 't(d)'],
  ['EXPLAIN SELECT a FROM t WHERE b = 1', 't(a, b)'],
];

suite('columns that a text names', () => {
  for (const [sql, expected] of CASES)
    test(`${sql} reads ${expected}`, () => {
      assert.equal(used(sql), expected);
    });

  test('a text of 2,000 columns over nested queries takes no more than a moment', () => {
    const names = Array.from({ length: 2000 }, (_, i) => `c${String(i)}`).join(', ');
    const nested = Array.from({ length: 25 }).reduce<string>(
      (inner, _, i) => `SELECT ${names} FROM (${inner}) x${String(i)}`,
      `SELECT ${names} FROM t`,
    );
    const started = performance.now();
    assert.match(used(nested), /^t\(c0, /);
    assert.ok(performance.now() - started < 2000);
  });
});
