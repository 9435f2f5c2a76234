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

const WORDS = { wrongEstimate: 'wrong', more: (count: number) => `${String(count)} more` };

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

  test('what looks like figures in a name or a value is of that, and the figures are those at the end', () => {
    const [step, ...more] = readPlanTree("-> Filter: (a = '  (cost=9 rows=9)')  (cost=2.5 rows=1e+6) (actual time=1..2 rows=3 loops=4)");
    assert.deepEqual(more, []);
    assert.deepEqual(
      [step?.text, step?.cost, step?.rows, step?.actualRows, step?.milliseconds],
      ["Filter: (a = '  (cost=9 rows=9)')", 2.5, 1e6, 3, 8],
    );
    for (const text of [
      "Filter: (a = '  (cost=9 rows=9)')",
      'Select #2 (subquery in condition; dependent)',
      'Scan on a  (cost=1',
      '(cost=1)',
    ])
      assert.deepEqual([readPlanTree(`-> ${text}`)[0]?.text, readPlanTree(`-> ${text}`)[0]?.cost], [text, undefined]);
  });

  test('of more steps than any plan has, and of a long one, the view gets the beginning', () => {
    const tree = `-> ${'a'.repeat(1_000_000)}\n${'    -> Delete\n'.repeat(200_000)}`;
    const shown = planRows({ tree, steps: [], findings: [] }, WORDS);
    assert.deepEqual([shown.length, shown[0]?.text.length, shown.at(-1)?.text], [2001, 2001, '198001 more']);
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
    const shown = planRows({ tree: MEASURED, steps: [], findings: [] }, WORDS);
    assert.deepEqual(
      shown.map(({ share }) => Math.round(share * 100)),
      [100, 99, 21, 32, 0, 0],
    );
    assert.deepEqual([shown[2]?.rows, shown[2]?.actualRows, shown[2]?.remark, shown[0]?.remark], ['1,000', '40,000', 'wrong', '']);
    const planned = planRows({ tree: MEASURED.replaceAll(/ \(actual[^)]*\)| \(never executed\)/g, ''), steps: [], findings: [] }, WORDS);
    assert.deepEqual(planned.map(({ share }) => Math.round(share * 100)).slice(0, 3), [50, 100, 11]);
    assert.deepEqual(planRows({ tree: undefined, steps: [], findings: [] }, WORDS), []);
  });
});
