import * as vscode from 'vscode';
import type { ConnectionProfile } from '../../engine/driver/profile.ts';
import { showsRows, showsStructure, type AgentVisibility } from '../../engine/sql/agentVisibility.ts';
import { pickChange } from '../ui/picks.ts';

/** Asks what agents see of a connection; `rules`: the person wants to see those for tables and columns. Resolves to undefined where nothing is to change. */
export async function pickVisibility({
  name,
  agents,
  tables,
  columns = [],
}: ConnectionProfile): Promise<AgentVisibility | 'rules' | undefined> {
  const current = showsRows(agents) ? 'data' : showsStructure(agents) ? 'schema' : 'none';
  const choices: readonly { icon: string; label: string; detail: string; seen: AgentVisibility | 'rules' }[] = [
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
    {
      icon: 'shield',
      label: vscode.l10n.t('Protected Tables and Columns…'),
      detail: vscode.l10n.t('Block agents from tables, and hide or mask columns with personal data.'),
      seen: 'rules',
    },
  ];
  const picked = await pickChange(
    choices.map((choice) => ({ ...choice, description: describe(choice.seen) })),
    {
      title: vscode.l10n.t('What agents can see on "{0}"', name),
      placeHolder: vscode.l10n.t("Agents can't change this setting."),
      keep: vscode.l10n.t('Keep Current Setting'),
    },
  );
  return picked?.seen;

  function describe(seen: AgentVisibility | 'rules'): string {
    const rules = columns.length + (tables?.allow?.length ?? 0) + (tables?.deny?.length ?? 0);
    if (seen === 'rules') return rules === 0 ? '' : vscode.l10n.t('Rules: {0}', rules);
    return seen === current ? vscode.l10n.t('current') : '';
  }
}

/** What agents see of a connection, for lists and tooltips; undefined where they see rows. */
export function visibilityName(agents: AgentVisibility | undefined): string | undefined {
  if (showsRows(agents)) return undefined;
  return showsStructure(agents) ? vscode.l10n.t('agents see structure only') : vscode.l10n.t('hidden from agents');
}
