import * as vscode from 'vscode';
import type { Caution, PersonVerdict } from '../../engine/guard/people.ts';
import type { RunPlace } from '../results/resultTabs.ts';
import { nameWithEnvironment } from '../tree/environments.ts';
import { confirmStatements } from '../writes/confirmStatements.ts';
import type { Reviews } from '../writes/reviews.ts';

/** A statement and what it does. */
export interface JudgedStatement {
  readonly sql: string;
  readonly verdict: PersonVerdict;
}

/**
 * Asks before a person changes production data, every row of a table, or what cannot be had back; true where there is nothing to ask. Nothing
 * runs before the answer.
 */
export async function confirmRun(
  reviews: Reviews,
  statements: readonly JudgedStatement[],
  { profile, database }: RunPlace,
): Promise<boolean> {
  const production = profile.environment === 'production';
  const asked = statements.filter(({ verdict }) => verdict.cautions.length > 0 || (production && verdict.effect === 'changes'));
  if (asked.length === 0) return true;
  return confirmStatements(reviews, {
    ...{ profile, database, run: vscode.l10n.t('Run') },
    question: vscode.l10n.t('Change data on {0}?', nameWithEnvironment(profile)),
    statements: asked.map(({ sql, verdict }) => ({ sql, warnings: verdict.cautions.map(warningOf) })),
  });
}

function warningOf(caution: Caution): string {
  switch (caution) {
    case 'everyRow':
      return vscode.l10n.t('It has no WHERE: every row is meant.');
    case 'drops':
      return vscode.l10n.t('What it drops cannot be had back.');
  }
}
