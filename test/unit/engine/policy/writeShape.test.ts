import assert from 'node:assert/strict';
import fc from 'fast-check';
import { shapeOf, type PickedRows, type WriteShape } from '../../../../src/engine/policy/writeShape.ts';
import { tokenize } from '../../../../src/engine/sql/lexer.ts';

const shape = (sql: string): WriteShape => shapeOf(sql, tokenize(sql));
const picked = (sql: string): PickedRows => {
  const found = shape(sql);
  assert.ok(found.kind === 'picked', sql);
  return found;
};

suite('shapes of writes', () => {
  test('parts of a statement over one table', () => {
    assert.deepEqual(
      picked(
        "UPDATE LOW_PRIORITY shop.orders AS o SET o.a = (1, 2), `b` = IF(c = 1, 2, 3) WHERE x = 'WHERE' ORDER BY o.id DESC, n LIMIT 3",
      ),
      {
        kind: 'picked',
        verb: 'UPDATE',
        table: { database: 'shop', name: 'orders' },
        alias: 'o',
        where: "WHERE x = 'WHERE'",
        order: 'ORDER BY o.id DESC, n LIMIT 3',
        orderColumns: ['id', 'n'],
        limited: true,
        assigned: ['a', 'b'],
        certainty: 'data',
      },
    );
    const { alias, where, order, assigned } = picked('DELETE QUICK FROM t -- all of it');
    assert.deepEqual([alias, where, order, assigned], ['t', '', '', []]);
    assert.equal(picked('DELETE FROM t WHERE (SELECT 1) = 1 LIMIT 2').where, 'WHERE (SELECT 1) = 1');
    assert.deepEqual(picked('DELETE FROM t ORDER BY id % 2 LIMIT 2').orderColumns, []);
    assert.deepEqual(picked('DELETE FROM t ORDER BY t.a, b DESC LIMIT 2').orderColumns, ['a', 'b']);
    assert.deepEqual(picked('DELETE FROM t ORDER BY ABS(id) LIMIT 2').orderColumns, []);
  });

  test('how surely a condition picks the same rows', () => {
    const cases: readonly [string, string][] = [
      ['id = 5 AND name IN (1, 2)', 'data'],
      ['UPPER(name) = "X"', 'data'],
      ['at < NOW()', 'moment'],
      ['at < CURRENT_TIMESTAMP', 'moment'],
      ['a = @x', 'moment'],
      ['a = @@server_id', 'moment'],
      ['RAND() < 0.5', 'chance'],
      ['at < SYSDATE()', 'chance'],
      ['id IN (SELECT id FROM u)', 'tables'],
      ['id IN (SELECT id FROM u) AND RAND() < 1', 'chance'],
      ['my_function(id) = 1', 'chance'],
    ];
    for (const [condition, expected] of cases)
      assert.equal(picked(`UPDATE t SET a = NOW() WHERE ${condition}`).certainty, expected, condition);
  });

  test('rows that are added', () => {
    const cases: readonly [string, unknown][] = [
      ['INSERT INTO t (a, b) VALUES (1, 2), (3, (4))', [2, 'fail']],
      ['INSERT INTO t VALUES ROW(1, 2), ROW(3, 4), ROW(5, 6)', [3, 'fail']],
      ['INSERT t SET a = 1, b = 2', [1, 'fail']],
      ['INSERT INTO t (a) VALUES (1) AS new ON DUPLICATE KEY UPDATE a = new.a', [1, 'update']],
      ['INSERT IGNORE INTO t (a) SELECT a FROM u JOIN v ON u.id = v.id', ['SELECT a FROM u JOIN v ON u.id = v.id', 'ignore']],
      ['INSERT INTO t (a) SELECT a FROM u ON DUPLICATE KEY UPDATE a = 1', ['SELECT a FROM u', 'update']],
      ['REPLACE t VALUES (1)', [1, 'replace']],
    ];
    for (const [sql, expected] of cases) {
      const found = shape(sql);
      assert.ok(found.kind === 'added', sql);
      assert.deepEqual([found.source, found.onDuplicate], expected, sql);
    }
  });

  test('several tables are counted by their join, and what is not understood is other', () => {
    const count = (sql: string): string => {
      const found = shape(sql);
      return found.kind === 'joined' ? found.count : found.kind;
    };
    assert.equal(count('UPDATE a JOIN b USING (id) SET a.x = 1 WHERE b.y = 2'), 'SELECT COUNT(*) FROM a JOIN b USING (id) WHERE b.y = 2');
    assert.equal(count('UPDATE a, b SET a.x = 1'), 'SELECT COUNT(*) FROM a, b ');
    assert.equal(count('DELETE a FROM a JOIN b ON a.id = b.id WHERE 1'), 'SELECT COUNT(*) FROM a JOIN b ON a.id = b.id WHERE 1');
    assert.equal(count('DELETE FROM a USING a, b WHERE a.id = b.id'), 'SELECT COUNT(*) FROM a, b WHERE a.id = b.id');
    assert.match(
      count('WITH x AS (SELECT 1 AS id) DELETE FROM t WHERE id IN (SELECT id FROM x)'),
      /^WITH x AS \(SELECT 1 AS id\) SELECT COUNT\(\*\) FROM `t` AS `t` WHERE id IN/,
    );
    assert.equal(count('DELETE FROM t PARTITION (p0)'), 'other');
    assert.equal(count('DELETE HISTORY FROM t'), 'other');
  });

  test('the parts are those of the statement, whatever stands in them', () => {
    const condition = fc
      .array(fc.constantFrom('a', '=', "'x ORDER BY y'", '(', ')', '`LIMIT`', 'AND', '"where"', '1', '/* LIMIT 1 */', 't.a'), {
        maxLength: 12,
      })
      .map((parts) => parts.join(' '))
      .filter(
        (text) =>
          text
            .split(/(?=[()])/)
            .map((part) => part.charAt(0))
            .reduce((depth, ch) => (depth < 0 ? depth : depth + (ch === '(' ? 1 : ch === ')' ? -1 : 0)), 0) === 0,
      );
    fc.assert(
      fc.property(condition, (text) => {
        const found = picked(`UPDATE t SET a = 1 WHERE ${text} ORDER BY id LIMIT 5`);
        assert.equal(found.order, 'ORDER BY id LIMIT 5');
        assert.deepEqual(
          tokenize(found.where).map((token) => token.text),
          tokenize(`WHERE ${text}`).map((token) => token.text),
        );
      }),
    );
  });
});
