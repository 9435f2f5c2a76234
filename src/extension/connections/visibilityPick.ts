import * as vscode from 'vscode';
import type { ConnectionProfile } from '../../engine/driver/profile.ts';
import { showsRows, showsStructure, type AgentVisibility } from '../../engine/sql/agentVisibility.ts';
import { pickChange } from '../ui/picks.ts';

/** Asks what agents see of a connection. Resolves to undefined where nothing is to change. */
export async function pickVisibility({ name, agents }: ConnectionProfile): Promise<AgentVisibility | undefined> {
  const current = showsRows(agents) ? 'data' : showsStructure(agents) ? 'schema' : 'none';
  const choices: readonly { icon: string; label: string; detail: string; seen: AgentVisibility }[] = [
    {
      icon: 'table',
      label: vscode.l10n.t('Rows and structure'),
      detail: vscode.l10n.t('Agents can read. Next, you choose what they can change.'),
      seen: 'data',
    },
    {
      icon: 'list-tree',
      label: vscode.l10n.t('Structure only'),
      detail: vscode.l10n.t("Agents see the structure, but no rows, and can't change anything."),
      seen: 'schema',
    },
    {
      icon: 'eye-closed',
      label: vscode.l10n.t('Hidden from agents'),
      detail: vscode.l10n.t("For agents, this connection doesn't exist."),
      seen: 'none',
    },
  ];
  const picked = await pickChange(
    choices.map((choice) => ({ ...choice, description: choice.seen === current ? vscode.l10n.t('current') : '' })),
    {
      title: vscode.l10n.t('What agents can see on "{0}"', name),
      placeHolder: vscode.l10n.t("Agents can't change this setting."),
      keep: vscode.l10n.t('Keep Current Setting'),
    },
  );
  return picked?.seen;
}

/** What agents see of a connection, for lists and tooltips; undefined where they see rows. */
export function visibilityName(agents: AgentVisibility | undefined): string | undefined {
  if (showsRows(agents)) return undefined;
  return showsStructure(agents) ? vscode.l10n.t('agents see structure only') : vscode.l10n.t('hidden from agents');
}
