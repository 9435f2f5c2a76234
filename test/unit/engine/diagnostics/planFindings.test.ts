import assert from 'node:assert/strict';
import { describeStep, findInPlan, toPlanStep } from '../../../../src/engine/diagnostics/planFindings.ts';
import { findInTree } from '../../../../src/engine/diagnostics/planTree.ts';
import { inEnglish } from '../../../../src/engine/phrase.ts';

const step = (row: Record<string, string>): ReturnType<typeof toPlanStep> => toPlanStep({ select_type: 'SIMPLE', table: 't', ...row });
const find = (row: Record<string, string>): string =>
  findInPlan([step(row)])
    .map(inEnglish)
    .join(' ');

suite('findings in a plan', () => {
  for (const [what, row, expected] of [
    ['a full scan', { type: 'ALL', rows: '50000' }, /^Full scan of t: about 50,000 rows, no index fits/],
    ['a full scan although there is an index', { type: 'ALL', rows: '50000', possible_keys: 'a,b' }, /didn't choose a, b/],
    ['a small table', { type: 'ALL', rows: '999' }, /^$/],
    ['a whole index', { type: 'index', rows: '2000', key: 'k' }, /^Reads the whole index k of t/],
    [
      'an index that finds too much',
      { type: 'ref', rows: '5000', key: 'k', filtered: '1.5' },
      /finds about 5,000 rows, of which about 1.5% match/,
    ],
    ['an index that fits', { type: 'ref', rows: '5000', key: 'k', filtered: '100' }, /^$/],
    ['a join buffer', { type: 'ALL', rows: '10', Extra: 'Using where; Using join buffer (hash join)' }, /^Joins t without an index/],
    ['a sort', { type: 'ref', rows: '10', Extra: 'Using filesort' }, /^Sorts the rows of t/],
    ['a temporary table', { type: 'ref', rows: '10', Extra: 'Using temporary' }, /^Needs a temporary table/],
    ['a dependent subquery', { type: 'ref', rows: '10', select_type: 'DEPENDENT SUBQUERY' }, /runs once for each outer row/],
    ['an impossible condition', { Extra: 'Impossible WHERE' }, /^No row can match/],
    ['a wrong estimate', { type: 'ref', rows: '10', r_rows: '5000.00' }, /^Wrong estimate for t: 10 rows estimated, 5,000 actual/],
    ['a good estimate', { type: 'ref', rows: '900', r_rows: '5000.00' }, /^$/],
  ] as const) {
    test(what, () => {
      assert.match(find(row), expected);
    });
  }

  test('the most expensive comes first', () => {
    const [first] = findInPlan([step({ type: 'ALL', rows: '2000', table: 'small' }), step({ type: 'ALL', rows: '900000', table: 'big' })]);
    assert.match(inEnglish(first ?? ''), /of big/);
  });

  test('the tree of EXPLAIN ANALYZE: wrong estimates, and where the time went', () => {
    const tree = [
      '-> Nested loop inner join  (cost=218 rows=10) (actual time=0.0406..12.28 rows=9780 loops=1)',
      '    -> Table scan on o  (cost=102 rows=1000) (actual time=0.0265..0.247 rows=1000 loops=1)',
      '    -> Single-row index lookup on c using PRIMARY (id = o.customer_id)  (cost=0.25 rows=1) (actual time=669e-6..0.01 rows=1 loops=978)',
    ].join('\n');
    const [slow, wrong, ...more] = findInTree(tree);
    assert.match(inEnglish(slow ?? ''), /^Slowest table access: Single-row index lookup on c .*, 9\.8 ms in total\.$/);
    assert.match(inEnglish(wrong ?? ''), /^Wrong estimate for Nested loop inner join: 10 rows estimated, 9,780 actual/);
    assert.equal(more.length, 0);
    assert.deepEqual(findInTree('-> Table scan on o  (cost=102 rows=1000)'), []);
  });

  test('a step in one line', () => {
    const line = describeStep(step({ type: 'ref', key: 'k', rows: '12', filtered: '50.00', Extra: 'Using where' }));
    assert.equal(line, 't: ref by k, ~12 rows, keeps 50 %, Using where');
  });
});
