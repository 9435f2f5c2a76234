import assert from 'node:assert/strict';
import type { Relation } from '../../../../src/engine/schema/joinPaths.ts';
import { around, diagramOf, partOf } from '../../../../src/extension/diagram/diagramData.ts';

const relation = (from: string, column: string, to: string, declared = true): Relation => ({
  ...{ from, columns: [column], to, toColumns: ['id'], evidence: '', declared },
});
const table = (name: string, ...columns: string[]): { name: string; columns: { name: string; type: string }[]; primaryKey: string[] } => ({
  name,
  columns: ['id', ...columns].map((column) => ({ name: column, type: 'int' })),
  primaryKey: ['id'],
});
const relationships = {
  tables: [table('customers'), table('items', 'order_id'), table('orders', 'customer_id', 'shop_id'), table('log')],
  relations: [
    relation('orders', 'customer_id', 'customers'),
    relation('orders', 'shop_id', 'head.shops'),
    relation('items', 'order_id', 'orders', false),
  ],
};

suite('what a diagram shows', () => {
  test('around a table: what it refers to, and what refers to it', () => {
    assert.deepEqual([...around('orders', relationships)].sort(), ['customers', 'head.shops', 'items', 'orders']);
    assert.deepEqual([...around('log', relationships)], ['log']);
  });

  test('relations to tables that were not chosen are left out; other databases are boxes without columns', () => {
    const { tables, relations } = partOf({ database: 'shop', relationships, chosen: new Set(['orders', 'items']) });
    assert.deepEqual(
      tables.map(({ name, columns }) => [name, columns.length]),
      [
        ['items', 2],
        ['orders', 3],
        ['head.shops', 0],
      ],
    );
    assert.deepEqual(
      relations.map(({ from, to }) => `${from} ${to}`),
      ['orders head.shops', 'items orders'],
    );
  });

  test('columns say which keys they are, and the whole whether it is all', () => {
    const diagram = diagramOf({ database: 'shop', relationships, chosen: new Set(['orders', 'customers']) }, 4);
    assert.equal(diagram.partial, true);
    const orders = diagram.tables.find(({ name }) => name === 'orders');
    assert.deepEqual(
      orders?.columns.map(({ name, primary, foreign }) => [name, primary, foreign]),
      [
        ['id', true, false],
        ['customer_id', false, true],
        ['shop_id', false, true],
      ],
    );
    assert.equal(
      diagramOf({ database: 'shop', relationships, chosen: new Set(['customers', 'items', 'orders', 'log']) }, 4).partial,
      false,
    );
  });
});
