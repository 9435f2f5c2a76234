import { copyFile, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import * as z from 'zod';
import { ConfigSchema } from '../src/server/config/configSchema.ts';
import { VARIABLES } from '../src/server/config/variables.ts';
import { limitsOf } from '../src/server/limits/limits.ts';
import { allTools } from '../src/server/tools/builtInTools.ts';
import { ROOT } from '../test/harness/root.ts';
import { run } from '../test/harness/run.ts';
import { agentPlugin } from './build/agentPlugin.ts';

/**
 * `npm run package:server`, after a build: lays out what goes to npm (dist/npm, for `npm publish ./dist/npm`) and into a bundle for desktop
 * clients (dist/mcpb, for `mcpb pack`). Both hold the server alone, with everything in its bundles. Besides, what the MCP registry is told
 * (dist/server.json).
 */

interface Manifest {
  readonly version: string;
  readonly description: string;
  readonly license: string;
  readonly repository: { readonly type: string; readonly url: string };
  readonly bugs: { readonly url: string };
  readonly engines: { readonly node: string };
}

const BUNDLES = [
  'server.js',
  'agent.js',
  'broker.js',
  'program.js',
  'approval.js',
  'engine.js',
  'cache.js',
  'parquet.js',
  'zod.js',
  'http.js',
  'init.js',
  'logging.js',
  'ssh.js',
  'stdio.js',
  'tracing.js',
  'views.js',
  'app.html',
  'approval.html',
];
/** For `mysql-pilot init --plugin`. */
const PLUGIN = 'agent-plugin';
/** Of the file that --config reads, for editors. */
const SCHEMA = 'config.schema.json';
const SUMMARY =
  'An MCP server that gives agents MySQL and MariaDB databases: read-only unless you say otherwise, exact values, few tokens.';

/** Under which the registry knows the package: it looks for it in the one on npm, too. */
const REGISTRY_NAME = 'io.github.mysql-pilot/mysql-pilot';
/** @see https://github.com/modelcontextprotocol/registry/blob/main/docs/reference/server-json/generic-server-json.md */
const REGISTRY_SCHEMA = 'https://static.modelcontextprotocol.io/schemas/2025-10-17/server.schema.json';

const manifest = JSON.parse(await readFile(path.join(ROOT, 'package.json'), 'utf8')) as Manifest;
const { version, license, repository, bugs } = manifest;
const { node } = manifest.engines;
const homepage = repository.url.replace(/^git\+|\.git$/g, '');
const keywords = ['mcp', 'model context protocol', 'mysql', 'mariadb', 'database', 'sql', 'agent'];

async function layOut(name: string, files: Readonly<Record<string, string>>, bundles: string): Promise<void> {
  const folder = path.join(ROOT, 'dist', name);
  await rm(folder, { recursive: true, force: true });
  await mkdir(path.join(folder, bundles), { recursive: true });
  for (const bundle of BUNDLES) await copyFile(path.join(ROOT, 'dist', bundle), path.join(folder, bundles, bundle));
  await copyFile(path.join(ROOT, 'LICENSE'), path.join(folder, 'LICENSE'));
  await copyFile(path.join(ROOT, 'dist/NOTICE.txt'), path.join(folder, 'NOTICE.txt'));
  await copyFile(path.join(ROOT, 'docs/standalone.md'), path.join(folder, 'README.md'));
  for (const [file, text] of Object.entries(files)) await writeFile(path.join(folder, file), text);
}

const json = (value: unknown): string => `${JSON.stringify(value, null, 2)}\n`;

await layOut(
  'npm',
  {
    'package.json': json({
      name: 'mysql-pilot',
      version,
      description: SUMMARY,
      license,
      repository,
      homepage,
      bugs,
      keywords,
      mcpName: REGISTRY_NAME,
      bin: { 'mysql-pilot': 'server.js' },
      engines: { node },
      files: [...BUNDLES, PLUGIN, SCHEMA, 'NOTICE.txt'],
    }),
    [SCHEMA]: json({ title: 'Configuration of mysql-pilot', ...z.toJSONSchema(ConfigSchema, { io: 'input' }) }),
  },
  '.',
);

for (const [file, contents] of Object.entries(agentPlugin(manifest))) {
  const target = path.join(ROOT, 'dist/npm', PLUGIN, file);
  await mkdir(path.dirname(target), { recursive: true });
  await writeFile(target, contents);
}

const text = (title: string, description: string, more: object = {}): object => ({
  type: 'string',
  title,
  description,
  required: false,
  ...more,
});
await layOut(
  'mcpb',
  {
    'manifest.json': json({
      manifest_version: '0.3',
      name: 'mysql-pilot',
      display_name: 'MySQL Pilot',
      version,
      description: SUMMARY,
      author: { name: 'The MySQL Pilot authors', url: homepage },
      repository,
      homepage,
      support: bugs.url,
      license,
      keywords,
      server: {
        type: 'node',
        entry_point: 'server/server.js',
        mcp_config: {
          command: 'node',
          args: ['${__dirname}/server/server.js'],
          env: {
            MYSQL_HOST: '${user_config.host}',
            MYSQL_PORT: '${user_config.port}',
            MYSQL_USER: '${user_config.user}',
            MYSQL_PASSWORD: '${user_config.password}',
            MYSQL_DB: '${user_config.database}',
            MYSQL_SSL_MODE: '${user_config.tls}',
          },
        },
      },
      tools: allTools(limitsOf()).map(({ name, title }) => ({ name, description: title })),
      user_config: {
        host: text('Host', 'Host name or address of the database server.', { default: '127.0.0.1' }),
        port: { type: 'number', title: 'Port', description: 'Usually 3306.', default: 3306, min: 1, max: 65535, required: false },
        user: text('User', 'The account. One that may only read is the safest choice.', { required: true }),
        password: text('Password', 'Of that account.', { sensitive: true, default: '' }),
        database: text('Database', 'The default database; empty for none.', { default: '' }),
        tls: text('TLS', 'disabled, preferred, required, verify-ca or verify-identity.', { default: 'preferred' }),
      },
      compatibility: { platforms: ['darwin', 'win32', 'linux'], runtimes: { node } },
    }),
  },
  'server',
);

const FORMATS = { integer: 'number', seconds: 'number', switch: 'boolean' } as const;
await writeFile(
  path.join(ROOT, 'dist/server.json'),
  json({
    $schema: REGISTRY_SCHEMA,
    name: REGISTRY_NAME,
    title: 'MySQL Pilot',
    description: 'MySQL and MariaDB for agents: read-only unless you say otherwise, exact values, few tokens.',
    repository: { url: homepage, source: 'github' },
    version,
    packages: [
      {
        registryType: 'npm',
        identifier: 'mysql-pilot',
        version,
        runtimeHint: 'npx',
        transport: { type: 'stdio' },
        environmentVariables: VARIABLES.filter(({ place }) => !place.startsWith('http.')).map(({ name, kind, description }) => ({
          name,
          description: description.replaceAll('`', ''),
          isRequired: false,
          isSecret: kind === 'reference' || name === 'MYSQL_URL',
          format: kind in FORMATS ? FORMATS[kind as keyof typeof FORMATS] : kind === 'file' ? 'filepath' : 'string',
        })),
      },
    ],
  }),
);

const archive = (await run('npm', ['pack', path.join(ROOT, 'dist/npm'), '--silent', '--pack-destination', path.join(ROOT, 'dist')])).trim();
console.log(`dist/${archive}  for npm; try it: npm install --global ./dist/${archive} && mysql-pilot --check
dist/mcpb  for desktop clients; pack it: npx @anthropic-ai/mcpb pack dist/mcpb
dist/npm  for the image; build it: docker build --tag mysql-pilot .
dist/server.json  for the registry of MCP servers`);
