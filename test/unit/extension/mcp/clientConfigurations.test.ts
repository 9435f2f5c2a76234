import assert from 'node:assert/strict';
import type { ConnectionProfile } from '../../../../src/engine/driver/profile.ts';
import { parse } from 'smol-toml';
import { MCP_CLIENTS, type McpClient, type McpClientId } from '../../../../src/clients/mcpClients.ts';
import { standaloneConfiguration, vscodeConfiguration } from '../../../../src/extension/mcp/clientConfigurations.ts';
import { VARIABLES } from '../../../../src/server/config/variables.ts';

const PROFILE: ConnectionProfile = {
  ...{ id: '1', name: 'shop', host: 'db.example', port: 3307, user: 'agent', database: 'shop', tls: 'required', createdAt: 0 },
  environment: 'production',
  writes: { delete: 'allow' },
  agents: 'schema',
  tables: { deny: ['shop.cards', 'hr.*'] },
  columns: ['shop.customers.email=mask', '*.users.name=pseudonym'],
  ssh: { host: 'bastion', port: 22, user: 'me' },
  serverPublicKeyFile: '/public_key.pem',
};

interface Server {
  readonly command: string;
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  readonly env_vars?: readonly string[];
}

const client = (id: McpClientId): McpClient => MCP_CLIENTS.find((one) => one.id === id) ?? assert.fail(id);
const readWith = ({ format }: McpClient, text: string): Record<string, Record<string, Server>> =>
  (format === 'toml' ? JSON.parse(JSON.stringify(parse(text))) : JSON.parse(text)) as Record<string, Record<string, Server>>;

suite('configurations for other MCP clients', () => {
  const serverOf = (of: McpClient, text: string): Server => {
    const servers = readWith(of, text)[of.property] ?? {};
    assert.deepEqual(Object.keys(servers), ['mysql-pilot-standalone']);
    const [server] = Object.values(servers);
    assert.ok(server);
    return server;
  };

  for (const one of MCP_CLIENTS) {
    test(`${one.id}: the connections of VS Code, by the exact version, without a variable`, () => {
      const { [one.property]: servers, ...rest } = readWith(one, vscodeConfiguration(one, '1.2.3', 'linux'));
      assert.deepEqual(rest, {});
      assert.deepEqual(servers, {
        'mysql-pilot': { ...one.extra, command: 'npx', args: ['-y', 'mysql-pilot@1.2.3', '--vscode'] },
      });
    });

    test(`${one.id}: the exact version, known variables, limits and no right to write [F101]`, () => {
      const { command, args, env, env_vars: forwarded } = serverOf(one, standaloneConfiguration(one, PROFILE, '1.2.3'));
      assert.deepEqual([command, args], ['npx', ['-y', 'mysql-pilot@1.2.3']]);
      const known = new Set(VARIABLES.flatMap(({ name, aliases = [] }) => [name, ...aliases]));
      assert.deepEqual(
        Object.keys(env).filter((name) => !known.has(name)),
        [],
      );
      const { MYSQL_PASSWORD: password, ...rest } = env;
      if (forwarded === undefined) assert.match(password ?? '', /^\$\{(?:(?:env:)?MYSQL_PASSWORD|input:mysql-password)\}$|^<password>$/);
      else assert.deepEqual([forwarded, password], [['MYSQL_PASSWORD'], undefined]);
      assert.deepEqual(rest, {
        ...{ MYSQL_HOST: 'db.example', MYSQL_PORT: '3307', MYSQL_USER: 'agent', MYSQL_DB: 'shop', MYSQL_SSL_MODE: 'required' },
        MYSQL_SERVER_PUBLIC_KEY_PATH: '/public_key.pem',
        ...{ MYSQL_SSH_HOST: 'bastion', MYSQL_SSH_PORT: '22', MYSQL_SSH_USER: 'me' },
        ...{ MYSQL_ENVIRONMENT: 'production', MYSQL_AGENTS: 'schema', MYSQL_TABLES_DENY: 'shop.cards,hr.*' },
        MYSQL_COLUMNS: 'shop.customers.email=mask,*.users.name=pseudonym',
      });
    });
  }

  test('rules without entries are left out, but for a list of allowed tables, without which all are', () => {
    const { env } = serverOf(
      client('cursor'),
      standaloneConfiguration(client('cursor'), { ...PROFILE, tables: { allow: [], deny: [] }, columns: [] }, '1.2.3'),
    );
    assert.deepEqual([env['MYSQL_TABLES_ALLOW'], env['MYSQL_TABLES_DENY'], env['MYSQL_COLUMNS']], ['', undefined, undefined]);
  });

  test('a limit that no variable can hold is not left out', () => {
    const profile = { ...PROFILE, tables: { deny: ['shop.a,b'] } };
    assert.throws(() => standaloneConfiguration(client('cursor'), profile, '1.2.3'), /has a comma/);
    const semicolon = { ...profile, tables: { deny: ['shop.a;b'] } };
    assert.throws(() => standaloneConfiguration(client('cursor'), semicolon, '1.2.3'), /or a semicolon/);
  });

  test('VS Code asks for the password itself', () => {
    const { inputs } = JSON.parse(standaloneConfiguration(client('vscode'), PROFILE, '1.2.3')) as { inputs: object[] };
    assert.deepEqual(inputs, [{ type: 'promptString', id: 'mysql-password', description: 'Password of agent', password: true }]);
  });
});
