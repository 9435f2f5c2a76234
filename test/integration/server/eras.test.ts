import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import { ERA_CLIENTS, type EraClient, type Question } from '../../harness/mcp/eraClients.ts';
import { HttpServer } from '../../harness/mcp/httpServer.ts';
import { StandaloneSetup } from '../../harness/mcp/standaloneSetup.ts';
import { until } from '../../harness/run.ts';
import { SAMPLE } from '../../harness/servers/sample.ts';
import { execute } from '../../harness/servers/testServer.ts';

const TOKEN = 'a-token-for-tests';
/** Longer than it takes until a call says that it waits, and shorter than twice that. */
const THINKING_MS = 17_000;
const SLOW = 'SELECT SUM(a.id * b.id % (c.id + 1)) FROM orders a, orders b, orders c';

suite('the official clients of both eras', function () {
  this.timeout(60_000);
  let setup: StandaloneSetup;
  let http: HttpServer;
  let env: Readonly<Record<string, string>>;

  suiteSetup(async () => {
    setup = await StandaloneSetup.start();
    const { user: MYSQL_USER, password: MYSQL_PASSWORD } = SAMPLE.owner;
    env = { ...setup.env, MYSQL_USER, MYSQL_PASSWORD, MYSQL_ALLOW_UPDATE: 'ask', MYSQL_WRITES_FROM: 'trusted', MYSQL_EXPORTS: 'allow' };
    http = await HttpServer.start({ ...env, MYSQL_HTTP_TOKEN: TOKEN });
  });
  suiteTeardown(async () => {
    await http.stop();
    await setup.dispose();
  });

  for (const [where, connect] of Object.entries(ERA_CLIENTS)) {
    suite(where, () => {
      let client: EraClient;
      let answer = 'Reject';
      const asked: Question[] = [];

      const note = async (id: number): Promise<unknown> => {
        const [row] = (await execute(setup.server, `SELECT note FROM shop.orders WHERE id = ${String(id)}`)) as { note: unknown }[];
        return row?.note;
      };
      const slowStatements = async (): Promise<number> => {
        const [row] = (await execute(
          setup.server,
          `SELECT COUNT(*) AS n FROM information_schema.processlist WHERE user = '${SAMPLE.owner.user}' AND info LIKE '%SUM(a.id%'`,
        )) as { n: number }[];
        return row?.n ?? -1;
      };

      suiteSetup(async () => {
        const decide = (question: Question): Promise<string> => {
          asked.push(question);
          return Promise.resolve(question.choices[answer] ?? '');
        };
        client = await connect({ env, url: http.url, token: TOKEN, decide });
      });
      suiteTeardown(() => client.close());

      test('lists the tools in the same order each time, and gets rows', async () => {
        const first = await client.listTools();
        assert.equal(first.length, 13);
        assert.deepEqual(await client.listTools(), first);
        assert.match(await client.call('mysql_query', { sql: 'SELECT COUNT(*) AS n FROM orders' }), /n\n1000\n/);
      });

      test('has an icon that nothing is fetched for', () => {
        const [, data = ''] = /^data:image\/svg\+xml;base64,(.+)$/.exec(client.icon ?? '') ?? [];
        assert.match(Buffer.from(data, 'base64').toString(), /^<svg [^]*<\/svg>$/);
      });

      test('reads on where a result was cut', async () => {
        const page = await client.call('mysql_query', { sql: 'SELECT id FROM orders ORDER BY id', maxRows: 2 });
        const [, cursor] = /"cursor": "([^"]+)"/.exec(page) ?? [];
        assert.match(await client.call('mysql_query', { cursor, maxRows: 2 }), /id\n3\n4\n/);
      });

      test('exports a file', async () => {
        const file = where.replaceAll(/\W+/g, '-');
        assert.match(await client.call('mysql_export', { sql: 'SELECT id FROM orders', file }), new RegExp(`${file}\\.csv`));
      });

      test('cancels a call, which stops its statement', async () => {
        const stop = new AbortController();
        const slow = client.call('mysql_query', { sql: SLOW, timeoutSeconds: 30 }, { signal: stop.signal });
        await until(async () => (await slowStatements()) === 1, 'the statement to run');
        stop.abort();
        await assert.rejects(slow);
        await until(async () => (await slowStatements()) === 0, 'the statement to stop');
        assert.match(await client.call('mysql_query', { sql: 'SELECT 8 AS n' }), /n\n8\n/);
      });

      test('asks its user about a write, and runs what was approved alone', async () => {
        const id = 20 + Object.keys(ERA_CLIENTS).indexOf(where);
        const sql = `UPDATE orders SET note = 'era' WHERE id = ${String(id)}`;
        answer = 'Reject';
        assert.match(await client.call('mysql_execute', { sql }), /^approval\.denied/);
        assert.notEqual(await note(id), 'era');
        answer = 'Run exactly this';
        assert.match(await client.call('mysql_execute', { sql }), /^COMMITTED/);
        assert.equal(await note(id), 'era');
        assert.equal(asked.length, 2);
        assert.match(asked[1]?.message ?? '', /^Allow the agent to change data\? [^]*```sql\n-- UPDATE: 1 row of orders\n/);
        assert.deepEqual(Object.keys(asked[1]?.choices ?? {}), ['Reject', 'Run exactly this']);
      });
    });
  }

  test('a call that waits for a person says so every 15 seconds, on its own stream', async () => {
    const decide = ({ choices }: Question): Promise<string> => sleep(THINKING_MS, choices['Reject'] ?? '');
    const connect = ERA_CLIENTS['2025-11-25 over HTTP without a standing stream'];
    const client = await connect?.({ env, url: http.url, token: TOKEN, decide });
    const heard: (string | undefined)[] = [];
    const onprogress = ({ message }: { readonly message?: string | undefined }): void => {
      heard.push(message);
    };
    const sql = "UPDATE orders SET note = 'slow' WHERE id = 30";
    assert.match((await client?.call('mysql_execute', { sql }, { onprogress })) ?? '', /^approval\.denied/);
    assert.deepEqual(heard, ['Waiting for the user to decide.']);
    await client?.close();
  });
});
