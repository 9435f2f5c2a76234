import * as vscode from 'vscode';
import type { ConnectionProfile } from '../../engine/driver/profile.ts';
import { allowsWrites, writableClasses } from '../../engine/policy/access.ts';
import { showsRows, showsStructure } from '../../engine/sql/agentVisibility.ts';
import { visibilityName } from '../connections/permissions/visibilityName.ts';
import { classNames } from '../connections/permissions/accessNames.ts';
import type { CommandTools } from '../connections/commandTools.ts';
import type { ProfileStore } from '../connections/profileStore.ts';
import { Disposable } from '../base/disposable.ts';
import { environmentName } from '../connections/environments.ts';
import { pick } from '../ui/picks.ts';
import { Markup, StatusItem } from '../ui/surfaces.ts';

/** Connections are read a while after the start: nothing waits for this. */
const FIRST_LOOK_MS = 2000;

/** In the status bar: what agents may do, and on which connection. Hidden where there is none. */
export class AgentStatus extends Disposable {
  readonly #profiles: ProfileStore;
  readonly #item = this.register(
    new StatusItem({
      ...{ id: 'mysqlPilot.agents', command: 'mysqlPilot.showAccess', priority: 99 },
      name: vscode.l10n.t('MySQL Pilot: agent permissions'),
    }),
  );

  constructor(profiles: ProfileStore, tools: CommandTools) {
    super();
    this.#profiles = profiles;
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
        const title = vscode.l10n.t('Agent permissions');
        const picked = await pick(items, { title, placeHolder: vscode.l10n.t('Select a connection to edit') });
        if (picked !== undefined)
          await vscode.commands.executeCommand('mysqlPilot.setAccess', tools.own.own({ kind: 'connection', profile: picked.profile }));
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
      const tooltip = new Markup();
      for (const profile of profiles) tooltip.text(`${profile.name}: ${accessText(profile)}`);
      this.#item.show({ ...rightsOf(profiles), tooltip });
    } else {
      const tooltip = vscode.l10n.t("This workspace isn't trusted, so agents in it get no MySQL Pilot tools.");
      this.#item.show({ icon: 'circle-slash', text: vscode.l10n.t('MySQL: agents disabled'), tooltip });
    }
  }
}

/** The most that agents can do on any connection. */
function rightsOf(profiles: readonly ConnectionProfile[]): { readonly icon: string; readonly text: string } {
  if (profiles.some(allowsWrites)) return { icon: 'edit', text: vscode.l10n.t('MySQL: agents can write') };
  if (profiles.some(({ agents }) => showsRows(agents))) return { icon: 'shield', text: vscode.l10n.t('MySQL: agents can only read') };
  return profiles.some(({ agents }) => showsStructure(agents))
    ? { icon: 'list-tree', text: vscode.l10n.t('MySQL: agents see structure only') }
    : { icon: 'eye-closed', text: vscode.l10n.t('MySQL: hidden from agents') };
}

function accessText(profile: ConnectionProfile): string {
  const { ask, allow } = writableClasses(profile);
  const where = profile.environment === undefined ? [] : [environmentName(profile.environment)];
  const seen = visibilityName(profile.agents);
  if (seen !== undefined) return [...where, seen].join(' · ');
  const rights = [
    ...(ask.length + allow.length === 0 ? [vscode.l10n.t('read-only')] : []),
    ...(ask.length > 0 ? [vscode.l10n.t('with approval: {0}', classNames(ask))] : []),
    ...(allow.length > 0 ? [vscode.l10n.t('without asking: {0}', classNames(allow))] : []),
  ];
  return [...where, ...rights].join(' · ');
}
