-- The sample database: a small web shop. Portable to MySQL 8+ and MariaDB 10.5+; every value is computed, so it is the same everywhere.
DROP DATABASE IF EXISTS shop;
CREATE DATABASE shop CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci;
USE shop;

CREATE TABLE customers (
  id INT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY,
  email VARCHAR(190) NOT NULL COMMENT 'login name, lower case',
  full_name VARCHAR(120) NOT NULL,
  country CHAR(2) NOT NULL DEFAULT 'US' COMMENT 'ISO 3166-1 alpha-2',
  tier ENUM('free', 'silver', 'gold') NOT NULL DEFAULT 'free',
  credit DECIMAL(18, 4) NOT NULL DEFAULT 0 COMMENT 'store credit, may be negative',
  created_at DATETIME(6) NOT NULL,
  UNIQUE KEY uq_email (email),
  KEY ix_country_tier (country, tier)
) COMMENT = 'people who buy things';

CREATE TABLE products (
  id INT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY,
  sku VARCHAR(32) NOT NULL,
  name VARCHAR(160) NOT NULL,
  price DECIMAL(10, 2) NOT NULL,
  attributes JSON NULL,
  price_gross DECIMAL(12, 4) GENERATED ALWAYS AS (price * 1.2) STORED COMMENT 'price with 20 % VAT',
  UNIQUE KEY uq_sku (sku)
) COMMENT = 'catalog';

CREATE TABLE orders (
  id BIGINT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY,
  customer_id INT UNSIGNED NOT NULL,
  status ENUM('new', 'paid', 'shipped', 'cancelled') NOT NULL DEFAULT 'new',
  total DECIMAL(12, 2) NOT NULL DEFAULT 0,
  placed_at DATETIME NOT NULL,
  note VARCHAR(200) NULL COMMENT 'free text from the buyer',
  KEY ix_customer_placed (customer_id, placed_at),
  CONSTRAINT fk_orders_customer FOREIGN KEY (customer_id) REFERENCES customers (id)
) COMMENT = 'one row per checkout';

CREATE TABLE order_items (
  order_id BIGINT UNSIGNED NOT NULL,
  line_no SMALLINT UNSIGNED NOT NULL,
  product_id INT UNSIGNED NOT NULL,
  quantity INT NOT NULL,
  unit_price DECIMAL(10, 2) NOT NULL,
  PRIMARY KEY (order_id, line_no),
  KEY ix_product (product_id),
  CONSTRAINT fk_items_order FOREIGN KEY (order_id) REFERENCES orders (id) ON DELETE CASCADE,
  CONSTRAINT fk_items_product FOREIGN KEY (product_id) REFERENCES products (id)
) COMMENT = 'lines of an order';

CREATE TABLE exact_values (
  id INT NOT NULL PRIMARY KEY,
  big BIGINT UNSIGNED, exact DECIMAL(40, 20), moment DATETIME(6), day DATE, bits BIT(64), bytes VARBINARY(8), doc JSON, txt VARCHAR(40)
) COMMENT = 'values that a careless client rounds or shifts';

CREATE TABLE digits (d INT NOT NULL PRIMARY KEY);
INSERT INTO digits VALUES (0), (1), (2), (3), (4), (5), (6), (7), (8), (9);

INSERT INTO customers (id, email, full_name, country, tier, credit, created_at)
  SELECT n, CONCAT('customer', n, '@example.com'),
    CONCAT(ELT(1 + n % 6, 'Ana', 'Bjørn', 'Chloé', 'Dmitri', 'Fatima', 'Hana'), ' ', ELT(1 + n % 5, 'Müller', 'Smith', 'Nuñez', '王', 'Kowalski')),
    ELT(1 + n % 5, 'US', 'DE', 'FR', 'JP', 'BR'), ELT(1 + n % 3, 'free', 'silver', 'gold'), n / 7 - 10,
    TIMESTAMPADD(HOUR, n, '2024-01-01 00:00:00.000001')
  FROM (SELECT a.d + 10 * b.d + 100 * c.d + 1 AS n FROM digits a, digits b, digits c WHERE c.d < 2) numbers;
INSERT INTO products (id, sku, name, price, attributes)
  SELECT n, CONCAT('SKU-', LPAD(n, 5, '0')), CONCAT(ELT(1 + n % 3, 'Red', 'Blue', 'Steel'), ' ', ELT(1 + n % 4, 'Lamp', 'Chair', 'Desk', 'Clock'), ' ', n),
    1 + n * 3.5, JSON_OBJECT('color', ELT(1 + n % 3, 'red', 'blue', 'grey'), 'weight', n)
  FROM (SELECT a.d + 10 * b.d + 1 AS n FROM digits a, digits b WHERE b.d < 5) numbers;
INSERT INTO orders (id, customer_id, status, total, placed_at, note)
  SELECT n, 1 + n * 7 % 200, ELT(1 + n % 4, 'new', 'paid', 'shipped', 'cancelled'), n * 31 % 5000 / 10, TIMESTAMPADD(HOUR, n, '2025-01-01 00:00:00'),
    IF(n % 4 = 0, CONCAT('ring twice, #', n), NULL)
  FROM (SELECT a.d + 10 * b.d + 100 * c.d + 1 AS n FROM digits a, digits b, digits c) numbers;
INSERT INTO order_items (order_id, line_no, product_id, quantity, unit_price)
  SELECT id, 1, 1 + id % 50, 1 + id % 5, 1 + id % 90 FROM orders UNION ALL SELECT id, 2, 1 + (id + 25) % 50, 1 + id % 3, 2 + id % 40 FROM orders;
INSERT INTO exact_values VALUES
  (1, 18446744073709551615, 12345678901234567890.12345678901234567890, '2024-03-31 02:30:00.123456', '9999-12-31',
   b'1111111111111111111111111111111111111111111111111111111111111111', UNHEX('00FF'), '{"n": 9007199254740993}', 'a,"b"\nc'),
  (2, NULL, NULL, NULL, NULL, NULL, NULL, NULL, ''),
  (3, 9007199254740993, -0.00000000000000000001, '1000-01-01 00:00:00.000001', '1000-01-01', b'1010', UNHEX('C328'), 'null', '  😀 ');
DROP TABLE digits;

CREATE SQL SECURITY INVOKER VIEW customer_totals AS
  SELECT c.id, c.email, COUNT(o.id) AS orders, COALESCE(SUM(o.total), 0) AS revenue
  FROM customers c LEFT JOIN orders o ON o.customer_id = c.id GROUP BY c.id, c.email;
CREATE VIEW open_orders AS SELECT id, customer_id, status, total, placed_at FROM orders WHERE status IN ('new', 'paid');

-- The estimates of the catalog are then the same in every run.
ANALYZE TABLE customers, products, orders, order_items, exact_values;
