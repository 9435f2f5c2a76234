import assert from 'node:assert/strict';
import { judged, MARIADB } from './sample.ts';

const MARIA = { dialect: MARIADB };

function isRefused(sql: string, reason: RegExp, options = {}): void {
  assert.match(judged(sql, options), new RegExp(`^refused: .*${reason.source}`), sql);
}

suite('lineage: names that can not be traced for certain', () => {
  test('refuses names of nothing, and those that the server adds', () => {
    isRefused('SELECT nothing FROM a', /nothing/);
    isRefused('SELECT b.id FROM a', /b\.id/);
    isRefused('SELECT _rowid FROM a', /_rowid/);
    isRefused('SELECT (SELECT _rowid FROM plain LIMIT 1) FROM (SELECT id AS _rowid FROM a) d', /_rowid/);
    isRefused('SELECT id FROM a, missing', /missing/);
    isRefused('SELECT other.a.id FROM a', /can't be traced/);
    isRefused('SELECT b.* FROM a', /table b/);
  });

  test('refuses letters that servers compare in different ways', () => {
    isRefused('SELECT ete FROM accents', /ete/);
    isRefused('SELECT ÉTÉ FROM accents', /ÉTÉ/);
    assert.equal(judged('SELECT été FROM accents'), '-');
    isRefused('SELECT T.id FROM a AS t', /the name T|The name T/);
    assert.equal(judged('SELECT T.m1 FROM a AS t', { lowerCaseTableNames: 1 }), 'mask');
    assert.equal(judged('SELECT T.m1, t.x FROM plain AS t, a AS T'), 'mask -');
    isRefused('WITH C AS (SELECT id FROM a) SELECT * FROM c', /expression c/);
    isRefused('WITH A AS (SELECT 1 AS m1) SELECT * FROM a', /expression a/, MARIA);
  });

  test('refuses a recursive name before it is known, and one that changes what is protected', () => {
    isRefused('WITH RECURSIVE c AS (SELECT * FROM c UNION ALL SELECT id FROM a) SELECT * FROM c', /expression c/);
    isRefused('WITH RECURSIVE c AS (SELECT id FROM b UNION ALL SELECT id FROM a), b AS (SELECT 1 AS id) SELECT * FROM c', /expression b/);
    isRefused('WITH RECURSIVE c AS (SELECT id, x FROM a UNION ALL SELECT id, m1 FROM a JOIN c USING (id)) SELECT * FROM c', /recursive/);
    isRefused("WITH RECURSIVE c AS (SELECT id, p1 FROM a UNION ALL SELECT id, 'guess' FROM c) SELECT * FROM c", /recursive/);
    isRefused('WITH RECURSIVE c AS (SELECT x, m1 FROM a UNION ALL SELECT m1, x FROM c) SELECT * FROM c', /recursive/);
    assert.equal(
      judged('WITH RECURSIVE c AS (SELECT id, m1 FROM a UNION ALL SELECT id + 1, m1 FROM c WHERE id < 3) SELECT * FROM c'),
      '- mask',
    );
    isRefused('WITH RECURSIVE c AS (SELECT id, m1 FROM a UNION ALL SELECT id, m1 FROM c) CYCLE m1 RESTRICT SELECT * FROM c', /m1/, MARIA);
  });

  test('takes HAVING, ORDER BY and windows for any column that the name may mean', () => {
    // Both servers look for y in the query around before FROM.
    isRefused('SELECT (SELECT COUNT(*) FROM plain HAVING x > 5) FROM (SELECT m1 AS x FROM a) d', /column x/);
    isRefused('SELECT m1 AS id FROM a ORDER BY id', /column id/);
    isRefused('SELECT id AS m1 FROM a ORDER BY m1', /column m1/);
    isRefused('SELECT RANK() OVER (ORDER BY x), m1 AS x FROM a', /column x/);
    isRefused('SELECT RANK() OVER w, m1 AS x FROM a WINDOW w AS (PARTITION BY x)', /column x/);
    isRefused('SELECT m1 AS k, (SELECT k) + 1 FROM a', /column k/);
    isRefused('SELECT m1 AS k FROM a GROUP BY id, k', /column k/);
    assert.equal(judged('SELECT x AS k, COUNT(*) FROM a GROUP BY k HAVING k > 1 ORDER BY k'), '- -');
  });

  test('sees in ON the operands of the join alone', () => {
    isRefused('SELECT (SELECT 1 FROM plain, b JOIN pseudo ON x = 5) FROM (SELECT m1 AS x FROM a) d', /column x/);
    assert.equal(judged('SELECT (SELECT 1 FROM plain, b JOIN pseudo ON y = 5 LIMIT 1) FROM (SELECT m1 AS y FROM a) d'), '-');
  });

  test('refuses lateral tables that may see what stands behind them', () => {
    isRefused('SELECT l.k FROM LATERAL (SELECT a.x AS k) AS l RIGHT JOIN a ON TRUE', /RIGHT JOIN/);
    isRefused('SELECT l.k FROM LATERAL (SELECT a.x AS k) AS l, a', /a\.x/);
  });

  test('does not guess the names that servers make up', () => {
    isRefused("SELECT d.x FROM (SELECT ' x') AS d, a", /d\.x/);
    isRefused("SELECT (SELECT x FROM (SELECT 'a' 'b') AS d) FROM a", /column x/);
    isRefused('SELECT x FROM a, (VALUES (1)) AS d', /column x/, MARIA);
    assert.equal(judged("SELECT d.x FROM (SELECT 'x') AS d, a"), '-');
    assert.equal(judged('SELECT `id + 1` FROM (SELECT id + 1 FROM a) d'), '-');
  });

  test('refuses too many columns and tables, and lists of another length', () => {
    isRefused(`SELECT 1 FROM ${Array.from({ length: 62 }, (_, i) => `a t${String(i)}`).join(', ')}`, /so many tables/);
    const doubling = Array.from(
      { length: 20 },
      (_, i) => `c${String(i + 1)} AS (SELECT l.*, r.* FROM c${String(i)} l, c${String(i)} r)`,
    ).join(', ');
    isRefused(`WITH c0 AS (SELECT * FROM a), ${doubling} SELECT * FROM c20`, /so many columns/);
    isRefused('SELECT * FROM (SELECT id, x FROM a) AS d (k)', /1 names for 2/);
    isRefused('SELECT id, x FROM a UNION ALL SELECT id FROM a', /different numbers/);
  });
});
