import * as vscode from 'vscode';
import type { Caution, PersonVerdict } from '../../engine/policy/people.ts';
import { describeTarget } from '../../engine/driver/profile.ts';
import { cutLine } from '../../engine/text.ts';
import type { RunPlace } from '../results/resultTabs.ts';
import { nameWithEnvironment } from '../tree/environments.ts';

const SHOWN_STATEMENTS = 6;
const SHOWN_LENGTH = 120;

/** A statement and what it does. */
export interface JudgedStatement {
  readonly sql: string;
  readonly verdict: PersonVerdict;
}

/**
 * Asks before a person changes production data, every row of a table, or what cannot be had back; true where there is nothing to ask. Nothing
 * runs before the answer.
 */
export async function confirmRun(statements: readonly JudgedStatement[], { profile }: RunPlace): Promise<boolean> {
  const production = profile.environment === 'production';
  const asked = statements.filter(({ verdict }) => verdict.cautions.length > 0 || (production && verdict.effect === 'changes'));
  if (asked.length === 0) return true;
  const run = vscode.l10n.t('Run');
  const where = nameWithEnvironment(profile);
  const detail = [
    describeTarget(profile),
    ...asked
      .slice(0, SHOWN_STATEMENTS)
      .map(({ sql, verdict }) => [cutLine(sql, SHOWN_LENGTH), ...verdict.cautions.map(warningOf)].join('\n   ⚠ ')),
    ...(asked.length > SHOWN_STATEMENTS ? [vscode.l10n.t('… and {0} more', asked.length - SHOWN_STATEMENTS)] : []),
  ];
  const question = vscode.l10n.t('Change data on {0}?', where);
  return (await vscode.window.showWarningMessage(question, { modal: true, detail: detail.join('\n\n') }, run)) === run;
}

function warningOf(caution: Caution): string {
  switch (caution) {
    case 'everyRow':
      return vscode.l10n.t('It has no WHERE: every row is meant.');
    case 'drops':
      return vscode.l10n.t('What it drops cannot be had back.');
  }
}
