import assert from 'node:assert/strict';
import { nodesOfSteps, readPlanTree } from '../../../../src/engine/diagnostics/planTree.ts';
import { planRows } from '../../../../src/extension/plan/planRows.ts';

const MEASURED = `-> Limit: 5 row(s)  (cost=450 rows=5) (actual time=0.1..9.5 rows=5 loops=1)
    -> Nested loop inner join  (cost=450..900 rows=1000) (actual time=0.09..9.4 rows=5 loops=1)
        -> Table scan on o  (cost=100 rows=1000) (actual time=0.05..2 rows=40000 loops=1)
        -> Filter: (c.country = 'AT'
   or c.country is null)  (cost=0.25 rows=0.1) (actual time=0.002..0.003 rows=1 loops=1000)
            -> Single-row index lookup on c using PRIMARY (id = o.customer_id)  (cost=0.25 rows=1) (never executed)
        -> Rows fetched before execution  (cost=0..0 rows=1)`;

suite('a plan as a tree', () => {
  test('depth, cost, rows and times of each step; a step over several lines is one', () => {
    const nodes = readPlanTree(MEASURED);
    assert.deepEqual(
      nodes.map(({ depth }) => depth),
      [0, 1, 2, 2, 3, 2],
    );
    assert.deepEqual(
      nodes.map(({ text }) => text),
      [
        'Limit: 5 row(s)',
        'Nested loop inner join',
        'Table scan on o',
        "Filter: (c.country = 'AT' or c.country is null)",
        'Single-row index lookup on c using PRIMARY (id = o.customer_id)',
        'Rows fetched before execution',
      ],
    );
    assert.deepEqual(
      nodes.map(({ cost, rows, actualRows, loops, milliseconds, wrong }) => [cost, rows, actualRows, loops, milliseconds, wrong]),
      [
        [450, 5, 5, 1, 9.5, false],
        [900, 1000, 5, 1, 9.4, true],
        [100, 1000, 40000, 1, 2, true],
        [0.25, 0.1, 1, 1000, 3, false],
        [0.25, 1, undefined, 0, undefined, false],
        [0, 1, undefined, undefined, undefined, false],
      ],
    );
  });

  test('rows of a table take the place of a tree, where the server has none', () => {
    const step = { select: 'SIMPLE', possibleKeys: [], filtered: undefined, extra: '' };
    const nodes = nodesOfSteps([
      { ...step, table: 'o', access: 'ALL', key: undefined, rows: 10, actualRows: 5000, extra: 'Using where' },
      { ...step, table: undefined, access: '', key: undefined, rows: undefined, actualRows: undefined },
      { ...step, table: 'c', access: 'ref', key: 'PRIMARY', rows: 1, actualRows: 1 },
    ]);
    assert.deepEqual(
      nodes.map(({ text, wrong }) => [text, wrong]),
      [
        ['o, ALL, Using where', true],
        ['SIMPLE', false],
        ['c, ref, using PRIMARY', false],
      ],
    );
  });

  test('the dearest step is the measure of the others, by time where that was measured', () => {
    const shown = planRows({ tree: MEASURED, steps: [], findings: [] }, 'wrong');
    assert.deepEqual(
      shown.map(({ share }) => Math.round(share * 100)),
      [100, 99, 21, 32, 0, 0],
    );
    assert.deepEqual([shown[2]?.rows, shown[2]?.actualRows, shown[2]?.remark, shown[0]?.remark], ['1,000', '40,000', 'wrong', '']);
    const planned = planRows({ tree: MEASURED.replaceAll(/ \(actual[^)]*\)| \(never executed\)/g, ''), steps: [], findings: [] }, 'wrong');
    assert.deepEqual(planned.map(({ share }) => Math.round(share * 100)).slice(0, 3), [50, 100, 11]);
    assert.deepEqual(planRows({ tree: undefined, steps: [], findings: [] }, ''), []);
  });
});
