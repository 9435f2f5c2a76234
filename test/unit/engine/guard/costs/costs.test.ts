import assert from 'node:assert/strict';
import { checkCosts } from '../../../../../src/engine/guard/costs.ts';
import { boundedPath } from '../../../../../src/engine/guard/costs/calls.ts';
import type { Dialect } from '../../../../../src/engine/sql/dialect.ts';
import { parseStatements } from '../../../../../src/engine/sql/parser/parse.ts';
import { print } from '../../../../../src/engine/sql/printer/print.ts';
import { MARIADB, MYSQL } from '../../sql/dialects.ts';

const reasonOf = (sql: string, dialect: Dialect): string | undefined => {
  const [statement] = parseStatements(sql, dialect);
  return statement === undefined ? undefined : checkCosts(statement, dialect)?.reason;
};
const printed = (sql: string): string => {
  const [statement] = parseStatements(sql, MYSQL);
  return statement === undefined ? '' : print(statement, MYSQL, { functionName: () => 'native', argument: boundedPath });
};
const DEEP = 'GEOMETRYCOLLECTION('.repeat(3000);

suite('costs', () => {
  test('refuses a computed shape that may hold a long text of VALUES, JSON_TABLE, a recursive query or a comparison', () => {
    for (const sql of [
      `SELECT ST_GeomFromText(c) FROM (VALUES ('${DEEP}')) d (c)`,
      `SELECT ST_GeomFromText(c) FROM JSON_TABLE('["${DEEP}"]', '$[*]' COLUMNS (c TEXT PATH '$')) j`,
      "WITH RECURSIVE r (c, n) AS (SELECT b, 1 FROM t UNION ALL SELECT CONCAT('(', c), n + 1 FROM r) SELECT ST_GeomFromText(c) FROM r",
      "SELECT ST_GeomFromText(b) FROM t WHERE b = REPEAT('GEOMETRYCOLLECTION(', 20000)",
      `SELECT ST_GeomFromText(b) FROM t WHERE b = '${DEEP}'`,
    ])
      assert.equal(reasonOf(sql.replace(') d (c)', ') d'), MARIADB), 'shape', sql.slice(0, 60));
    assert.equal(reasonOf("SELECT ST_GeomFromText(CONCAT('POINT(', x, ' ', y, ')')) FROM t", MARIADB), undefined);
  });

  test('bounds what MariaDB searches by the repetitions of the pattern', () => {
    for (const sql of [
      "SELECT REPEAT('a', 70000) REGEXP 'a*b'",
      "SELECT REPEAT('a', 3000) RLIKE 'a{0,60}a{0,60}b'",
      "SELECT REGEXP_INSTR(REPEAT('a', 3000), b) FROM t",
      "SELECT REPEAT('a', 70000) REGEXP '^|a*b'",
      String.raw`SELECT REPEAT('a', 3000) REGEXP '\\Q[\\Ea*a*a*b]'`,
      "SELECT REPEAT('a', 3000) REGEXP '(?#[)a*a*a*b]'",
      "SELECT REPEAT('a', 3000) REGEXP '[a[]b*c*d'",
    ])
      assert.equal(reasonOf(sql, MARIADB), 'search', sql);
    for (const sql of [
      "SELECT b REGEXP '^[A-Za-z0-9._%+-]+@[A-Za-z0-9.-]+[.][A-Za-z]{2,}$' FROM t",
      "SELECT REGEXP_SUBSTR(GROUP_CONCAT(b), '^[^,]+') FROM t",
      "SELECT GROUP_CONCAT(b) REGEXP 'abc' FROM t",
    ])
      assert.equal(reasonOf(sql, MARIADB), undefined, sql);
    assert.equal(reasonOf("SELECT REPEAT('a', 70000) REGEXP 'a*b'", MYSQL), undefined); // regexp_time_limit
  });

  test('takes a written XPath only', () => {
    assert.equal(reasonOf("SELECT EXTRACTVALUE('<a/>', CONCAT('/a', LPAD('', 30, '/a/')))", MYSQL), 'path');
    assert.equal(reasonOf("SELECT EXTRACTVALUE('<a/>', CONCAT('/a[', 1, ']'))", MYSQL), undefined);
  });

  test('prints a computed JSON path so that the server meets no ** in it', () => {
    assert.equal(printed("SELECT JSON_EXTRACT(d, c, '$.a') AS x"), "SELECT JSON_EXTRACT(`d`, REPLACE(`c`, '**', '?'), '$.a') AS `x`");
    assert.equal(printed("SELECT JSON_LENGTH(d, _utf16'a') AS x"), "SELECT JSON_LENGTH(`d`, REPLACE(_utf16'a', '**', '?')) AS `x`");
    assert.equal(printed("SELECT JSON_SET(d, '$.a', c) AS x"), "SELECT JSON_SET(`d`, '$.a', `c`) AS `x`");
  });
});
