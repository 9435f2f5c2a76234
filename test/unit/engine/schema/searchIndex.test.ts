import assert from 'node:assert/strict';
import { SearchIndex, type SearchObject } from '../../../../src/engine/schema/searchIndex.ts';

const table = (name: string, columns: string[] = [], comment = ''): SearchObject => ({
  database: 'shop',
  name,
  kind: 'table',
  comment,
  columns: columns.map((column) => ({ name: column.split(' ')[0] ?? '', type: 'int', comment: column.split(' ').slice(1).join(' ') })),
});
const index = new SearchIndex([
  table('customers', ['id', 'email login name', 'created_at'], 'people who buy things'),
  table('orders', ['id', 'customer_id', 'status', 'total'], 'one row per checkout'),
  table('order_items', ['order_id', 'line_no', 'unitPrice']),
  table('customer_order_archive', ['id', 'payload']),
  table('InvoiceLine', ['invoiceId', 'qty']),
  table('user_2fa', ['secret']),
]);
const names = (query: string): string[] => index.search(query).map(({ object }) => object.name);

suite('schema search', () => {
  test('the name that was asked for comes first', () => {
    assert.equal(names('orders')[0], 'orders');
    assert.equal(names('order')[0], 'orders');
    assert.equal(names('order items')[0], 'order_items');
    assert.equal(names('customer orders')[0], 'customer_order_archive');
  });
  test('snake case, camel case, digits and plurals are the same words', () => {
    assert.deepEqual(names('invoice lines'), ['InvoiceLine', 'order_items']);
    assert.equal(names('invoice_line')[0], 'InvoiceLine');
    assert.deepEqual(names('unit price'), ['order_items']);
    assert.deepEqual(names('2fa'), ['user_2fa']);
  });
  test('columns and comments are found, and the columns are named', () => {
    const [hit] = index.search('login');
    assert.deepEqual([hit?.object.name, hit?.columns.map(({ name }) => name)], ['customers', ['email']]);
    assert.equal(names('checkout')[0], 'orders');
    assert.equal(names('people buying')[0], 'customers');
  });
  test('parts of words are found, and misspelled ones where nothing else fits', () => {
    assert.ok(names('arch').includes('customer_order_archive'));
    assert.ok(names('custmer').includes('customers'));
    assert.deepEqual(names('zzzz'), []);
  });
  test('who has all words comes before who has one', () => {
    assert.equal(names('customer status')[0], 'orders');
  });
});
