import * as vscode from 'vscode';
import type { CommandTools } from '../connections/commandTools.ts';
import { clientConfiguration, MCP_CLIENTS, type McpClient } from './clientConfigurations.ts';
import { showInformation } from '../ui/dialogs.ts';
import { pick } from '../ui/picks.ts';

declare const PILOT_VERSION: string;

const NAMES: Readonly<Record<McpClient, string>> = {
  vscode: 'VS Code',
  claudeDesktop: 'Claude Desktop',
  claudeCode: 'Claude Code',
  cursor: 'Cursor',
  windsurf: 'Windsurf',
};

/** *Copy MCP Configuration*: how another program starts the server for a connection, without the password. */
export function registerCopyConfiguration(tools: CommandTools): vscode.Disposable {
  return tools.register('copyMcpConfiguration', async (argument) => {
    const title = vscode.l10n.t('Copy MCP configuration');
    const profile = await tools.choose(argument, title);
    if (profile === undefined) return;
    const items = MCP_CLIENTS.map((client) => ({ label: NAMES[client], client }));
    const placeHolder = vscode.l10n.t("For which program? Agents in VS Code don't need this.");
    const picked = await pick(items, { title, placeHolder });
    if (picked === undefined) return;
    const { text, file } = clientConfiguration(picked.client, profile, PILOT_VERSION);
    await vscode.env.clipboard.writeText(text);
    void showInformation(
      vscode.l10n.t(
        'Copied to the clipboard. Paste it into {0}. The configuration contains no password and gives agents read-only access.',
        file,
      ),
    );
  });
}
