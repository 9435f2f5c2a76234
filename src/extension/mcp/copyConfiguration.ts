import * as vscode from 'vscode';
import type { CommandTools } from '../connections/commandTools.ts';
import { showInformation } from '../ui/dialogs.ts';
import { pick } from '../ui/picks.ts';

declare const PILOT_VERSION: string;

/** *Copy MCP Configuration*: how another program starts the server, without a password. */
export function registerCopyConfiguration(tools: CommandTools): vscode.Disposable {
  return tools.register('copyMcpConfiguration', async (argument) => {
    const title = vscode.l10n.t('Copy MCP configuration');
    const profile = await tools.choose(argument, title);
    if (profile === undefined) return;
    const [{ MCP_CLIENTS }, { standaloneConfiguration, vscodeConfiguration }] = await Promise.all([
      import('../../clients/mcpClients.ts'),
      import('./clientConfigurations.ts'),
    ]);
    const placeHolder = vscode.l10n.t("Select a program. Agents in VS Code don't need this.");
    const clients = MCP_CLIENTS.map((client) => ({ label: client.name, description: client.shown, client }));
    const picked = await pick(clients, { title, placeHolder, matchOnDescription: true });
    if (picked === undefined) return;
    const { client } = picked;
    const connections = [
      {
        label: vscode.l10n.t('VS Code connections'),
        detail: vscode.l10n.t('All connections that agents can see, with their permissions. The configuration contains no password.'),
        text: () => vscodeConfiguration(client, PILOT_VERSION, process.platform),
      },
      {
        label: vscode.l10n.t('Only {0}, without VS Code', profile.name),
        detail: vscode.l10n.t('Runs a separate, read-only MCP server. You enter the password in the other program.'),
        text: () => standaloneConfiguration(client, profile, PILOT_VERSION),
      },
    ];
    const chosen = await pick(connections, { title, placeHolder: vscode.l10n.t('Select the connections for the program') });
    if (chosen === undefined) return;
    await vscode.env.clipboard.writeText(chosen.text());
    void showInformation(
      vscode.l10n.t('Copied to the clipboard. Paste it into {0}. The configuration contains no password.', client.shown),
    );
  });
}
