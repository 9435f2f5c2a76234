import { execute, type TestServer } from '../../harness/servers/testServer.ts';
import { PROTECTED } from './canaries.ts';

/** Rules for what `plantAttacks` adds. */
export const ATTACK_RULES = [
  "vault.odd.it's=mask",
  'vault.odd.straße=mask',
  'vault.defaults.secret=mask',
  'vault.divided.region=mask',
  '*.people.name=pseudonym',
  'vault.*.n?ck=pseudonym',
  'vault.counted.number=pseudonym',
  'vault.twins.*e=pseudonym',
];

const OBJECTS = `
  CREATE TABLE vault.odd (id INT PRIMARY KEY, \`it's\` VARCHAR(60), \`straße\` VARCHAR(60), plain VARCHAR(60),
    g1 VARCHAR(80) AS (CONCAT(\`it's\`, '')) VIRTUAL, g2 VARCHAR(80) AS (CONCAT(\`straße\`, '')) STORED, g3 VARCHAR(80) AS (CONCAT(g1, '')) VIRTUAL);
  INSERT INTO vault.odd (id, \`it's\`, \`straße\`, plain) VALUES (1, '${PROTECTED.email}', '${PROTECTED.second}', 'plain');
  CREATE TABLE vault.defaults (id INT PRIMARY KEY, secret VARCHAR(60), copied VARCHAR(60) DEFAULT (secret), plain VARCHAR(60) DEFAULT 'secret',
    made TIMESTAMP DEFAULT CURRENT_TIMESTAMP);
  INSERT INTO vault.defaults (id, secret, copied) VALUES (1, '${PROTECTED.email}', 'x'), (2, '${PROTECTED.second}', 'x');
  CREATE TABLE vault.divided (id INT, region VARCHAR(60)) PARTITION BY LIST COLUMNS (region)
    (PARTITION p0 VALUES IN ('${PROTECTED.email}'), PARTITION p1 VALUES IN ('${PROTECTED.second}'));
  CREATE TABLE vault.halves (id INT) PARTITION BY RANGE (id) (PARTITION p0 VALUES LESS THAN (10));
  CREATE TABLE vault.counted (number INT AUTO_INCREMENT PRIMARY KEY, x INT) AUTO_INCREMENT = 918273645;
  CREATE TABLE vault.twins (id INT PRIMARY KEY, one VARCHAR(60) COLLATE utf8mb4_bin, bare VARCHAR(60) COLLATE utf8mb4_general_ci,
    alike VARCHAR(20) COLLATE utf8mb4_general_ci);
  INSERT INTO vault.twins VALUES (1, '${PROTECTED.email}', UPPER('${PROTECTED.email}'), 'x'), (2, '${PROTECTED.second}', 'y', 'y');
  CREATE TABLE vault.persons (id INT PRIMARY KEY, name VARCHAR(40) DEFAULT '${PROTECTED.nick}');
`;

export function plantAttacks(server: TestServer): Promise<unknown> {
  return execute(server, OBJECTS);
}

const AROUND = ['x', 'a'.repeat(255), 'a'.repeat(256), '?'];
/** What servers make another name of: each is stored as one of `AROUND`, on some server. */
const CHANGED = [' x', '\tx', '\u0001x', 'a'.repeat(257), 'a'.repeat(300), 'ä'.repeat(130), '😀'];

const TEXT = '(SELECT `c`.`email` FROM `vault`.`customers` AS `c` WHERE `c`.`id` = `o`.`id`)';
const named = (name: string): string => `\`${name.replaceAll('`', '``')}\``;

/** Each gave a protected value, or an order by one. */
export const ATTACKS: readonly string[] = [
  ...CHANGED.flatMap((name) =>
    AROUND.flatMap((other) => [
      `SELECT (SELECT UPPER(${named(other)}) FROM (SELECT email AS ${named(name)} FROM customers LIMIT 1) d) AS r FROM (SELECT 1 AS ${named(other)}) o`,
      `SELECT id, email AS ${named(name)} FROM (SELECT id, email, 1 AS ${named(other)} FROM customers) o ORDER BY ${named(other)} DESC`,
      `SELECT COUNT(*) FROM (SELECT email AS ${named(other)} FROM customers) c NATURAL JOIN (SELECT 'x' AS ${named(name)}) g`,
    ]),
  ),
  "SELECT (SELECT UPPER(x) FROM (SELECT email AS ' x' FROM customers LIMIT 1) d) AS r FROM (SELECT 1 AS x) o",
  'SELECT (SELECT UPPER(`?`) FROM (SELECT email FROM customers LIMIT 1) d (`😀`)) AS r FROM (SELECT 1 AS `?`) o',
  'WITH d (`😀`) AS (SELECT email FROM customers LIMIT 1) SELECT (SELECT UPPER(`?`) FROM d) AS r FROM (SELECT 1 AS `?`) o',
  'SELECT (SELECT UPPER(`?`.x) FROM (SELECT email AS x FROM customers LIMIT 1) `😀`) AS r FROM (SELECT 1 AS x) `?`',
  ...['g1', 'g2', 'g3'].flatMap((column) => [`SELECT ${column} FROM odd`, `SELECT UPPER(${column}) FROM odd`]),
  'SELECT copied FROM defaults',
  'SELECT DEFAULT(copied) FROM defaults',
  'SHOW CREATE TABLE divided',
  'SHOW CREATE TABLE counted',
  `SELECT 1 AS id, 2 AS x UNION ALL (SELECT id, (select c.email from customers c where c.id = o.id) FROM (SELECT id, 1 AS ${named(TEXT)} FROM customers) o ORDER BY ${named(TEXT)} DESC LIMIT 1)`,
];

/** What is equal by the collation of the one is not by that of the other: each told which pseudonyms are of texts that differ in letter case alone. */
export const COLLATION_JOINS: readonly string[] = [
  'SELECT a.id, b.id FROM twins a JOIN twins b ON a.one = b.bare',
  'SELECT a.id FROM twins a WHERE EXISTS (SELECT 1 FROM twins b WHERE b.bare <=> a.one)',
  'SELECT id FROM (SELECT id, one AS k FROM twins) a NATURAL JOIN (SELECT id, bare AS k FROM twins) b',
  ...['UNION', 'UNION DISTINCT', 'INTERSECT', 'EXCEPT'].map((operator) => `SELECT one FROM twins ${operator} SELECT bare FROM twins`),
  'SELECT one FROM twins UNION ALL SELECT one FROM twins UNION SELECT bare FROM twins',
  'SELECT DISTINCT one FROM (SELECT one FROM twins UNION ALL SELECT bare FROM twins) b',
  'SELECT one, COUNT(*) FROM (SELECT one FROM twins UNION ALL SELECT bare FROM twins) b GROUP BY one',
  'SELECT one, COUNT(*) FROM (SELECT one FROM twins UNION ALL SELECT bare FROM twins) b GROUP BY 1',
  'SELECT COUNT(DISTINCT one) FROM (SELECT one FROM twins UNION ALL SELECT bare FROM twins) b',
  'SELECT one FROM (SELECT one FROM twins UNION ALL SELECT bare FROM twins) b UNION SELECT one FROM twins',
  'WITH RECURSIVE w AS (SELECT one FROM twins UNION SELECT t.bare FROM w JOIN twins t ON t.id = 1) SELECT one FROM w',
  'WITH RECURSIVE w AS (SELECT 1 AS n, one FROM twins UNION ALL SELECT n + 1, t.bare FROM w JOIN twins t ON t.one = w.one WHERE n < 3) SELECT n, one FROM w',
];
export const ONE_COLLATION_JOIN = 'SELECT a.id FROM twins a JOIN twins b ON a.bare = b.alike';

/** The name that a subquery has at the server: that of the text that is sent. */
export const ATTACK_GUESSES = ['Zq%', 'Yq%'].map(
  (guess) =>
    `SELECT EXISTS (SELECT (select c.email from customers c where c.id = o.id) FROM (SELECT 1 AS id, 'a' AS ${named(TEXT)}) o HAVING ${named(TEXT)} LIKE '${guess}') AS hit`,
);

/** Each put a protected value where it can be read, or a value of its own choice under a pseudonym. */
export const WRITE_ATTACKS = [
  'UPDATE defaults SET copied = DEFAULT WHERE id = 1',
  'UPDATE defaults SET plain = DEFAULT(copied)',
  "INSERT INTO defaults (id, plain) VALUES (1, 'z') ON DUPLICATE KEY UPDATE copied = DEFAULT",
  'INSERT INTO orders (id, customer_id, total, note) SELECT 50, 1, 1, g1 FROM odd',
  "CREATE VIEW guess_view AS SELECT 'a' AS nick",
  "CREATE VIEW guess_list (id, nick) AS SELECT 1, 'a'",
  "CREATE TABLE guess_default (id INT PRIMARY KEY, nick VARCHAR(40) DEFAULT 'a')",
  "CREATE TABLE guess_copy AS SELECT 'a' AS nick",
  "CREATE TABLE guess_text AS SELECT 'a' AS 'nick'",
  "CREATE TABLE guess_blank AS SELECT ' nick'",
  "CREATE TABLE guess_tab AS SELECT '\tnick'",
  "CREATE TABLE guess_alias AS SELECT 'a' AS ' nick'",
  "CREATE TABLE guess_sign AS SELECT 'a' AS `\u0001 nick`",
  "CREATE TABLE guess_inner AS SELECT * FROM (SELECT 'a' AS ' nick') d",
  "CREATE VIEW guess_cut AS SELECT 'a' AS ' nick'",
  "CREATE TABLE guess_first AS SELECT 'nick' 'x'",
  "CREATE TABLE guess_mark AS SELECT 'a' AS `n\u{1f600}ck`",
  "ALTER TABLE orders ADD COLUMN nick VARCHAR(40) DEFAULT 'a'",
  'ALTER TABLE orders RENAME COLUMN note TO nick',
  'ALTER TABLE orders CHANGE note nick VARCHAR(200)',
  'RENAME TABLE persons TO people',
  'ALTER TABLE persons RENAME TO people',
  'CREATE TABLE people LIKE persons',
  'CREATE TABLE people AS SELECT * FROM persons',
  'CREATE VIEW people AS SELECT * FROM persons',
];

/** What stays as it was, beside the attacks. */
export const BESIDE: readonly (readonly [sql: string, answer: RegExp])[] = [
  ['SELECT * FROM odd', /^id,it's,straße,plain\n1,•••,•••,plain$/m],
  ['SELECT id, plain FROM defaults ORDER BY id', /^id,plain\n1,secret\n2,secret$/m],
  ['SELECT COUNT(made) AS n FROM defaults', /^n\n2$/m],
  ['SHOW CREATE TABLE halves', /PARTITION/],
  ['SELECT (SELECT email FROM customers WHERE id = 1), id FROM orders ORDER BY id LIMIT 1', /^•••,1$/m],
  ['SELECT email AS `the address`, id AS `größe` FROM customers ORDER BY `größe`', /^•••,1\n•••,2$/m],
];
