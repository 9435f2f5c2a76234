import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { readdir, readFile, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { LoggingMessageNotificationSchema } from '@modelcontextprotocol/sdk/types.js';
import { HttpServer } from '../../harness/mcp/httpServer.ts';
import { StandaloneSetup } from '../../harness/mcp/standaloneSetup.ts';
import { SERVER_BUNDLE, StdioClient } from '../../harness/mcp/stdioClient.ts';
import { promtool } from '../../harness/promtool.ts';
import { ROOT } from '../../harness/root.ts';
import { until } from '../../harness/run.ts';
import { SAMPLE } from '../../harness/servers/sample.ts';
import type { TestServer } from '../../harness/servers/testServer.ts';

const TOKEN = 'a-token-of-this-test';

interface LogLine {
  readonly timestamp: string;
  readonly level: string;
  readonly logger: string;
  readonly message: string;
  readonly context?: Record<string, unknown>;
  readonly metrics?: Record<string, unknown>;
}

suite('what the server tells of itself', () => {
  let setup: StandaloneSetup;
  let server: TestServer;
  let folder: string;
  let env: Readonly<Record<string, string>>;

  suiteSetup(async () => {
    setup = await StandaloneSetup.start();
    ({ server, folder, env } = setup);
  });
  suiteTeardown(async () => {
    await setup.dispose();
  });

  const parse = (text: string): LogLine[] =>
    text
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as LogLine);

  test('/metrics has the figures, behind the token, as Prometheus wants them; the rules and the dashboard use what is there [P43]', async function () {
    this.timeout(120_000); // promtool may have to be fetched
    const http = await HttpServer.start({ ...env, MYSQL_HTTP_TOKEN: TOKEN, MYSQL_EXPORTS: 'allow' });
    try {
      const client = await http.client(TOKEN);
      for (let i = 0; i < 5; i++) await client.call('mysql_query', { sql: 'SELECT id FROM orders ORDER BY id LIMIT 3' });
      await client.call('mysql_query', { sql: 'SELECT nothing FROM orders' });
      await client.call('mysql_query', { sql: 'DELETE FROM orders' });
      await client.call('mysql_export', { sql: 'SHOW TABLES', file: `x-${String(process.pid)}` });
      const metrics = new URL('/metrics', http.url);
      assert.equal((await fetch(metrics)).status, 401);
      const response = await fetch(metrics, { headers: { authorization: `Bearer ${TOKEN}` } });
      assert.match(response.headers.get('content-type') ?? '', /^text\/plain; version=0\.0\.4/);
      const text = await response.text();
      for (const line of [
        'mysql_queries_total{connection="shop",type="SELECT",status="ok"} 5',
        'mysql_queries_total{connection="shop",type="SELECT",status="failed"} 1',
        'mysql_queries_total{connection="shop",type="DELETE",status="failed"} 1',
        'mysql_queries_total{connection="shop",type="SHOW",status="ok"} 1',
        'mysql_errors_total{connection="shop",code="object.unknown"} 1',
        'mysql_errors_total{connection="shop",code="statement.refused"} 1',
        'mysql_query_duration_seconds_count{connection="shop",type="SELECT"} 6',
        'mysql_pool_connections{connection="shop",state="limit"} 4',
        'mysql_pool_connect_failures{connection="shop"} 0',
        'mcp_sessions 1',
      ])
        assert.ok(text.includes(`${line}\n`), `${line}\n\n${text}`);
      const checked = await promtool(['check', 'metrics'], text);
      assert.equal(checked.code, 0, checked.said);
      const rules = path.join(ROOT, 'docs/monitoring/alerts.yml');
      const judged = await promtool(['check', 'rules', rules]);
      assert.equal(judged.code, 0, judged.said);
      assert.match(judged.said, /6 rules found/);

      const dashboard = JSON.parse(await readFile(path.join(ROOT, 'docs/monitoring/dashboard.json'), 'utf8')) as {
        panels: { targets: { expr: string }[] }[];
      };
      const exprs = [...dashboard.panels.flatMap(({ targets }) => targets.map(({ expr }) => expr)), await readFile(rules, 'utf8')];
      const names = new Set(exprs.flatMap((expr) => expr.match(/\b(?:mysql|mcp|process)_[a-z_]+\b/g) ?? []));
      names.delete('mysql_status');
      names.delete('mysql_workload');
      for (const name of names) assert.ok(text.includes(`# TYPE ${name.replace(/_bucket$/, '')} `), name);
      assert.ok(names.size >= 10);
      await client.close();
    } finally {
      await http.stop();
    }
  });

  test('promtool refuses what is wrong (so that its silence means something)', async () => {
    assert.notEqual((await promtool(['check', 'metrics'], 'mysql_x{a="b} 1\n')).code, 0);
    const file = path.join(folder, 'wrong.yml');
    await writeFile(file, 'groups:\n  - name: x\n    rules:\n      - alert: A\n        expr: sum(rate(\n');
    assert.notEqual((await promtool(['check', 'rules', file])).code, 0);
  });

  test('the log holds every statement and call in one JSON line each, and no value [P46]', async () => {
    const client = await StdioClient.launch({ args: [], env: { ...env, MYSQL_LOG_LEVEL: 'DEBUG' }, name: 'watcher' });
    await client.call('mysql_query', { sql: "SELECT 'a secret value' AS n" });
    await client.call('mysql_query', { sql: 'DROP TABLE orders' });
    await client.close();
    const lines = parse(client.stderr);
    assert.doesNotMatch(client.stderr, /a secret value|app-sample-pw/);
    const statements = lines.filter(({ message }) => message === 'query_executed');
    assert.deepEqual(
      statements.map(({ level, logger, metrics }) => [level, logger, metrics?.['query_type'], metrics?.['rows_affected']]),
      [
        ['debug', 'statements', 'SELECT', 1],
        ['debug', 'statements', 'DROP', 0],
      ],
    );
    const calls = lines.filter(({ logger }) => logger === 'calls');
    assert.deepEqual(
      calls.map(({ message, context }) => [message, context?.['tool'], context?.['client'], context?.['error']]),
      [
        ['call finished', 'mysql_query', 'watcher', undefined],
        ['call failed', 'mysql_query', 'watcher', 'statement.refused'],
      ],
    );
    for (const line of lines) assert.ok(!Number.isNaN(Date.parse(line.timestamp)));
  });

  test('without being asked it is silent on stderr, and stdout holds the protocol alone', async () => {
    const child = spawn(process.execPath, [SERVER_BUNDLE], { env: { ...env, MYSQL_LOG_LEVEL: 'debug' }, stdio: ['pipe', 'pipe', 'pipe'] });
    let out = '';
    child.stdout.on('data', (chunk: Buffer) => (out += chunk.toString()));
    const say = (message: object): void => {
      child.stdin.write(`${JSON.stringify({ jsonrpc: '2.0', ...message })}\n`);
    };
    say({
      id: 1,
      method: 'initialize',
      params: { protocolVersion: '2025-06-18', capabilities: {}, clientInfo: { name: 'x', version: '1' } },
    });
    say({ method: 'notifications/initialized' });
    say({ id: 2, method: 'tools/call', params: { name: 'mysql_query', arguments: { sql: 'SELECT 1' } } });
    await until(() => out.includes('"id":2'), 'the answer');
    child.stdin.end();
    await new Promise((resolve) => child.once('close', resolve));
    for (const line of out.trimEnd().split('\n')) assert.equal((JSON.parse(line) as { jsonrpc: string }).jsonrpc, '2.0');

    const quiet = await StdioClient.launch({ args: [], env });
    await quiet.call('mysql_query', { sql: 'SELECT 1' });
    await quiet.close();
    assert.equal(quiet.stderr, '');
  });

  test('a client that never reads stderr holds nothing up', async function () {
    this.timeout(60_000);
    const child = spawn(process.execPath, [SERVER_BUNDLE], { env: { ...env, MYSQL_LOG_LEVEL: 'debug' }, stdio: ['pipe', 'pipe', 'pipe'] });
    let answers = 0;
    let out = '';
    child.stdout.on('data', (chunk: Buffer) => {
      out += chunk.toString();
      answers = out.split('\n').length - 1;
    });
    const say = (message: object): void => {
      child.stdin.write(`${JSON.stringify({ jsonrpc: '2.0', ...message })}\n`);
    };
    say({
      id: 0,
      method: 'initialize',
      params: { protocolVersion: '2025-06-18', capabilities: {}, clientInfo: { name: 'x', version: '1' } },
    });
    say({ method: 'notifications/initialized' });
    const calls = 2000; // of some 500 bytes each, where a pipe holds 64 KiB
    for (let id = 1; id <= calls; id++)
      say({ id, method: 'tools/call', params: { name: 'mysql_query', arguments: { sql: 'DROP TABLE orders' } } });
    await until(() => answers > calls, 'the answers', 30_000);
    const ended = new Promise((resolve) => child.once('exit', resolve));
    child.stdin.end();
    assert.equal(await ended, 0);
  });

  test('files: for their user alone, the next one begins when one is full, old ones go, errors stand apart [P48]', async () => {
    const logs = path.join(folder, 'own-logs');
    const file = path.join(folder, 'logging.json');
    const connection = { name: 'shop', host: server.host, port: server.port, user: SAMPLE.reader.user, password: '${env:P}' };
    await writeFile(
      file,
      JSON.stringify({ connections: [connection], folder, log: { level: 'debug', folder: logs, fileBytes: 2000, files: 3 } }),
    );
    const client = await StdioClient.launch({ args: ['--config', file], env: { P: SAMPLE.reader.password } });
    for (let i = 0; i < 40; i++) await client.call('mysql_query', { sql: 'SELECT 1' });
    await client.close();
    await until(async () => (await readdir(logs)).length >= 4, 'the files');
    const names = (await readdir(logs)).filter((name) => !name.startsWith('.'));
    assert.ok(names.length >= 4 && names.length <= 5, names.join()); // the current one, three that are kept, and that for errors
    assert.ok(names.includes('mysql-pilot.log') && names.includes('mysql-pilot-errors.log'), names.join());
    for (const name of names) {
      const one = path.join(logs, name);
      assert.equal((await stat(one)).mode & 0o777, 0o600, name);
      const text = await readFile(one, 'utf8');
      if (text !== '') parse(text);
    }
  });

  test('the figures go into the log as often as was asked for [P45]', async () => {
    const client = await StdioClient.launch({ args: [], env: { ...env, MYSQL_METRICS_EXPORT_INTERVAL: '1', MYSQL_CACHE_ENABLED: 'true' } });
    for (let i = 0; i < 3; i++) await client.call('mysql_query', { sql: 'SELECT id FROM orders ORDER BY id LIMIT 3' });
    await client.call('mysql_query', { sql: 'DROP TABLE orders' });
    const told = (): LogLine[] => parse(client.stderr || '{}').filter(({ logger }) => logger === 'metrics');
    // On a busy machine some are told before the calls are over, and one may be on its way.
    const early = told().length;
    await until(() => told().length >= early + 2, 'the figures');
    await client.close();
    const { level, context, metrics } = told().at(-1) ?? {};
    assert.deepEqual([level, context?.['connection']], ['info', 'shop']);
    const { queries_total, queries_failed, rows_total, cache_hits, cache_misses, pool_limit } = metrics ?? {};
    assert.deepEqual([queries_total, queries_failed, rows_total, cache_hits, cache_misses, pool_limit], [2, 1, 3, 2, 1, 4]);
    assert.equal(typeof metrics?.['duration_ms_p95'], 'number');
  });

  test('a client that asks for messages gets them, from the level that it names on [P47]', async () => {
    const client = await StdioClient.launch({ args: [], env });
    const told: { level: string; data: unknown }[] = [];
    client.client.setNotificationHandler(LoggingMessageNotificationSchema, ({ params }) => {
      told.push({ level: params.level, data: params.data });
    });
    await client.call('mysql_query', { sql: 'SELECT 1' });
    assert.equal(told.length, 0);
    await client.client.setLoggingLevel('info');
    await client.call('mysql_query', { sql: 'SELECT 1' });
    await until(() => told.length === 1, 'the message');
    assert.deepEqual([told[0]?.level, (told[0]?.data as { message: string; tool: string }).tool], ['info', 'mysql_query']);
    await client.client.setLoggingLevel('critical');
    await client.call('mysql_query', { sql: 'SELECT 1' });
    assert.equal(told.length, 1);
    await client.close();
  });
});
