import assert from 'node:assert/strict';
import { judged, MARIADB, sent, sources } from './sample.ts';
import { TRACED } from './useCases.ts';

const MARIA = { dialect: MARIADB };

/** Each line: a query, and the base columns behind its outputs. */
function checkSources(lines: readonly (readonly [sql: string, expected: string])[], options = {}): void {
  for (const [sql, expected] of lines) assert.equal(sources(sql, options), expected, sql);
}

suite('lineage: base columns of outputs', () => {
  test('traces columns, expressions and stars of one table', () => {
    checkSources([
      ['SELECT id FROM a', 'a.id'],
      ['SELECT a.id, shop.a.x FROM a', 'a.id | a.x'],
      ['SELECT ID + x AS n, 1, m1 FROM a', 'a.id+a.x |  | a.m1'],
      ['SELECT * FROM a', 'a.id | a.x | a.m1 | a.p1'],
      ['SELECT t.*, x FROM a AS t', 'a.id | a.x | a.m1 | a.p1 | a.x'],
      ['TABLE a', 'a.id | a.x | a.m1 | a.p1'],
      ['SELECT CASE id WHEN 1 THEN x ELSE (SELECT MAX(z) FROM plain) END FROM a', 'a.id+a.x+plain.z'],
      ['SELECT SUM(x) OVER (PARTITION BY id ORDER BY x) FROM a', 'a.id+a.x'],
      ['SELECT COUNT(m1), m1 IS NULL FROM a', 'a.m1 | a.m1'],
    ]);
  });

  test('traces joins, with the columns that USING and NATURAL make one', () => {
    checkSources([
      ['SELECT * FROM a, b', 'a.id | a.x | a.m1 | a.p1 | b.id | b.y | b.m2 | b.p2'],
      ['SELECT * FROM a JOIN b USING (id)', 'a.id | a.x | a.m1 | a.p1 | b.y | b.m2 | b.p2'],
      ['SELECT * FROM a RIGHT JOIN b USING (id)', 'b.id | b.y | b.m2 | b.p2 | a.x | a.m1 | a.p1'],
      ['SELECT * FROM a NATURAL JOIN pseudo', 'a.id | a.p1 | a.x | a.m1'],
      ['SELECT id FROM a JOIN b USING (id)', 'a.id+b.id'],
      ['SELECT id, p1 FROM a NATURAL LEFT JOIN pseudo', 'a.id+pseudo.id | a.p1+pseudo.p1'],
      ['SELECT b.* FROM a JOIN b USING (id)', 'b.id | b.y | b.m2 | b.p2'],
      ['SELECT * FROM (a JOIN b USING (id)) JOIN pseudo USING (id)', 'a.id | a.x | a.m1 | a.p1 | b.y | b.m2 | b.p2 | pseudo.p1'],
      ['SELECT * FROM {OJ a LEFT JOIN pseudo ON a.id = pseudo.id}', 'a.id | a.x | a.m1 | a.p1 | pseudo.id | pseudo.p1'],
    ]);
  });

  test('traces derived tables, table expressions and set operations', () => {
    checkSources([
      ['SELECT d.k FROM (SELECT m1 AS k, id FROM a) AS d', 'a.m1'],
      ['SELECT k2 FROM (SELECT m1, id FROM a) AS d (k1, k2)', 'a.id'],
      ['WITH c AS (SELECT * FROM a) SELECT * FROM c', 'a.id | a.x | a.m1 | a.p1'],
      ['WITH c (one, two) AS (SELECT x, m1 FROM a), e AS (SELECT two AS three FROM c) SELECT three FROM e', 'a.m1'],
      ['SELECT id FROM a UNION ALL SELECT z FROM plain', 'a.id+plain.z'],
      ['SELECT d.id FROM (SELECT id FROM a UNION SELECT y FROM b EXCEPT SELECT x FROM a) d', 'a.id+a.x+b.y'],
      ['WITH RECURSIVE c AS (SELECT id AS n FROM a UNION ALL SELECT n + y FROM c JOIN b ON n < 9) SELECT n FROM c', 'a.id+b.y'],
      ['WITH a AS (SELECT z FROM plain), c AS (SELECT id FROM shop.a) SELECT z, id FROM a, c', 'plain.z | a.id'],
      ['SELECT (SELECT MAX(b.y) FROM b WHERE b.id = a.id) FROM a', 'b.y'],
      ['SELECT l.k FROM a, LATERAL (SELECT a.x + b.y AS k FROM b) AS l', 'a.x+b.y'],
      ["SELECT j.n FROM a, JSON_TABLE(a.x, '$[*]' COLUMNS (NESTED PATH '$.k' COLUMNS (n INT PATH '$'))) AS j", 'a.x'],
      ['SELECT column_1 FROM (VALUES ROW(1, (SELECT MAX(id) FROM a))) AS d', 'a.id'],
    ]);
    checkSources([['SELECT d.id FROM (SELECT id FROM a INTERSECT SELECT y FROM b) d', 'a.id+b.y']], MARIA);
  });

  test('traces views to the base columns that they pass on or compute with', () => {
    checkSources([
      ['SELECT * FROM v_passes', 'a.id | a.m1 | a.p1'],
      ['SELECT e FROM v_deep', 'a.m1'],
      ['SELECT n FROM v_counts', 'a.m1'],
      ['SELECT v.z, a.id FROM v_plain v, a', 'v_plain.z | a.id'],
    ]);
  });

  test('traces names, or says why not', () => {
    checkSources(TRACED);
  });

  test('takes the column of the nearest query, and of FROM before that of a query around it', () => {
    checkSources([
      ['SELECT (SELECT x FROM plain LIMIT 1) FROM a', 'plain.x'],
      ['SELECT (SELECT y FROM plain LIMIT 1) FROM b', 'b.y'],
      ['SELECT (SELECT z FROM plain WHERE x = y LIMIT 1) FROM b', 'plain.z'],
      ['SELECT (SELECT d.k FROM (SELECT b.y AS k) AS d) FROM b', 'b.y'],
    ]);
  });

  test('sends stars as columns, without hidden and invisible ones, and the rest as it was', () => {
    assert.equal(sent('SELECT * FROM a'), 'SELECT a.id, a.x, a.m1, a.p1 FROM a');
    assert.equal(sent('TABLE a LIMIT 1'), 'SELECT a.id, a.x, a.m1, a.p1 FROM a LIMIT 1');
    assert.equal(
      sent('SELECT *, d.* FROM (TABLE pseudo) AS d'),
      'SELECT d.id, d.p1, d.id, d.p1 FROM (SELECT pseudo.id, pseudo.p1 FROM pseudo) AS d',
    );
    assert.equal(
      sent('SELECT COUNT(*) FROM a WHERE id IN (SELECT y FROM b)'),
      'SELECT COUNT(*) AS COUNT(*) FROM a WHERE id IN (SELECT y FROM b)',
    );
    assert.equal(sent('SELECT * FROM unseen'), 'SELECT unseen.id FROM unseen');
    assert.equal(sent('SELECT * FROM derived'), 'SELECT derived.id, derived.m1, derived.from_id, derived.p_own FROM derived');
    assert.equal(
      sent('SELECT id FROM a WHERE EXISTS (SELECT * FROM b)'),
      'SELECT id FROM a WHERE EXISTS (SELECT b.id, b.y, b.m2, b.p2 FROM b)',
    );
  });

  test('judges nothing where no protected column is within reach', () => {
    for (const sql of [
      'SELECT * FROM plain',
      'SELECT nothing FROM plain',
      'SELECT * FROM v_plain',
      'SELECT 1',
      'WITH c AS (TABLE plain) TABLE c',
    ])
      assert.equal(judged(sql), 'plain', sql);
    assert.equal(judged('WITH plain AS (SELECT id FROM a) SELECT * FROM plain'), '-');
  });
});
