import assert from 'node:assert/strict';
import { setTimeout } from 'node:timers/promises';
import type { Receipt } from '../../../src/broker/receiptContract.ts';
import { receiptLine } from '../../../src/server/messages/receiptWords.ts';
import { limitsOf } from '../../../src/server/limits/limits.ts';
import { allTools } from '../../../src/server/tools/builtInTools.ts';
import { AgentSetup } from '../../harness/mcp/agentSetup.ts';
import { execute, type Flavor } from '../../harness/servers/testServer.ts';
import { RECEIPT_CASES, TOOLS_WITHOUT_DATA } from './receiptCases.ts';

const flavors: readonly Flavor[] = ['mysql', 'mariadb'];

const CLIENTS = 'the receipt of a call is';

/** What the window has been told, once it has been told. */
async function receiptOf({ broker }: AgentSetup, connection: string): Promise<Receipt | undefined> {
  for (let i = 0; i < 20; i++) {
    const found = [...broker.receipts.values()].find((one) => one.connection === connection);
    if (found !== undefined) return found;
    await setTimeout(25);
  }
  return undefined;
}

suite('cases of receipts', () => {
  test('have a call of every tool', () => {
    const covered = new Set([...RECEIPT_CASES.map(({ tool }) => tool), ...TOOLS_WITHOUT_DATA]);
    assert.deepEqual(
      allTools(limitsOf())
        .map(({ name }) => name)
        .filter((name) => !covered.has(name)),
      [],
    );
  });
});

for (const flavor of flavors) {
  suite(`receipts (${flavor})`, () => {
    let setup: AgentSetup;

    suiteSetup(async () => {
      setup = await AgentSetup.start(flavor, {
        prepare: async (server) => {
          await execute(
            server,
            'CREATE VIEW shop.paid AS SELECT o.id, c.email AS mail FROM shop.orders o JOIN shop.customers c ON c.id = o.customer_id',
          );
        },
        profiles: ({ root: { user, password } }) =>
          RECEIPT_CASES.map(({ profile }, i) => ({ name: `c${String(i)}`, user, password, ...profile })),
      });
      setup.broker.decide = () => Promise.resolve('run' as const);
    });
    suiteTeardown(() => setup.dispose());

    for (const [i, { title, tool, args, receipt }] of RECEIPT_CASES.entries()) {
      const expected = typeof receipt === 'string' ? receipt : receipt[flavor];
      test(`${CLIENTS} "${expected}" for ${title}`, async () => {
        const connection = `c${String(i)}`;
        const { text } = await setup.client.call(tool, { connection, ...args });
        const found = await receiptOf(setup, connection);
        assert.equal(found === undefined ? '' : receiptLine(found).replace(`${connection}: `, ''), expected, text);
      });
    }
  });
}
