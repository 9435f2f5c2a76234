import { ask, QUESTIONS } from '../test/harness/mcp/questions.ts';
import { StdioClient } from '../test/harness/mcp/stdioClient.ts';
import { TestBroker } from '../test/harness/mcp/testBroker.ts';
import { ROOT } from '../test/harness/root.ts';
import { run } from '../test/harness/run.ts';
import { loadSample } from '../test/harness/servers/sample.ts';
import { startServer } from '../test/harness/servers/source.ts';
import { loadWarehouse } from '../test/harness/servers/warehouse.ts';

/** `npm run bench:questions`: twenty questions over the sample and a database of 5,000 tables: calls, tokens, time. */
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
await client.close();
await broker.dispose();
await server.dispose();
process.exit(wrong === 0 ? 0 : 1);
