import path from 'node:path';
import { SERVER_NAME } from '../identity.ts';

export type McpClientId = 'project' | 'vscode' | 'vscode-user' | 'copilot-cli' | 'claude-desktop' | 'cursor' | 'windsurf' | 'codex' | 'zed';

/** Where a client's configuration is, in the words that its documentation uses. Of Cursor, Claude Desktop, Copilot CLI and Codex it was not read, and the links are from memory. */
export interface McpClient {
  readonly id: McpClientId;
  readonly name: string;
  readonly format: 'json' | 'toml';
  /** True where the client reads comments and trailing commas in its file. */
  readonly readsComments: boolean;
  /** The property that holds the servers by name. */
  readonly property: string;
  /** What an entry has beside its command. */
  readonly extra: Readonly<Record<string, unknown>>;
  /** How the file names a variable of the environment; undefined where the client puts none in. */
  readonly variable: ((name: string) => string) | undefined;
  /** The file for people to read; `file` resolves it. */
  readonly shown: string;
  /** True for a file of a folder that others may get, too. */
  readonly isShared: boolean;
  /** What makes the client read the file. */
  readonly next: string;
}

const braces = (name: string): string => `\${${name}}`;
const withEnv = (name: string): string => `\${env:${name}}`;
const restart = (name: string): string => `Restart ${name}.`;

/** In the order in which they are offered. */
export const MCP_CLIENTS: readonly McpClient[] = [
  {
    // VS Code, Copilot CLI and Claude Code read it. @see https://code.visualstudio.com/docs/agents/reference/mcp-configuration, https://code.claude.com/docs/en/mcp
    ...{ id: 'project', name: 'This folder (VS Code, Copilot CLI, Claude Code)', format: 'json', readsComments: false },
    ...{ property: 'mcpServers', extra: { type: 'stdio' }, variable: braces, shown: '.mcp.json', isShared: true },
    next: 'Start a new session in this folder. The client asks whether you trust the server.',
  },
  {
    // @see https://code.visualstudio.com/docs/agents/reference/mcp-configuration
    ...{ id: 'vscode', name: 'VS Code, this folder', format: 'json', readsComments: true },
    ...{ property: 'servers', extra: { type: 'stdio' }, variable: withEnv, shown: '.vscode/mcp.json', isShared: true },
    next: 'Run "MCP: List Servers" in VS Code.',
  },
  {
    ...{ id: 'vscode-user', name: 'VS Code, user profile', format: 'json', readsComments: true },
    ...{
      property: 'servers',
      extra: { type: 'stdio' },
      variable: withEnv,
      shown: 'mcp.json (MCP: Open User Configuration)',
      isShared: false,
    },
    next: 'Run "MCP: List Servers" in VS Code.',
  },
  {
    // @see https://docs.github.com/en/copilot/how-tos/copilot-cli/customize-copilot/add-mcp-servers
    ...{ id: 'copilot-cli', name: 'GitHub Copilot CLI', format: 'json', readsComments: false },
    ...{
      property: 'mcpServers',
      extra: { type: 'local', tools: ['*'] },
      variable: braces,
      shown: '~/.copilot/mcp-config.json',
      isShared: false,
    },
    next: 'Run /mcp show in a new session of copilot.',
  },
  {
    // @see https://modelcontextprotocol.io/docs/develop/connect-local-servers
    ...{ id: 'claude-desktop', name: 'Claude Desktop', format: 'json', readsComments: false },
    ...{ property: 'mcpServers', extra: {}, variable: undefined, shown: 'claude_desktop_config.json', isShared: false },
    next: restart('Claude Desktop'),
  },
  {
    // @see https://cursor.com/docs/context/mcp
    ...{ id: 'cursor', name: 'Cursor', format: 'json', readsComments: false },
    ...{ property: 'mcpServers', extra: {}, variable: withEnv, shown: '~/.cursor/mcp.json', isShared: false },
    next: 'Turn the server on in the settings of Cursor, under MCP.',
  },
  {
    // @see https://docs.windsurf.com/windsurf/cascade/mcp
    ...{ id: 'windsurf', name: 'Windsurf', format: 'json', readsComments: false },
    ...{ property: 'mcpServers', extra: {}, variable: withEnv, shown: '~/.codeium/windsurf/mcp_config.json', isShared: false },
    next: 'Select Refresh in the MCP panel of Windsurf.',
  },
  {
    // @see https://developers.openai.com/codex/mcp
    ...{ id: 'codex', name: 'Codex', format: 'toml', readsComments: true },
    ...{ property: 'mcp_servers', extra: {}, variable: undefined, shown: '~/.codex/config.toml', isShared: false },
    next: 'Run /mcp in a new session of codex.',
  },
  {
    // @see https://zed.dev/docs/ai/mcp
    ...{ id: 'zed', name: 'Zed', format: 'json', readsComments: true },
    ...{ property: 'context_servers', extra: {}, variable: undefined, shown: '~/.config/zed/settings.json', isShared: false },
    next: 'Open the settings of the Agent Panel in Zed.',
  },
];

/** The system as far as it decides where files are. */
export interface Place {
  readonly platform: NodeJS.Platform;
  readonly home: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** The folder of the project. */
  readonly folder: string;
}

/** The path of the client's file on this system. */
export function fileOf(id: McpClientId, { platform, home, env, folder }: Place): string {
  const join = (...parts: readonly string[]): string => (platform === 'win32' ? path.win32 : path.posix).join(...parts);
  const applications =
    platform === 'win32'
      ? (env['APPDATA'] ?? join(home, 'AppData', 'Roaming'))
      : platform === 'darwin'
        ? join(home, 'Library', 'Application Support')
        : (env['XDG_CONFIG_HOME'] ?? join(home, '.config'));
  switch (id) {
    case 'project':
      return join(folder, '.mcp.json');
    case 'vscode':
      return join(folder, '.vscode', 'mcp.json');
    case 'vscode-user':
      return join(applications, 'Code', 'User', 'mcp.json');
    case 'copilot-cli':
      return join(env['COPILOT_HOME'] ?? join(home, '.copilot'), 'mcp-config.json');
    case 'claude-desktop':
      return join(applications, 'Claude', 'claude_desktop_config.json');
    case 'cursor':
      return join(home, '.cursor', 'mcp.json');
    case 'windsurf':
      return join(home, '.codeium', 'windsurf', 'mcp_config.json');
    case 'codex':
      return join(env['CODEX_HOME'] ?? join(home, '.codex'), 'config.toml');
    case 'zed':
      return platform === 'darwin'
        ? join(home, '.config', 'zed', 'settings.json')
        : join(applications, platform === 'win32' ? 'Zed' : 'zed', 'settings.json');
  }
}

/** How a client starts our server. */
export interface ServerEntry extends Readonly<Record<string, unknown>> {
  readonly command: string;
  readonly args: readonly string[];
}

/**
 * The entry that uses the connections of VS Code. It is the same for all connections and has no secret. An exact version, from npm: a path into the extension would lead nowhere with its next
 * update, and without a version each start could run other code than the one that was chosen. On Windows npx is a script, which only a shell starts.
 */
export function vscodeEntry({ extra, isShared }: McpClient, version: string, platform: NodeJS.Platform): ServerEntry {
  const npx = ['-y', `mysql-pilot@${version}`, '--vscode'];
  const needsShell = platform === 'win32' && !isShared; // a shared file goes to other systems
  return { ...extra, ...(needsShell ? { command: 'cmd', args: ['/c', 'npx', ...npx] } : { command: 'npx', args: npx }) };
}

/**
 * As the provided server's label: VS Code takes two servers of one name for one, so that the tools are there once. Both lead to the same connections.
 */
export const VSCODE_KEY = SERVER_NAME;

/** True for an entry of any version that `vscodeEntry` could have made: whoever has changed more of it than options of ours keeps it. */
export function isOwnEntry(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false;
  const { command, args } = value as { command?: unknown; args?: unknown };
  if (!Array.isArray(args) || !args.every((one) => typeof one === 'string')) return false;
  const words = command === 'cmd' && args[0] === '/c' ? args.slice(1) : [command, ...args];
  return (
    words.length === 4 &&
    words[0] === 'npx' &&
    words[1] === '-y' &&
    /^mysql-pilot@[\w.^~-]+$/.test(String(words[2])) &&
    words[3] === '--vscode'
  );
}
