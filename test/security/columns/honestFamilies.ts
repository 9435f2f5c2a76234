/** A statement that a person would write over tables with protected columns, and what each column of its result shows: `.` as it is, `m` a mask, `p` a pseudonym, `h` not at all. */
export interface HonestRead {
  readonly sql: string;
  readonly shows: string;
  /** Not on MariaDB, whose grammar lacks it. */
  readonly mysqlOnly?: boolean;
}

const SHOWN: readonly (readonly [column: string, shows: string])[] = [
  ['full_name', 'm'],
  ['email', 'm'],
  ['phone', 'm'],
  ['birth_date', 'p'],
  ['ref', 'p'],
];

const read = (sql: string, shows: string): HonestRead => ({ sql, shows });
/** The same statement for each protected column. */
const each = (sql: string, shows: string): HonestRead[] =>
  SHOWN.map(([column, mark]) => read(sql.replaceAll('{c}', column), shows.replaceAll('c', mark)));
const all = (texts: readonly string[], shows: string): HonestRead[] => texts.map((sql) => read(sql, shows));

const CONDITIONS = [
  "city = 'Oslo'",
  'score BETWEEN 20 AND 60',
  "status <> 'gone' AND country = 'NO'",
  "city IN ('Lisbon', 'Porto') OR score > 90",
  "created >= '2024-05-01'",
  "city LIKE 'B%' AND NOT score < 10",
];
const COUNTS = [
  'SELECT COUNT({c}) AS n FROM customers',
  'SELECT city, COUNT({c}) AS n FROM customers GROUP BY city ORDER BY city',
  'SELECT COUNT(*) AS n FROM customers WHERE {c} IS NULL',
  'SELECT id FROM customers WHERE {c} IS NOT NULL ORDER BY id LIMIT 5',
  'SELECT COUNT(*) AS n FROM customers WHERE ISNULL({c})',
  'SELECT COUNT(*) AS n FROM customers WHERE NOT {c} <=> NULL',
  'SELECT SUM({c} IS NULL) AS missing, COUNT(*) AS n FROM customers',
  'SELECT status, COUNT(*) - COUNT({c}) AS missing FROM customers GROUP BY status HAVING COUNT({c}) > 1 ORDER BY status',
  "SELECT id, IF({c} IS NULL, 'no', 'yes') AS given FROM customers ORDER BY id",
];
const AGGREGATES = ['SUM(score)', 'AVG(score)', 'MIN(created)', 'MAX(score)', 'COUNT(DISTINCT country)', 'GROUP_CONCAT(id ORDER BY id)'];
const JOINS = [
  'SELECT c.{c}, o.total FROM customers c JOIN orders o ON o.customer_id = c.id ORDER BY o.id LIMIT 20',
  'SELECT c.{c}, o.total FROM customers c LEFT JOIN orders o ON o.customer_id = c.id AND o.total > 300 ORDER BY c.id, o.id',
  'SELECT c.{c}, o.total FROM orders o RIGHT JOIN customers c ON o.customer_id = c.id ORDER BY c.id, o.id LIMIT 30',
  'SELECT c.{c}, d.n FROM customers c JOIN (SELECT customer_id, COUNT(*) AS n FROM orders GROUP BY customer_id) d ON d.customer_id = c.id ORDER BY c.id',
  'SELECT a.{c}, b.score FROM customers a JOIN customers b ON b.id = a.id + 1 ORDER BY a.id',
  'SELECT c.{c}, p.title FROM customers c JOIN orders o ON o.customer_id = c.id JOIN items i ON i.order_id = o.id JOIN products p ON p.id = i.product_id WHERE o.total < 90 ORDER BY i.id',
  "SELECT c.{c}, o.total FROM customers c, orders o WHERE o.customer_id = c.id AND o.status = 'paid' ORDER BY o.id",
];
const NESTED = [
  "SELECT d.{c}, d.city FROM (SELECT id, {c}, city FROM customers WHERE country = 'NO') d ORDER BY d.id",
  'WITH w AS (SELECT id, {c}, city FROM customers) SELECT {c}, city FROM w ORDER BY id',
  'WITH w AS (SELECT id, {c} AS x, city AS y FROM customers WHERE score > 30), v AS (SELECT id, x, y FROM w) SELECT x, y FROM v ORDER BY id',
  'WITH RECURSIVE n AS (SELECT 1 AS i UNION ALL SELECT i + 1 FROM n WHERE i < 5) SELECT c.{c}, n.i FROM n JOIN customers c ON c.id = n.i ORDER BY n.i',
  'SELECT x, city FROM (SELECT x, city, id FROM (SELECT {c} AS x, city, id FROM customers) a) b WHERE id < 9 ORDER BY id',
  'WITH ranked AS (SELECT id, {c}, ROW_NUMBER() OVER (PARTITION BY city ORDER BY score DESC, id) AS place FROM customers) SELECT {c}, place FROM ranked WHERE place <= 2 ORDER BY id',
];
const WINDOWS = [
  'ROW_NUMBER() OVER (ORDER BY score, id)',
  'RANK() OVER (PARTITION BY city ORDER BY score)',
  'SUM(score) OVER (PARTITION BY country)',
  'LAG(score) OVER (ORDER BY id)',
  'NTILE(4) OVER w',
  'FIRST_VALUE(city) OVER w',
];
const EXPRESSIONS = [
  'UPPER(city)',
  "DATE_FORMAT(created, '%Y-%m')",
  "CASE WHEN score > 50 THEN 'high' ELSE 'low' END",
  "CONCAT(city, ', ', country)",
  "COALESCE(NULLIF(status, 'gone'), 'left')",
  'ROUND(score / 3, 1)',
  'YEAR(created) * 100 + MONTH(created)',
  "JSON_OBJECT('city', city, 'score', score)",
];
const SUBQUERIES = [
  "SELECT id, city FROM customers c WHERE EXISTS (SELECT 1 FROM orders o WHERE o.customer_id = c.id AND o.status = 'open') ORDER BY id",
  'SELECT id, city FROM customers WHERE id IN (SELECT customer_id FROM orders WHERE total > 400) ORDER BY id',
  'SELECT id, (SELECT COUNT(*) FROM orders o WHERE o.customer_id = c.id) AS n FROM customers c ORDER BY id',
  'SELECT id, (SELECT MAX(o.placed) FROM orders o WHERE o.customer_id = c.id) AS latest FROM customers c ORDER BY id',
  'SELECT id, score FROM customers WHERE score > (SELECT AVG(score) FROM customers) ORDER BY score DESC, id',
  'SELECT id, city FROM customers WHERE id NOT IN (SELECT customer_id FROM orders) ORDER BY id',
  'SELECT id, total FROM orders WHERE customer_id = ANY (SELECT id FROM customers WHERE score > 70) ORDER BY id',
  'SELECT id, total FROM orders WHERE total >= ALL (SELECT total FROM orders WHERE card_no IS NULL) ORDER BY id',
];
const REFS = [
  read('SELECT ref, COUNT(*) AS n FROM customers GROUP BY ref ORDER BY n DESC, MIN(id)', 'p.'),
  read('SELECT COUNT(DISTINCT ref) AS n FROM customers', '.'),
  read('SELECT COUNT(DISTINCT birth_date) AS n, COUNT(DISTINCT ref) AS m FROM customers', '..'),
  read('SELECT c.id, o.id FROM customers c JOIN orders o ON o.ref = c.ref ORDER BY c.id, o.id', '..'),
  read('SELECT c.ref, SUM(o.total) AS total FROM customers c JOIN orders o ON c.ref = o.ref GROUP BY c.ref ORDER BY MIN(c.id)', 'p.'),
  read('SELECT c.ref, o.id FROM customers c LEFT JOIN orders o ON o.ref = c.ref AND o.total > 300 ORDER BY c.id, o.id', 'p.'),
  read('SELECT a.id, b.id FROM customers a JOIN customers b ON a.birth_date = b.birth_date AND a.id < b.id ORDER BY a.id, b.id', '..'),
  read('SELECT city, COUNT(DISTINCT ref) AS n FROM customers GROUP BY city ORDER BY city', '..'),
  read('SELECT o.id FROM orders o WHERE EXISTS (SELECT 1 FROM customers c WHERE c.ref = o.ref) ORDER BY o.id', '.'),
  read('SELECT o.id FROM orders o JOIN customers c USING (ref) ORDER BY o.id, c.id', '.'),
  read('SELECT birth_date, ref, COUNT(*) AS n FROM customers GROUP BY birth_date, ref ORDER BY MIN(id)', 'pp.'),
  read(
    'WITH r AS (SELECT ref, COUNT(*) AS n FROM orders GROUP BY ref) SELECT c.id, r.n FROM customers c JOIN r ON r.ref = c.ref ORDER BY c.id',
    '..',
  ),
  read('SELECT MIN(score) AS low, ref FROM customers GROUP BY ref HAVING COUNT(*) > 2 ORDER BY MIN(id)', '.p'),
  read('SELECT c.id FROM customers c JOIN orders o ON o.ref <=> c.ref ORDER BY c.id, o.id LIMIT 10', '.'),
];
const STARS = [
  read('SELECT * FROM customers ORDER BY id', '.mmmphp.....'),
  read('SELECT c.* FROM customers c WHERE c.score > 50 ORDER BY c.id', '.mmmphp.....'),
  read('SELECT * FROM orders ORDER BY id LIMIT 10', '.....mp.'),
  read('SELECT o.*, c.city FROM orders o JOIN customers c ON c.id = o.customer_id ORDER BY o.id', '.....mp..'),
  read('SELECT * FROM customers c JOIN orders o ON o.customer_id = c.id ORDER BY o.id LIMIT 5', '.mmmphp..........mp.'),
  read('SELECT * FROM (SELECT * FROM customers) d ORDER BY id', '.mmmphp.....'),
  read('WITH w AS (SELECT * FROM customers WHERE score > 20) SELECT * FROM w ORDER BY id', '.mmmphp.....'),
  read('SELECT * FROM whole ORDER BY id', '.mmmphp.....'),
  read('SELECT * FROM products ORDER BY id', '....m'),
  read('SELECT p.*, i.quantity FROM products p JOIN items i ON i.product_id = p.id ORDER BY i.id', '....m.'),
  read('SELECT * FROM items i JOIN products p ON p.id = i.product_id ORDER BY i.id LIMIT 7', '.........m'),
  { ...read('TABLE products ORDER BY id LIMIT 3', '....m'), mysqlOnly: true },
];
const VIEWS = [
  ...all(
    ['SELECT * FROM active ORDER BY id', 'SELECT id, full_name, email, ref, city, score FROM active WHERE score > 40 ORDER BY id'],
    '.mmp..',
  ),
  ...all(['SELECT * FROM sales ORDER BY id', 'SELECT id, placed, total, order_ref, buyer, city FROM sales ORDER BY id'], '...pm.'),
  read('SELECT city, SUM(total) AS total FROM sales GROUP BY city ORDER BY city', '..'),
  read('SELECT buyer, total FROM sales ORDER BY total DESC, id LIMIT 5', 'm.'),
  read('SELECT COUNT(buyer) AS n FROM sales WHERE placed > DATE(20250401)', '.'),
  read('SELECT * FROM by_city ORDER BY city', '....'),
  read('SELECT city, people FROM by_city WHERE reachable > 3 ORDER BY people DESC, city', '..'),
  read('SELECT * FROM big_sales ORDER BY id', '.m..'),
  read('SELECT b.city, MAX(b.total) AS most FROM big_sales b GROUP BY b.city ORDER BY most', '..'),
  read('SELECT a.full_name, s.total FROM active a JOIN sales s ON s.city = a.city ORDER BY s.id, a.id LIMIT 12', 'm.'),
  read('SELECT a.id FROM active a JOIN orders o ON o.ref = a.ref ORDER BY a.id, o.id', '.'),
  read('SELECT ref, COUNT(*) AS n FROM active GROUP BY ref ORDER BY MIN(id)', 'p.'),
  read('SELECT id FROM active WHERE email IS NULL ORDER BY id', '.'),
];
const SETS = [
  ...each('SELECT {c} FROM customers WHERE id < 5 UNION ALL SELECT {c} FROM customers WHERE id > 20', 'c'),
  ...each('SELECT id, {c} FROM customers WHERE id < 3 UNION ALL SELECT id, {c} FROM customers WHERE id = 9 ORDER BY id', '.c'),
  read('SELECT full_name FROM customers WHERE id = 1 UNION ALL SELECT title FROM products WHERE id = 1', 'm'),
  read('SELECT ref FROM customers UNION ALL SELECT ref FROM orders', 'p'),
  ...all(
    ['SELECT city FROM customers UNION SELECT status FROM orders', 'SELECT id FROM customers EXCEPT SELECT customer_id FROM orders'],
    '.',
  ),
  read('SELECT id FROM customers INTERSECT SELECT customer_id FROM orders', '.'),
  read("SELECT 'people' AS kind, COUNT(*) AS n FROM customers UNION ALL SELECT 'orders', COUNT(*) FROM orders", '..'),
  read('SELECT city, COUNT(email) AS n FROM customers GROUP BY city UNION ALL SELECT NULL, COUNT(email) FROM customers', '..'),
];
const FORMS = [
  ...each('SELECT `c`.`{c}` AS `value of it` FROM `mart`.`customers` AS `c` ORDER BY `c`.`id`', 'c'),
  ...each('SELECT {c} AS city, id AS email FROM customers ORDER BY id', 'c.'),
  ...each('select CUSTOMERS.{c}, ID from customers as CUSTOMERS order by 2 desc limit 4 offset 2', 'c.'),
  ...each('SELECT id, -- the value\n {c} /* as it is */ FROM customers WHERE (city = "Oslo") ORDER BY id', '.c'),
  ...each('SELECT (({c})) AS v, (SELECT 1) AS one FROM customers ORDER BY id', 'c.'),
  ...each('SELECT id, (SELECT d.{c} FROM customers d WHERE d.id = c.id) AS v FROM customers c ORDER BY id', '.c'),
  ...each('SELECT DISTINCT city, {c} IS NULL AS missing FROM customers ORDER BY city, missing', '..'),
];
const TOTALS = [
  'SELECT status, COUNT(*) AS n, SUM(total) AS total FROM orders GROUP BY status ORDER BY status',
  'SELECT YEAR(placed) AS y, COUNT(card_no) AS n, AVG(total) AS a FROM orders GROUP BY y ORDER BY y',
  'SELECT p.category, SUM(i.quantity * i.price) AS sold, COUNT(p.cost) AS n FROM items i JOIN products p ON p.id = i.product_id GROUP BY p.category ORDER BY p.category',
  'SELECT country, city, COUNT(*) AS n FROM customers GROUP BY country, city WITH ROLLUP',
  'SELECT c.city, o.status, COUNT(*) AS n FROM customers c JOIN orders o ON o.customer_id = c.id WHERE o.card_no IS NOT NULL GROUP BY c.city, o.status ORDER BY c.city, o.status',
];

export const HONEST_READS: readonly HonestRead[] = [
  ...CONDITIONS.flatMap((where) => each(`SELECT id, {c}, city FROM customers WHERE ${where} ORDER BY id`, '.c.')),
  ...COUNTS.flatMap((sql) => each(sql, /^SELECT (?:city|status|SUM|id, IF)/.test(sql) ? '..' : '.')),
  ...AGGREGATES.flatMap((one) =>
    ['city', 'country', 'status'].flatMap((group) => [
      read(`SELECT ${group}, ${one} AS v FROM customers WHERE email IS NOT NULL GROUP BY ${group} ORDER BY ${group}`, '..'),
    ]),
  ),
  ...JOINS.flatMap((sql) => each(sql, 'c.')),
  ...NESTED.flatMap((sql) => each(sql, 'c.')),
  ...WINDOWS.flatMap((one) => each(`SELECT {c}, ${one} AS v FROM customers WINDOW w AS (ORDER BY id) ORDER BY id`, 'c.')),
  ...EXPRESSIONS.flatMap((one) => each(`SELECT {c}, ${one} AS v FROM customers ORDER BY id LIMIT 9`, 'c.')),
  ...all(SUBQUERIES, '..'),
  ...[...REFS, ...STARS, ...VIEWS, ...SETS, ...FORMS],
  ...all(TOTALS, '...'),
];
