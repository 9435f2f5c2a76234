import assert from 'node:assert/strict';
import { createServer, request, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/client';
import { MODERN, newer, type EraClient } from '../../harness/mcp/eraClients.ts';
import { HttpServer } from '../../harness/mcp/httpServer.ts';
import { StandaloneSetup } from '../../harness/mcp/standaloneSetup.ts';
import { SAMPLE } from '../../harness/servers/sample.ts';
import { execute } from '../../harness/servers/testServer.ts';

const TOKEN = 'a-token-for-tests';
const KEY = 'a key of more than thirty-two characters';
const PROCESSES = 3;

type Message = Readonly<Record<string, unknown>>;

/** What a call that asks ends with. */
interface Pending {
  readonly resultType: string;
  readonly requestState: string;
  readonly inputRequests: { readonly decision: { readonly params: { readonly requestedSchema: unknown } } };
}

suite('several processes answer one client of 2026-07-28', function () {
  this.timeout(60_000);
  let setup: StandaloneSetup;
  let processes: readonly HttpServer[];
  let balancer: Server;
  let url: URL;
  const served: number[] = [];

  /** Each request goes to the next process, whoever sends it. */
  const startBalancer = async (): Promise<void> => {
    let turn = 0;
    balancer = createServer((from, to) => {
      const one = turn++ % processes.length;
      served.push(one);
      const { hostname, port } = processes[one]?.url ?? new URL('http://127.0.0.1:1');
      const sent = request({ host: hostname, port, path: from.url, method: from.method, headers: from.headers }, (answer) => {
        to.writeHead(answer.statusCode ?? 500, answer.headers);
        answer.pipe(to);
      });
      sent.on('error', () => to.destroy());
      to.on('close', () => sent.destroy());
      from.pipe(sent);
    });
    await new Promise<void>((resolve) => balancer.listen(0, '127.0.0.1', resolve));
    url = new URL(`http://127.0.0.1:${String((balancer.address() as AddressInfo).port)}/mcp`);
  };

  /** A call as it is on the wire. Resolves to its result, or to the error. */
  const send = async (args: Record<string, unknown>, more: Message = {}, name = 'trusted'): Promise<Message> => {
    const meta = {
      'io.modelcontextprotocol/protocolVersion': MODERN,
      'io.modelcontextprotocol/clientInfo': { name, version: '1' },
      'io.modelcontextprotocol/clientCapabilities': { elicitation: { form: {} } },
    };
    const response = await fetch(url, {
      method: 'POST',
      headers: {
        authorization: `Bearer ${TOKEN}`,
        'content-type': 'application/json',
        accept: 'application/json, text/event-stream',
        'mcp-protocol-version': MODERN,
        'mcp-method': 'tools/call',
        'mcp-name': 'mysql_execute',
      },
      body: JSON.stringify({
        jsonrpc: '2.0',
        id: 1,
        method: 'tools/call',
        params: { name: 'mysql_execute', arguments: args, _meta: meta, ...more },
      }),
    });
    const text = await response.text();
    const data = /^data: (\{.*\})$/m.exec(text)?.[1] ?? text;
    const { result, error } = JSON.parse(data) as { result?: Message; error?: Message };
    return result ?? error ?? {};
  };
  const textOf = (answer: Message): string => (answer['content'] as { text: string }[] | undefined)?.[0]?.text ?? JSON.stringify(answer);
  const choose = (pending: Pending, title: string): Message => {
    const { properties } = pending.inputRequests.decision.params.requestedSchema as {
      properties: { decision: { oneOf: { const: string; title: string }[] } };
    };
    const decision = properties.decision.oneOf.find((one) => one.title === title)?.const;
    return { requestState: pending.requestState, inputResponses: { decision: { action: 'accept', content: { decision } } } };
  };
  const ask = async (sql: string): Promise<Pending> => {
    const answer = await send({ sql });
    assert.equal(answer['resultType'], 'input_required', textOf(answer));
    return answer as unknown as Pending;
  };
  const count = async (where: string): Promise<number> => {
    const [row] = (await execute(setup.server, `SELECT COUNT(*) AS n FROM shop.orders WHERE ${where}`)) as { n: number }[];
    return row?.n ?? -1;
  };

  suiteSetup(async () => {
    setup = await StandaloneSetup.start();
    const { user: MYSQL_USER, password: MYSQL_PASSWORD } = SAMPLE.owner;
    const env = {
      ...setup.env,
      MYSQL_USER,
      MYSQL_PASSWORD,
      MYSQL_ALLOW_UPDATE: 'ask',
      MYSQL_WRITES_FROM: 'trusted',
      MYSQL_HTTP_TOKEN: TOKEN,
      MYSQL_HTTP_APPROVAL_KEY: KEY,
    };
    processes = await Promise.all(Array.from({ length: PROCESSES }, () => HttpServer.start(env)));
    await startBalancer();
  });
  suiteTeardown(async () => {
    balancer.closeAllConnections();
    balancer.close();
    for (const one of processes) await one.stop();
    await setup.dispose();
  });

  test('lists, calls, and approves a write, whichever process gets each request', async () => {
    served.length = 0;
    const decide = ({ choices }: { choices: Readonly<Record<string, string>> }): Promise<string> =>
      Promise.resolve(choices['Run exactly this'] ?? '');
    const transport = new StreamableHTTPClientTransport(url, { requestInit: { headers: { authorization: `Bearer ${TOKEN}` } } });
    const client: EraClient = await newer(transport, decide);
    const lists = [await client.listTools(), await client.listTools(), await client.listTools()];
    assert.deepEqual(lists[1], lists[0]);
    assert.deepEqual(lists[2], lists[0]);
    for (let n = 0; n < 2 * PROCESSES; n++)
      assert.match(await client.call('mysql_query', { sql: `SELECT ${String(n)} AS n` }), new RegExp(`n\n${String(n)}\n`));
    for (let n = 0; n < PROCESSES; n++)
      assert.match(
        await client.call('mysql_execute', { sql: `UPDATE orders SET note = 'many' WHERE id = ${String(40 + n)}` }),
        /^COMMITTED/,
      );
    assert.equal(await count("note = 'many'"), PROCESSES);
    assert.equal(new Set(served).size, PROCESSES);
    await client.close();
  });

  test('runs an approved write once: the same answer again changes nothing, on no process', async () => {
    const sql = 'UPDATE orders SET total = total + 1 WHERE id = 50';
    const total = async (): Promise<unknown> => execute(setup.server, 'SELECT total FROM shop.orders WHERE id = 50');
    const before = await total();
    const approval = choose(await ask(sql), 'Run exactly this');
    assert.match(textOf(await send({ sql }, approval)), /^COMMITTED/);
    const after = await total();
    assert.notDeepEqual(after, before);
    for (let n = 0; n < PROCESSES; n++) assert.match(textOf(await send({ sql }, approval)), /^approval\.expired: The approval is invalid/);
    assert.deepEqual(await total(), after);
  });

  test('refuses an approval that was changed, or that another client, call or user decision carries', async () => {
    const sql = "UPDATE orders SET note = 'no' WHERE id = 51";
    const fresh = async (): Promise<Message> => choose(await ask(sql), 'Run exactly this');
    const edited = await fresh();
    const state = String(edited['requestState']);
    for (const at of [5, Math.floor(state.length / 2), state.length - 2]) {
      const changed = `${state.slice(0, at)}${state[at] === 'A' ? 'B' : 'A'}${state.slice(at + 1)}`;
      assert.match(textOf(await send({ sql }, { ...edited, requestState: changed })), /^approval\.expired/);
    }
    assert.match(textOf(await send({ sql }, await fresh(), 'other')), /^(?:approval\.expired|statement\.refused)/);
    assert.match(textOf(await send({ sql }, choose(await ask(sql), 'Reject'))), /^approval\.denied/);
    const { requestState } = await ask(sql);
    assert.match(textOf(await send({ sql }, { requestState })), /^approval\.denied/);
    const other = await send({ sql: "UPDATE orders SET note = 'no' WHERE id > 0" }, await fresh());
    assert.equal(other['resultType'], 'input_required', 'another statement is asked about');
    const [first, second] = [await ask(sql), await fresh()];
    assert.match(textOf(await send({ sql }, { ...second, requestState: first.requestState })), /^approval\.denied/);
    assert.equal(await count("note = 'no'"), 0);
  });

  test('asks again where the data has changed since', async () => {
    const sql = "UPDATE orders SET note = 'seen' WHERE id = 52";
    const approval = choose(await ask(sql), 'Run exactly this');
    await execute(setup.server, 'UPDATE shop.orders SET total = total + 1 WHERE id = 52');
    const answer = await send({ sql }, approval);
    assert.equal(answer['resultType'], 'input_required');
    assert.match(JSON.stringify(answer['inputRequests']), /The data changed after the preview/);
    assert.equal(await count("note = 'seen'"), 0);
    assert.match(textOf(await send({ sql }, choose(answer as unknown as Pending, 'Run exactly this'))), /^COMMITTED/);
  });
});
