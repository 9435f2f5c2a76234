import * as vscode from 'vscode';
import type { SavedQueries } from './savedQueries.ts';
import { RENDEZVOUS_FLAG, SERVER_NAME } from '../../identity.ts';

/** Both are replaced when the bundle is built; VS Code caches the tools under them. */
declare const PILOT_VERSION: string;
declare const PILOT_TOOLS_HASH: string;

/** As in package.json. */
const PROVIDER_ID = 'mysqlPilot.mcp';

/**
 * Variables that could change how the server runs; VS Code would hand them down from its own environment. (The server reads
 * no MYSQL_* variable when it is started with a rendezvous file.)
 */
const REMOVED = [
  'NODE_OPTIONS',
  'NODE_TLS_REJECT_UNAUTHORIZED',
  'NODE_PATH',
  'NODE_DEBUG',
  'NODE_V8_COVERAGE',
  'NODE_COMPILE_CACHE',
  'SSLKEYLOGFILE',
];

/**
 * Offers the bundled server to every agent in VS Code, except in a workspace that is not trusted: its files could tell an agent what to ask. The definition is
 * stored in plain text by VS Code and started as it is, so it holds the path of the rendezvous file and nothing else of ours.
 */
export function registerDefinitionProvider(
  context: vscode.ExtensionContext,
  rendezvousFile: string,
  queries: SavedQueries,
): vscode.Disposable {
  const changed = new vscode.EventEmitter<void>();
  const fire = (): void => {
    changed.fire();
  };
  const provider = vscode.lm.registerMcpServerDefinitionProvider(PROVIDER_ID, {
    onDidChangeMcpServerDefinitions: changed.event,
    provideMcpServerDefinitions: () => {
      if (!vscode.workspace.isTrusted) return [];
      const { fingerprint } = queries;
      const definition = new vscode.McpStdioServerDefinition(
        SERVER_NAME,
        process.execPath,
        [vscode.Uri.joinPath(context.extensionUri, 'dist', 'server.js').fsPath, RENDEZVOUS_FLAG, rendezvousFile],
        { ELECTRON_RUN_AS_NODE: '1', ...Object.fromEntries(REMOVED.map((name) => [name, null])) },
        `${PILOT_VERSION}+${PILOT_TOOLS_HASH}${fingerprint === '' ? '' : `.${fingerprint}`}`,
      );
      // Not the extension's folder: that one moves with each update, and a cached definition would start nowhere.
      definition.cwd = context.globalStorageUri;
      return [definition];
    },
  });
  return vscode.Disposable.from(changed, queries.onDidChange(fire), vscode.workspace.onDidGrantWorkspaceTrust(fire), provider);
}
