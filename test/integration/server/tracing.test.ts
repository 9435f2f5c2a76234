import assert from 'node:assert/strict';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { StandaloneSetup } from '../../harness/mcp/standaloneSetup.ts';
import { StdioClient } from '../../harness/mcp/stdioClient.ts';

interface Span {
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId?: string;
  readonly name: string;
  readonly attributes: readonly { readonly key: string; readonly value: { readonly stringValue?: string; readonly intValue?: number } }[];
  readonly status: { readonly code?: number; readonly message?: string };
}

interface Export {
  readonly resourceSpans: readonly {
    readonly resource: Pick<Span, 'attributes'>;
    readonly scopeSpans: readonly { readonly spans: readonly Span[] }[];
  }[];
}

suite('traces', () => {
  let alone: StandaloneSetup;
  let collector: Server;
  let taken: { text: string; body: Export }[] = [];
  let env: Readonly<Record<string, string>>;

  suiteSetup(async () => {
    alone = await StandaloneSetup.start();
    ({ env } = alone);
    collector = createServer((request, response) => {
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.on('end', () => {
        const text = Buffer.concat(chunks).toString();
        if (request.url === '/v1/traces') taken.push({ text, body: JSON.parse(text) as Export });
        response.writeHead(200, { 'content-type': 'application/json' }).end('{}');
      });
    });
    await new Promise<void>((resolve) => collector.listen(0, '127.0.0.1', resolve));
  });
  setup(() => (taken = []));
  suiteTeardown(async () => {
    collector.closeAllConnections();
    collector.close();
    await alone.dispose();
  });

  const spans = (): Span[] =>
    taken.flatMap(({ body }) => body.resourceSpans.flatMap(({ scopeSpans }) => scopeSpans.flatMap((one) => one.spans)));
  const attribute = ({ attributes }: Pick<Span, 'attributes'>, key: string): string | number | undefined => {
    const value = attributes.find((one) => one.key === key)?.value;
    return value?.stringValue ?? value?.intValue;
  };
  const endpoint = (): string => `http://127.0.0.1:${String((collector.address() as AddressInfo).port)}/v1/traces`;

  test("a call is a span in the client's trace, its statements are below it, and no text or value is told [P49]", async () => {
    const client = await StdioClient.launch({
      args: [],
      env: { ...env, MYSQL_ENABLE_TRACING: 'true', MYSQL_OTLP_ENDPOINT: endpoint() },
      name: 'tracer',
    });
    const [traceId, parent] = ['0af7651916cd43dd8448eb211c80319c', 'b7ad6b7169203331'];
    await client.client.callTool({
      name: 'mysql_query',
      arguments: { sql: "SELECT 'a secret' AS n; SELECT id FROM orders LIMIT 3" },
      _meta: { traceparent: `00-${traceId}-${parent}-01` },
    });
    await client.call('mysql_query', { sql: 'DROP TABLE orders' });
    await client.close(); // which sends what is left
    const [call, other] = spans().filter(({ name }) => name === 'tools/call mysql_query');
    assert.ok(call !== undefined && other !== undefined);
    assert.deepEqual([call.traceId, call.parentSpanId, call.status.code ?? 0], [traceId, parent, 0]);
    assert.equal(attribute(call, 'mcp.client.name'), 'tracer');
    const below = spans().filter(({ parentSpanId }) => parentSpanId === call.spanId);
    assert.deepEqual(
      below.map((one) => [one.name, one.traceId, attribute(one, 'db.operation.name'), attribute(one, 'db.response.returned_rows')]),
      [
        ['SELECT shop', traceId, 'SELECT', 1],
        ['SELECT shop', traceId, 'SELECT', 3],
      ],
    );
    assert.deepEqual(
      [other.status.code, other.status.message, attribute(other, 'error.type')],
      [2, 'statement.refused', 'statement.refused'],
    );
    assert.notEqual(other.traceId, traceId, 'a call without a parent begins a trace');
    assert.equal(attribute(taken[0]?.body.resourceSpans[0]?.resource ?? assert.fail(), 'service.name'), 'mysql-pilot');
    assert.doesNotMatch(taken.map(({ text }) => text).join(), /a secret|FROM orders|app-sample-pw/);
  });

  test('calls at the same time keep their statements apart [P50]', async () => {
    const client = await StdioClient.launch({ args: [], env: { ...env, MYSQL_OTLP_ENDPOINT: endpoint() } });
    await Promise.all(Array.from({ length: 8 }, (_, i) => client.call('mysql_query', { sql: `SELECT ${String(i)}` })));
    await client.close();
    const calls = spans().filter(({ name }) => name.startsWith('tools/call'));
    assert.equal(new Set(calls.map(({ traceId }) => traceId)).size, 8);
    for (const { spanId } of calls) assert.equal(spans().filter(({ parentSpanId }) => parentSpanId === spanId).length, 1);
  });

  test('without being asked nothing is sent; a collector that is not there holds nothing up', async () => {
    const quiet = await StdioClient.launch({ args: [], env: { ...env, MYSQL_ENABLE_TRACING: 'false', MYSQL_OTLP_ENDPOINT: endpoint() } });
    await quiet.call('mysql_query', { sql: 'SELECT 1' });
    await quiet.close();
    assert.equal(taken.length, 0);
    const lost = await StdioClient.launch({ args: [], env: { ...env, MYSQL_OTLP_ENDPOINT: 'http://127.0.0.1:1/v1/traces' } });
    assert.match((await lost.call('mysql_query', { sql: 'SELECT 1 AS n' })).text, /n\n1/);
    await lost.close();
  });
});
