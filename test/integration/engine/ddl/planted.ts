import type { Flavor } from '../../../harness/servers/testServer.ts';

/** A schema with some of everything that is compared. */
export const BASE: readonly string[] = [
  `CREATE TABLE people (id INT NOT NULL AUTO_INCREMENT, email VARCHAR(100) NOT NULL, name VARCHAR(50) DEFAULT 'x', age INT UNSIGNED DEFAULT 0, note TEXT,
    status ENUM('new','old') NOT NULL DEFAULT 'new', amount DECIMAL(10,2) DEFAULT 1.50 COMMENT 'in EUR', doc JSON, made DATETIME NOT NULL DEFAULT CURRENT_TIMESTAMP,
    changed TIMESTAMP NULL ON UPDATE CURRENT_TIMESTAMP, twice INT AS (age * 2) VIRTUAL, kept INT AS (age + 1) STORED, code CHAR(2) COLLATE utf8mb4_bin,
    PRIMARY KEY (id), UNIQUE KEY uq_email (email), KEY by_name (name, age), KEY by_note (note(20)), CONSTRAINT ck_age CHECK (age < 200)) COMMENT='all people'`,
  'CREATE TABLE parent (id INT PRIMARY KEY, code INT NOT NULL, UNIQUE KEY uq_code (code))',
  'CREATE TABLE child (id INT PRIMARY KEY, parent_id INT NOT NULL, a INT, CONSTRAINT fk_parent FOREIGN KEY (parent_id) REFERENCES parent (id) ON DELETE CASCADE)',
  'CREATE TABLE parts (id INT NOT NULL, year INT NOT NULL, PRIMARY KEY (id, year)) PARTITION BY RANGE (year) (PARTITION p24 VALUES LESS THAN (2025), PARTITION p25 VALUES LESS THAN (2026))',
  'CREATE TABLE log (id INT PRIMARY KEY, text VARCHAR(200))',
  'CREATE VIEW adults AS SELECT id, name FROM people WHERE age > 17',
  'CREATE VIEW named AS SELECT name FROM adults WHERE name IS NOT NULL',
  // A table named like the database that is wanted, and a text that looks like its name.
  'CREATE TABLE wanted (id INT PRIMARY KEY, present INT)',
  "CREATE VIEW of_wanted AS SELECT wanted.id, '`wanted`.`id` and `present`.`id`' AS t FROM wanted",
  'CREATE FUNCTION double_it(n INT) RETURNS INT DETERMINISTIC RETURN n * 2',
  'CREATE PROCEDURE tidy() BEGIN DELETE FROM log WHERE id < 0; DELETE FROM log WHERE id > 1000; END',
  "CREATE TRIGGER people_log AFTER INSERT ON people FOR EACH ROW BEGIN INSERT INTO log VALUES (NEW.id, 'a;b'); END",
  "CREATE EVENT nightly ON SCHEDULE EVERY 1 DAY STARTS '2030-01-01 00:00:00' DISABLE DO DELETE FROM log WHERE id = 0",
];

export interface Planted {
  readonly sql: string | readonly string[];
  /** Kind and name of the difference. */
  readonly found: string;
  readonly only?: Flavor;
  /** It takes away what others change. */
  readonly alone?: boolean;
}

const columns = (...changes: readonly (readonly [column: string, change: string])[]): Planted[] =>
  changes.map(([column, change]) => ({ sql: `ALTER TABLE people ${change}`, found: `column people.${column}` }));

export const PLANTED: readonly Planted[] = [
  ...columns(
    ['email', 'MODIFY email VARCHAR(120) NOT NULL'],
    ['name', "MODIFY name VARCHAR(50) NOT NULL DEFAULT 'x'"],
    ['age', 'MODIFY age INT UNSIGNED DEFAULT 1'],
    ['note', 'MODIFY note MEDIUMTEXT'],
    ['status', "MODIFY status ENUM('new','old','gone') NOT NULL DEFAULT 'new'"],
    ['amount', "MODIFY amount DECIMAL(10,2) DEFAULT 1.50 COMMENT 'in USD'"],
    ['made', 'MODIFY made DATETIME NOT NULL'],
    ['changed', 'MODIFY changed TIMESTAMP NULL'],
    ['code', 'MODIFY code CHAR(2)'],
    ['extra', 'ADD COLUMN extra INT AFTER email'],
    ['second', 'ADD COLUMN second INT'],
    ['kept', 'DROP COLUMN kept, ADD COLUMN kept INT AS (age + 2) STORED AFTER twice'],
  ),
  {
    sql: 'ALTER TABLE people DROP COLUMN twice, ADD COLUMN twice INT AS (age * 3) VIRTUAL AFTER changed',
    found: 'column people.twice',
    alone: true,
  },
  { sql: 'ALTER TABLE people DROP COLUMN doc', found: 'column people.doc' },
  { sql: 'ALTER TABLE log MODIFY text VARCHAR(200) FIRST', found: 'column log.id' },
  { sql: 'ALTER TABLE people MODIFY id BIGINT NOT NULL AUTO_INCREMENT', found: 'column people.id' },
  { sql: 'ALTER TABLE people MODIFY age INT DEFAULT 0', found: 'column people.age', alone: true },
  { sql: 'ALTER TABLE child MODIFY a BIGINT', found: 'column child.a' },
  { sql: 'ALTER TABLE people DROP INDEX by_name', found: 'index people.by_name' },
  { sql: 'ALTER TABLE people ADD INDEX by_status (status)', found: 'index people.by_status' },
  { sql: 'ALTER TABLE people DROP INDEX by_note, ADD INDEX by_note (note(30))', found: 'index people.by_note' },
  { sql: 'ALTER TABLE people DROP INDEX uq_email, ADD INDEX uq_email (email)', found: 'index people.uq_email' },
  { sql: 'ALTER TABLE parent RENAME INDEX uq_code TO unique_code', found: 'index parent.unique_code' },
  { sql: 'ALTER TABLE parts DROP PRIMARY KEY, ADD PRIMARY KEY (year, id)', found: 'index parts.PRIMARY' },
  { sql: 'ALTER TABLE log DROP PRIMARY KEY', found: 'index log.PRIMARY' },
  { sql: 'ALTER TABLE people ADD FULLTEXT INDEX ft_note (note)', found: 'index people.ft_note', alone: true },
  {
    sql: [
      'ALTER TABLE child DROP FOREIGN KEY fk_parent',
      'ALTER TABLE child ADD CONSTRAINT fk_parent FOREIGN KEY (parent_id) REFERENCES parent (id) ON UPDATE CASCADE',
    ],
    found: 'foreign key child.fk_parent',
  },
  { sql: 'ALTER TABLE child DROP FOREIGN KEY fk_parent', found: 'foreign key child.fk_parent', alone: true },
  {
    sql: ['ALTER TABLE child ADD INDEX by_a (a)', 'ALTER TABLE child ADD CONSTRAINT fk_more FOREIGN KEY (id) REFERENCES parent (id)'],
    found: 'foreign key child.fk_more',
  },
  { sql: 'ALTER TABLE people DROP CONSTRAINT ck_age', found: 'check people.ck_age', alone: true },
  {
    sql: ['ALTER TABLE people DROP CONSTRAINT ck_age', 'ALTER TABLE people ADD CONSTRAINT ck_age CHECK (age < 100)'],
    found: 'check people.ck_age',
  },
  { sql: 'ALTER TABLE parent ADD CONSTRAINT ck_code CHECK (code > 0)', found: 'check parent.ck_code' },
  { sql: "ALTER TABLE people COMMENT='some people'", found: 'option people.COMMENT' },
  { sql: 'ALTER TABLE log ENGINE=MyISAM', found: 'option log.ENGINE' },
  { sql: 'ALTER TABLE parent ROW_FORMAT=COMPRESSED', found: 'option parent.ROW_FORMAT' },
  { sql: 'ALTER TABLE log DEFAULT CHARACTER SET latin1', found: 'option log.COLLATE' },
  { sql: 'ALTER TABLE log CONVERT TO CHARACTER SET utf8mb4 COLLATE utf8mb4_bin', found: 'column log.text', alone: true },
  { sql: 'ALTER TABLE parts ADD PARTITION (PARTITION p26 VALUES LESS THAN (2027))', found: 'partitions parts.partitions' },
  { sql: 'ALTER TABLE parts REMOVE PARTITIONING', found: 'partitions parts.partitions', alone: true },
  { sql: 'CREATE TABLE more (id INT PRIMARY KEY)', found: 'table more' },
  { sql: 'DROP TABLE child', found: 'table child', alone: true },
  { sql: 'CREATE OR REPLACE VIEW adults AS SELECT id, name FROM people WHERE age > 18', found: 'view adults' },
  { sql: 'CREATE VIEW others AS SELECT id FROM log', found: 'view others' },
  { sql: 'DROP VIEW named', found: 'view named' },
  {
    sql: ['DROP FUNCTION double_it', 'CREATE FUNCTION double_it(n BIGINT) RETURNS INT DETERMINISTIC RETURN n * 2'],
    found: 'function double_it',
  },
  { sql: ['DROP PROCEDURE tidy', 'CREATE PROCEDURE tidy() BEGIN DELETE FROM log WHERE id < 0; END'], found: 'procedure tidy' },
  { sql: 'CREATE PROCEDURE more_tidy() SELECT 1', found: 'procedure more_tidy' },
  { sql: 'DROP TRIGGER people_log', found: 'trigger people_log', alone: true },
  {
    sql: [
      'DROP TRIGGER people_log',
      "CREATE TRIGGER people_log BEFORE INSERT ON people FOR EACH ROW BEGIN INSERT INTO log VALUES (NEW.id, 'a;b'); END",
    ],
    found: 'trigger people_log',
  },
  { sql: 'ALTER EVENT nightly ON SCHEDULE EVERY 2 DAY', found: 'event nightly' },
  { sql: 'DROP EVENT nightly', found: 'event nightly', alone: true },
  { sql: 'ALTER DATABASE present COLLATE utf8mb4_bin', found: 'database present' },
];
