import type { ConnectionProfile } from '../../engine/driver/profile.ts';
import { PilotError } from '../../engine/errors.ts';

export const MCP_CLIENTS = ['vscode', 'claudeDesktop', 'claudeCode', 'cursor', 'windsurf'] as const;

export type McpClient = (typeof MCP_CLIENTS)[number];

export interface ClientConfiguration {
  readonly text: string;
  readonly file: string;
}

/**
 * Not the label of the provided server: VS Code takes two servers of one label for one, and would switch ours off.
 */
const KEY = 'mysql-pilot-standalone';

const FILES: Readonly<Record<McpClient, string>> = {
  vscode: '.vscode/mcp.json',
  claudeDesktop: 'claude_desktop_config.json',
  claudeCode: '.mcp.json',
  cursor: '~/.cursor/mcp.json',
  windsurf: '~/.codeium/windsurf/mcp_config.json',
};

const INPUT = 'mysql-password';

/** How each client is told of a password that is not in the file; Claude Desktop reads none from elsewhere. */
const PASSWORDS: Readonly<Record<McpClient, string>> = {
  vscode: `\${input:${INPUT}}`,
  claudeDesktop: '<password>',
  claudeCode: '${MYSQL_PASSWORD}',
  cursor: '${env:MYSQL_PASSWORD}',
  windsurf: '${env:MYSQL_PASSWORD}',
};

/** How a client starts this version of the server by itself for a connection: read-only, and without the password. */
export function clientConfiguration(client: McpClient, profile: ConnectionProfile, version: string): ClientConfiguration {
  const server = {
    ...(client === 'vscode' || client === 'claudeCode' ? { type: 'stdio' } : {}),
    command: 'npx',
    args: ['-y', `mysql-pilot@${version}`],
    env: { ...variables(profile), MYSQL_PASSWORD: PASSWORDS[client] },
  };
  const password = { type: 'promptString', id: INPUT, description: `Password of ${profile.user}`, password: true };
  const whole = client === 'vscode' ? { inputs: [password], servers: { [KEY]: server } } : { mcpServers: { [KEY]: server } };
  return { text: `${JSON.stringify(whole, undefined, 2)}\n`, file: FILES[client] };
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
