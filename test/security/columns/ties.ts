import { execute, type TestServer } from '../../harness/servers/testServer.ts';

/** Rules for what `plantTies` makes: columns that the server compares with those that an agent may write. */
export const TIE_RULES = [
  ...['vault.pay.salary=mask', 'vault.guarded.salary=mask', 'vault.parted.salary=mask', 'vault.calls.number=hide'],
  ...['vault.patients.diagnosis=mask', 'vault.patients.second=mask', 'vault.keyed.secret=pseudonym', 'vault.logged.salary=mask'],
  ...['vault.people.ssn=hide', 'vault.member.`소속`=mask'],
  ...['vault.moved.secret=mask', 'vault.tenants.tenant=mask'],
];

const OBJECTS = `
  DROP DATABASE IF EXISTS vault;
  CREATE DATABASE vault;
  CREATE TABLE vault.pay (id INT PRIMARY KEY, salary INT NOT NULL, top INT, factor INT DEFAULT 1, note VARCHAR(20),
    g INT AS (salary * factor) STORED, CHECK (top >= salary));
  INSERT INTO vault.pay (id, salary, top) VALUES (1, 77418, 100000), (2, 5, 100000);
  CREATE TABLE vault.guarded (id INT PRIMARY KEY, salary INT NOT NULL, wish INT, room INT);
  INSERT INTO vault.guarded VALUES (1, 77418, 100000, 1);
  CREATE TRIGGER vault.guarding BEFORE UPDATE ON vault.guarded FOR EACH ROW IF NEW.wish < OLD.salary THEN SIGNAL SQLSTATE '45000'; END IF;
  CREATE TABLE vault.logged (id INT PRIMARY KEY, salary INT NOT NULL, room INT);
  INSERT INTO vault.logged VALUES (1, 77418, 1);
  CREATE TABLE vault.logs (id INT AUTO_INCREMENT PRIMARY KEY, salary INT, room INT);
  CREATE TRIGGER vault.logging AFTER UPDATE ON vault.logged FOR EACH ROW INSERT INTO vault.logs (salary, room) VALUES (OLD.salary, NEW.room);
  CREATE TABLE vault.parted (salary INT NOT NULL, k INT NOT NULL, x INT)
    PARTITION BY RANGE (salary * k) (PARTITION p0 VALUES LESS THAN (1000), PARTITION p1 VALUES LESS THAN (100000));
  INSERT INTO vault.parted VALUES (77, 5, 1);
  CREATE TABLE vault.keyed (id INT PRIMARY KEY, secret VARCHAR(10) NOT NULL DEFAULT 'x', open INT, z INT, UNIQUE (secret, open));
  INSERT INTO vault.keyed VALUES (1, 'x', 1, 1), (2, 'y', 2, 2), (3, 'y', 3, 3);
  CREATE TABLE vault.calls (id INT PRIMARY KEY, number VARCHAR(20), day INT, short VARCHAR(3) AS (RIGHT(number, 3)) STORED, UNIQUE (short, day));
  INSERT INTO vault.calls (id, number, day) VALUES (1, '5550123', 1), (2, '5559123', 2);
  CREATE TABLE vault.people (id INT PRIMARY KEY, ssn VARCHAR(20) UNIQUE);
  INSERT INTO vault.people VALUES (1, 'KvBnMwQpXr');
  CREATE TABLE vault.kid (id INT PRIMARY KEY, parent VARCHAR(20), other INT, FOREIGN KEY (parent) REFERENCES vault.people (ssn));
  CREATE TABLE vault.diagnoses (code VARCHAR(10) PRIMARY KEY, title VARCHAR(40));
  INSERT INTO vault.diagnoses VALUES ('B20', 'a'), ('J00', 'b'), ('Z00', 'c');
  CREATE TABLE vault.chapters (id INT PRIMARY KEY, x INT);
  CREATE TABLE vault.codes (code VARCHAR(10) PRIMARY KEY, chapter INT, FOREIGN KEY (chapter) REFERENCES vault.chapters (id) ON DELETE CASCADE);
  INSERT INTO vault.chapters VALUES (1, 1), (2, 2);
  INSERT INTO vault.codes VALUES ('B20', 1), ('J00', 2);
  CREATE TABLE vault.patients (id INT PRIMARY KEY, diagnosis VARCHAR(10), room INT, second VARCHAR(10),
    FOREIGN KEY (diagnosis) REFERENCES vault.diagnoses (code) ON DELETE CASCADE ON UPDATE CASCADE, FOREIGN KEY (second) REFERENCES vault.codes (code));
  INSERT INTO vault.patients VALUES (1, 'B20', 1, 'B20'), (2, 'B20', 2, 'B20');
  CREATE TABLE vault.club (a INT, b INT, PRIMARY KEY (a, b));
  INSERT INTO vault.club VALUES (1, 1), (2, 2);
  CREATE TABLE vault.member (id INT PRIMARY KEY, \`소속\` INT NOT NULL, b INT, FOREIGN KEY (\`소속\`, b) REFERENCES vault.club (a, b));
  INSERT INTO vault.member VALUES (1, 1, 1);
  CREATE TABLE vault.moved (id INT PRIMARY KEY, a INT, b INT, secret INT NOT NULL, UNIQUE (b, secret));
  INSERT INTO vault.moved VALUES (1, 1, 1, 77418), (2, 2, 2, 77418), (3, 3, 3, 5);
  CREATE TRIGGER vault.moving BEFORE UPDATE ON vault.moved FOR EACH ROW SET NEW.b = NEW.a;
  CREATE TABLE vault.guest (id INT PRIMARY KEY, a VARCHAR(20), host VARCHAR(20), FOREIGN KEY (host) REFERENCES vault.people (ssn));
  CREATE TRIGGER vault.hosting BEFORE INSERT ON vault.guest FOR EACH ROW SET NEW.host = NEW.a;
  CREATE TABLE vault.tenants (id INT PRIMARY KEY, tenant INT, code INT, UNIQUE (tenant, code));
  INSERT INTO vault.tenants VALUES (1, 1, 5), (2, 2, 6);
  CREATE TRIGGER vault.tenancy BEFORE INSERT ON vault.tenants FOR EACH ROW SET NEW.tenant = 1;
  CREATE TABLE vault.ward (id INT PRIMARY KEY, a VARCHAR(20), host VARCHAR(20) DEFAULT (a), FOREIGN KEY (host) REFERENCES vault.people (ssn));
`;

export async function plantTies(server: TestServer): Promise<void> {
  await execute(server, 'SET GLOBAL log_bin_trust_function_creators = 1');
  await execute(server, OBJECTS);
}

/** A right guess about a protected value, and a wrong one: the server took one of each pair and refused the other, or counted other rows. */
export const TIE_GUESSES: readonly (readonly [right: string, wrong: string])[] = [
  ['UPDATE pay SET top = 77418 WHERE id = 1', 'UPDATE pay SET top = 77417 WHERE id = 1'],
  ['UPDATE pay SET factor = 27738 WHERE id = 1', 'UPDATE pay SET factor = 27739 WHERE id = 1'],
  ['UPDATE IGNORE pay SET top = 77418 WHERE id = 1', 'UPDATE IGNORE pay SET top = 77417 WHERE id = 1'],
  [
    "INSERT INTO pay (id, note) VALUES (1, 'x') ON DUPLICATE KEY UPDATE top = 77418",
    "INSERT INTO pay (id, note) VALUES (1, 'x') ON DUPLICATE KEY UPDATE top = 77417",
  ],
  [
    'UPDATE keyed k JOIN pay p ON p.id = k.id SET p.top = 77418 WHERE k.id = 1',
    'UPDATE keyed k JOIN pay p ON p.id = k.id SET p.top = 77417 WHERE k.id = 1',
  ],
  ['UPDATE guarded SET wish = 77418 WHERE id = 1', 'UPDATE guarded SET wish = 77417 WHERE id = 1'],
  ['UPDATE parted SET k = 1000 WHERE x = 1', 'UPDATE parted SET k = 2000 WHERE x = 1'],
  ['UPDATE keyed SET open = 3 WHERE id = 2', 'UPDATE keyed SET open = 1 WHERE id = 2'],
  ['INSERT INTO keyed (id, open) VALUES (9, 1)', 'INSERT INTO keyed (id, open) VALUES (9, 2)'],
  ['INSERT IGNORE INTO keyed (id, open) VALUES (9, 1)', 'INSERT IGNORE INTO keyed (id, open) VALUES (9, 2)'],
  ['REPLACE INTO keyed (id, open) VALUES (9, 1)', 'REPLACE INTO keyed (id, open) VALUES (9, 2)'],
  ['UPDATE calls SET day = 1 WHERE id = 2', 'UPDATE calls SET day = 3 WHERE id = 2'],
  ["INSERT INTO kid (id, parent) VALUES (1, 'KvBnMwQpXr')", "INSERT INTO kid (id, parent) VALUES (1, 'KvBnMwQpXx')"],
  ["INSERT INTO kid VALUES (1, 'KvBnMwQpXr', 1)", "INSERT INTO kid VALUES (1, 'KvBnMwQpXx', 1)"],
  ["INSERT IGNORE INTO kid SET id = 1, parent = 'KvBnMwQpXr'", "INSERT IGNORE INTO kid SET id = 1, parent = 'KvBnMwQpXx'"],
  ["DELETE FROM diagnoses WHERE code = 'B20'", "DELETE FROM diagnoses WHERE code = 'Z00'"],
  [
    "DELETE d FROM diagnoses d JOIN pay p ON p.id = 1 WHERE d.code = 'B20'",
    "DELETE d FROM diagnoses d JOIN pay p ON p.id = 1 WHERE d.code = 'Z00'",
  ],
  ["UPDATE diagnoses SET code = 'X' WHERE code = 'B20'", "UPDATE diagnoses SET code = 'X' WHERE code = 'Z00'"],
  ["REPLACE INTO diagnoses VALUES ('B20', 'x')", "REPLACE INTO diagnoses VALUES ('Z00', 'x')"],
  ["DELETE FROM codes WHERE code = 'B20'", "DELETE FROM codes WHERE code = 'J00'"],
  ['DELETE FROM chapters WHERE id = 1', 'DELETE FROM chapters WHERE id = 2'],
  ['UPDATE member SET b = 1 WHERE id = 1', 'UPDATE member SET b = 2 WHERE id = 1'],
  ['UPDATE moved SET a = 2 WHERE id = 1', 'UPDATE moved SET a = 3 WHERE id = 1'],
  ["INSERT INTO guest (id, a) VALUES (1, 'KvBnMwQpXr')", "INSERT INTO guest (id, a) VALUES (1, 'KvBnMwQpXx')"],
  ['INSERT INTO tenants (id, code) VALUES (9, 5)', 'INSERT INTO tenants (id, code) VALUES (9, 6)'],
  ["INSERT INTO ward (id, a) VALUES (1, 'KvBnMwQpXr')", "INSERT INTO ward (id, a) VALUES (1, 'KvBnMwQpXx')"],
];

/** Writes beside such columns. */
export const UNTIED_WRITES: readonly string[] = [
  "UPDATE pay SET note = 'x' WHERE id = 1",
  'DELETE FROM pay WHERE id = 2',
  'UPDATE guarded SET room = 2',
  'UPDATE logged SET room = 2',
  'UPDATE parted SET x = 5',
  'UPDATE keyed SET z = 1',
  'INSERT INTO keyed (id, z) VALUES (10, 1)',
  'INSERT INTO calls (id, day) VALUES (10, 1)',
  'DELETE FROM kid WHERE id = 1',
  'UPDATE kid SET other = 5',
  'INSERT INTO kid (id, other) VALUES (7, 1)',
  "INSERT INTO diagnoses VALUES ('N00', 'x')",
  "UPDATE diagnoses SET title = 'y'",
  'UPDATE codes SET chapter = NULL',
  'UPDATE chapters SET x = 1',
  'DELETE FROM patients WHERE id = 1',
  'UPDATE patients SET room = 2',
  'INSERT INTO patients (id, room) VALUES (9, 1)',
  'DELETE p FROM patients p JOIN diagnoses d ON p.id = 2',
  'UPDATE pay p JOIN keyed k ON k.id = p.id SET p.note = k.z',
];
