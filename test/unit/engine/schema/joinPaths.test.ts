import assert from 'node:assert/strict';
import {
  findNearPaths,
  findPaths,
  inferRelations,
  joinText,
  reachableFrom,
  type KeyedTable,
  type Relation,
} from '../../../../src/engine/schema/joinPaths.ts';

const table = (name: string, columns: string[], ...primaryKey: string[]): KeyedTable => ({
  name,
  primaryKey,
  columns: columns.map((column) => {
    const [first = '', ...type] = column.split(' ');
    return { name: first, type: type.join(' ') };
  }),
});
const declared = (from: string, column: string, to: string): Relation => ({
  from,
  columns: [column],
  to,
  toColumns: ['id'],
  evidence: 'fk',
  declared: true,
});

suite('relations between tables', () => {
  const tables = [
    table('customers', ['id int(10) unsigned', 'name text'], 'id'),
    table('orders', ['id bigint', 'customer_id int unsigned', 'status_code char(2)'], 'id'),
    table('statuses', ['status_code char(2)', 'label text'], 'status_code'),
    table('notes', ['id int', 'customer_id varchar(10)', 'OrderId bigint'], 'id'),
    table('links', ['order_id bigint', 'customer_id int unsigned'], 'order_id', 'customer_id'),
  ];

  test('are inferred from names and types, and not where the type differs', () => {
    const found = inferRelations(tables, []).map(
      ({ from, columns, to, toColumns }) => `${from}.${columns.join()} → ${to}.${toColumns.join()}`,
    );
    assert.deepEqual(found, [
      'orders.customer_id → customers.id',
      'orders.status_code → statuses.status_code',
      'notes.OrderId → orders.id',
      'links.order_id → orders.id',
      'links.customer_id → customers.id',
    ]);
  });

  test('are not inferred where one is declared, or where two would fit', () => {
    const none = inferRelations(tables, [declared('orders', 'customer_id', 'customers')]);
    assert.ok(!none.some(({ from, columns }) => from === 'orders' && columns[0] === 'customer_id'));
    const twice = inferRelations([...tables, table('Customer', ['id int unsigned'], 'id')], []);
    assert.ok(!twice.some(({ columns }) => columns[0] === 'customer_id'));
  });

  test('the shortest path is found, forwards and backwards, over declared relations first', () => {
    const relations = [
      declared('orders', 'customer_id', 'customers'),
      declared('items', 'order_id', 'orders'),
      declared('items', 'product_id', 'products'),
      { ...declared('reviews', 'customer_id', 'customers'), declared: false },
      { ...declared('reviews', 'product_id', 'products'), declared: false },
    ];
    const [path, ...more] = findPaths(relations, 'customers', 'products');
    assert.equal(more.length, 0);
    assert.equal(
      joinText(path ?? [], 'customers'),
      'FROM customers JOIN reviews ON reviews.customer_id = customers.id JOIN products ON reviews.product_id = products.id',
    );
    assert.deepEqual(findPaths(relations, 'customers', 'elsewhere'), []);
    const [both] = findPaths(
      [...relations.slice(3), declared('orders', 'customer_id', 'customers'), declared('orders', 'product_id', 'products')],
      'customers',
      'products',
    );
    assert.equal(both?.[0]?.relation.from, 'orders', 'declared before inferred');
  });

  test('many relations between the same tables are no more work than one, and the best of them are found', () => {
    // 64 foreign keys lead from each of six tables to the next: 64 ** 6 paths.
    const relations = Array.from({ length: 6 }, (_, hop) =>
      Array.from({ length: 64 }, (__, i) => ({
        from: `t${String(hop)}`,
        columns: [`c${String(i)}`],
        to: `t${String(hop + 1)}`,
        toColumns: ['id'],
        evidence: 'x',
        declared: i >= 62,
      })),
    ).flat();
    const paths = findPaths(relations, 't0', 't6');
    assert.equal(paths.length, 3);
    for (const path of paths) assert.ok(path.every(({ relation }) => relation.declared));
    assert.equal(new Set(paths.map((path) => path.map(({ relation }) => relation.columns[0]).join())).size, 3);
    assert.deepEqual(
      findPaths(relations, 't6', 't0')[0]?.map(({ forwards }) => forwards),
      new Array(6).fill(false),
    );
  });

  test('names that need quotes have them', () => {
    const [path] = findPaths([declared('order', 'my key', 'group')], 'order', 'group');
    assert.equal(joinText(path ?? [], 'order'), 'FROM `order` JOIN `group` ON `order`.`my key` = `group`.id');
  });

  test('a path that is one join longer is found beside the shortest, unless it is more of a guess', () => {
    const relations = [
      declared('orders', 'customer_id', 'customers'),
      declared('items', 'order_id', 'orders'),
      declared('items', 'product_id', 'products'),
      declared('reviews', 'customer_id', 'customers'),
      declared('reviews', 'product_id', 'products'),
    ];
    const tablesOf = (path: ReturnType<typeof findNearPaths>['next']) => path?.map(({ relation }) => relation.from).join();
    const { shortest, next } = findNearPaths(relations, 'customers', 'products');
    assert.deepEqual([shortest.length, tablesOf(shortest[0]), tablesOf(next)], [1, 'reviews,reviews', 'orders,items,items']);
    const guessed = relations.map((relation) => (relation.from === 'items' ? { ...relation, declared: false } : relation));
    assert.equal(findNearPaths(guessed, 'customers', 'products').next, undefined);
    assert.equal(findNearPaths([...relations, declared('products', 'customer_id', 'customers')], 'customers', 'products').next, undefined);
  });

  test('no table is passed twice on a longer path', () => {
    const relations = [declared('b', 'a', 'a'), declared('c', 'b', 'b'), declared('b', 'x', 'x'), declared('x', 'b', 'b')];
    assert.equal(findNearPaths(relations, 'a', 'c').next, undefined);
  });

  test('the tables that joins lead to come nearest first, whatever the direction', () => {
    const relations = [declared('b', 'a', 'a'), declared('b', 'c', 'c'), declared('d', 'c', 'c'), declared('y', 'x', 'x')];
    assert.deepEqual([...reachableFrom(relations, 'a').keys()], ['b', 'c', 'd']);
    assert.deepEqual([...reachableFrom(relations, 'z').keys()], []);
  });

  test('tables of another database have it in the join', () => {
    const [path] = findPaths([{ ...declared('crm.odd.calls', 'c', 'customers'), fromDatabase: 'crm' }], 'customers', 'crm.odd.calls');
    assert.equal(joinText(path ?? [], 'customers'), 'FROM customers JOIN crm.`odd.calls` ON crm.`odd.calls`.c = customers.id');
  });
});
