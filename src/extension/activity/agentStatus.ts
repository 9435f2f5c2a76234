import * as vscode from 'vscode';
import type { ConnectionProfile } from '../../engine/driver/profile.ts';
import { allowsWrites, writableClasses } from '../../engine/policy/access.ts';
import { className } from '../connections/accessCommand.ts';
import type { CommandTools } from '../connections/commandTools.ts';
import type { ProfileStore } from '../connections/profileStore.ts';
import { Disposable } from '../disposable.ts';
import { environmentName } from '../tree/environments.ts';

/** Connections are read a while after the start: nothing waits for this. */
const FIRST_LOOK_MS = 2000;

/** In the status bar: what agents may do, and on which connection. Hidden where there is none. */
export class AgentStatus extends Disposable {
  readonly #profiles: ProfileStore;
  readonly #item = this.register(vscode.window.createStatusBarItem('mysqlPilot.agents', vscode.StatusBarAlignment.Right, 99));

  constructor(profiles: ProfileStore, tools: CommandTools) {
    super();
    this.#profiles = profiles;
    this.#item.name = vscode.l10n.t('MySQL Pilot: what agents may do');
    this.#item.command = 'mysqlPilot.showAccess';
    const draw = (): void => {
      void this.#draw();
    };
    const timer = setTimeout(draw, FIRST_LOOK_MS);
    this.register({
      dispose: () => {
        clearTimeout(timer);
      },
    });
    this.register(profiles.onDidChange(draw));
    this.register(vscode.workspace.onDidGrantWorkspaceTrust(draw));
    this.register(
      tools.register('showAccess', async () => {
        const items = (await profiles.list()).map((profile) => ({ label: profile.name, description: accessText(profile), profile }));
        const title = vscode.l10n.t('What agents may do');
        const picked = await vscode.window.showQuickPick(items, { title, placeHolder: vscode.l10n.t('Choose a connection to change it') });
        if (picked !== undefined)
          await vscode.commands.executeCommand('mysqlPilot.setAccess', { kind: 'connection', profile: picked.profile });
      }),
    );
  }

  async #draw(): Promise<void> {
    const profiles = await this.#profiles.list();
    if (this.disposed || profiles.length === 0) {
      this.#item.hide();
      return;
    }
    if (vscode.workspace.isTrusted) {
      this.#item.text = profiles.some(allowsWrites)
        ? vscode.l10n.t('$(edit) MySQL: agents may write')
        : vscode.l10n.t('$(shield) MySQL: agents read');
      const tooltip = new vscode.MarkdownString();
      for (const profile of profiles) tooltip.appendText(`${profile.name}: ${accessText(profile)}\n\n`);
      this.#item.tooltip = tooltip;
    } else {
      this.#item.text = vscode.l10n.t('$(circle-slash) MySQL: no agents');
      this.#item.tooltip = vscode.l10n.t('This workspace is not trusted: agents in it get no tools of MySQL Pilot.');
    }
    this.#item.show();
  }
}

/** For people: what agents may do on a connection. */
function accessText(profile: ConnectionProfile): string {
  const { ask, allow } = writableClasses(profile);
  const where = profile.environment === undefined ? [] : [environmentName(profile.environment)];
  const rights = [
    ...(ask.length + allow.length === 0 ? [vscode.l10n.t('read')] : []),
    ...(ask.length > 0 ? [vscode.l10n.t('asked: {0}', ask.map(className).join(', '))] : []),
    ...(allow.length > 0 ? [vscode.l10n.t('without asking: {0}', allow.map(className).join(', '))] : []),
  ];
  return [...where, ...rights].join(' · ');
}
