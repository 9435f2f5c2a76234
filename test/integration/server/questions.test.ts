import assert from 'node:assert/strict';
import { secondFlavor } from '../../harness/depth.ts';
import { AgentSetup, asRoot } from '../../harness/mcp/agentSetup.ts';
import { FEWER_TURNS } from '../../harness/mcp/fewerTurns.ts';
import { ask, QUESTIONS } from '../../harness/mcp/questions.ts';
import type { StdioClient } from '../../harness/mcp/stdioClient.ts';
import type { Flavor } from '../../harness/servers/testServer.ts';
import { loadWarehouse } from '../../harness/servers/warehouse.ts';

const flavors: readonly Flavor[] = ['mysql', 'mariadb'];
/** `npm run bench:questions` asks the same over 5,000. */
const TABLES = 350;
/** For all twenty; what is above has become longer than it was. */
const MAX_CALLS = 30;
const MAX_TOKENS = 4000;
/** Of the questions that took several calls; the median of the tokens of one call, its arguments and its answer. */
const MAX_MEDIAN = 130;

function medianOf(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const [low = NaN, high = NaN] = [sorted[Math.ceil(values.length / 2) - 1], sorted[Math.floor(values.length / 2)]];
  return (low + high) / 2;
}

for (const flavor of flavors) {
  suite(`twenty questions on ${flavor}`, function () {
    secondFlavor(this, flavor);
    let setup: AgentSetup;
    let client: StdioClient;

    suiteSetup(async () => {
      setup = await AgentSetup.start(flavor, {
        prepare: (server) => loadWarehouse(server, TABLES),
        profiles: (server) => [asRoot(server)],
      });
      ({ client } = setup);
    });
    suiteTeardown(() => setup.dispose());

    test('of more tables than can be told in detail there is every name', async () => {
      const { text } = await client.call('mysql_describe', { database: 'warehouse' });
      assert.match(text, /\n353 tables of warehouse:\n/);
      const names = text.match(/\b[a-z]+_[a-z]+_\d+\b/g) ?? [];
      assert.equal(new Set(names).size, TABLES);
    });

    test('each is answered, in few calls and tokens', async () => {
      assert.equal(QUESTIONS.length, 20);
      let [calls, tokens] = [0, 0];
      for (const question of QUESTIONS) {
        const answered = await ask(client, question);
        assert.match(answered.last, question.answer, question.text);
        calls += answered.calls;
        tokens += answered.tokens;
      }
      assert.ok(calls <= MAX_CALLS && tokens <= MAX_TOKENS, `${String(calls)} calls, ${String(tokens)} tokens`);
    });

    test('questions that took several calls take one', async () => {
      const tokens: number[] = [];
      let calls = 0;
      for (const question of FEWER_TURNS) {
        const answered = await ask(client, question);
        assert.match(answered.last, question.answer, question.text);
        calls += answered.calls;
        tokens.push(answered.tokens / answered.calls);
      }
      assert.ok(
        FEWER_TURNS.length >= 24 && calls <= FEWER_TURNS.length * 1.3,
        `${String(calls)} calls for ${String(FEWER_TURNS.length)} questions`,
      );
      const median = medianOf(tokens);
      assert.ok(median <= MAX_MEDIAN, `${String(median)} tokens: ${tokens.join()}`);
    });
  });
}
