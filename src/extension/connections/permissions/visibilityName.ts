import * as vscode from 'vscode';
import { showsRows, showsStructure, type AgentVisibility } from '../../../engine/sql/agentVisibility.ts';

/** What agents see of a connection, for lists and tooltips; undefined where they see rows. */
export function visibilityName(agents: AgentVisibility | undefined): string | undefined {
  if (showsRows(agents)) return undefined;
  return showsStructure(agents) ? vscode.l10n.t('agents see structure only') : vscode.l10n.t('hidden from agents');
}
