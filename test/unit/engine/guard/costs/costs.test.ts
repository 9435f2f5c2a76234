import assert from 'node:assert/strict';
import { checkCosts } from '../../../../../src/engine/guard/costs/costs.ts';
import { boundedPath } from '../../../../../src/engine/guard/costs/calls.ts';
import type { Dialect } from '../../../../../src/engine/sql/lexer/dialect.ts';
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

  test('counts each use of a table expression as a copy', () => {
    const chain = (levels: number): string => {
      const expressions = Array.from({ length: levels }, (_, i) => `a${String(i + 1)} AS (SELECT * FROM a${String(i)}, A${String(i)} b)`);
      return `WITH a0 AS (SELECT 1 AS x), ${expressions.join(', ')} SELECT * FROM a${String(levels)}`;
    };
    assert.equal(reasonOf(chain(12), MARIADB), 'copies');
    assert.equal(reasonOf(chain(7), MARIADB), undefined);
    assert.equal(reasonOf(`SELECT * FROM (${chain(12)}) d`, MARIADB), 'copies');
    assert.equal(reasonOf(chain(12).replaceAll('FROM a', 'FROM d.a').replaceAll(', A', ', d.A'), MARIADB), undefined); // tables
  });

  test('counts a text that is compared as a text, and the names of long columns behind their list', () => {
    const many = (text: string): string => Array.from({ length: 40 }, () => text).join(' + ');
    for (const sql of [
      `SELECT ${many("LENGTH(REPEAT('a', LEAST(9, '60000000')))")}`,
      `SELECT ${many("LENGTH(REPEAT('a', LEAST(9, c)))")} FROM t`,
      `SELECT ${many('LENGTH(REPEAT(@@optimizer_switch, 20000))')}`,
      `SELECT REPEAT('a', 15000000) AS x HAVING ${many('LENGTH(REVERSE(x))')}`,
      `SELECT REPEAT('a', 15000000) AS x ORDER BY ${many('LENGTH(REVERSE(x))')}`,
      `SELECT REPEAT('a', 15000000) AS x, (SELECT ${many('LENGTH(REVERSE(x))')}) AS y`,
    ])
      assert.equal(reasonOf(sql, MYSQL), 'texts', sql.slice(0, 60));
    assert.equal(reasonOf(`SELECT ${many("LENGTH(REPEAT('a', LEAST(9, 60000000)))")}`, MYSQL), undefined);
    assert.equal(reasonOf("SELECT REPEAT('a', 15000000) AS x, REVERSE(b) AS y FROM t", MYSQL), undefined);
    assert.equal(reasonOf('SELECT GROUP_CONCAT(b) AS x, ST_GeomFromText(MAX(c)) FROM t', MYSQL), undefined);
  });

  test('bounds what several paths take out of a document, and what is looked for at each place of a text', () => {
    const nested = (times: number): string => `${'JSON_EXTRACT('.repeat(times)}'[1]'${", '$', '$')".repeat(times)}`;
    assert.equal(reasonOf(`SELECT ${nested(24)}`, MYSQL), 'document');
    assert.equal(reasonOf(`SELECT JSON_EXTRACT(c${", '$'".repeat(300)}) FROM t`, MYSQL), 'paths');
    assert.equal(reasonOf(`SELECT JSON_SET(REPEAT('a', 1000000)${", '$.a', 1".repeat(100)})`, MARIADB), 'document');
    assert.equal(
      reasonOf(`SELECT JSON_EXTRACT(c${", '$.a'".repeat(200)}), JSON_SET(c${", '$.a', 1".repeat(200)}) FROM t`, MYSQL),
      undefined,
    );
    assert.equal(reasonOf("SELECT REPEAT('a', 1000000) LIKE REPEAT('a', 500000)", MYSQL), 'search');
    assert.equal(
      reasonOf("SELECT GROUP_CONCAT(b) LIKE '%a%', LOCATE(c, GROUP_CONCAT(b)), TRIM(BOTH ',' FROM GROUP_CONCAT(b)) FROM t", MYSQL),
      undefined,
    );
    assert.equal(reasonOf("SELECT TRIM(TRAILING 'ab' FROM REPEAT('ab', 1000000))", MYSQL), 'search');
    assert.equal(reasonOf("SELECT TRIM(TRAILING 'ab' FROM b), TRIM(b) FROM t", MYSQL), undefined);
  });

  test('lets collections nest as deeply as is written, and no deeper', () => {
    const nested = (times: number, inside: string): string => `${'GEOMETRYCOLLECTION('.repeat(times)}${inside}${')'.repeat(times)}`;
    assert.equal(reasonOf(`SELECT ${nested(30, 'POINT(1, 1)')}`, MARIADB), 'shape');
    assert.equal(reasonOf(`WITH a AS (SELECT ${nested(15, 'g')} AS g FROM t) SELECT ${nested(15, 'g')} FROM a`, MARIADB), 'shape');
    assert.equal(
      reasonOf('WITH RECURSIVE r AS (SELECT 1 AS g UNION ALL SELECT GEOMETRYCOLLECTION(g) FROM r) SELECT * FROM r', MARIADB),
      'shape',
    );
    assert.equal(reasonOf(`SELECT ${nested(5, 'g')} FROM t`, MARIADB), undefined);
    assert.equal(
      reasonOf('WITH RECURSIVE r AS (SELECT 1 AS n UNION ALL SELECT n + 1 FROM r) SELECT GEOMETRYCOLLECTION(POINT(n, n)) FROM r', MARIADB),
      undefined,
    );
  });

  test('counts the levels of an expression with those of the columns of inner queries', () => {
    const abs = (times: number, inside = 'x'): string => `${'ABS('.repeat(times)}${inside}${')'.repeat(times)}`;
    for (const sql of [
      `SELECT ${abs(70)} FROM t`,
      `WITH a AS (SELECT ${abs(40)} AS x FROM t), b AS (SELECT ${abs(40)} AS x FROM a) SELECT x FROM b`,
      `SELECT ${abs(40)} FROM (SELECT ${abs(40)} AS x FROM t) d`,
      `SELECT 1 FROM (SELECT ${abs(40)} AS x FROM t) d WHERE ${abs(40)} = 1`,
      `SELECT ${abs(40)} AS y FROM t HAVING ${abs(40, 'y')} = 1`,
      `SELECT ${abs(40)} AS y FROM t ORDER BY ${abs(40, 'y')}`,
      `SELECT ${abs(40)} AS y, (SELECT ${abs(40, 'y')}) AS z FROM t`,
    ])
      for (const dialect of [MYSQL, MARIADB]) assert.equal(reasonOf(sql, dialect), 'levels', sql);
    for (const sql of [
      `SELECT ${abs(60)} FROM t`,
      `SELECT ${abs(50)} FROM t UNION ALL SELECT ${abs(50)} FROM t`,
      `SELECT ${'('.repeat(150)}x${')'.repeat(150)} FROM t`,
      `SELECT x${' OR x'.repeat(1000)} FROM t`,
    ])
      assert.equal(reasonOf(sql, MARIADB), undefined, sql.slice(0, 60));
  });

  test('takes as many arguments as a text can hold, in time that grows with it', () => {
    const list = (item: string, length: number): string => item.repeat(length / item.length);
    for (const sql of [
      `SELECT REPEAT(a, COALESCE(1${list(',1', 250_000)}))`,
      `SELECT REPEAT(a, IF(1, ${list('1,', 60_000)}1))`,
      `SELECT CASE ${list('WHEN 1 THEN 2 ', 60_000)} END`,
      `SELECT MOD(1${list(',1', 60_000)})`,
    ])
      assert.doesNotThrow(() => reasonOf(sql, MYSQL), sql.slice(0, 40));
    const began = performance.now();
    printed(`SELECT JSON_SET(a${list(",'$[1]',2", 100_000)})`);
    assert.ok(performance.now() - began < 20_000); // the square of it took minutes
  });
});
