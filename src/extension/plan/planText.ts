import * as vscode from 'vscode';
import type { Plan } from '../../engine/diagnostics/explain.ts';
import { engineWords } from '../../review/engineWords.ts';

/** A plan as a text for an editor: what was found, then how the server goes about it. */
export function planText(sql: string, { findings, tree, steps }: Plan): string {
  const found =
    findings.length === 0 ? [vscode.l10n.t('No issues found.')] : findings.map((finding) => `• ${engineWords(finding, vscode.l10n.t)}`);
  const plan = tree ?? alignedSteps(steps);
  return `${found.join('\n')}\n\n${plan}\n\n${'─'.repeat(40)}\n${sql}\n`;
}

const HEADS = ['select', 'table', 'access', 'key', 'rows', 'filtered', 'actual', 'extra'] as const;

function alignedSteps(steps: Plan['steps']): string {
  const number = (value: number | undefined): string => value?.toLocaleString('en') ?? '';
  const table = [
    [...HEADS],
    ...steps.map((step) => [
      ...[step.select, step.table ?? '', step.access, step.key ?? '', number(step.rows)],
      ...[step.filtered === undefined ? '' : `${String(step.filtered)} %`, number(step.actualRows), step.extra],
    ]),
  ];
  const widths = HEADS.map((_, i) => Math.max(...table.map((line) => (line[i] ?? '').length)));
  return table
    .map((line) =>
      line
        .map((cell, i) => cell.padEnd(widths[i] ?? 0))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}
