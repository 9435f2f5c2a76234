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
    answer: /Not judged: .*unused indexes \((?:the server has been up for|performance_schema is OFF)/,
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
];
