import assert from 'node:assert/strict';
import { classifyUserStatement } from '../../../../src/engine/guard/userStatementPolicy.ts';
import { usedDatabase } from '../../../../src/engine/sql/usedDatabase.ts';

suite('statements of people', () => {
  const cases: readonly (readonly [string, 'reads' | 'session' | 'changes'])[] = [
    ['SELECT * FROM orders', 'reads'],
    ['(SELECT 1) UNION (SELECT 2)', 'reads'],
    ['SHOW TABLES', 'reads'],
    ['EXPLAIN UPDATE orders SET note = 1', 'reads'],
    ['USE shop', 'session'],
    ['SET @a = 1', 'session'],
    ['SET SESSION sql_mode = ""', 'session'],
    ['BEGIN', 'session'],
    ['COMMIT', 'session'],
    ['SET GLOBAL max_connections = 1', 'changes'],
    ['SET @@global.max_connections = 1', 'changes'],
    ['SET PASSWORD = "x"', 'changes'],
    ['SELECT 1 INTO OUTFILE "/tmp/x"', 'changes'],
    ['SELECT * FROM orders FOR UPDATE', 'changes'],
    ['CALL p()', 'changes'],
    ['INSERT INTO orders VALUES (1)', 'changes'],
    ['UPDATE orders SET note = 1', 'changes'],
    ['UPDATE orders SET note = 1 WHERE id = 1', 'changes'],
    ['UPDATE orders SET note = (SELECT 1 FROM a WHERE b = 1)', 'changes'],
    ['DELETE FROM orders', 'changes'],
    ['DELETE FROM orders LIMIT 1', 'changes'],
    ['WITH a AS (SELECT 1 WHERE 1) DELETE FROM orders', 'changes'],
    ['WITH a AS (SELECT 1) DELETE FROM orders WHERE id IN (SELECT * FROM a)', 'changes'],
    ['DELETE FROM orders /*!50000 WHERE id = 1 */', 'changes'],
    ['DELETE FROM orders /*M! WHERE id = 1 */', 'changes'],
    ['DELETE FROM "orders"', 'changes'],
    ['ALTER TABLE orders ENGINE=BLACKHOLE', 'changes'],
    ['SELECT NVL(note, 1) FROM orders', 'reads'],
    ['SELECT JSON_TYPE(note) FROM orders', 'reads'],
    ['SELECT 1 /*M! INTO OUTFILE "/tmp/x" */', 'changes'],
    ['TRUNCATE orders', 'changes'],
    ['DROP TABLE orders', 'changes'],
    ['DROP TEMPORARY TABLE IF EXISTS orders', 'changes'],
    ['DROP VIEW v', 'changes'],
    ['ALTER TABLE orders DROP COLUMN note', 'changes'],
    ['ALTER TABLE orders DROP note', 'changes'],
    ['ALTER TABLE orders DROP INDEX i, ADD COLUMN x INT', 'changes'],
    ['ALTER TABLE orders DROP PARTITION p0', 'changes'],
    ['CREATE PROCEDURE p() BEGIN DELETE FROM orders; END', 'changes'],
    ["SELECT 'open", 'changes'],
    ['SELECT 1 /*! INTO OUTFILE "/tmp/x" */', 'changes'],
  ];
  for (const [sql, effect] of cases) {
    test(sql, () => {
      assert.equal(classifyUserStatement(sql).effect, effect);
    });
  }

  test('the database of USE is its name without quotes', () => {
    assert.equal(usedDatabase('USE shop'), 'shop');
    assert.equal(usedDatabase('use `my shop`'), 'my shop');
    assert.equal(usedDatabase('SELECT 1'), undefined);
    assert.equal(usedDatabase("SELECT 'open"), undefined);
  });
});
