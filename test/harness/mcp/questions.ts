import { countTokens } from 'gpt-tokenizer/encoding/o200k_base';
import { withoutMarks, type StdioClient } from './stdioClient.ts';

/** A question with the shortest calls that answer it for a model that has seen nothing but the question. */
export interface Question {
  readonly text: string;
  readonly calls: readonly { readonly tool: string; readonly args: Record<string, unknown> }[];
  /** What the last answer must hold. */
  readonly answer: RegExp;
}

const describe = (tables: string[], more = {}) => ({ tool: 'mysql_describe', args: { tables, ...more } });
const query = (sql: string, more = {}) => ({ tool: 'mysql_query', args: { sql, ...more } });
const relationships = (tables: string[], more = {}) => ({ tool: 'mysql_relationships', args: { tables, ...more } });
const search = (text: string) => ({ tool: 'mysql_search_schema', args: { query: text, limit: 5 } });
const WAREHOUSE = { database: 'warehouse' };

/** Over the sample database `shop` (the connection's default) and the database `warehouse` of many tables. */
export const QUESTIONS: readonly Question[] = [
  {
    text: 'How many orders are there by status?',
    calls: [describe(['orders']), query('SELECT status, COUNT(*) AS n FROM orders GROUP BY status')],
    answer: /cancelled,250/,
  },
  {
    text: 'Which country brings in the most revenue, cancelled orders left out?',
    calls: [
      describe(['orders', 'customers']),
      query(
        "SELECT c.country, SUM(o.total) AS revenue FROM orders o JOIN customers c ON c.id = o.customer_id WHERE o.status <> 'cancelled' GROUP BY c.country ORDER BY revenue DESC LIMIT 1",
      ),
    ],
    answer: /^country,revenue\n[A-Z]{2},\d+\.\d\d\n\(1 row\)$/,
  },
  {
    text: 'What is the exact sum of big and of exact in exact_values?',
    calls: [query('SELECT SUM(big), SUM(exact) FROM exact_values')],
    answer: /18455751272964292608,12345678901234567890\.12345678901234567889/,
  },
  {
    text: 'Which three products sell most, by pieces, to customers in Germany?',
    calls: [
      describe(['customers', 'orders', 'order_items', 'products']),
      query(
        "SELECT p.name, SUM(i.quantity) AS pieces FROM customers c JOIN orders o ON o.customer_id = c.id JOIN order_items i ON i.order_id = o.id JOIN products p ON p.id = i.product_id WHERE c.country = 'DE' GROUP BY p.id ORDER BY pieces DESC LIMIT 3",
      ),
    ],
    answer: /^name,pieces\n(?:[^\n]+,\d+\n){3}\(3 rows\)$/,
  },
  {
    text: 'What would deleting customer 7 take along, or what forbids it?',
    calls: [relationships(['customers']), query('SELECT COUNT(*) AS orders FROM orders WHERE customer_id = 7')],
    answer: /^orders\n5\n/,
  },
  {
    text: 'What would deleting order 5 take along?',
    calls: [relationships(['orders']), query('SELECT COUNT(*) AS items FROM order_items WHERE order_id = 5')],
    answer: /^items\n2\n/,
  },
  {
    text: "Why is SELECT * FROM orders WHERE note = 'x' slow?",
    calls: [{ tool: 'mysql_explain', args: { sql: "SELECT * FROM orders WHERE note = 'x'" } }],
    answer: /Full scan of orders: about 1,000 rows, no index fits the conditions/,
  },
  {
    text: 'Which index would make it fast, and what does that cost?',
    calls: [{ tool: 'mysql_index_advice', args: { sql: "SELECT * FROM orders WHERE note = 'x'" } }],
    answer: /CREATE INDEX `ix_orders_note`[^]*cost: ~\d/,
  },
  {
    text: 'Where do the e-mail addresses of buyers live?',
    calls: [search('email buyer')],
    answer: /^shop\.customers.*email varchar\(190\)/m,
  },
  { text: 'Which columns of orders may be NULL?', calls: [describe(['orders'])], answer: /^note varchar\(200\) NULL/m },
  {
    text: 'How do I join customers to products?',
    calls: [relationships(['customers', 'products'])],
    answer: /^FROM customers JOIN orders ON .* JOIN order_items ON .* JOIN products ON/,
  },
  {
    text: 'How many orders were placed in February 2025, and for how much?',
    calls: [
      describe(['orders']),
      query("SELECT COUNT(*) AS n, SUM(total) AS total FROM orders WHERE placed_at >= '2025-02-01' AND placed_at < '2025-03-01'"),
    ],
    answer: /^n,total\n\d+,\d+\.\d\d\n/,
  },
  { text: 'What does the view open_orders show?', calls: [describe(['open_orders'], { level: 'full' })], answer: /AS select .*status/i },
  { text: 'Can two customers have the same e-mail address?', calls: [describe(['customers'])], answer: /^UNIQUE uq_email\(email\)/m },
  {
    text: 'How many orders have no note, and which totals occur?',
    calls: [describe(['orders'], { profile: ['note', 'total'] })],
    answer: /PROFILE note: 1000 rows, 750 null/,
  },
  {
    text: 'What are the last two orders of customer 10, with their lines?',
    calls: [
      describe(['orders', 'order_items']),
      query(
        'SELECT o.id, o.status, o.total, o.placed_at, i.line_no, i.product_id, i.quantity FROM (SELECT * FROM orders WHERE customer_id = 10 ORDER BY placed_at DESC LIMIT 2) o JOIN order_items i ON i.order_id = o.id ORDER BY o.id DESC, i.line_no',
      ),
    ],
    answer: /\(4 rows\)$/,
  },
  {
    text: 'Is this database in good health?',
    calls: [{ tool: 'mysql_diagnose', args: { database: 'shop' } }],
    answer: /Nothing found: .*tables without a primary key|primary key/,
  },
  { text: 'Where is it recorded that a shipment came late?', calls: [search('shipment late')], answer: /^warehouse\.carrier_delays/ },
  {
    text: 'What is the most frequent reason for a late shipment?',
    calls: [
      search('shipment late reason'),
      query('SELECT reason, COUNT(*) AS n FROM carrier_delays GROUP BY reason ORDER BY n DESC LIMIT 1', WAREHOUSE),
    ],
    answer: /^reason,n\ncustoms,2\n/,
  },
  {
    text: 'What goes along if a newsletter consent is deleted?',
    calls: [search('newsletter consent'), relationships(['newsletter_consents'], WAREHOUSE)],
    answer: /consent_log\(consent_id\) -> newsletter_consents\(id\) ON DELETE CASCADE/,
  },
];

export interface Answered {
  readonly question: Question;
  readonly calls: number;
  /** Arguments and answers, by o200k_base; the list of tools is not in it. */
  readonly tokens: number;
  readonly last: string;
}

/** Makes the calls of a question as a model would. */
export async function ask(client: StdioClient, question: Question): Promise<Answered> {
  let tokens = 0;
  let last = '';
  for (const { tool, args } of question.calls) {
    const { text } = await client.call(tool, args);
    // The mark of a boundary is random, and of more or fewer tokens each time.
    tokens += countTokens(JSON.stringify(args)) + countTokens(text.replaceAll(/data-[0-9a-f]{8}/g, 'data-7c41e09b'));
    last = withoutMarks(text);
  }
  return { question, calls: question.calls.length, tokens, last };
}
