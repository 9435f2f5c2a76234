import type { CorpusTables } from './corpusCase.ts';

const DIGITS =
  '(SELECT 0 AS d UNION ALL SELECT 1 UNION ALL SELECT 2 UNION ALL SELECT 3 UNION ALL SELECT 4 UNION ALL SELECT 5 UNION ALL SELECT 6 UNION ALL SELECT 7 UNION ALL SELECT 8 UNION ALL SELECT 9)';

/** Tables as frameworks and people make them. */
export const HELD_OUT_TABLES: CorpusTables = {
  customers: {
    sql: [
      `CREATE TABLE customers (id BIGINT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY, email VARCHAR(255) NOT NULL, nick VARCHAR(63) NULL DEFAULT NULL, phone VARCHAR(20) CHARACTER SET ascii COLLATE ascii_general_ci NULL,
        tier ENUM('free','pro','team') NOT NULL DEFAULT 'free', flags SET('a','b','c') NOT NULL DEFAULT '', credit INT NOT NULL DEFAULT 0, score SMALLINT NULL, rating FLOAT NULL, bio TEXT NULL, born DATE NULL,
        settings JSON NULL, deleted_at TIMESTAMP NULL DEFAULT NULL, created_at DATETIME NOT NULL DEFAULT CURRENT_TIMESTAMP, token BINARY(16) NULL, KEY idx_nick (nick), KEY idx_tier_credit (tier, credit)) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4`,
      `INSERT INTO customers (email, nick, phone, tier, flags, credit, score, rating, bio, born, settings) VALUES
        ('ann@example.com', 'ann', '+49 1', 'free', 'a', 10, 100, 1.5, 'one', '1990-01-01', '{"k": 1}'),
        ('bob@example.com', NULL, NULL, 'pro', 'a,b', -5, NULL, NULL, NULL, NULL, NULL),
        ('BOB@example.com', 'bobby', '123', 'team', '', 40000, 30000, 3.25, 'three é', '2001-12-31', '[]')`,
    ],
  },
  empty_log: { sql: ['CREATE TABLE empty_log (id INT NOT NULL, level VARCHAR(10) NULL, message TEXT NULL, at DATETIME NULL)'] },
  hits: {
    sql: [
      'CREATE TABLE hits (id INT NOT NULL AUTO_INCREMENT PRIMARY KEY, path VARCHAR(100) NOT NULL, ms INT NULL, day DATE NULL, KEY idx_day (day)) DEFAULT CHARSET=utf8mb4',
      `INSERT INTO hits (path, ms, day) SELECT CONCAT('/p/', a.d, b.d), a.d * 10 + b.d, DATE('2025-01-01') + INTERVAL c.d DAY
        FROM ${DIGITS} a, ${DIGITS} b, ${DIGITS} c, ${DIGITS} d, (SELECT 1 AS n UNION ALL SELECT 2 UNION ALL SELECT 3 UNION ALL SELECT 4 UNION ALL SELECT 5) e`,
    ],
  },
  latin: {
    sql: [
      'CREATE TABLE latin (id INT PRIMARY KEY, a VARCHAR(200) NULL, b VARCHAR(255) NULL, c CHAR(10) NULL, d TEXT NULL, KEY idx_a (a)) DEFAULT CHARSET=latin1',
      "INSERT INTO latin VALUES (1, 'x', 'y', 'z', 'w'), (2, 'é', NULL, NULL, NULL)",
    ],
  },
  utf3: {
    sql: [
      "CREATE TABLE utf3 (id INT PRIMARY KEY, a VARCHAR(63) NULL, b VARCHAR(85) NULL, c VARCHAR(86) NULL, e ENUM('x','y') NULL) DEFAULT CHARSET=utf8mb3 COLLATE=utf8mb3_general_ci",
      "INSERT INTO utf3 VALUES (1, 'a', 'b', 'c', 'x')",
    ],
  },
  authors: {
    sql: [
      'CREATE TABLE authors (id INT UNSIGNED NOT NULL AUTO_INCREMENT, name VARCHAR(50) NOT NULL, slug VARCHAR(50) NULL, boss_id INT UNSIGNED NULL, PRIMARY KEY (id), UNIQUE KEY uniq_slug (slug), CONSTRAINT fk_boss FOREIGN KEY (boss_id) REFERENCES authors (id))',
      "INSERT INTO authors VALUES (1, 'Ann', 'ann', NULL), (2, 'Bob', 'bob', 1), (3, 'Cid', NULL, 1)",
    ],
  },
  books: {
    needs: ['authors'],
    sql: [
      `CREATE TABLE books (id INT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY, title VARCHAR(120) NOT NULL, author_id INT UNSIGNED NULL, editor_id INT UNSIGNED NULL, price DECIMAL(8,2) NOT NULL DEFAULT 0.00, isbn CHAR(13) NULL,
        KEY idx_editor (editor_id), CONSTRAINT fk_books_author FOREIGN KEY (author_id) REFERENCES authors (id) ON DELETE SET NULL ON UPDATE CASCADE)`,
      "INSERT INTO books VALUES (1, 'One', 1, 1, 9.99, '978'), (2, 'Two', 2, 77, 100000.5, '978'), (3, 'Three', NULL, NULL, 1, NULL)",
    ],
  },
  line_items: {
    sql: [
      `CREATE TABLE line_items (order_id INT NOT NULL, line INT NOT NULL, qty INT NOT NULL, price INT NOT NULL, total INT AS (qty * price) VIRTUAL, kept INT AS (qty + price) STORED, note VARCHAR(30) NULL, PRIMARY KEY (order_id, line))`,
      'INSERT INTO line_items (order_id, line, qty, price) VALUES (1, 1, 2, 3), (1, 2, 0, 5), (2, 1, -1, 5)',
    ],
  },
  checked: {
    sql: [
      'CREATE TABLE checked (id INT PRIMARY KEY, low INT NOT NULL, high INT NOT NULL, CONSTRAINT low_high CHECK (low <= high))',
      'INSERT INTO checked VALUES (1, 1, 2), (2, 5, 5)',
    ],
  },
  keyless: {
    sql: [
      'CREATE TABLE keyless (a INT NOT NULL, b INT NULL, c VARCHAR(10) NULL)',
      "INSERT INTO keyless VALUES (1, 1, 'x'), (1, NULL, 'y'), (2, 2, 'y')",
    ],
  },
  unique_only: {
    sql: [
      'CREATE TABLE unique_only (code INT NOT NULL, name VARCHAR(10) NOT NULL, UNIQUE KEY u_code (code), UNIQUE KEY u_name (name))',
      "INSERT INTO unique_only VALUES (1, 'a'), (2, 'b')",
    ],
  },
  posts: {
    sql: [
      'CREATE TABLE posts (id INT PRIMARY KEY, title VARCHAR(80) NOT NULL, body TEXT NOT NULL) DEFAULT CHARSET=utf8mb4',
      "INSERT INTO posts VALUES (1, 'hello world', 'some text'), (2, 'second', 'more text')",
    ],
  },
  indexed_posts: {
    sql: [
      'CREATE TABLE indexed_posts (id INT PRIMARY KEY, title VARCHAR(80) NOT NULL, body TEXT NOT NULL, FULLTEXT KEY ft_title (title)) DEFAULT CHARSET=utf8mb4',
      "INSERT INTO indexed_posts VALUES (1, 'hello world', 'some text')",
    ],
  },
  spots: {
    sql: [
      'CREATE TABLE spots (id INT PRIMARY KEY, at POINT NOT NULL, maybe POINT NULL, area POLYGON NOT NULL, SPATIAL KEY sp_area (area))',
      "INSERT INTO spots VALUES (1, ST_GeomFromText('POINT(1 1)'), NULL, ST_GeomFromText('POLYGON((0 0, 1 0, 1 1, 0 0))'))",
    ],
  },
  plain_spots: {
    sql: [
      'CREATE TABLE plain_spots (id INT PRIMARY KEY, at POINT NOT NULL)',
      "INSERT INTO plain_spots VALUES (1, ST_GeomFromText('POINT(1 1)'))",
    ],
  },
  sales: {
    sql: [
      `CREATE TABLE sales (id INT NOT NULL, sold DATE NOT NULL, amount INT NULL, PRIMARY KEY (id, sold)) PARTITION BY RANGE (YEAR(sold))
        (PARTITION p2023 VALUES LESS THAN (2024), PARTITION p2024 VALUES LESS THAN (2025), PARTITION p2025 VALUES LESS THAN (2026))`,
      "INSERT INTO sales VALUES (1, '2023-05-05', 1), (2, '2024-05-05', 2), (3, '2025-05-05', NULL)",
    ],
  },
  open_sales: {
    sql: [
      'CREATE TABLE open_sales (id INT NOT NULL PRIMARY KEY, v INT NULL) PARTITION BY RANGE (id) (PARTITION p0 VALUES LESS THAN (100), PARTITION pmax VALUES LESS THAN MAXVALUE)',
      'INSERT INTO open_sales VALUES (1, 1), (150, 2), (250, 3)',
    ],
  },
  shards: {
    sql: [
      'CREATE TABLE shards (id INT NOT NULL PRIMARY KEY, v INT NULL) PARTITION BY HASH (id) PARTITIONS 4',
      'INSERT INTO shards VALUES (1, 1), (2, 2), (3, 3), (4, 4)',
    ],
  },
  regions: {
    sql: [
      'CREATE TABLE regions (id INT NOT NULL, area INT NOT NULL, PRIMARY KEY (id, area)) PARTITION BY LIST (area) (PARTITION east VALUES IN (1, 2), PARTITION west VALUES IN (3, 4))',
      'INSERT INTO regions VALUES (1, 1), (2, 3)',
    ],
  },
  dense: {
    sql: [
      'CREATE TABLE dense (id INT PRIMARY KEY, v VARCHAR(50) NULL) ROW_FORMAT=COMPRESSED KEY_BLOCK_SIZE=8',
      "INSERT INTO dense VALUES (1, 'a')",
    ],
  },
  older: {
    sql: ['CREATE TABLE older (id INT PRIMARY KEY, v VARCHAR(50) NULL) ROW_FORMAT=REDUNDANT', "INSERT INTO older VALUES (1, 'a')"],
  },
  isam: {
    sql: [
      'CREATE TABLE isam (id INT PRIMARY KEY, v VARCHAR(50) NULL, KEY idx_v (v)) ENGINE=MyISAM',
      "INSERT INTO isam VALUES (1, 'a'), (2, 'b')",
    ],
  },
  watched: {
    sql: [
      'CREATE TABLE watched (id INT PRIMARY KEY, v INT NULL, w INT NULL)',
      'INSERT INTO watched VALUES (1, 1, 1)',
      'CREATE TRIGGER watched_bu BEFORE UPDATE ON watched FOR EACH ROW SET NEW.w = NEW.v',
      'CREATE VIEW watched_view AS SELECT id, v FROM watched',
    ],
  },
};
