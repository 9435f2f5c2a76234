import assert from 'node:assert/strict';
import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { parse } from 'yaml';
import * as z from 'zod';
import { freePort } from '../../harness/ports.ts';
import { ROOT } from '../../harness/root.ts';
import { until } from '../../harness/run.ts';
import { SERVER_BUNDLE } from '../../harness/mcp/stdioClient.ts';

const ComposeSchema = z.object({
  services: z.object({
    'mysql-pilot': z.object({
      build: z.literal('..'),
      command: z.array(z.string()),
      environment: z.record(z.string(), z.string()),
      secrets: z.tuple([z.literal('db-password')]),
      ports: z.tuple([z.literal('127.0.0.1:3999:3999')]),
      read_only: z.literal(true),
      tmpfs: z.tuple([z.literal('/tmp')]),
      cap_drop: z.tuple([z.literal('ALL')]),
      security_opt: z.tuple([z.literal('no-new-privileges:true')]),
      healthcheck: z.object({ test: z.tuple([z.literal('CMD'), z.literal('/nodejs/bin/node')]).rest(z.string()) }),
    }),
  }),
  secrets: z.object({ 'db-password': z.object({ file: z.string() }) }),
});

/** `${NAME:?why}` must be given, `${NAME:-default}` has a default. */
function interpolate(value: string, given: Readonly<Record<string, string>>): string {
  return value.replaceAll(/\$\{(\w+):([?-])([^}]*)\}/g, (_, name: string, kind: string, rest: string) => {
    const set = given[name];
    assert.ok(set !== undefined || kind === '-', `${name}: ${rest}`);
    return set ?? rest;
  });
}

suite('docs/compose.yaml', function () {
  this.timeout(60_000);
  let folder: string;
  let child: ChildProcess | undefined;
  suiteSetup(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'mpt-compose-'));
  });
  suiteTeardown(async () => {
    child?.kill('SIGKILL');
    await rm(folder, { recursive: true });
  });

  test('starts a server that its health check finds, and that ends with SIGTERM', async () => {
    const { services, secrets } = ComposeSchema.parse(parse(await readFile(path.join(ROOT, 'docs/compose.yaml'), 'utf8')));
    const service = services['mysql-pilot'];
    const given = { MYSQL_HOST: '127.0.0.1', MYSQL_USER: 'app', MYSQL_HTTP_TOKEN: 'a-token-of-32-characters-or-more' };
    const password = path.join(folder, 'db-password');
    await writeFile(password, 'S3CRET\n');
    assert.equal(interpolate(secrets['db-password'].file, {}), './db-password');
    const inContainer = Object.entries(service.environment).map(([name, value]) => [name, interpolate(value, given)] as const);
    assert.ok(inContainer.some(([name, value]) => name === 'MYSQL_PASSWORD_FILE' && value === '/run/secrets/db-password'));
    const env = Object.fromEntries(inContainer.map(([name, value]) => [name, value.replace('/run/secrets/db-password', password)]));

    const port = String(await freePort());
    const args = service.command.map((one) => one.replace(':3999', `:${port}`));
    assert.deepEqual(args, ['--http', `0.0.0.0:${port}`]);
    let log = '';
    child = spawn(process.execPath, [SERVER_BUNDLE, ...args], {
      env: { HOME: folder, MYSQL_DATA_DIR: folder, ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    child.stderr?.on('data', (chunk: Buffer) => (log += chunk.toString()));
    await until(() => log.includes('Listening on'), 'the server to listen');
    assert.doesNotMatch(log, /not read|not known|S3CRET/);

    const [, , ...check] = service.healthcheck.test;
    const healthy = (): number | null =>
      spawnSync(
        process.execPath,
        check.map((one) => one.replace(':3999', `:${port}`)),
      ).status;
    assert.equal(healthy(), 0);
    const ended = new Promise((resolve) => child?.once('exit', resolve));
    child.kill('SIGTERM');
    assert.equal(await ended, 0);
    assert.notEqual(healthy(), 0);
  });
});
