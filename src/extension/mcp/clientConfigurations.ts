import { stringify as toToml } from 'smol-toml';
import { vscodeEntry, VSCODE_KEY, type McpClient } from '../../clients/mcpClients.ts';
import type { ConnectionProfile } from '../../engine/driver/profile.ts';
import { PilotError } from '../../engine/errors.ts';

/** Not the label of the provided server: VS Code takes two servers of one label for one, and this one has other connections. */
const KEY = 'mysql-pilot-standalone';

const INPUT = 'mysql-password';
const PASSWORD = 'MYSQL_PASSWORD';

/** How a client starts this version of the server by itself for a connection: read-only, and without the password. */
export function standaloneConfiguration(client: McpClient, profile: ConnectionProfile, version: string): string {
  const { env_vars: forwarded, ...password } = passwordOf(client);
  const server = {
    ...client.extra,
    command: 'npx',
    args: ['-y', `mysql-pilot@${version}`],
    env: { ...variables(profile), ...password },
    ...(forwarded === undefined ? {} : { env_vars: forwarded }),
  };
  const input = { type: 'promptString', id: INPUT, description: `Password of ${profile.user}`, password: true };
  return textOf(client, KEY, server, isVsCode(client) ? { inputs: [input] } : {});
}

function textOf({ format, property }: McpClient, key: string, server: object, beside: object = {}): string {
  const whole = { ...beside, [property]: { [key]: server } };
  return format === 'toml' ? `${toToml(whole).trim()}\n` : `${JSON.stringify(whole, undefined, 2)}\n`;
}

function isVsCode({ property }: McpClient): boolean {
  return property === 'servers';
}

/** How each client is told of a password that is not in the file; some read none from elsewhere. */
function passwordOf(client: McpClient): Readonly<{ [PASSWORD]?: string; env_vars?: readonly string[] }> {
  if (isVsCode(client)) return { [PASSWORD]: `\${input:${INPUT}}` };
  if (client.format === 'toml') return { env_vars: [PASSWORD] };
  return { [PASSWORD]: client.variable?.(PASSWORD) ?? '<password>' };
}

/** How a client starts the server with the connections of VS Code: the same for all of them, and without a secret. */
export function vscodeConfiguration(client: McpClient, version: string, platform: NodeJS.Platform): string {
  return textOf(client, VSCODE_KEY, vscodeEntry(client, version, platform));
}

/** Limits of the connection go with it; what it lets agents write does not. */
function variables(profile: ConnectionProfile): Record<string, string> {
  const { host, port, socket, user, database, tls, tlsFiles = {}, serverPublicKeyFile, ssh, environment, agents } = profile;
  const { tables = {}, columns } = profile;
  const all: Readonly<Record<string, string | undefined>> = {
    ...(socket === undefined ? { MYSQL_HOST: host, MYSQL_PORT: String(port) } : { MYSQL_SOCKET: socket }),
    MYSQL_USER: user,
    MYSQL_DB: database,
    MYSQL_SSL_MODE: tls,
    MYSQL_SSL_CA: tlsFiles.ca,
    MYSQL_SSL_CERT: tlsFiles.certificate,
    MYSQL_SSL_KEY: tlsFiles.key,
    MYSQL_SERVER_PUBLIC_KEY_PATH: serverPublicKeyFile,
    MYSQL_SSH_HOST: ssh?.host,
    MYSQL_SSH_PORT: ssh?.port?.toString(),
    MYSQL_SSH_USER: ssh?.user,
    MYSQL_SSH_KEY: ssh?.keyFile,
    MYSQL_SSH_HOST_KEY: ssh?.hostKey,
    MYSQL_SSH_JUMPS: ssh?.jumps
      ?.map(
        ({ user: account, host: jump, port: at }) =>
          `${account === undefined ? '' : `${account}@`}${jump}${at === undefined ? '' : `:${String(at)}`}`,
      )
      .join(','),
    MYSQL_ENVIRONMENT: environment,
    MYSQL_AGENTS: agents,
    MYSQL_TABLES_ALLOW: list(tables.allow),
    MYSQL_TABLES_DENY: filled(list(tables.deny)),
    MYSQL_COLUMNS: filled(list(columns)),
  };
  return Object.fromEntries(Object.entries(all).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])));
}

/** No rule of these is none; with nothing in it the variable would end the start. */
function filled(text: string | undefined): string | undefined {
  return text === '' ? undefined : text;
}

/** A comma or semicolon in a name would make two patterns of one, and a limit would be another than it was. */
function list(patterns: readonly string[] | undefined): string | undefined {
  if (patterns?.some((pattern) => /[,;]/.test(pattern)) === true) {
    throw new PilotError(
      'input.invalid',
      "A rule of this connection has a comma or a semicolon, which an environment variable can't contain.",
      {
        nextStep: 'Write the rules into a configuration file: see docs/standalone.md.',
      },
    );
  }
  return patterns?.join(',');
}
