import type { CorpusTables } from './corpusCase.ts';

export const TABLES: CorpusTables = {
  people: {
    sql: [
      `CREATE TABLE people (id INT NOT NULL AUTO_INCREMENT, email VARCHAR(100) NOT NULL, name VARCHAR(50), country CHAR(2) NOT NULL DEFAULT 'de' COMMENT 'ISO code',
        age INT, visits INT UNSIGNED NOT NULL DEFAULT 0, note TEXT, status ENUM('new','old') NOT NULL DEFAULT 'new', amount DECIMAL(10,2), created DATETIME, code VARCHAR(40) NOT NULL,
        PRIMARY KEY (id), UNIQUE KEY uq_email (email), KEY by_country (country), KEY by_name_age (name, age)) DEFAULT CHARSET=utf8mb4 COMMENT='people'`,
      `INSERT INTO people (email, name, country, age, visits, note, status, amount, created, code) VALUES
        ('a@x.de', 'Ann', 'de', 30, 5, 'long note of Ann', 'new', 10.55, '2025-01-31 10:00:00', '17'),
        ('b@x.de', NULL, 'fr', 300, 70000, NULL, 'old', 1234567.25, NULL, 'abc'),
        ('c@x.de', 'Ann', 'de', NULL, 0, 'x', 'new', NULL, '2025-02-01 00:00:00', '18')`,
    ],
  },
  made: {
    sql: [
      `CREATE TABLE made (id INT PRIMARY KEY, a INT, b INT, c INT, twice INT AS (a * 2) VIRTUAL, kept INT AS (b + 1) STORED, KEY by_twice (twice), CONSTRAINT ck_c CHECK (c > 0)) DEFAULT CHARSET=utf8mb4`,
      'INSERT INTO made (id, a, b, c) VALUES (1, 1, 1, 1), (2, 2, 2, 2)',
    ],
  },
  parent: {
    sql: [
      'CREATE TABLE parent (id INT PRIMARY KEY, code INT NOT NULL, v INT, UNIQUE KEY uq_code (code))',
      'INSERT INTO parent VALUES (1, 10, 1), (2, 20, 2)',
    ],
  },
  child: {
    needs: ['parent'],
    sql: [
      'CREATE TABLE child (id INT PRIMARY KEY, parent_id INT NOT NULL, other INT, CONSTRAINT fk_parent FOREIGN KEY (parent_id) REFERENCES parent (id) ON DELETE CASCADE)',
      'INSERT INTO child VALUES (1, 1, 1), (2, 2, 99)',
    ],
  },
  words: {
    sql: [
      'CREATE TABLE words (id INT PRIMARY KEY, body TEXT, title VARCHAR(50), FULLTEXT KEY ft_body (body)) DEFAULT CHARSET=utf8mb4',
      "INSERT INTO words VALUES (1, 'a b', 'c')",
    ],
  },
  packed: {
    sql: [
      'CREATE TABLE packed (id INT PRIMARY KEY, a INT, b VARCHAR(20)) ROW_FORMAT=COMPRESSED DEFAULT CHARSET=utf8mb4',
      "INSERT INTO packed VALUES (1, 1, 'x')",
    ],
  },
  parts: {
    sql: [
      `CREATE TABLE parts (id INT NOT NULL, year INT NOT NULL, v INT, PRIMARY KEY (id, year)) PARTITION BY RANGE (year) (PARTITION p24 VALUES LESS THAN (2025), PARTITION p25 VALUES LESS THAN (2026))`,
      'INSERT INTO parts VALUES (1, 2024, 1), (2, 2025, 2)',
    ],
  },
  keyless: {
    sql: ['CREATE TABLE keyless (a INT NOT NULL, b INT, c VARCHAR(20))', "INSERT INTO keyless VALUES (1, 1, 'x'), (1, NULL, 'y')"],
  },
  old: { sql: ['CREATE TABLE old (id INT PRIMARY KEY, a INT) ENGINE=MyISAM', 'INSERT INTO old VALUES (1, 1)'] },
  latin: {
    sql: [
      'CREATE TABLE latin (id INT PRIMARY KEY, a VARCHAR(20), b VARCHAR(100), c TEXT) DEFAULT CHARSET=latin1 COLLATE=latin1_swedish_ci',
      "INSERT INTO latin VALUES (1, 'x', 'y', 'z')",
    ],
  },
  ghost: {
    sql: ['CREATE TABLE ghost (id INT PRIMARY KEY, a INT, twice INT AS (a * 2) VIRTUAL, z INT)', 'INSERT INTO ghost (id, a) VALUES (1, 1)'],
  },
  pairs: {
    sql: [
      'CREATE TABLE pairs (a INT NOT NULL, b INT NOT NULL, c INT, v VARBINARY(20), t TINYTEXT, d DATE, f FLOAT, u VARCHAR(20), PRIMARY KEY (a, b), KEY by_c (c)) DEFAULT CHARSET=utf8mb4',
      "INSERT INTO pairs VALUES (1, 1, 1, 'x', 'text', '2025-01-01', 1.5, '2025-01-01'), (1, 2, 2, 'y', 'more', NULL, 2, 'no date')",
    ],
  },
  coded: {
    needs: ['parent'],
    sql: [
      'CREATE TABLE coded (id INT PRIMARY KEY, code INT, CONSTRAINT fk_code FOREIGN KEY (code) REFERENCES parent (code) ON DELETE SET NULL)',
      'INSERT INTO coded VALUES (1, 10)',
    ],
  },
  kept: {
    sql: ['CREATE TABLE kept (id INT PRIMARY KEY, a INT, b INT AS (a + 1) STORED, c INT)', 'INSERT INTO kept (id, a) VALUES (1, 1)'],
  },
  seen: {
    sql: [
      'CREATE TABLE seen (id INT PRIMARY KEY, a INT, c INT, b INT AS (a + 1) VIRTUAL, KEY by_b (b), UNIQUE KEY uq_ac (a, c))',
      'INSERT INTO seen (id, a) VALUES (1, 1)',
    ],
  },
  greek: {
    sql: [
      'CREATE TABLE greek (id INT PRIMARY KEY, a VARCHAR(20), b TEXT) DEFAULT CHARSET=utf8mb4',
      "INSERT INTO greek VALUES (1, 'αβγ', 'x')",
    ],
  },
  hashed: {
    sql: [
      'CREATE TABLE hashed (id INT PRIMARY KEY, v INT) PARTITION BY HASH (id) PARTITIONS 2',
      'INSERT INTO hashed VALUES (1, 1), (2, 2)',
    ],
  },
  adults: { needs: ['people'], sql: ['CREATE VIEW adults AS SELECT id, name, age FROM people WHERE age > 17'] },
};
