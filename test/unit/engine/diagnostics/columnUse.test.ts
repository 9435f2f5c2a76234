import assert from 'node:assert/strict';
import { readColumnUse, type TableUse } from '../../../../src/engine/diagnostics/columnUse.ts';

/** Notes of MySQL 9.7.4 and MariaDB 10.11.18 for the same statements. */
const PLANNED = {
  mysql: {
    filtered:
      "/* select#1 */ select `shop`.`orders`.`id` AS `id` from `shop`.`orders` where ((`shop`.`orders`.`note` like 'x%') and (`shop`.`orders`.`status` = 'new')) order by `shop`.`orders`.`placed_at` desc limit 5",
    joined:
      "/* select#1 */ select `shop`.`c`.`country` AS `country`,count(0) AS `n` from `shop`.`orders` `o` join `shop`.`customers` `c` where ((`shop`.`c`.`id` = `shop`.`o`.`customer_id`) and (`shop`.`o`.`placed_at` between '2025-01-01' and '2025-02-01') and ((`shop`.`o`.`status` in ('new','paid')) or (`shop`.`o`.`total` > 3.00)) and (year(`shop`.`c`.`created_at`) = 2024)) group by `shop`.`c`.`country` order by `n` desc",
    converted:
      '/* select#1 */ select `shop`.`a`.`id` AS `id` from `shop`.`orders` `a` left join `shop`.`order_items` `b` on((cast(`shop`.`a`.`note` as double) = cast(`shop`.`b`.`quantity` as double))) where ((`shop`.`a`.`total` >= 3.00) and (`shop`.`a`.`note` is not null))',
    write: 'delete from `shop`.`orders` where (`shop`.`orders`.`total` = 5.00)',
  },
  mariadb: {
    filtered:
      "select `shop`.`orders`.`id` AS `id` from `shop`.`orders` where `shop`.`orders`.`note` like 'x%' and `shop`.`orders`.`status` = 'new' order by `shop`.`orders`.`placed_at` desc limit 5",
    joined:
      "select `c`.`country` AS `country`,count(0) AS `n` from `shop`.`orders` `o` join `shop`.`customers` `c` where `shop`.`o`.`customer_id` = `c`.`id` and `shop`.`o`.`placed_at` between <cache>('2025-01-01') and <cache>('2025-02-01') and (`shop`.`o`.`status` in ('new','paid') or `shop`.`o`.`total` > 3) and year(`c`.`created_at`) = 2024 group by `c`.`country` order by count(0) desc",
    converted: undefined,
    write: 'delete  from `shop`.`orders` where `shop`.`orders`.`total` = 5',
  },
};

for (const [flavor, planned] of Object.entries(PLANNED)) {
  suite(`use of columns, as ${flavor} tells it`, () => {
    const of = (tables: readonly TableUse[], alias: string): TableUse =>
      tables.find((table) => table.alias === alias) ?? assert.fail(alias);

    test('what must equal, what is in a range, what gives the order', () => {
      const { tables, order, group } = readColumnUse(planned.filtered);
      const orders = of(tables, 'orders');
      assert.deepEqual([orders.equal, orders.ranged, orders.hindered], [['status'], ['note'], []]);
      assert.deepEqual([order, group], [{ alias: 'orders', columns: ['placed_at'] }, undefined]);
    });

    test('joins, one side of an OR, a column in a function, an order that no column gives', () => {
      const { tables, order, group } = readColumnUse(planned.joined);
      const [o, c] = [of(tables, 'o'), of(tables, 'c')];
      assert.deepEqual([o.table, o.joined, o.ranged, o.equal], ['orders', [{ column: 'customer_id', other: 'c' }], ['placed_at'], []]);
      assert.deepEqual(
        o.hindered.map(({ column }) => column),
        ['status', 'total'],
      );
      assert.deepEqual(
        [c.joined, c.hindered],
        [[{ column: 'id', other: 'o' }], [{ column: 'created_at', why: 'it is an argument of year()' }]],
      );
      assert.deepEqual([order, group], [undefined, { alias: 'c', columns: ['country'] }]);
      assert.deepEqual([...c.used].sort(), ['country', 'created_at', 'id']);
    });

    test('a comparison that converts', () => {
      if (planned.converted === undefined) return;
      const a = of(readColumnUse(planned.converted).tables, 'a');
      assert.deepEqual(
        [a.ranged, a.hindered],
        [['total'], [{ column: 'note', why: 'the types differ, so it is converted before the comparison' }]],
      );
    });

    test('writes', () => {
      assert.deepEqual(of(readColumnUse(planned.write).tables, 'orders').equal, ['total']);
    });
  });
}
