import { execute, type TestServer } from '../../harness/servers/testServer.ts';

/** Hides a column whose name is found nowhere else, in all its forms. */
export const STRUCTURE_RULES = [
  ...['vault.staff.hush_no=hide', 'vault.locker.hush_no=hide', 'vault.staff.card_*=hide'],
  ...[
    'vault.staff.주민번호=hide',
    'vault.staff.비밀*=hide',
    'vault.staff.Heimstraße=hide',
    'vault.staff.*gasse=hide',
    'vault.staff.*of*ce=hide',
  ], // which compare otherwise in their single characters
];

/** The names that no answer has. */
export const HIDDEN_NAMES = /hush_no|card_pin|\bssn\b|veiled_\w+|\bquiet\b|주민번호|비밀_코드|heimstraße|gaße|oﬃce/i;

const OBJECTS = `
  CREATE TABLE vault.staff (id INT PRIMARY KEY, hush_no VARCHAR(20), card_pin INT DEFAULT 1, 주민번호 INT, 비밀_코드 INT, Heimstraße INT, Gaße INT, oﬃce INT, name VARCHAR(40), copied VARCHAR(40) DEFAULT (hush_no),
    UNIQUE (hush_no), UNIQUE (card_pin, name), UNIQUE (주민번호), UNIQUE (비밀_코드), UNIQUE (Heimstraße), UNIQUE (Gaße, name), CHECK (hush_no <> 'a'));
  CREATE TABLE vault.locker (id INT PRIMARY KEY, hush_no VARCHAR(20) NOT NULL, room INT);
  CREATE TABLE vault.pupil (id INT PRIMARY KEY, guard VARCHAR(20), FOREIGN KEY (guard) REFERENCES vault.staff (hush_no));
  CREATE VIEW vault.staff_view AS SELECT * FROM vault.staff;
  DROP DATABASE IF EXISTS vault_views;
  CREATE DATABASE vault_views;
  CREATE VIEW vault_views.star AS SELECT * FROM vault.staff;
  CREATE VIEW vault_views.other AS SELECT id, hush_no AS quiet, name FROM vault.staff_view;
  CREATE VIEW vault_views.alike AS SELECT id, room AS hush_no FROM vault.locker;
  CREATE VIEW vault.staff_again AS SELECT hush_no, card_pin, name FROM vault.staff_view;
  CREATE VIEW vault.renames AS SELECT id, hush_no AS veiled_one, name FROM vault.staff;
  CREATE VIEW vault_views.deeper AS SELECT r.id, r.veiled_one AS veiled_two FROM vault.renames r WHERE r.id > 0;
  CREATE VIEW vault.filtered AS SELECT s.id, s.card_pin AS veiled_three FROM vault.staff s WHERE s.hush_no <> 'a';
  CREATE VIEW vault.grown (id, veiled_four) AS SELECT id, CONCAT(card_pin, 1) FROM vault.staff UNION SELECT id, room FROM vault.locker;
  CREATE VIEW vault.names_view AS SELECT column_name AS c FROM information_schema.columns WHERE table_schema = 'vault';
  CREATE VIEW vault.names_again AS SELECT c FROM vault.names_view;
  CREATE FUNCTION vault.names() RETURNS TEXT READS SQL DATA
    RETURN (SELECT GROUP_CONCAT(column_name) FROM information_schema.columns WHERE table_schema = 'vault');
`;

export function plantStructure(server: TestServer): Promise<unknown> {
  return execute(server, OBJECTS);
}

const TABLES = [
  ...['staff', 'pupil', 'staff_view', 'staff_again', 'customers', 'vault_views.star'],
  ...['renames', 'vault_views.deeper', 'filtered', 'grown', 'vault_views.other'],
];
const CATALOG = [
  ...['COLUMNS', 'STATISTICS', 'KEY_COLUMN_USAGE', 'TABLE_CONSTRAINTS', 'CHECK_CONSTRAINTS', 'REFERENTIAL_CONSTRAINTS', 'VIEWS'],
  ...['TRIGGERS', 'ROUTINES', 'PARAMETERS', 'PARTITIONS', 'TABLES', 'EVENTS', 'COLUMN_PRIVILEGES', 'COLUMNS_EXTENSIONS'],
  ...['INNODB_COLUMNS', 'INNODB_FIELDS', 'INNODB_INDEXES', 'INNODB_FOREIGN_COLS', 'INNODB_VIRTUAL', 'COLUMN_STATISTICS'],
  ...['INNODB_SYS_COLUMNS', 'INNODB_SYS_FIELDS', 'INNODB_SYS_FOREIGN_COLS', 'VIEW_TABLE_USAGE', 'ST_GEOMETRY_COLUMNS'],
];

/** The server reads the tables by an index of a hidden column, which has all that is needed. The conditions that leave hidden columns out of the catalog name them. */
export const EXPLAINED: readonly string[] = [
  ...['SELECT id FROM staff', 'SELECT COUNT(*) FROM staff', 'SELECT id FROM customers', 'SELECT name FROM staff WHERE id > 0'],
  ...['SELECT c.id FROM customers c JOIN orders o ON o.customer_id = c.id', 'SELECT COUNT(*) FROM staff_view'],
  ...CATALOG.map((part) => `SELECT * FROM information_schema.${part}`),
  "SELECT c.column_name FROM (SELECT column_name FROM information_schema.columns WHERE table_schema = 'vault') c",
];

/** Reads of structure, whose answers may be refusals and must not name a hidden column. */
export const STRUCTURE_READS: readonly string[] = [
  ...TABLES.flatMap((table) => [
    `SHOW COLUMNS FROM ${table}`,
    `SHOW FULL COLUMNS FROM ${table} LIKE '%u%'`,
    `DESCRIBE ${table}`,
    `SHOW INDEX FROM ${table}`,
    `SHOW CREATE TABLE ${table}`,
    `SHOW CREATE VIEW ${table}`,
  ]),
  ...CATALOG.flatMap((part) => {
    const from = `information_schema.${part}`;
    return [
      `SELECT * FROM ${from}`,
      `SELECT d.* FROM (SELECT * FROM ${from}) d`,
      `WITH w AS (SELECT * FROM ${from}) SELECT * FROM w`,
      `SELECT x.* FROM information_schema.schemata s JOIN ${from} x ON 1 = 1 WHERE s.schema_name = 'vault'`,
      `SELECT * FROM ${from} UNION ALL SELECT * FROM ${from}`,
      `TABLE ${from}`,
    ];
  }),
  ...['column_name', 'column_default', 'extra', 'column_comment'].map(
    (column) => `SELECT GROUP_CONCAT(${column}) FROM information_schema.columns WHERE table_schema = 'vault'`,
  ),
  'SELECT GROUP_CONCAT(index_name) FROM information_schema.statistics',
  'SELECT GROUP_CONCAT(constraint_name) FROM information_schema.table_constraints',
  'SELECT * FROM names_view',
  'SELECT * FROM names_again',
  'SELECT names()',
  'SHOW TABLES',
  ...EXPLAINED.flatMap((sql) => [
    `EXPLAIN ${sql}`,
    `EXPLAIN FORMAT=JSON ${sql}`,
    `EXPLAIN FORMAT=TREE ${sql}`,
    `ANALYZE ${sql}`,
    `EXPLAIN ANALYZE ${sql}`,
  ]),
  "EXPLAIN UPDATE staff SET name = 'x'",
];

/** Each put into a table what an agent may not read in the catalog: hidden columns, their names, and the limits of partitions, which are values. */
export const STRUCTURE_WRITES: readonly string[] = [
  'CREATE TABLE copy_names LIKE staff',
  'CREATE TABLE IF NOT EXISTS copy_names LIKE customers',
  "UPDATE orders SET note = (SELECT GROUP_CONCAT(partition_description) FROM information_schema.partitions WHERE table_name = 'divided') WHERE id = 1",
  "UPDATE orders SET note = (SELECT LEFT(GROUP_CONCAT(c), 200) FROM names_view WHERE c LIKE 'h%') WHERE id = 1",
  "INSERT INTO orders (id, customer_id, total, note) SELECT 700 + ordinal_position, 1, 1, column_name FROM information_schema.columns WHERE table_name = 'staff'",
  'INSERT INTO orders (id, customer_id, total, note) SELECT 800, 1, 1, c FROM names_again LIMIT 1',
  'REPLACE INTO orders (id, customer_id, total, note) SELECT 800, 1, 1, c FROM (SELECT c FROM names_view LIMIT 1) d',
  'DELETE FROM orders WHERE note IN (SELECT c FROM names_view)',
  'CREATE TABLE copy_names AS SELECT column_name AS c FROM information_schema.columns',
  'CREATE TABLE copy_names AS SELECT * FROM names_view',
  'CREATE TABLE copy_names AS WITH w AS (SELECT * FROM information_schema.partitions) SELECT * FROM w',
  'CREATE VIEW copy_names AS SELECT column_name AS c FROM information_schema.columns',
];

/** The server's error for each has the name of a hidden column, which has no default. */
export const NAMING_WRITES: readonly string[] = [
  'INSERT INTO locker (id, room) VALUES (1, 5)',
  'INSERT INTO locker (id) SELECT id FROM orders',
  'REPLACE INTO locker (id, room) VALUES (1, 5)',
  'INSERT INTO locker SET id = 3',
];

/** Each ran a stored function whose body nobody had judged, and kept what it gave. */
export const FUNCTION_WRITES: readonly string[] = [
  'CREATE TABLE copy_made AS SELECT leak() AS x',
  'CREATE TABLE copy_made AS SELECT vault.leak() AS x',
  'CREATE TABLE copy_made AS SELECT names() AS x',
  'CREATE TABLE copy_made (x TEXT) SELECT CONCAT(leak()) AS x FROM orders',
  'CREATE VIEW copy_made AS SELECT leak() AS x',
  'SET GLOBAL init_connect = leak()',
  'SET GLOBAL init_connect = (SELECT leak())',
  'INSERT INTO orders (id, customer_id, total, note) VALUES (900, 1, 1, leak())',
];
