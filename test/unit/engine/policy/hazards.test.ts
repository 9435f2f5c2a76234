import assert from 'node:assert/strict';
import { findHazards, needsDatabase } from '../../../../src/engine/policy/hazards.ts';
import { MARIADB, MYSQL } from '../sql/dialects.ts';

/** `kind type names part where`, without what a hazard does not have. */
const shown = (sql: string, dialects = [MYSQL, MARIADB]): string[] => [
  ...new Set(
    findHazards(sql, dialects).map(({ kind, type, names, part, rows }) =>
      [kind, type, ...names.map(({ database, name }) => (database === undefined ? name : `${database}.${name}`)), part, rows?.where]
        .filter((text) => text !== undefined)
        .join(' '),
    ),
  ),
];

suite('hazards of statements', () => {
  const destructive: readonly (readonly [string, ...string[]])[] = [
    ['DROP TABLE orders', 'drop TABLE orders'],
    ['DROP TABLE IF EXISTS a, shop.b CASCADE', 'drop TABLE a shop.b'],
    ['drop temporary table if exists orders', 'drop TABLE orders'],
    ['DROP DATABASE shop', 'drop DATABASE shop'],
    ['DROP SCHEMA IF EXISTS shop', 'drop DATABASE shop'],
    ['DROP VIEW v', 'drop VIEW v'],
    ['DROP PROCEDURE p', 'drop PROCEDURE p'],
    ['DROP FUNCTION IF EXISTS shop.f', 'drop FUNCTION shop.f'],
    ['DROP TRIGGER shop.t', 'drop TRIGGER shop.t'],
    ['DROP EVENT e', 'drop EVENT e'],
    ['DROP INDEX i ON orders', 'drop INDEX orders i'],
    ["DROP USER 'app'@'%', other", "drop USER 'app'@'%', other"],
    ['DROP USER IF EXISTS app', 'drop USER app'],
    ['DROP ROLE r', 'drop ROLE r'],
    ['DROP SERVER s', 'drop SERVER s'],
    ['DROP TABLESPACE ts', 'drop TABLESPACE ts'],
    ['TRUNCATE orders', 'truncate TABLE orders'],
    ['TRUNCATE TABLE shop.orders', 'truncate TABLE shop.orders'],
    ['ALTER TABLE orders DROP COLUMN note', 'drop COLUMN orders note'],
    ['ALTER TABLE orders DROP note, ADD x INT', 'drop COLUMN orders note'],
    ['ALTER TABLE orders ADD x INT, DROP INDEX i', 'drop INDEX orders i'],
    ['ALTER TABLE orders DROP PRIMARY KEY', 'drop PRIMARY KEY orders'],
    ['ALTER TABLE orders DROP FOREIGN KEY f', 'drop FOREIGN KEY orders f'],
    ['ALTER TABLE orders DROP CHECK c', 'drop CONSTRAINT orders c'],
    ['ALTER TABLE orders DROP PARTITION p0, p1', 'drop PARTITION orders p0, p1'],
    ['ALTER TABLE orders TRUNCATE PARTITION ALL', 'truncate PARTITION orders ALL'],
    ['ALTER TABLE orders DISCARD TABLESPACE', 'drop DATA orders'],
    ['ALTER TABLE orders MODIFY note VARCHAR(3)', 'retype COLUMN orders note'],
    ['ALTER TABLE orders CHANGE note text INT', 'retype COLUMN orders note'],
    ['ALTER IGNORE TABLE orders ADD UNIQUE (note)', 'deduplicate TABLE orders'],
    ['REPLACE INTO orders SELECT * FROM others', 'replace TABLE orders'],
    ['PURGE BINARY LOGS BEFORE NOW()', 'reset PURGE BINARY'],
    ['RESET MASTER', 'reset RESET MASTER'],
    ['CREATE OR REPLACE TABLE orders (a INT)', 'drop TABLE orders'],
    ["EXECUTE IMMEDIATE 'DROP TABLE orders'", 'drop TABLE orders'],
    ["PREPARE s FROM 'DELETE FROM orders'", 'delete TABLE none'],
    ['SET STATEMENT max_statement_time = 1 FOR DELETE FROM orders', 'delete TABLE none'],
    ['BEGIN NOT ATOMIC SELECT 1; IF 1 THEN DROP TABLE orders; END IF; END', 'drop TABLE orders'],
    ['EXPLAIN ANALYZE DELETE FROM orders', 'delete TABLE none'],
    ['IF 1 THEN DELETE FROM orders; END IF', 'delete TABLE none'],
    ['CASE 1 WHEN 1 THEN DROP TABLE orders; END CASE', 'drop TABLE orders'],
    ['LOOP TRUNCATE orders; END LOOP', 'truncate TABLE orders'],
    ['WHILE 1 DO DELETE FROM orders; END WHILE', 'delete TABLE none'],
    ['REPEAT DELETE FROM orders; UNTIL 1 END REPEAT', 'delete TABLE none'],
    ['FOR i IN 1..2 DO DELETE FROM orders; END FOR', 'delete TABLE none'],
    ['SET STATEMENT max_statement_time = 1 FOR BEGIN NOT ATOMIC DELETE FROM orders; END', 'unreadable SET'],
    ['PREPARE s FROM @s', 'unreadable PREPARE'],
    ['EXECUTE IMMEDIATE @s', 'unreadable EXECUTE'],
    ["EXECUTE IMMEDIATE CONCAT('SELECT 1', @s)", 'unreadable EXECUTE'],
    ["EXECUTE IMMEDIATE 'DELETE ' 'FROM orders WHERE id > ?' USING 0", 'delete TABLE byRow'],
    ['CREATE OR REPLACE VIEW shop.v AS SELECT 1', 'redefine VIEW shop.v'],
    ['ALTER VIEW v AS SELECT 1', 'redefine VIEW v'],
    ['CREATE OR REPLACE PROCEDURE p() SELECT 1', 'redefine PROCEDURE p'],
    ['CREATE OR REPLACE FUNCTION f() RETURNS INT RETURN 1', 'redefine FUNCTION f'],
    ['CREATE OR REPLACE TRIGGER t BEFORE INSERT ON orders FOR EACH ROW SET NEW.a = 1', 'redefine TRIGGER t'],
    ['CREATE OR REPLACE EVENT e ON SCHEDULE EVERY 1 DAY DO SELECT 1', 'redefine EVENT e'],
    ['ALTER EVENT e DO DELETE FROM orders', 'redefine EVENT e'],
    ['CREATE OR REPLACE PACKAGE BODY shop.p AS END', 'redefine PACKAGE shop.p'],
    ['ALTER TABLE orders ENGINE = BLACKHOLE', 'convert ENGINE orders'],
    ['ALTER TABLE orders ADD x INT, ENGINE MEMORY', 'convert ENGINE orders'],
    ['ALTER TABLE orders CONVERT TO CHARACTER SET latin1', 'convert CHARACTER SET orders'],
    ['ALTER TABLE orders CONVERT TO CHARSET utf8mb3 COLLATE utf8mb3_bin', 'convert CHARACTER SET orders'],
    ['SHUTDOWN', 'stop SHUTDOWN'],
    ['RESTART', 'stop RESTART'],
    ["CLONE INSTANCE FROM u@h:3306 IDENTIFIED BY 'x'", 'reset CLONE INSTANCE'],
    ['DROP TABLE orders WHATEVER', 'unreadable DROP'],
    ['-- a comment\nDELETE FROM orders WHERE = ', 'unreadable DELETE'],
  ];
  for (const [sql, ...expected] of destructive)
    test(`finds what is lost: ${sql}`, () => {
      assert.deepEqual(shown(sql), expected);
    });

  for (const sql of [
    'INSERT INTO orders VALUES (1)',
    'INSERT INTO orders SELECT * FROM others',
    'REPLACE INTO orders VALUES (1)',
    'CREATE TABLE t (a INT)',
    'CREATE TABLE t SELECT * FROM orders',
    'CREATE VIEW v AS SELECT 1',
    'ALTER EVENT e DISABLE',
    'ALTER TABLE orders ENGINE = InnoDB, CONVERT TO CHARACTER SET utf8mb4',
    "PREPARE s FROM 'SELECT' ' 1'",
    'CREATE PROCEDURE p() BEGIN DELETE FROM orders; DROP TABLE orders; END',
    'CREATE EVENT e ON SCHEDULE EVERY 1 DAY DO DELETE FROM orders',
    'CREATE TRIGGER t AFTER INSERT ON orders FOR EACH ROW DELETE FROM others',
    'ALTER TABLE orders ADD x INT, RENAME COLUMN a TO b, ALTER COLUMN c DROP DEFAULT',
    'ALTER TABLE orders RENAME TO others',
    'EXPLAIN DELETE FROM orders',
    'DROP PREPARE s',
    'CALL p()',
    'EXECUTE s',
    'SELECT * FROM orders FOR UPDATE',
    'DELETE FROM orders WHERE 0',
    'DELETE FROM orders WHERE 1 = 2',
    'DELETE FROM orders WHERE FALSE AND id > 3',
    'UPDATE orders SET note = 1 WHERE id = NULL',
  ])
    test(`finds nothing to ask about: ${sql}`, () => {
      assert.deepEqual(shown(sql), []);
    });

  const always = [
    ...[
      '1',
      '1 = 1',
      '1=1=1',
      'true',
      'TRUE OR id = 3',
      "'1'",
      "'a' = 'a'",
      'NOT 0',
      '!0',
      'NOT FALSE',
      '-1',
      '2 > 1',
      '1 <> 2',
      '1 <=> 1',
    ],
    ...[
      'NULL <=> NULL',
      'NULL IS NULL',
      '1 IS NOT NULL',
      '1 IS TRUE',
      '0 IS NOT TRUE',
      '1 BETWEEN 0 AND 2',
      '1 IN (0, 1)',
      '3 NOT IN (1, 2)',
    ],
    ...['(((1)))', '1 AND 1', '1 OR NULL', '1 XOR 0', '1 + 1 = 2', '2 * 3', "'x' LIKE '%'", 'id = 3 OR 1', '1 = 1 OR note IS NULL'],
  ];
  for (const condition of always)
    test(`knows a condition that is always true: ${condition}`, () => {
      assert.deepEqual(shown(`DELETE FROM orders WHERE ${condition}`), ['delete TABLE always']);
      assert.deepEqual(shown(`UPDATE orders SET note = 1 WHERE ${condition}`), ['update TABLE always']);
      assert.deepEqual(shown(`DELETE a FROM orders a JOIN others b ON a.id = b.id WHERE ${condition.replaceAll('id', 'a.id')}`), [
        'delete TABLE always',
      ]);
      assert.deepEqual(shown(`WITH c AS (SELECT 1) DELETE FROM orders WHERE ${condition}`, [MYSQL]), ['delete TABLE always']);
    });

  for (const condition of ["'a'", '@x', 'NOW() > 0', 'EXISTS (SELECT 1)', 'RAND() >= 0', '1 / 1', "'a' = 'A'", 'COALESCE(1, 0)', '0x31'])
    test(`asks where every row is affected or none: ${condition}`, () => {
      assert.deepEqual(shown(`DELETE FROM orders WHERE ${condition}`), ['delete TABLE constant']);
    });

  for (const condition of [
    'id = id',
    'id > 0 OR id <= 0',
    'id IS NOT NULL',
    'id = 3',
    'note LIKE "%"',
    'id IN (SELECT id FROM others)',
    '1 AND id',
  ])
    test(`leaves what depends on the row to the server: ${condition}`, () => {
      assert.deepEqual(shown(`DELETE FROM orders WHERE ${condition}`), ['delete TABLE byRow']);
    });

  test('finds UPDATE and DELETE without WHERE in every form', () => {
    for (const sql of [
      'DELETE FROM orders',
      'DELETE FROM orders LIMIT 1',
      'DELETE a, b FROM orders a JOIN others b USING (id)',
      'DELETE FROM a USING orders a, others b',
      'WITH c AS (SELECT 1 FROM dual WHERE 1) DELETE FROM orders',
      'UPDATE orders SET note = (SELECT 1 FROM others WHERE id = 1)',
      'UPDATE LOW_PRIORITY IGNORE orders SET note = 1 ORDER BY id LIMIT 3',
      'UPDATE orders a, others b SET a.note = b.note',
    ])
      assert.match(shown(sql)[0] ?? sql, / none$/);
  });

  test('reads a condition in an executable comment as the server does', () => {
    assert.deepEqual(shown('DELETE FROM orders /*!50000 WHERE id = 1 */', [MYSQL]), ['delete TABLE byRow']);
    assert.deepEqual(shown('DELETE FROM orders /*!99999 WHERE id = 1 */', [MYSQL]), ['delete TABLE none']);
  });

  test('a statement needs a database where a name has none', () => {
    for (const sql of [
      'CREATE TABLE t (a INT)',
      'DROP VIEW v',
      'CALL p()',
      'UPDATE a.b, c SET x = 1',
      'CREATE TABLE t (a',
      'GRANT SELECT ON t TO u',
      'DELETE orders FROM orders',
      'DELETE FROM orders USING orders JOIN shop.customers',
      'DROP INDEX t ON t',
      'INSERT INTO c WITH c AS (SELECT 1) SELECT * FROM c',
      'WITH orders AS (SELECT * FROM orders) DELETE FROM shop.customers WHERE id IN (SELECT id FROM orders)',
      'DELETE FROM shop.t WHERE id IN (WITH c AS (SELECT 1) SELECT * FROM c) OR id IN (SELECT * FROM c)',
      'WITH a AS (SELECT * FROM b), b AS (SELECT 1) DELETE FROM shop.t WHERE id IN (SELECT * FROM a)',
    ])
      assert.equal(needsDatabase(sql, [MYSQL, MARIADB]), true, sql);
    for (const sql of [
      'CREATE TABLE shop.t (a INT)',
      'CREATE DATABASE d',
      'DROP DATABASE d',
      'CREATE USER u',
      'SET GLOBAL max_connections = 1',
      'TRUNCATE shop.t',
      'DROP INDEX i ON shop.t',
      'DELETE shop.orders FROM shop.orders',
      'WITH RECURSIVE c AS (SELECT 1 AS n UNION ALL SELECT n + 1 FROM c WHERE n < 9) DELETE FROM shop.t WHERE id IN (SELECT n FROM c)',
      'WITH a AS (SELECT 1), b AS (SELECT * FROM a) DELETE FROM shop.t WHERE id IN (SELECT * FROM b)',
      'DELETE o FROM shop.orders o JOIN shop.customers c USING (id)',
      'WITH c AS (SELECT 1) DELETE FROM shop.orders WHERE id IN (SELECT * FROM c)',
    ])
      assert.equal(needsDatabase(sql, [MYSQL, MARIADB]), false, sql);
  });
});
