import type { ConnectionProfile } from '../../../src/engine/driver/profile.ts';
import type { Flavor } from '../../harness/servers/testServer.ts';

export interface ReceiptCase {
  readonly title: string;
  readonly tool: string;
  readonly args: Record<string, unknown>;
  readonly profile?: Partial<ConnectionProfile>;
  /** As an agent is told of it; empty where nothing was seen. */
  readonly receipt: string | Readonly<Record<Flavor, string>>;
}

/** They give nothing of a connection but what is said of it in lists. */
export const TOOLS_WITHOUT_DATA = ['mysql_connections', 'mysql_status'];

const query = (title: string, sql: string, receipt: ReceiptCase['receipt'], more: Partial<ReceiptCase> = {}): ReceiptCase => ({
  ...{ title, tool: 'mysql_query', args: { sql }, receipt },
  ...more,
});
const ASK = 'ask' as const;
const WRITES = { writes: { insert: ASK, update: ASK, delete: ASK, ddl: ASK, call: ASK, administration: ASK } };
const MASKED = { columns: ['shop.customers.email=mask', 'shop.customers.full_name=pseudonym', 'shop.customers.credit=hide'] };

export const RECEIPT_CASES: readonly ReceiptCase[] = [
  query('columns of one table', 'SELECT id, total FROM orders LIMIT 3', '3 rows; read shop.orders (id, total)'),
  query('a star', 'SELECT * FROM orders LIMIT 2', '2 rows; read shop.orders (all columns)'),
  query(
    'conditions and order',
    "SELECT id FROM orders WHERE status = 'paid' ORDER BY placed_at LIMIT 1",
    '1 row; read shop.orders (id, status, placed_at)',
  ),
  query('a count', 'SELECT COUNT(*) FROM orders', '1 row; read shop.orders'),
  query('a constant', 'SELECT 1', '1 row'),
  query(
    'groups by an alias',
    'SELECT DATE(placed_at) AS day, SUM(total) AS sum FROM orders GROUP BY day HAVING sum > 0 ORDER BY sum LIMIT 2',
    '2 rows; read shop.orders (placed_at, total)',
  ),
  query(
    'an alias that is the name of a column',
    'SELECT UPPER(note) AS status, COUNT(*) FROM orders GROUP BY status LIMIT 2',
    '2 rows; read shop.orders (all columns)',
  ),
  query(
    'a join with qualified names',
    'SELECT c.email, o.total FROM orders o JOIN customers c ON c.id = o.customer_id LIMIT 2',
    '2 rows; read shop.orders (customer_id, total), shop.customers (id, email)',
  ),
  query(
    'a join with names of either table',
    'SELECT email, total FROM orders o JOIN customers c ON c.id = o.customer_id LIMIT 2',
    '2 rows; read shop.orders (customer_id, total), shop.customers (id, email)',
  ),
  query(
    'a computation over names of either table',
    'SELECT CONCAT(email, total) FROM orders o JOIN customers c ON c.id = o.customer_id LIMIT 1',
    '1 row; read shop.orders (customer_id, maybe email, total), shop.customers (id, maybe email, total)',
  ),
  query('USING', 'SELECT COUNT(*) FROM orders a JOIN orders b USING (id)', '1 row; read shop.orders (id)'),
  query(
    'a derived table',
    'SELECT day, n FROM (SELECT DATE(placed_at) AS day, COUNT(*) AS n FROM orders GROUP BY 1) x WHERE n > 1 LIMIT 2',
    '2 rows; read shop.orders (placed_at)',
  ),
  query(
    'a common table expression',
    'WITH t AS (SELECT customer_id AS c FROM orders) SELECT c FROM t LIMIT 2',
    '2 rows; read shop.orders (customer_id)',
  ),
  query(
    'a correlated subquery',
    'SELECT id FROM customers c WHERE EXISTS (SELECT 1 FROM orders o WHERE o.customer_id = c.id) LIMIT 1',
    '1 row; read shop.customers (id), shop.orders (customer_id)',
  ),
  query(
    'a set operation',
    'SELECT id FROM customers UNION SELECT product_id FROM order_items ORDER BY id LIMIT 1',
    '1 row; read shop.customers (id), shop.order_items (product_id)',
  ),
  query(
    'a view',
    'SELECT mail FROM paid LIMIT 2',
    '2 rows; read shop.paid (mail), shop.orders (customer_id, id), shop.customers (id, email)',
  ),
  query(
    'several statements',
    'SELECT id FROM orders LIMIT 1; SELECT sku FROM products LIMIT 2',
    '3 rows; read shop.orders (id), shop.products (sku)',
  ),
  query('several statements of which one fails', 'SELECT id FROM orders LIMIT 1; SELECT nothing FROM products', ''),
  query('a refused statement', 'DELETE FROM orders', ''),
  query('a plan', 'EXPLAIN SELECT id FROM orders WHERE total > 5', 'read shop.orders (id, total)'),
  query('SHOW', 'SHOW TABLES', 'server: SHOW TABLES'),
  query('DESCRIBE', 'DESCRIBE orders', 'structure of shop.orders'),
  query('the definition of a table', 'SHOW CREATE TABLE orders', 'structure of shop.orders; server: SHOW CREATE TABLE'),
  query('the catalog', 'SELECT table_name FROM information_schema.tables LIMIT 2', '2 rows; read information_schema.tables (table_name)'),
  query(
    'protected columns',
    'SELECT id, email, full_name FROM customers LIMIT 2',
    '2 rows; read shop.customers (id, protected email, full_name)',
    { profile: MASKED },
  ),
  query(
    'a star over hidden columns',
    'SELECT * FROM customers LIMIT 1',
    '1 row; read shop.customers (id, country, tier, created_at, protected email, full_name)',
    { profile: MASKED },
  ),
  query(
    'a view over protected columns',
    'SELECT mail FROM paid LIMIT 2',
    '2 rows; read shop.paid (mail), shop.orders (customer_id, id), shop.customers (id, protected email)',
    { profile: MASKED },
  ),
  query('a checked statement that is not run', 'SELECT id FROM orders', 'read shop.orders (id)', {
    args: { sql: 'SELECT id FROM orders', validate: true },
  }),
  query('only structure', 'SELECT id FROM orders', '', { profile: { agents: 'schema' } }),
  { title: 'a description', tool: 'mysql_describe', args: { tables: ['orders'] }, receipt: 'structure of shop.orders' },
  { title: 'a database', tool: 'mysql_describe', args: {}, receipt: 'structure of shop' },
  {
    title: 'a sample',
    tool: 'mysql_describe',
    args: { tables: ['orders'], sampleRows: 3 },
    receipt: '3 rows; read shop.orders (all columns); structure of shop.orders',
  },
  {
    title: 'a profile',
    tool: 'mysql_describe',
    args: { profile: ['orders.status'] },
    receipt: '5 rows; read shop.orders (status); structure of shop.orders',
  },
  { title: 'a search', tool: 'mysql_search_schema', args: { query: 'email', database: 'shop' }, receipt: 'structure of shop' },
  { title: 'relationships', tool: 'mysql_relationships', args: { tables: ['orders'] }, receipt: 'structure of shop' },
  {
    title: 'an explanation',
    tool: 'mysql_explain',
    args: { sql: 'SELECT id FROM orders WHERE total > 5' },
    receipt: 'read shop.orders (id, total)',
  },
  {
    title: 'a forecast',
    tool: 'mysql_explain',
    args: { sql: 'ALTER TABLE orders MODIFY note VARCHAR(5)' },
    receipt: 'read shop.orders (note); structure of shop',
  },
  {
    title: 'an export',
    tool: 'mysql_export',
    args: { sql: 'SELECT id, note FROM orders', file: 'receipt' },
    receipt: '1000 rows exported; read shop.orders (id, note)',
  },
  {
    title: 'a grid for the user',
    tool: 'mysql_show',
    args: { sql: 'SELECT id FROM orders LIMIT 7' },
    receipt: '7 rows shown to the user; read shop.orders (id)',
  },
  { title: 'a diagram', tool: 'mysql_show', args: { tables: ['orders'] }, receipt: 'structure of shop' },
  { title: 'a health check', tool: 'mysql_diagnose', args: { database: 'shop' }, receipt: 'structure of shop; server: health' },
  { title: 'a workload', tool: 'mysql_workload', args: {}, receipt: { mysql: 'server: workload', mariadb: '' } },
  {
    title: 'advice',
    tool: 'mysql_index_advice',
    args: { sql: "SELECT id FROM orders WHERE note = 'x'" },
    // It tells how often the table is written.
    receipt:
      'read shop.orders (id, note), performance_schema.table_io_waits_summary_by_table (count_write, object_schema, object_name); structure of shop.orders',
  },
  {
    title: 'a preview',
    tool: 'mysql_execute',
    args: { sql: "UPDATE orders SET note = 'x' WHERE id < 3", preview: true },
    profile: WRITES,
    receipt: '4 rows; read shop.orders (all columns); structure of shop.orders',
  },
  {
    // Its undo script holds the rows.
    title: 'a write that a person approves',
    tool: 'mysql_execute',
    args: { sql: "UPDATE orders SET note = 'x' WHERE id < 3" },
    profile: WRITES,
    receipt: '2 rows exported; read shop.orders (all columns)',
  },
];
