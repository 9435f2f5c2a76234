import assert from 'node:assert/strict';
import fc from 'fast-check';
import { isRowWrite } from '../../../../src/engine/guard/writePolicy.ts';
import { parseStatements } from '../../../../src/engine/sql/parser/parse.ts';
import { parseDml, type PickedRows, type ParsedDml } from '../../../../src/engine/writes/parseDml.ts';
import { MYSQL } from '../sql/dialects.ts';

const shape = (sql: string, dialect = MYSQL): ParsedDml => {
  const [statement] = parseStatements(sql, dialect);
  assert.ok(statement !== undefined && isRowWrite(statement), sql);
  return parseDml(statement, dialect);
};
const picked = (sql: string): PickedRows => {
  const found = shape(sql);
  assert.ok(found.kind === 'picked', sql);
  return found;
};

suite('shapes of writes', () => {
  test('parts of a statement over one table', () => {
    assert.deepEqual(
      picked(
        "UPDATE LOW_PRIORITY shop.orders AS o SET o.a = (1 + 2), `b` = IF(c = 1, 2, 3) WHERE x = 'WHERE' ORDER BY o.id DESC, n LIMIT 3",
      ),
      {
        kind: 'picked',
        verb: 'UPDATE',
        table: { database: 'shop', name: 'orders' },
        alias: 'o',
        where: "WHERE `x` = 'WHERE'",
        order: 'ORDER BY `o`.`id` DESC, `n` LIMIT 3',
        orderColumns: ['id', 'n'],
        limited: true,
        assigned: ['a', 'b'],
        readValues: [],
        certainty: 'data',
        valueCertainty: 'data',
        ignores: false,
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
      ['INSERT IGNORE INTO t (a) SELECT a FROM u JOIN v ON u.id = v.id', ['SELECT `a` FROM `u` JOIN `v` ON `u`.`id` = `v`.`id`', 'ignore']],
      ['INSERT INTO t (a) SELECT a FROM u ON DUPLICATE KEY UPDATE a = 1', ['SELECT `a` FROM `u`', 'update']],
      ['REPLACE t VALUES (1)', [1, 'replace']],
    ];
    for (const [sql, expected] of cases) {
      const found = shape(sql);
      assert.ok(found.kind === 'added', sql);
      assert.deepEqual([found.source, found.onDuplicate], expected, sql);
    }
  });

  test('several tables are counted by their join, and what is not understood is other', () => {
    const joined = (sql: string): readonly [string, string] => {
      const found = shape(sql);
      if (found.kind !== 'joined') return [found.kind, ''];
      return [found.count, found.targets.map(({ name }) => name).join()];
    };
    assert.deepEqual(joined('UPDATE a JOIN b USING (id) SET a.x = 1 WHERE b.y = 2'), [
      'SELECT COUNT(*) AS `COUNT(*)` FROM `a` JOIN `b` USING (`id`) WHERE `b`.`y` = 2',
      'a',
    ]);
    assert.deepEqual(joined('UPDATE a, b SET x = 1'), ['SELECT COUNT(*) AS `COUNT(*)` FROM `a`, `b`', 'a,b']);
    assert.deepEqual(joined('DELETE x FROM a AS x JOIN b ON x.id = b.id WHERE 1'), [
      'SELECT COUNT(*) AS `COUNT(*)` FROM `a` AS `x` JOIN `b` ON `x`.`id` = `b`.`id` WHERE 1',
      'a',
    ]);
    assert.deepEqual(joined('DELETE FROM a USING a, b WHERE a.id = b.id'), [
      'SELECT COUNT(*) AS `COUNT(*)` FROM `a`, `b` WHERE `a`.`id` = `b`.`id`',
      'a',
    ]);
    assert.deepEqual(joined('WITH x AS (SELECT 1 AS id) DELETE FROM t WHERE id IN (SELECT id FROM x)'), [
      'WITH `x` AS (SELECT 1 AS `id`) SELECT COUNT(*) AS `COUNT(*)` FROM `t` WHERE `id` IN (SELECT `id` FROM `x`)',
      't',
    ]);
    assert.equal(joined('DELETE FROM t PARTITION (p0)')[0], 'other');
  });

  test('new values that are read elsewhere, or depend on chance, are known as such', () => {
    const of = (value: string): string => picked(`UPDATE t SET a = ${value} WHERE id = 1`).valueCertainty;
    assert.equal(of('a + 1'), 'data');
    assert.equal(of('NOW()'), 'moment');
    assert.equal(of('(SELECT MAX(x) FROM u)'), 'tables');
    assert.equal(of('RAND()'), 'chance');
    assert.equal(of('shop.f(1)'), 'chance');
  });

  test('the parts are those of the statement, whatever stands in them', () => {
    const operand = fc.constantFrom('a', "'x ORDER BY y'", '`LIMIT`', '1', '/* LIMIT 1 */ t.a', '(a)', "'where'", 'IF(a, b, c)');
    const condition = fc.array(operand, { minLength: 1, maxLength: 12 }).map((parts) => parts.join(' = '));
    fc.assert(
      fc.property(condition, (text) => {
        const found = picked(`UPDATE t SET a = 1 WHERE ${text} ORDER BY id LIMIT 5`);
        assert.equal(found.order, 'ORDER BY `id` LIMIT 5');
        assert.equal(found.where, picked(`DELETE FROM t ${found.where}`).where);
      }),
    );
  });
});
