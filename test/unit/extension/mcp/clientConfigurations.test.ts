import assert from 'node:assert/strict';
import type { ConnectionProfile } from '../../../../src/engine/driver/profile.ts';
import { clientConfiguration, MCP_CLIENTS } from '../../../../src/extension/mcp/clientConfigurations.ts';
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
}

suite('configurations for other MCP clients', () => {
  const serverOf = (text: string): Server => {
    const whole = JSON.parse(text) as Record<string, Record<string, Server>>;
    const servers = whole['servers'] ?? whole['mcpServers'] ?? {};
    assert.deepEqual(Object.keys(servers), ['mysql-pilot-standalone']);
    const [server] = Object.values(servers);
    assert.ok(server);
    return server;
  };

  for (const client of MCP_CLIENTS) {
    test(`${client}: the exact version, known variables, limits and no right to write [F101]`, () => {
      const { command, args, env } = serverOf(clientConfiguration(client, PROFILE, '1.2.3').text);
      assert.deepEqual([command, args], ['npx', ['-y', 'mysql-pilot@1.2.3']]);
      const known = new Set(VARIABLES.flatMap(({ name, aliases = [] }) => [name, ...aliases]));
      assert.deepEqual(
        Object.keys(env).filter((name) => !known.has(name)),
        [],
      );
      const { MYSQL_PASSWORD: password, ...rest } = env;
      assert.match(password ?? '', /^\$\{(?:(?:env:)?MYSQL_PASSWORD|input:mysql-password)\}$|^<password>$/);
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
    const { env } = serverOf(clientConfiguration('cursor', { ...PROFILE, tables: { allow: [], deny: [] }, columns: [] }, '1.2.3').text);
    assert.deepEqual([env['MYSQL_TABLES_ALLOW'], env['MYSQL_TABLES_DENY'], env['MYSQL_COLUMNS']], ['', undefined, undefined]);
  });

  test('a limit that no variable can hold is not left out', () => {
    const profile = { ...PROFILE, tables: { deny: ['shop.a,b'] } };
    assert.throws(() => clientConfiguration('cursor', profile, '1.2.3'), /has a comma/);
    const semicolon = { ...profile, tables: { deny: ['shop.a;b'] } };
    assert.throws(() => clientConfiguration('cursor', semicolon, '1.2.3'), /or a semicolon/);
  });

  test('VS Code asks for the password itself', () => {
    const { inputs } = JSON.parse(clientConfiguration('vscode', PROFILE, '1.2.3').text) as { inputs: object[] };
    assert.deepEqual(inputs, [{ type: 'promptString', id: 'mysql-password', description: 'Password of agent', password: true }]);
  });
});
