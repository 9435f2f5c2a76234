import { countTokens as o200k } from 'gpt-tokenizer/encoding/o200k_base';
import { countTokens as cl100k } from 'gpt-tokenizer/encoding/cl100k_base';
import { openDatabase } from '../src/engine/connection/openDatabase.ts';
import { FORMATS, formatResult } from '../src/engine/query/results/formats.ts';
import { loadSample, SAMPLE } from '../test/harness/servers/sample.ts';
import { startServer } from '../test/harness/servers/source.ts';

/** `npm run bench:formats`: what the forms of a result cost, by the tokenizers of two generations of models and in bytes. */
const RESULTS = {
  'narrow: 200 rows of 2': 'SELECT id, status FROM orders',
  'wide: 50 rows of 22': 'SELECT * FROM orders o JOIN customers c ON c.id = o.customer_id JOIN order_items i ON i.order_id = o.id LIMIT 50',
  'text: 100 rows with sentences':
    "SELECT id, CONCAT('The buyer wrote: \"', COALESCE(note, 'nothing at all'), '\", and we, as always, answered within a day.') AS report FROM orders LIMIT 100",
  'numbers: 200 rows of 6': 'SELECT order_id, line_no, product_id, quantity, unit_price, quantity * unit_price AS amount FROM order_items',
  'single value': 'SELECT COUNT(*) AS n FROM orders',
};

const server = await startServer();
await loadSample(server);
const target = { host: server.host, port: server.port, user: SAMPLE.owner.user, database: SAMPLE.database, tls: 'preferred' } as const;
const database = await openDatabase(target, { password: () => Promise.resolve(SAMPLE.owner.password), warn: console.error });
console.log('| result | form | o200k | cl100k | bytes |\n| --- | --- | --- | --- | --- |');
for (const [name, sql] of Object.entries(RESULTS)) {
  const [result] = await database.reads.query(sql, { limits: { maxRows: 200, maxCharacters: 1_000_000 }, timeoutMs: 10_000 });
  if (result === undefined) throw new Error(sql);
  const objects = result.rows.map((row) => Object.fromEntries(result.columns.map((column, i) => [column.name, row[i] ?? null])));
  const forms = [
    ...FORMATS.map((format) => [format, formatResult(result, format)] as const),
    ['JSON objects', JSON.stringify(objects)] as const,
  ];
  for (const [form, text] of forms)
    console.log(`| ${name} | ${form} | ${String(o200k(text))} | ${String(cl100k(text))} | ${String(Buffer.byteLength(text))} |`);
}
await database.close();
await server.dispose();
