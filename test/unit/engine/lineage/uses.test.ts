import assert from 'node:assert/strict';
import { NEWEST_MYSQL } from '../../../../src/engine/sql/lexer/dialect.ts';
import { judgeColumns } from '../../../../src/engine/lineage/judgeColumns.ts';
import { parseStatements } from '../../../../src/engine/sql/parser/parse.ts';
import { judged, sampleAction, sampleCatalog } from './sample.ts';

/** Uses of a column `#` that compute with it, or choose, order or compare rows by it. */
const FORBIDDEN = [
  'SELECT UPPER(#) FROM a',
  'SELECT # + 0 FROM a',
  'SELECT -# FROM a',
  'SELECT BINARY # FROM a',
  'SELECT # COLLATE utf8mb4_bin FROM a',
  'SELECT CAST(# AS CHAR) FROM a',
  "SELECT #->'$.k' FROM a",
  'SELECT (#, 1) = (1, 1) FROM a',
  "SELECT # LIKE 'x%' FROM a",
  'SELECT # BETWEEN 1 AND 2 FROM a',
  'SELECT 1 BETWEEN # AND 2 FROM a',
  'SELECT # IN (1, 2) FROM a',
  'SELECT 1 IN (#) FROM a',
  'SELECT 1 IN (SELECT # FROM a)',
  'SELECT 1 = ANY (SELECT # FROM a)',
  'SELECT (SELECT # FROM a LIMIT 1) = 1',
  'SELECT # IS TRUE FROM a',
  'SELECT # <=> NULL FROM a',
  'SELECT ISNULL(#) FROM a',
  'SELECT COALESCE(#, 1) FROM a',
  'SELECT CASE WHEN # THEN 1 END FROM a',
  'SELECT CASE # WHEN 1 THEN 1 END FROM a',
  'SELECT CASE WHEN id THEN # END FROM a',
  'SELECT IF(id, #, 1) FROM a',
  'SELECT id + INTERVAL # DAY FROM a',
  'SELECT MAX(#) FROM a',
  'SELECT SUM(DISTINCT #) FROM a',
  'SELECT COUNT(# + 1) FROM a',
  'SELECT GROUP_CONCAT(id ORDER BY #) FROM a',
  'SELECT GROUP_CONCAT(#) FROM a',
  'SELECT LAG(#) OVER (ORDER BY id) FROM a',
  'SELECT RANK() OVER (ORDER BY #) FROM a',
  'SELECT COUNT(*) OVER (PARTITION BY #) FROM a',
  'SELECT RANK() OVER w FROM a WINDOW w AS (ORDER BY #)',
  'SELECT MATCH (#) AGAINST (1) FROM a',
  'SELECT @v := # FROM a',
  'SELECT DEFAULT(#) FROM a',
  "SELECT id FROM a WHERE # = 'x'",
  'SELECT id FROM a WHERE # = id',
  'SELECT id FROM a WHERE #',
  'SELECT id FROM a WHERE id = 1 AND # > 1',
  'SELECT id FROM a WHERE EXISTS (SELECT 1 FROM plain WHERE x = #)',
  'SELECT a.id FROM a JOIN plain ON plain.x = #',
  'SELECT a.id FROM a JOIN b ON # <> p2',
  'SELECT a.id FROM a JOIN b ON # = m2',
  'SELECT a.id FROM a JOIN b ON id > 1 OR # = p2',
  'SELECT a.id FROM a, LATERAL (SELECT # + 1 AS k) l',
  "SELECT a.id FROM a, JSON_TABLE(#, '$' COLUMNS (k INT PATH '$')) j",
  'SELECT id FROM a GROUP BY UPPER(#)',
  'SELECT id FROM a GROUP BY id HAVING # = 1',
  'SELECT id FROM a ORDER BY #',
  'SELECT id FROM a ORDER BY # IS NULL, # DESC',
  'SELECT # FROM a ORDER BY 1',
  'SELECT # FROM a ORDER BY (1)',
  'SELECT # FROM a ORDER BY - -1',
  'SELECT # AS k FROM a ORDER BY k',
  'SELECT # FROM a UNION ALL SELECT y FROM b ORDER BY 1',
  'SELECT # FROM a UNION SELECT y FROM b',
  "SELECT # FROM a UNION SELECT 'x'",
  'SELECT # FROM a EXCEPT ALL SELECT y FROM b',
  'SELECT # FROM a INTERSECT SELECT m2 FROM b',
  'SELECT d.k FROM (SELECT # AS k FROM a) d WHERE d.k = 1',
  'WITH c AS (SELECT # AS k FROM a) SELECT UPPER(k) FROM c',
  "SELECT b.id FROM b JOIN (SELECT # AS k FROM a UNION ALL SELECT 'guess') g ON g.k = b.p2",
  'VALUES ROW((SELECT # FROM a LIMIT 1))',
  'SELECT # INTO @v FROM a',
  'SELECT id FROM a LIMIT 1 INTO @v',
];

/** Uses of a masked column or one with pseudonyms that are allowed, with the actions of their outputs for both. */
const ALLOWED: readonly (readonly [sql: string, masked: string, pseudonymized: string])[] = [
  ['SELECT # FROM a', 'mask', 'pseudonym'],
  ['SELECT (#) AS k, a.# FROM a', 'mask mask', 'pseudonym pseudonym'],
  ['SELECT (SELECT # FROM a LIMIT 1)', 'mask', 'pseudonym'],
  ['SELECT COUNT(#), COUNT(#) OVER () FROM a GROUP BY id', '- -', '- -'],
  ['SELECT # IS NULL, NOT (#) IS NOT NULL FROM a', '- -', '- -'],
  ['SELECT id FROM a WHERE # IS NOT NULL OR id = 1 ORDER BY # IS NULL', '-', '-'],
  ['SELECT id FROM a GROUP BY id HAVING COUNT(#) > 1', '-', '-'],
  ['SELECT k FROM (SELECT # AS k FROM a) d', 'mask', 'pseudonym'],
  ['SELECT # FROM a UNION ALL SELECT z FROM plain', 'mask', 'mask'],
  ["SELECT # FROM a UNION ALL SELECT 'guess'", 'mask', 'mask'],
  ['SELECT # FROM a UNION ALL SELECT m2 FROM b', 'mask', 'mask'],
  ['SELECT # FROM a UNION ALL SELECT p2 FROM b', 'mask', 'pseudonym'],
  ['SELECT id FROM a WHERE EXISTS (SELECT # FROM a)', '-', '-'],
  ['SELECT l.k FROM a, LATERAL (SELECT # AS k) l', 'mask', 'pseudonym'],
];

/** What tells of pseudonyms nothing more than they do. */
const FOR_PSEUDONYMS: readonly (readonly [sql: string, actions: string])[] = [
  ['SELECT p1, COUNT(*) FROM a GROUP BY p1', 'pseudonym -'],
  ['SELECT p1 AS k, COUNT(*) FROM a GROUP BY 1', 'pseudonym -'],
  ['SELECT p1 AS k, COUNT(*) FROM a GROUP BY k', 'pseudonym -'],
  ['SELECT COUNT(DISTINCT p1, id) FROM a', '-'],
  ['SELECT DISTINCT p1, id FROM a', 'pseudonym -'],
  ['SELECT a.id FROM a JOIN b ON a.p1 = b.p2 AND b.y > 1', '-'],
  ['SELECT a.id FROM a, b WHERE (p1) <=> p2', '-'],
  ['SELECT id FROM a WHERE EXISTS (SELECT 1 FROM b WHERE b.p2 = a.p1)', '-'],
  ['SELECT a.x, p1 FROM a JOIN pseudo USING (id, p1)', '- pseudonym'],
  ['SELECT p1 FROM a UNION SELECT p2 FROM b', 'pseudonym'],
  ['SELECT p1 FROM a EXCEPT SELECT p2 FROM b', 'pseudonym'],
];

suite('lineage: uses of protected columns', () => {
  for (const [action, column] of [
    ['masked', 'm1'],
    ['pseudonymized', 'p1'],
    ['hidden', 'h1'],
  ] as const)
    test(`refuses what tells values of a ${action} column`, () => {
      for (const sql of FORBIDDEN) assert.match(judged(sql.replaceAll('#', column)), /^refused: /, sql);
      // The same uses of a plain column pass: it is the column that is refused.
      for (const sql of FORBIDDEN.filter((one) => !/INTO|MATCH|m2|p2/.test(one)))
        assert.doesNotMatch(judged(sql.replaceAll('#', 'x')), /^refused: /, sql);
    });

  test('allows what shows a mask or pseudonym, and NULL and counts', () => {
    for (const [sql, masked, pseudonymized] of ALLOWED) {
      assert.equal(judged(sql.replaceAll('#', 'm1')), masked, sql);
      assert.equal(judged(sql.replaceAll('#', 'p1')), pseudonymized, sql);
      assert.match(judged(sql.replaceAll('#', 'h1')), /^refused: The hidden column/, sql);
    }
  });

  test('allows grouping and equality of pseudonyms, and not of masks or of both', () => {
    for (const [sql, actions] of FOR_PSEUDONYMS) {
      assert.equal(judged(sql), actions, sql);
      assert.match(judged(sql.replaceAll('p1', 'm1')), /^refused: /, sql);
    }
    for (const sql of ['SELECT p1 FROM a GROUP BY p1 DESC', 'SELECT p1 FROM a GROUP BY 1 ASC'])
      assert.match(judged(sql, { dialect: { ...NEWEST_MYSQL, flavor: 'mariadb', version: 101_118 } }), /^refused: /, sql);
  });

  test('never takes pseudonyms beside other values for pseudonyms', () => {
    const united = "(SELECT p1 AS k FROM a UNION ALL SELECT 'guess')";
    assert.equal(judged(`SELECT k FROM ${united} d`), 'mask');
    for (const sql of [
      `SELECT k, COUNT(*) FROM ${united} d GROUP BY k`,
      `SELECT COUNT(DISTINCT k) FROM ${united} d`,
      `SELECT DISTINCT k FROM ${united} d`,
      `SELECT b.id FROM ${united} d JOIN b ON d.k = b.p2`,
      `SELECT d.k FROM ${united} d NATURAL JOIN (SELECT p2 AS k FROM b) e`,
    ])
      assert.match(judged(sql), /^refused: /, sql);
  });

  test('refuses joins by name that compare protected columns', () => {
    for (const sql of [
      'SELECT * FROM a NATURAL JOIN big',
      'SELECT a.id FROM a JOIN big USING (m1)',
      'SELECT a.id FROM a NATURAL JOIN (SELECT id AS h1 FROM plain) d',
      'SELECT a.id FROM a NATURAL JOIN (SELECT id AS p1 FROM plain) d',
      'SELECT a.id FROM a NATURAL LEFT JOIN (SELECT m2 AS p1 FROM b) d',
      'SELECT u.id FROM unseen u NATURAL JOIN (SELECT 1 AS i) d',
    ])
      assert.match(judged(sql), /^refused: /, sql);
  });

  test('lets a view pass protected columns on, and refuses one that uses them otherwise', () => {
    assert.equal(judged('SELECT * FROM v_passes'), '- mask pseudonym');
    assert.equal(judged('SELECT * FROM v_deep'), 'mask -');
    assert.equal(judged('SELECT * FROM v_counts'), '-');
    assert.match(judged('SELECT secret FROM v_passes'), /hidden column secret/);
    assert.match(judged('SELECT s FROM v_deep'), /hidden column s/);
    assert.match(judged('SELECT id FROM v_computes'), /view shop\.v_computes/);
    assert.match(judged('SELECT id FROM v_filters'), /view shop\.v_filters/);
    assert.match(judged("SELECT id FROM v_passes WHERE email = 'x'"), /masked column email/);
  });

  test('hides what is generated from a protected column, unless a rule says otherwise', () => {
    assert.equal(judged('SELECT * FROM derived'), '- mask - pseudonym');
    for (const column of ['from_m', 'from_from']) assert.match(judged(`SELECT ${column} IS NULL FROM derived`), /hidden/);
    assert.equal(judged('SELECT from_id FROM derived WHERE from_id = 2'), '-');
  });

  test('refuses parts and indexes of a table with protected columns, which tell values', () => {
    assert.match(judged('SELECT id FROM a PARTITION (p0)'), /PARTITION/);
    assert.match(judged('SELECT id FROM a FORCE INDEX (m1)'), /index hint/);
    assert.equal(judged('SELECT a.id FROM a, plain FORCE INDEX (x)'), '-');
  });

  test('refuses functions that may read protected columns, and statements other than queries', () => {
    assert.match(judged('SELECT reads_a()'), /stored function/);
    assert.match(judged('SELECT unknown(1) FROM plain'), /stored function/);
    assert.equal(judged('SELECT reads_plain(id) FROM a'), '-');
    for (const sql of ['SHOW TABLES', 'DESCRIBE plain', 'EXPLAIN SELECT 1', 'DELETE FROM plain', 'INSERT INTO plain SELECT * FROM a'])
      assert.match(judged(sql), /other than a query/, sql);
  });

  test('refuses a kind of node that it does not know', () => {
    const [statement = assert.fail()] = parseStatements('SELECT id + 1 FROM a', NEWEST_MYSQL);
    const changed = JSON.parse(JSON.stringify(statement).replace('"kind":"chain"', '"kind":"novelty"')) as typeof statement;
    const judgement = judgeColumns(changed, sampleCatalog(), sampleAction);
    assert.equal(judgement.kind === 'refused' && judgement.refusal.what, 'This form (novelty)');
  });
});
