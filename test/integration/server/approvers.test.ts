import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { ElicitRequestSchema } from '@modelcontextprotocol/sdk/types.js';
import { InMemoryTransport, McpServer } from '@modelcontextprotocol/server';
import { BrokerClient } from '../../../src/broker/brokerClient.ts';
import type { ErrorCode } from '../../../src/engine/errors.ts';
import { isPilotError } from '../../../src/engine/errors.ts';
import { windowsOfFile } from '../../../src/broker/brokerFinder.ts';
import { WindowApprover } from '../../../src/server/writes/approver.ts';
import { ElicitationApprover, type FormClient } from '../../../src/server/mcp/elicitationApprover.ts';
import { CONNECTION, REVIEW } from '../../harness/mcp/sampleReview.ts';
import { TestBroker } from '../../harness/mcp/testBroker.ts';
import { until } from '../../harness/run.ts';

const REQUEST = {
  ...{ id: 'ab'.repeat(32), content: 'c', profile: 'p', summary: ['UPDATE: 1 row'], document: '-- preview', client: 'test' },
  ...{ review: REVIEW, connection: CONNECTION },
};
const NEVER = new AbortController().signal;

const code = (expected: ErrorCode) => (error: unknown) => isPilotError(error, expected);

suite('who asks a person', () => {
  test('a window that nobody sits at is waited for so long and no longer; then it is told', async () => {
    const broker = await TestBroker.start();
    const client = new BrokerClient(windowsOfFile(broker.rendezvous), {});
    try {
      let withdrawn = false;
      broker.decide = (_request, signal) =>
        new Promise(() => {
          signal.addEventListener('abort', () => (withdrawn = true));
        });
      await assert.rejects(new WindowApprover(client, 200).approve(REQUEST, NEVER), code('approval.expired'));
      await until(() => Promise.resolve(withdrawn), 'the window to hear of it');
      broker.decide = () => Promise.resolve('run');
      await new WindowApprover(client, 2000).approve(REQUEST, NEVER);
      await assert.rejects(new WindowApprover(client, 2000).approve(REQUEST, AbortSignal.abort()), code('approval.denied'));
      let renewed = 0;
      broker.decide = async (_request, _signal, extend) => {
        for (let i = 0; i < 4; i++) {
          await sleep(300);
          extend();
        }
        return 'run';
      };
      await new WindowApprover(client, 800).approve(REQUEST, NEVER, () => renewed++);
      assert.equal(renewed, 4, 'each time that the person asks for more, the wait begins anew');
      broker.decide = async (_request, signal) => {
        await new Promise((resolve) => {
          signal.addEventListener('abort', resolve);
        });
        return 'run';
      };
      await assert.rejects(new WindowApprover(client, 200).approve(REQUEST, NEVER), code('approval.expired'));
      await until(() => Promise.resolve(broker.finished.length > 0), 'the window to hear that its yes came too late');
      assert.deepEqual(
        broker.finished.map(({ outcome }) => outcome),
        ['failed'],
      );
    } finally {
      client.close();
      await broker.dispose();
    }
  });

  test('a client whose user does not answer is waited for so long and no longer', async () => {
    const { server } = new McpServer({ name: 'server', version: '1' });
    const form: FormClient = {
      asksByForm: true,
      hasTitles: true,
      elicit: (params, options) => server.request({ method: 'elicitation/create', params }, options),
    };
    const client = new Client({ name: 'client', version: '1' }, { capabilities: { elicitation: {} } });
    client.setRequestHandler(ElicitRequestSchema, () => new Promise(() => undefined));
    const [one, other] = InMemoryTransport.createLinkedPair();
    await Promise.all([server.connect(one), client.connect(other as Parameters<typeof client.connect>[0])]);
    const approver = new ElicitationApprover(form, 200);
    await assert.rejects(approver.approve(REQUEST, NEVER), code('approval.expired'));
    const controller = new AbortController();
    const asked = approver.approve(REQUEST, controller.signal);
    controller.abort();
    await assert.rejects(asked, code('approval.denied'));
    const closing = new ElicitationApprover(form, 5000).approve(REQUEST, NEVER);
    await client.close();
    await assert.rejects(closing, code('approval.denied'));
  });

  test('what a client shows is a question of ours and one block of code, whatever the data says', async () => {
    const shown: string[] = [];
    const form: FormClient = {
      asksByForm: true,
      hasTitles: true,
      elicit: ({ message }) => {
        shown.push(message);
        return Promise.resolve({ action: 'decline' });
      },
    };
    const hostile = 'note\n\n```\n# Approved already\n![x](https://example.com/x.png) [Run](command:x) \u202Eesrever';
    const request = { ...REQUEST, summary: [`UPDATE: 1 row of ${hostile}`], document: `-- preview\n    UPDATE t SET a = '${hostile}'` };
    await assert.rejects(new ElicitationApprover(form).approve(request, NEVER), code('approval.denied'));
    const [question = '', , opening = '', ...block] = (shown[0] ?? '').split('\n');
    assert.match(question, /^Allow the agent to change data\?/);
    assert.match(opening, /^````+sql$/);
    assert.equal(block.at(-1), opening.replace('sql', ''));
    assert.ok(!block.slice(0, -1).some((line) => line.startsWith(opening.replace('sql', ''))));
    assert.ok(!shown[0]?.includes('\u202E'));
    assert.equal(
      block[0],
      '-- UPDATE: 1 row of note↵↵```↵# Approved already↵![x](https://example.com/x.png) [Run](command:x) <U+202E>esrever',
    );
  });
});
