import assert from 'node:assert/strict';
import { Client, StreamableHTTPClientTransport } from '@modelcontextprotocol/client';
import { MODERN } from '../../harness/mcp/eraClients.ts';
import { HttpServer } from '../../harness/mcp/httpServer.ts';
import { StandaloneSetup } from '../../harness/mcp/standaloneSetup.ts';
import { until } from '../../harness/run.ts';

const TOKEN = 'a-token-for-tests';
const NOTHING = { tools: 0 };

suite('HTTP since 2026-07-28', function () {
  this.timeout(60_000);
  let setup: StandaloneSetup;
  let http: HttpServer;

  /** A request as it is on the wire. */
  const send = async (method: string, params: Record<string, unknown> = {}, headers: Record<string, string> = {}): Promise<Response> => {
    const _meta = {
      'io.modelcontextprotocol/protocolVersion': MODERN,
      'io.modelcontextprotocol/clientInfo': { name: 'wire', version: '1' },
      'io.modelcontextprotocol/clientCapabilities': {},
    };
    return fetch(http.url, {
      method: 'POST',
      headers: {
        authorization: `Bearer ${TOKEN}`,
        'content-type': 'application/json',
        accept: 'application/json, text/event-stream',
        'mcp-protocol-version': MODERN,
        'mcp-method': method,
        ...headers,
      },
      body: JSON.stringify({ jsonrpc: '2.0', id: 1, method, params: { ...params, _meta } }),
    });
  };
  const resultOf = async (response: Response): Promise<Record<string, unknown>> => {
    const text = await response.text();
    const { result, error } = JSON.parse(/^data: (\{.*\})$/m.exec(text)?.[1] ?? text) as {
      result?: Record<string, unknown>;
      error?: Record<string, unknown>;
    };
    return result ?? error ?? NOTHING;
  };

  suiteSetup(async () => {
    setup = await StandaloneSetup.start();
    http = await HttpServer.start({ ...setup.env, MYSQL_HTTP_TOKEN: TOKEN, MYSQL_EXPORTS: 'allow' });
  });
  suiteTeardown(async () => {
    await http.stop();
    await setup.dispose();
  });

  test('discovers versions and capabilities without a session', async () => {
    const response = await send('server/discover');
    assert.equal(response.status, 200);
    assert.equal(response.headers.get('mcp-session-id'), null);
    const result = await resultOf(response);
    assert.deepEqual([result['supportedVersions'], result['resultType']], [[MODERN], 'complete']);
    assert.ok('tools' in (result['capabilities'] as object));
  });

  test('says with each list how long it may be kept, and by whom', async () => {
    const tools = await resultOf(await send('tools/list'));
    assert.deepEqual([tools['resultType'], tools['ttlMs'], tools['cacheScope']], ['complete', 60_000, 'private']);
    const prompts = await resultOf(await send('prompts/list'));
    assert.deepEqual([prompts['ttlMs'], prompts['cacheScope']], [3_600_000, 'public']);
  });

  test('refuses a request whose headers and body disagree, and one without a token', async () => {
    const call = { name: 'mysql_query', arguments: { sql: 'SELECT 1 AS n' } };
    const named = (name: string) => send('tools/call', call, { 'mcp-name': name });
    assert.equal((await named('mysql_query')).status, 200);
    assert.equal((await named('mysql_status')).status, 400);
    assert.equal((await send('tools/call', call)).status, 400);
    assert.equal((await send('tools/list', {}, { 'mcp-method': 'tools/call' })).status, 400);
    assert.equal((await send('tools/list', {}, { authorization: 'Bearer wrong' })).status, 401);
    assert.equal((await send('tools/list', {}, { origin: 'https://example.com' })).status, 403);
    assert.equal((await send('initialize')).status, 404);
  });

  test('tells of changed resources who listens for them, and nobody else', async () => {
    const heard: string[] = [];
    const open = async (): Promise<Client> => {
      const client = new Client({ name: 'listener', version: '1' }, { versionNegotiation: { mode: { pin: MODERN } } });
      client.setNotificationHandler('notifications/resources/list_changed', () => {
        heard.push('resources');
      });
      client.setNotificationHandler('notifications/tools/list_changed', () => {
        heard.push('tools');
      });
      const requestInit = { headers: { authorization: `Bearer ${TOKEN}` } };
      await client.connect(new StreamableHTTPClientTransport(http.url, { requestInit }));
      return client;
    };
    const [listener, other] = [await open(), await open()];
    const subscription = await listener.listen({ resourcesListChanged: true });
    await other.callTool({ name: 'mysql_export', arguments: { sql: 'SELECT 1 AS n', file: 'heard' } });
    await until(() => heard.length > 0, 'the listener to hear of the export');
    await subscription.close();
    await other.callTool({ name: 'mysql_export', arguments: { sql: 'SELECT 1 AS n', file: 'unheard' } });
    assert.deepEqual(heard, ['resources']);
    await listener.close();
    await other.close();
  });

  test('keeps the calls of clients apart that share a token, by their names', async () => {
    const status = async (name: string): Promise<string> => {
      const client = new Client({ name, version: '1' }, { versionNegotiation: { mode: { pin: MODERN } } });
      const requestInit = { headers: { authorization: `Bearer ${TOKEN}` } };
      await client.connect(new StreamableHTTPClientTransport(http.url, { requestInit }));
      if (name === 'first') await client.callTool({ name: 'mysql_query', arguments: { sql: 'SELECT 1 AS n' } });
      const { content } = await client.callTool({ name: 'mysql_status' });
      await client.close();
      return JSON.stringify(content);
    };
    assert.match(await status('first'), /mysql_query: 1 calls/);
    assert.doesNotMatch(await status('second'), /mysql_query: /);
  });
});
