import * as vscode from 'vscode';
import type { CommandTools } from '../connections/commandTools.ts';
import { openSetting, readSetting } from '../settings/settings.ts';
import { showInformation } from '../ui/dialogs.ts';
import type { CredentialAgentFeed } from './credentialAgent.ts';

/** *Lock Credential Agent* and *Show Credential Agent Status*. */
export function registerAgentCommands(tools: CommandTools, feed: CredentialAgentFeed): vscode.Disposable {
  return vscode.Disposable.from(
    tools.register('lockCredentialAgent', () => lock(feed)),
    tools.register('showCredentialAgentStatus', () => showStatus(feed)),
  );
}

async function lock(feed: CredentialAgentFeed): Promise<void> {
  const { lockAgent } = await import('../../broker/agent/agentControl.ts');
  await lockAgent();
  await offerUnlock(feed);
}

async function offerUnlock(feed: CredentialAgentFeed): Promise<void> {
  const unlock = vscode.l10n.t('Unlock');
  const message = vscode.l10n.t('The credential agent is locked. Agents can connect only while a window is open.');
  if ((await showInformation(message, unlock)) !== unlock) return;
  const { unlockAgent } = await import('../../broker/agent/agentControl.ts');
  await unlockAgent();
  await feed.changed();
}

async function showStatus(feed: CredentialAgentFeed): Promise<void> {
  const [{ agentStatus }, { isAgentLocked }] = await Promise.all([
    import('../../broker/agent/agentControl.ts'),
    import('../../broker/agentPlace.ts'),
  ]);
  const status = await agentStatus();
  if (status === undefined && (await isAgentLocked())) {
    await offerUnlock(feed);
    return;
  }
  if (status === undefined) {
    await offerSettings(await readSetting('agent.keepUnlocked'));
    return;
  }
  const lockNow = vscode.l10n.t('Lock');
  const message = vscode.l10n.t(
    'The credential agent is running. Connections: {0}. Windows: {1}. MCP servers: {2}.',
    status.connections,
    status.windows,
    status.servers,
  );
  if ((await showInformation(message, lockNow)) === lockNow) await lock(feed);
}

async function offerSettings(keep: 'never' | 'whileWindowsAreOpen' | 'untilIdle'): Promise<void> {
  const open = vscode.l10n.t('Open Settings');
  const message =
    keep === 'never'
      ? vscode.l10n.t('The credential agent is off. Agents can connect only while a window is open.')
      : vscode.l10n.t('The credential agent is not running. It starts when a trusted workspace opens.');
  if ((await showInformation(message, open)) === open) await openSetting('agent.keepUnlocked');
}
