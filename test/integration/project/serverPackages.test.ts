import assert from 'node:assert/strict';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StdioClientTransport } from '@modelcontextprotocol/sdk/client/stdio.js';
import { npmTool } from '../../harness/npmTools.ts';
import { ROOT } from '../../harness/root.ts';
import { run } from '../../harness/run.ts';
import { loadSample, SAMPLE } from '../../harness/servers/sample.ts';
import { startServer } from '../../harness/servers/source.ts';
import type { TestServer } from '../../harness/servers/testServer.ts';

interface BundleManifest {
  readonly version: string;
  readonly server: {
    readonly mcp_config: { readonly command: string; readonly args: readonly string[]; readonly env: Readonly<Record<string, string>> };
  };
  readonly user_config: Readonly<Record<string, { readonly sensitive?: boolean; readonly default?: string | number }>>;
}

suite('packages of the server', function () {
  this.timeout(180_000); // the packer may have to be fetched
  let server: TestServer;
  let folder: string;
  let version: string;
  /** What the script has told. */
  let output: string;

  suiteSetup(async () => {
    server = await startServer();
    await loadSample(server);
    folder = await mkdtemp(path.join(tmpdir(), 'mpt-packages-'));
    ({ version } = JSON.parse(await readFile(path.join(ROOT, 'package.json'), 'utf8')) as { version: string });
    output = await run(process.execPath, ['scripts/packageServer.ts'], { cwd: ROOT });
  });
  suiteTeardown(async () => {
    await server.dispose();
    await rm(folder, { recursive: true });
  });

  const count = async (command: string, args: readonly string[], env: Readonly<Record<string, string>>): Promise<string> => {
    const client = new Client({ name: 'test', version: '1' });
    await client.connect(
      new StdioClientTransport({
        command,
        args: [...args],
        env: { PATH: process.env['PATH'] ?? '', HOME: folder, ...env },
        stderr: 'pipe',
      }),
    );
    try {
      const result = await client.callTool({ name: 'mysql_query', arguments: { sql: 'SELECT COUNT(*) AS n FROM shop.orders' } });
      return (result.content as { text: string }[])[0]?.text ?? '';
    } finally {
      await client.close();
    }
  };

  test('npm takes it, and what it installs is a command that answers [P54]', async () => {
    const packed = path.join(ROOT, 'dist/npm');
    const { name, dependencies, engines, bin } = JSON.parse(await readFile(path.join(packed, 'package.json'), 'utf8')) as Record<
      string,
      unknown
    >;
    assert.deepEqual([name, dependencies, engines, bin], ['mysql-pilot', undefined, { node: '>=22' }, { 'mysql-pilot': 'server.js' }]);
    const dry = await run('npm', ['publish', '--dry-run', '--json', packed], { cwd: folder });
    assert.match(dry, new RegExp(`"mysql-pilot@${version}"`));
    const [, named = ''] = /^(dist\/mysql-pilot-[\d.]+\.tgz) {2}for npm; try it: npm install --global \.\/\1/m.exec(output) ?? [];
    const archive = path.join(ROOT, named);
    await writeFile(path.join(folder, 'package.json'), '{ "private": true }\n');
    await run('npm', ['install', '--offline', '--no-audit', '--no-fund', archive], { cwd: folder });
    assert.deepEqual(
      (await readdir(path.join(folder, 'node_modules'))).filter((one) => !one.startsWith('.')),
      ['mysql-pilot'],
      'nothing else comes along',
    );
    const files = await readdir(path.join(folder, 'node_modules/mysql-pilot'));
    assert.deepEqual(files.sort(), [
      'LICENSE',
      'NOTICE.txt',
      'README.md',
      'agent-plugin',
      'agent.js',
      'app.html',
      'approval.html',
      'approval.js',
      'broker.js',
      'cache.js',
      'config.schema.json',
      'engine.js',
      'http.js',
      'init.js',
      'logging.js',
      'package.json',
      'parquet.js',
      'program.js',
      'server.js',
      'ssh.js',
      'stdio.js',
      'tracing.js',
      'views.js',
      'zod.js',
    ]);
    const command = path.join(folder, 'node_modules/.bin/mysql-pilot');
    assert.equal(await run(command, ['--version']), `${version}\n`);
    const { user: MYSQL_USER, password: MYSQL_PASSWORD } = SAMPLE.reader;
    const env = { MYSQL_HOST: server.host, MYSQL_PORT: String(server.port), MYSQL_USER, MYSQL_PASSWORD };
    assert.match(await count(command, [], env), /n\n1000/);
  });

  test('what the registry of MCP servers is told fits the package, and marks what is secret', async () => {
    const read = async (file: string): Promise<Record<string, unknown>> =>
      JSON.parse(await readFile(path.join(ROOT, 'dist', file), 'utf8')) as Record<string, unknown>;
    const told = (await read('server.json')) as {
      name: string;
      description: string;
      version: string;
      packages: { identifier: string; version: string; environmentVariables: { name: string; description: string; isSecret: boolean }[] }[];
    };
    const onNpm = await read('npm/package.json');
    const [packed] = told.packages;
    assert.deepEqual([told.name, told.version, packed?.identifier, packed?.version], [onNpm['mcpName'], version, onNpm['name'], version]);
    assert.match(told.name, /^[a-zA-Z0-9.-]+\/[a-zA-Z0-9._-]+$/);
    assert.ok(told.description.length <= 100, 'the registry takes no longer one');
    const secrets = packed?.environmentVariables.filter(({ isSecret }) => isSecret).map(({ name }) => name);
    assert.deepEqual(secrets, ['MYSQL_URL', 'MYSQL_PASSWORD', 'MYSQL_SSH_PASSPHRASE', 'MYSQL_SSH_PASSWORD', 'MYSQL_COLUMNS_KEY']);
  });

  test('the bundle for desktop clients is valid, keeps secrets secret, and answers when it is started as it says [P55]', async () => {
    const program = await npmTool('mcpb');
    const source = path.join(ROOT, 'dist/mcpb');
    assert.match(await run(process.execPath, [program, 'validate', path.join(source, 'manifest.json')]), /validation passes/);
    const archive = path.join(folder, 'mysql-pilot.mcpb');
    await run(process.execPath, [program, 'pack', source, archive]);
    const unpacked = path.join(folder, 'unpacked');
    await run(process.execPath, [program, 'unpack', archive, unpacked]);
    const manifest = JSON.parse(await readFile(path.join(unpacked, 'manifest.json'), 'utf8')) as BundleManifest;
    assert.equal(manifest.version, version);
    assert.deepEqual(
      Object.entries(manifest.user_config)
        .filter(([, { sensitive }]) => sensitive === true)
        .map(([name]) => name),
      ['password'],
    );
    const { user, password } = SAMPLE.reader;
    const given: Readonly<Record<string, string | number>> = { host: server.host, port: server.port, user, password };
    const fill = (text: string): string =>
      text
        .replaceAll('${__dirname}', unpacked)
        .replaceAll(/\$\{user_config\.(\w+)\}/g, (_, name: string) => String(given[name] ?? manifest.user_config[name]?.default ?? ''));
    const { args, env } = manifest.server.mcp_config;
    assert.match(
      await count(process.execPath, args.map(fill), Object.fromEntries(Object.entries(env).map(([name, value]) => [name, fill(value)]))),
      /n\n1000/,
    );
  });

  test('a broken manifest is told (so that the silence of the validator means something)', async () => {
    const program = await npmTool('mcpb');
    const file = path.join(folder, 'broken.json');
    await writeFile(file, '{ "manifest_version": "0.3", "name": "x" }');
    await assert.rejects(run(process.execPath, [program, 'validate', file]));
  });
});
