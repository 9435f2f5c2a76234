import { execute, type TestServer } from '../../harness/servers/testServer.ts';
import { formsOf } from '../visibility/canaries.ts';

/** Values of protected columns, found nowhere else. */
export const PROTECTED = {
  email: 'ZqXwVkJy@HjTrPlNb.example',
  second: 'UyVcRfWm@HjTrPlNb.example',
  phone: '918273645',
  born: '1987-06-05',
  doc: 'WqKzPvXj',
  ssn: 'KvBnMwQpXr',
  nick: 'GfDsXcLt',
  balance: '77418529',
} as const;

/** The part that all addresses share, and nothing else has, is a secret, too; `example` is not. */
const FORMS = Object.values(PROTECTED)
  .flatMap((value) => formsOf(value.replace('.example', '')))
  .map((form) => form.toLowerCase());

/** A pseudonym: its characters are as good as random, so a short form of a value is in one of some thousands. */
const PSEUDONYM = /\bp_[\w-]{12}(?![\w-])/g;

/** The forms of protected values that a text has. */
export function canariesIn(text: string): string[] {
  const lower = text.replaceAll(PSEUDONYM, 'p_').toLowerCase();
  return FORMS.filter((form) => lower.includes(form));
}

export const RULES = [
  'vault.customers.email=mask',
  'vault.customers.phone=mask',
  'vault.*.doc=mask',
  '*.customers.ssn=hide',
  'vault.customers.born=pseudonym',
  'vault.*.nick=pseudonym',
  'vault.accounts.balance=mask',
];

const OBJECTS = `
  DROP DATABASE IF EXISTS vault;
  CREATE DATABASE vault;
  CREATE TABLE vault.customers (id INT PRIMARY KEY AUTO_INCREMENT, email VARCHAR(60), phone BIGINT, born DATE, doc JSON, ssn VARCHAR(20),
    nick VARCHAR(40), city VARCHAR(40) DEFAULT 'nowhere', status VARCHAR(20) DEFAULT 'new', note TEXT,
    domain VARCHAR(60) AS (SUBSTRING_INDEX(email, '@', -1)) VIRTUAL, KEY by_email (email), UNIQUE KEY by_ssn (ssn), UNIQUE KEY by_both (nick, status),
    FULLTEXT KEY words (note), CHECK (LENGTH(ssn) < 20));
  INSERT INTO vault.customers (email, phone, born, doc, ssn, nick, city, status, note) VALUES
    ('${PROTECTED.email}', ${PROTECTED.phone}, '${PROTECTED.born}', '{"k": "${PROTECTED.doc}"}', '${PROTECTED.ssn}', '${PROTECTED.nick}', 'Lisbon', 'old', 'plain words'),
    ('${PROTECTED.second}', NULL, '${PROTECTED.born}', NULL, NULL, '${PROTECTED.nick}', 'Oslo', 'new', 'more words');
  CREATE TABLE vault.accounts (id INT PRIMARY KEY, customer_id INT NOT NULL, nick VARCHAR(40), balance DECIMAL(12, 2), kind VARCHAR(10),
    FOREIGN KEY (customer_id) REFERENCES vault.customers (id));
  INSERT INTO vault.accounts VALUES (1, 1, '${PROTECTED.nick}', ${PROTECTED.balance}, 'main'), (2, 2, NULL, NULL, 'main');
  CREATE TABLE vault.orders (id INT PRIMARY KEY, customer_id INT NOT NULL, total DECIMAL(10, 2) NOT NULL, city VARCHAR(40), note VARCHAR(200), KEY (city));
  INSERT INTO vault.orders VALUES (1, 1, 10.50, 'Lisbon', 'first'), (2, 1, 20, 'Oslo', NULL), (3, 2, 30, 'Oslo', 'third');
  CREATE VIEW vault.v_pass AS SELECT id, email, city, nick AS handle FROM vault.customers;
  CREATE VIEW vault.v_over AS SELECT p.email AS mail, o.total FROM vault.v_pass p JOIN vault.orders o ON o.customer_id = p.id;
  CREATE VIEW vault.v_upper AS SELECT id, UPPER(email) AS upper_mail FROM vault.customers;
  CREATE VIEW vault.v_filter AS SELECT id, city FROM vault.customers WHERE email LIKE 'Zq%';
  CREATE VIEW vault.v_ssn AS SELECT id, ssn AS number_of, city FROM vault.customers;
  CREATE VIEW vault.v_plain AS SELECT id, city, status FROM vault.customers;
  CREATE VIEW vault.v_columns AS SELECT table_name AS t, column_name AS c FROM information_schema.columns WHERE table_schema = 'vault';
  CREATE FUNCTION vault.leak() RETURNS VARCHAR(60) READS SQL DATA DETERMINISTIC RETURN (SELECT MAX(email) FROM vault.customers);
  CREATE FUNCTION vault.echo_it(x VARCHAR(60)) RETURNS VARCHAR(60) NO SQL DETERMINISTIC RETURN CONCAT('', x);
  CREATE PROCEDURE vault.show_all() SELECT * FROM vault.customers;
  CREATE TRIGGER vault.keep BEFORE UPDATE ON vault.customers FOR EACH ROW SET NEW.note = IF(NEW.ssn = OLD.ssn, NEW.note, NEW.note);
`;

const HISTOGRAM = {
  mysql: 'ANALYZE TABLE vault.customers UPDATE HISTOGRAM ON city, phone, email WITH 8 BUCKETS',
  mariadb: 'ANALYZE TABLE vault.customers PERSISTENT FOR ALL',
};

export async function plantCustomers(server: TestServer, flavor: 'mysql' | 'mariadb'): Promise<void> {
  await execute(server, 'SET GLOBAL log_bin_trust_function_creators = 1');
  await execute(server, OBJECTS);
  await execute(server, HISTOGRAM[flavor]);
}
