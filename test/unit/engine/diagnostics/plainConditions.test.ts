import assert from 'node:assert/strict';
import { readColumnUse } from '../../../../src/engine/diagnostics/columnUse.ts';
import { conditionSql, conditionText } from '../../../../src/engine/diagnostics/plainConditions.ts';
import { quoteIdentifier } from '../../../../src/engine/sql/identifiers.ts';

/** The conditions of `where` as they are told and counted. */
const conditions = (where: string): string[] => {
  const { tables } = readColumnUse(`/* select#1 */ select 1 AS \`1\` from \`d\`.\`t\` where ${where}`);
  return (tables[0]?.conditions ?? []).map(({ column, condition }) => {
    const text = conditionText(column, condition);
    return `${text} | ${conditionSql(quoteIdentifier(column), condition)}`;
  });
};

suite('conditions that can be counted', () => {
  test('comparisons with constants are read in both directions', () => {
    assert.deepEqual(
      conditions("((`d`.`t`.`a` = 'x') and (5 < `d`.`t`.`b`) and (`d`.`t`.`c` between 1 and 2.5) and (`d`.`t`.`e` in ('p','q')))"),
      ["a = 'x' | `a` = 'x'", 'b > 5 | `b` > 5', 'c BETWEEN 1 AND 2.5 | `c` BETWEEN 1 AND 2.5', "e IN ('p', 'q') | `e` IN ('p', 'q')"],
    );
    assert.deepEqual(conditions("`t`.`a` like 'x%' order by `t`.`b`"), ["a LIKE 'x%' | `a` LIKE 'x%'"]);
  });

  test('a constant cannot become SQL', () => {
    assert.deepEqual(conditions("(`d`.`t`.`a` = 'x\\' OR 1 = 1 -- ')"), [
      "a = 'x' OR 1 = 1 -- ' | `a` = _utf8mb4 X'7827204f522031203d2031202d2d20'",
    ]);
  });

  test('what is no plain comparison is left out', () => {
    for (const where of [
      '(`d`.`t`.`a` = (1 + 1))',
      '(`d`.`t`.`a` = 1 + `d`.`t`.`b`)',
      '(`d`.`t`.`a` = `d`.`t`.`b`)',
      '(year(`d`.`t`.`a`) = 2025)',
      "((`d`.`t`.`a` = 'x') or (`d`.`t`.`b` = 'y'))",
      '(`d`.`t`.`a` in (1,`d`.`t`.`b`))',
      "(`d`.`t`.`a` > <cache>('2025-01-01'))",
      '(1 + 5 < `d`.`t`.`b`)',
    ])
      assert.deepEqual(conditions(where), [], where);
  });
});
