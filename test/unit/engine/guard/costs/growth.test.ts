import assert from 'node:assert/strict';
import { COLLECTING_MS, RECURSIVE_DOCUMENTS_MS } from '../../../../../src/engine/guard/costs/growth.ts';
import { namesIn } from '../../../../../src/engine/guard/namesInTree.ts';
import { parseStatements } from '../../../../../src/engine/sql/parser/parse.ts';
import { MYSQL } from '../../sql/dialects.ts';

function timeOf(sql: string): number | undefined {
  const [statement] = parseStatements(sql, MYSQL);
  assert.ok(statement !== undefined);
  return namesIn(statement).documentMs;
}

suite('the time of statements that build documents', () => {
  const RECURSIVE = 'WITH RECURSIVE r (j, n) AS (SELECT JSON_ARRAY(1), 1 UNION ALL SELECT';
  const recursive = [
    `${RECURSIVE} JSON_ARRAY(j, j), n + 1 FROM r WHERE n < 40) SELECT JSON_LENGTH(j) FROM r`,
    `${RECURSIVE} j->'$[0]', n + 1 FROM r WHERE n < 40) SELECT n FROM r`,
    'WITH RECURSIVE r AS (SELECT 1 AS n UNION ALL SELECT n + 1 FROM r WHERE n < 9) SELECT JSON_OBJECTAGG(n, n) FROM r',
    'SELECT * FROM (WITH RECURSIVE r AS (SELECT CAST(1 AS JSON) AS j UNION ALL SELECT json_merge(j, j) FROM r) SELECT j FROM r) d',
  ];
  for (const sql of recursive)
    test(`is shortest for recursive ones: ${sql}`, () => {
      assert.equal(timeOf(sql), RECURSIVE_DOCUMENTS_MS);
    });

  const collecting = [
    'SELECT JSON_ARRAYAGG(id) FROM t',
    'SELECT 1 FROM t WHERE (SELECT JSON_OBJECTAGG(id, id) FROM t) IS NULL',
    'SELECT JSON_ARRAYAGG(id) OVER () FROM t',
    'EXPLAIN ANALYZE SELECT JSON_ARRAYAGG(id) FROM t',
    'INSERT INTO u SELECT JSON_ARRAYAGG(id) FROM t',
  ];
  for (const sql of collecting)
    test(`is short for aggregates: ${sql}`, () => {
      assert.equal(timeOf(sql), COLLECTING_MS);
    });

  const others = [
    'SELECT JSON_OBJECT(id, id) FROM t',
    'SELECT GROUP_CONCAT(id) FROM t',
    'WITH RECURSIVE r AS (SELECT 1 AS n UNION ALL SELECT n + 1 FROM r WHERE n < 9) SELECT n FROM r',
    'WITH c AS (SELECT JSON_ARRAY(id) AS j FROM t) SELECT j FROM c',
  ];
  for (const sql of others)
    test(`is that of all others for: ${sql}`, () => {
      assert.equal(timeOf(sql), undefined);
    });
});
