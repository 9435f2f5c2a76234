import { execute, type TestServer } from '../../harness/servers/testServer.ts';

/** A shop with personal data, for statements that people write. */
export const MART_RULES = [
  ...['full_name', 'email', 'phone'].map((column) => `mart.customers.${column}=mask`),
  ...['mart.customers.ssn=hide', 'mart.customers.birth_date=pseudonym', 'mart.*.ref=pseudonym'],
  ...['mart.orders.card_no=mask', 'mart.products.cost=mask'],
];

const CITIES = ['Lisbon', 'Oslo', 'Porto', 'Bergen'];
const STATUSES = ['paid', 'open', 'sent', 'void'];

function quoted(value: string | number | null): string {
  return value === null ? 'NULL' : typeof value === 'number' ? String(value) : `'${value}'`;
}

function insert(table: string, rows: readonly (readonly (string | number | null)[])[]): string {
  return `INSERT INTO mart.${table} VALUES ${rows.map((row) => `(${row.map(quoted).join(', ')})`).join(', ')};`;
}

function numbers(count: number): readonly number[] {
  return Array.from({ length: count }, (_, i) => i + 1);
}

const dayOf = (year: number, i: number): string => `${String(year)}-0${String((i % 9) + 1)}-1${String(i % 10)}`;

const CUSTOMERS = numbers(24).map((i) => [
  ...[i, `Person ${String(i % 20)}`, i % 7 === 0 ? null : `p${String(i)}@post.example`, i % 5 === 0 ? null : `+47 5550${String(i)}`],
  ...[dayOf(1980, i % 6), `9${String(1000 + i)}`, `R${String(i % 8)}`, CITIES[i % 4] ?? '', i % 2 === 0 ? 'NO' : 'PT'],
  ...[i % 6 === 0 ? 'gone' : 'active', (i * 37) % 100, dayOf(2024, i)],
]);
const ORDERS = numbers(60).map((i) => [
  ...[i, ((i * 7) % 22) + 1, dayOf(2025, i), (i * 1337) % 500, STATUSES[i % 4] ?? '', i % 3 === 0 ? null : `4000 ${String(i)}`],
  ...[i % 9 === 0 ? null : `R${String(i % 11)}`, i % 4 === 0 ? null : `note ${String(i % 10)}`],
]);
const ITEMS = numbers(120).map((i) => [i, ((i * 11) % 60) + 1, (i % 8) + 1, (i % 5) + 1, (i * 17) % 90]);
const PRODUCTS = numbers(8).map((i) => [i, `SKU-${String(i)}`, `Title ${String(i)}`, i % 2 === 0 ? 'tools' : 'books', i * 3]);

const OBJECTS = `
  DROP DATABASE IF EXISTS mart;
  CREATE DATABASE mart;
  CREATE TABLE mart.customers (id INT PRIMARY KEY, full_name VARCHAR(40) NOT NULL, email VARCHAR(60), phone VARCHAR(20), birth_date DATE, ssn VARCHAR(20),
    ref VARCHAR(10), city VARCHAR(20), country CHAR(2), status VARCHAR(10), score INT, created DATE, KEY (city), KEY (email));
  CREATE TABLE mart.orders (id INT PRIMARY KEY, customer_id INT NOT NULL, placed DATE NOT NULL, total DECIMAL(10, 2) NOT NULL, status VARCHAR(10),
    card_no VARCHAR(20), ref VARCHAR(10), note VARCHAR(40), KEY (customer_id), KEY (placed));
  CREATE TABLE mart.items (id INT PRIMARY KEY, order_id INT NOT NULL, product_id INT NOT NULL, quantity INT NOT NULL, price DECIMAL(8, 2) NOT NULL, KEY (order_id));
  CREATE TABLE mart.products (id INT PRIMARY KEY, sku VARCHAR(20), title VARCHAR(40), category VARCHAR(20), cost DECIMAL(8, 2));
  ${insert('customers', CUSTOMERS)}
  ${insert('orders', ORDERS)}
  ${insert('items', ITEMS)}
  ${insert('products', PRODUCTS)}
  CREATE VIEW mart.active AS SELECT id, full_name, email, ref, city, score FROM mart.customers WHERE status = 'active';
  CREATE VIEW mart.whole AS SELECT * FROM mart.customers;
  CREATE VIEW mart.sales AS SELECT o.id, o.placed, o.total, o.ref AS order_ref, c.full_name AS buyer, c.city FROM mart.orders o JOIN mart.customers c ON c.id = o.customer_id;
  CREATE VIEW mart.by_city AS SELECT city, COUNT(*) AS people, COUNT(email) AS reachable, AVG(score) AS score FROM mart.customers GROUP BY city;
  CREATE VIEW mart.big_sales AS SELECT id, buyer, total, city FROM mart.sales WHERE total > 200;
`;

export async function plantMart(server: TestServer): Promise<void> {
  await execute(server, OBJECTS);
}
