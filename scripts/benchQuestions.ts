import { countTokens } from 'gpt-tokenizer/encoding/o200k_base';
import { ask, QUESTIONS } from '../test/harness/mcp/questions.ts';
import { StdioClient } from '../test/harness/mcp/stdioClient.ts';
import { TestBroker } from '../test/harness/mcp/testBroker.ts';
import { ROOT } from '../test/harness/root.ts';
import { run } from '../test/harness/run.ts';
import { loadSample } from '../test/harness/servers/sample.ts';
import { startServer } from '../test/harness/servers/source.ts';
import { loadWarehouse } from '../test/harness/servers/warehouse.ts';

/** `npm run bench:questions`: twenty questions over the sample and a database of 5,000 tables: calls, tokens, time; then what else an agent pays for. */
const TABLES = 5000;

await run(process.execPath, ['esbuild.js'], { cwd: ROOT });
const server = await startServer();
await loadSample(server);
await loadWarehouse(server, TABLES);
const broker = await TestBroker.start();
broker.add(server, { user: server.root.user, password: server.root.password });
const client = await StdioClient.start(broker.rendezvous);
await client.call('mysql_search_schema', { query: 'warm' });

console.log('| question | calls | tokens | ms |\n| --- | --- | --- | --- |');
let [calls, tokens, wrong] = [0, 0, 0];
for (const question of QUESTIONS) {
  const started = performance.now();
  const answered = await ask(client, question);
  const ms = performance.now() - started;
  const right = question.answer.test(answered.last);
  if (!right) {
    wrong++;
    console.error(`WRONG: ${question.text}\n${answered.last}`);
  }
  calls += answered.calls;
  tokens += answered.tokens;
  console.log(`| ${question.text} | ${String(answered.calls)} | ${String(answered.tokens)} | ${ms.toFixed(0)} |`);
}
console.log(`| all | ${String(calls)} | ${String(tokens)} | |`);

const tell = (what: string, text: string): void => {
  console.log(
    `${what}: ${String(Math.round(Buffer.byteLength(text) / 4))} tokens by bytes / 4, ${String(countTokens(text))} by o200k_base`,
  );
};
tell('tools/list', JSON.stringify((await client.client.listTools()).tools));
const found = (await client.call('mysql_search_schema', { query: 'customer payment', database: 'warehouse', limit: 10 })).text;
const names = [...found.matchAll(/^warehouse\.(\w+)/gm)].map(([, name]) => name);
tell(`description of ${String(names.length)} tables`, (await client.call('mysql_describe', { tables: names, database: 'warehouse' })).text);
const MILLION = 'SELECT a.id, a.customer_id, a.status, a.total, a.placed_at, b.note, b.total AS other, b.id AS b FROM orders a, orders b';
console.log(
  `export of 1,000,000 rows of 8: ${(await client.call('mysql_export', { sql: MILLION, file: 'million' })).text.split(': ')[0] ?? ''}`,
);
await client.close();
await broker.dispose();
await server.dispose();
process.exit(wrong === 0 ? 0 : 1);
