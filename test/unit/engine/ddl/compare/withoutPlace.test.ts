import assert from 'node:assert/strict';
import { withoutPlace } from '../../../../../src/engine/ddl/compare/withoutPlace.ts';
import { NEWEST_MYSQL } from '../../../../../src/engine/sql/lexer/dialect.ts';

const CASES: readonly (readonly [string, string])[] = [
  ['CREATE VIEW `shop`.`v` AS select `shop`.`t`.`id` AS `id` from `shop`.`t`', 'CREATE VIEW `v` AS select `t`.`id` AS `id` from `t`'],
  ['CREATE VIEW `v` AS select `shop`.`f`(1) AS `n`', 'CREATE VIEW `v` AS select `f`(1) AS `n`'],
  ["CREATE VIEW `v` AS select 'of `shop`. and' AS `n`", "CREATE VIEW `v` AS select 'of `shop`. and' AS `n`"],
  ['CREATE VIEW `v` AS select 1 AS `a``shop`', 'CREATE VIEW `v` AS select 1 AS `a``shop`'],
  ['CREATE VIEW `v` AS select `shop`.`id` AS `id` from `shop`.`shop`', 'CREATE VIEW `v` AS select `shop`.`id` AS `id` from `shop`'],
  [
    'CREATE VIEW `v` AS select `shop`.`id` AS `id` from (`shop`.`t` `shop` join `shop`.`o` on((`shop`.`id` = `o`.`id`)))',
    'CREATE VIEW `v` AS select `shop`.`id` AS `id` from (`t` `shop` join `o` on((`shop`.`id` = `o`.`id`)))',
  ],
  [
    'CREATE VIEW `v` AS select `x`.`shop`.`id` AS `id` from `x`.`shop`',
    'CREATE VIEW `v` AS select `x`.`shop`.`id` AS `id` from `x`.`shop`',
  ],
  [
    'CREATE TRIGGER `g` BEFORE INSERT ON `shop`.`shop` FOR EACH ROW SET @a = 1',
    'CREATE TRIGGER `g` BEFORE INSERT ON `shop` FOR EACH ROW SET @a = 1',
  ],
  ['CREATE DEFINER=`a`@`%` PROCEDURE `p`() SELECT `shop`.`t`.`a` FROM `shop`.`t`', 'CREATE PROCEDURE `p`() SELECT `t`.`a` FROM `t`'],
  ["CREATE PROCEDURE `p`() SELECT '", "CREATE PROCEDURE `p`() SELECT '"],
];

suite('definitions without their place', () => {
  for (const [create, expected] of CASES)
    test(create, () => {
      assert.equal(withoutPlace(create, 'shop', NEWEST_MYSQL), expected);
    });
});
