import assert from 'node:assert/strict';
import { currentDepth } from '../../../harness/depth.ts';
import { judgeColumns } from '../../../../src/engine/lineage/judgeColumns.ts';
import { NEWEST_MYSQL } from '../../../../src/engine/sql/lexer/dialect.ts';
import { parseStatements } from '../../../../src/engine/sql/parser/parse.ts';
import { sampleAction, sampleCatalog } from './sample.ts';

/** A pull request gets a quarter: what grows by the square of the length is still far over the limit. */
const LENGTH = (currentDepth() === 'full' ? 1024 : 256) * 1024;
/** Many times what the slowest needs on an idle machine; what grows by the square of the length needs minutes. */
const MOST_MS = 6000;

interface Shape {
  readonly name: string;
  readonly open: string;
  readonly unit: (i: number) => string;
  readonly close?: string;
  /** Most units, where servers or the parser take no more. */
  readonly most?: number;
}

const chain = (i: number): string => `, c${String(i + 1)} AS (SELECT id, m1 AS x${String(i)}, m1 FROM c${String(i)})`;

const SHAPES: readonly Shape[] = [
  { name: 'items', open: 'SELECT id', unit: (i) => `, x AS a${String(i)}`, close: ' FROM a' },
  { name: 'items with aliases in subqueries', open: 'SELECT id', unit: (i) => `, (SELECT id) AS a${String(i)}`, close: ' FROM a' },
  { name: 'stars', open: 'SELECT a.*', unit: () => ', a.*', close: ' FROM a' },
  { name: 'set operations', open: 'SELECT id, m1 FROM a', unit: () => ' UNION ALL SELECT id, m1 FROM a' },
  { name: 'set operations of stars', open: 'SELECT * FROM a', unit: () => ' UNION ALL SELECT * FROM a' },
  { name: 'table expressions', open: 'WITH c0 AS (TABLE a)', unit: chain, close: ' SELECT m1 FROM c0' },
  { name: 'uses of one table expression', open: 'WITH c AS (TABLE a) SELECT m1 FROM c', unit: () => ' UNION ALL SELECT m1 FROM c' },
  {
    name: 'recursive operands',
    open: 'WITH RECURSIVE c AS (SELECT id, m1 FROM a',
    unit: () => ' UNION ALL SELECT id, m1 FROM c',
    close: ') TABLE c',
  },
  { name: 'conditions', open: 'SELECT id FROM a WHERE id', unit: () => ' AND a.p1 = p1 AND (m1 IS NULL OR x = 1)' },
  { name: 'subqueries', open: 'SELECT id FROM a WHERE id', unit: (i) => ` OR EXISTS (SELECT 1 FROM b WHERE b.id = a.id + ${String(i)})` },
  { name: 'orders', open: 'SELECT id FROM a ORDER BY id', unit: () => ', id, 1' },
  { name: 'groups', open: 'SELECT id FROM a GROUP BY id', unit: () => ', p1, 1' },
  { name: 'windows', open: 'SELECT id', unit: () => ', COUNT(m1) OVER (PARTITION BY x ORDER BY id)', close: ' FROM a' },
  { name: 'tables', open: 'SELECT id FROM a', unit: (i) => `, b b${String(i)}` },
  { name: 'joins by name', open: 'SELECT * FROM a', unit: (i) => ` JOIN (SELECT id FROM b) b${String(i)} USING (id)`, most: 60 },
  {
    name: 'nested queries',
    open: 'SELECT id FROM a WHERE id IN (',
    unit: () => 'SELECT id FROM a WHERE id IN (',
    close: `SELECT y FROM b${')'.repeat(61)}`,
    most: 60,
  },
  {
    name: 'doubling',
    open: 'WITH c0 AS (TABLE a)',
    unit: (i) => `, c${String(i + 1)} AS (SELECT l.*, r.* FROM c${String(i)} l, c${String(i)} r)`,
    close: ' TABLE c9',
  },
  { name: 'rows', open: 'SELECT id FROM a UNION ALL VALUES ROW(1)', unit: () => ', ROW((SELECT MAX(id) FROM a))' },
];

function textOf({ open, unit, close = '', most = Infinity }: Shape, length: number): string {
  let text = open;
  for (let i = 0; i < most && text.length < length; i++) text += unit(i);
  return text + close;
}

suite('lineage: time by length', function () {
  this.timeout(120_000);
  for (const shape of SHAPES)
    test(`judges ${shape.name} in time that grows with their length`, () => {
      const [statement = assert.fail()] = parseStatements(textOf(shape, LENGTH), NEWEST_MYSQL);
      const started = performance.now();
      const judgement = judgeColumns(statement, sampleCatalog(), sampleAction);
      const sources = judgement.kind === 'outputs' ? judgement.outputs.slice(0, 10).map((output) => output.sources().size) : [];
      const ms = performance.now() - started;
      assert.ok(ms <= MOST_MS, `${ms.toFixed(0)} ms (${judgement.kind}, ${String(sources.length)})`);
      if (process.env['LINEAR_TIMES'] !== undefined)
        console.log(`      ${ms.toFixed(0)} ms, ${judgement.kind === 'refused' ? judgement.refusal.what : judgement.kind}`);
    });
});
