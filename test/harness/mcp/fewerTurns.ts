import type { Question } from './questions.ts';

const WAREHOUSE = { database: 'warehouse' };

/** Questions that once took several calls, over the sample and the warehouse: each is answered by the calls that it has here. */
export const FEWER_TURNS: readonly Question[] = [
  {
    text: 'Which table of shop is the largest, and does every table have a primary key?',
    calls: [{ tool: 'mysql_describe', args: {} }],
    answer: /^(?![^]*NO PRIMARY KEY)[^]*order_items ~\d+ rows ~\d+\.\d KiB/,
  },
  {
    text: 'What does deleting an order do, and what forbids deleting a customer?',
    calls: [{ tool: 'mysql_describe', args: { tables: ['orders', 'customers'], level: 'full' } }],
    answer:
      /deleting a row: also deletes from order_items\(order_id\)[^]*deleting a row: refused while referenced by orders\(customer_id\)/,
  },
  {
    text: 'Does deleting a newsletter consent fire a trigger, and what goes with it?',
    calls: [{ tool: 'mysql_describe', args: { tables: ['newsletter_consents'], level: 'full', ...WAREHOUSE } }],
    answer: /no triggers\nreferenced by: consent_log\(consent_id\) ON DELETE CASCADE[^]*also deletes from consent_log\(consent_id\)/,
  },
  {
    text: 'How many bytes do the indexes of orders take?',
    calls: [{ tool: 'mysql_describe', args: { tables: ['orders'], level: 'full' } }],
    answer: /\(data \d+ B, indexes \d+ B\)/,
  },
  {
    text: 'Which keys do the attributes of products have, and are all logins of customers e-mail addresses?',
    calls: [{ tool: 'mysql_describe', args: { profile: ['products.attributes', 'customers.email'] } }],
    answer: /keys: "(?:color|weight)" [^]*; of 200: e-mail 100 %/,
  },
  {
    text: 'Over which years do orders spread?',
    calls: [{ tool: 'mysql_describe', args: { profile: ['orders.placed_at'] } }],
    answer: /by year: 2025 1000/,
  },
  {
    text: 'Are carrier delays connected with orders, and if not, why?',
    calls: [{ tool: 'mysql_relationships', args: { tables: ['warehouse.carrier_delays', 'orders'] } }],
    answer: /no join path[^]*warehouse\.carrier_delays has no references in either direction\. orders is connected only with/,
  },
  {
    text: 'What happens to order lines if the number of an order changes?',
    calls: [{ tool: 'mysql_relationships', args: { tables: ['orders'] } }],
    answer: /order_items\(order_id\) -> orders\(id\) ON DELETE CASCADE ON UPDATE (?:NO ACTION|RESTRICT)/,
  },
  {
    text: 'Where are late shipments, consents and e-mail addresses kept?',
    calls: [{ tool: 'mysql_search_schema', args: { query: ['shipment late', 'consent', 'email'], limit: 2 } }],
    answer: /carrier_delays[^]*"consent":\n[^]*consent[^]*"email":\n[^]*email/,
  },
  {
    text: 'Which table is part 237 of the warehouse?',
    calls: [{ tool: 'mysql_search_schema', args: { query: '237', limit: 1 } }],
    answer: /^warehouse\.\w+_237 -- part 237 of the warehouse/,
  },
  {
    text: 'How long has the server been up, is its binary log on, and does a transaction stay open?',
    calls: [{ tool: 'mysql_diagnose', args: { database: 'shop' } }],
    answer: /Facts: .*binary log O(?:N|FF), .*up for \d+ \w+, (?:no open transaction|longest transaction)/,
  },
  {
    text: 'May the unused indexes be dropped now?',
    calls: [{ tool: 'mysql_diagnose', args: { database: 'shop' } }],
    answer: /Not assessed: .*unused indexes \((?:the server has been up for|performance_schema is OFF)/,
  },
  {
    text: 'Which indexes do these two statements need?',
    calls: [
      {
        tool: 'mysql_index_advice',
        args: { sql: "SELECT * FROM orders WHERE note = 'x'; SELECT id FROM orders WHERE total > 490 ORDER BY total" },
      },
    ],
    answer:
      /CREATE INDEX `ix_orders_note`[^]*CREATE INDEX `ix_orders_total`|CREATE INDEX `ix_orders_total`[^]*CREATE INDEX `ix_orders_note`/,
  },
  {
    text: 'How is order 5 looked up?',
    calls: [{ tool: 'mysql_query', args: { sql: 'EXPLAIN SELECT * FROM orders WHERE id = 5' } }],
    answer: /,const,PRIMARY,/,
  },
  {
    text: 'Can a column be added to orders at noon, and how is it taken back?',
    calls: [{ tool: 'mysql_explain', args: { sql: 'ALTER TABLE orders ADD COLUMN channel VARCHAR(20)' } }],
    answer: /INSTANT[^]*ALGORITHM=INSTANT[^]*undo: ALTER TABLE `orders` DROP COLUMN `channel`/,
  },
  {
    text: 'Does making order notes mandatory fail?',
    calls: [{ tool: 'mysql_explain', args: { sql: 'ALTER TABLE orders MODIFY note VARCHAR(200) NOT NULL' } }],
    answer: /FAILS, error (?:1138|1265): 750 rows NULL in note/,
  },
  {
    text: 'May customers be dropped?',
    calls: [{ tool: 'mysql_explain', args: { sql: 'DROP TABLE customers' } }],
    answer: /FAILS, error (?:3730|1451): foreign key \w+ of orders references customers/,
  },
  {
    text: 'Which views break if the total of orders goes?',
    calls: [{ tool: 'mysql_explain', args: { sql: 'ALTER TABLE orders DROP COLUMN total' } }],
    answer: /view customer_totals.* the column total/,
  },
  {
    text: 'Does this migration run through, and what blocks writers?',
    calls: [
      {
        tool: 'mysql_explain',
        args: {
          sql: 'ALTER TABLE products ADD COLUMN ean CHAR(13); CREATE INDEX by_ean ON products (ean); ALTER TABLE products MODIFY ean VARCHAR(14)',
        },
      },
    ],
    answer: /1 ALTER[^\n]*INSTANT[^]*2 CREATE[^\n]*INPLACE, LOCK=NONE[^]*3 ALTER[^\n]*COPY, LOCK=SHARED, all rows copied, writes wait/,
  },
  {
    text: 'Can order numbers become 64 bits wide, and what is in the way?',
    calls: [{ tool: 'mysql_explain', args: { sql: 'ALTER TABLE orders MODIFY id BIGINT NOT NULL AUTO_INCREMENT' } }],
    answer: /FAILS, error (?:3780|1833): foreign key fk_items_order of order_items/,
  },
  {
    text: 'Would a unique index on the country of customers hold?',
    calls: [{ tool: 'mysql_explain', args: { sql: 'CREATE UNIQUE INDEX uq_country ON customers (country)' } }],
    answer: /FAILS, error 1062: \d+ duplicate values of uq_country/,
  },
  {
    text: 'Do both databases have the same consents table?',
    calls: [{ tool: 'mysql_describe', args: { tables: ['consent_log'], compareWith: 'warehouse' } }],
    answer: /table consent_log: none \| \d+ columns[^]*DROP TABLE `consent_log`/,
  },
  {
    text: 'Is there a lock wait or an old transaction right now?',
    calls: [{ tool: 'mysql_diagnose', args: { database: 'shop' } }],
    answer: /no open transaction|longest transaction/,
  },
  {
    text: 'What does a MODIFY of the customer e-mail drop unnoticed?',
    calls: [{ tool: 'mysql_explain', args: { sql: 'ALTER TABLE customers MODIFY email VARCHAR(200)' } }],
    answer: /MODIFY COLUMN drops what it does not repeat of email: [^\n]*NOT NULL/,
  },
];
