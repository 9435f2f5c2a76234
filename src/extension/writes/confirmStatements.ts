import * as vscode from 'vscode';
import { describeTarget, type ConnectionProfile } from '../../engine/driver/profile.ts';
import { ask, type DetailLine } from '../ui/dialogs.ts';
import type { OwnChange } from './ownReview.ts';
import type { UserReviews } from './userReviews.ts';

export interface StatementsToConfirm {
  readonly profile: ConnectionProfile;
  /** The one that the statements run in. */
  readonly database: string | undefined;
  readonly question: string;
  /** Why it is asked, where the statements do not tell. */
  readonly reason?: string | undefined;
  /** The person has typed on meanwhile: the keys that come next were not meant for the question. */
  readonly typesOn?: boolean;
  /** The button that runs them. */
  readonly run: string;
  readonly statements: readonly { readonly sql: string; readonly warnings: readonly string[] }[];
  /** What runs besides the statements, where something does. */
  readonly others?: string | undefined;
  /** What the review shows; looked up when it is opened. Undefined where the person gave up waiting. */
  readonly review: () => Promise<OwnChange | undefined>;
}

/** What a dialog shows without scrolling on a small screen; more is shown in a review. */
const MAX_LINES = 16;
const MAX_CHARACTERS = 1200;

/**
 * Asks about statements, every one of which is shown whole: in a dialog, in which the button that Enter presses opens their review. Where they are too long for a dialog
 * the review opens at once.
 */
export async function confirmStatements(reviews: UserReviews, asked: StatementsToConfirm): Promise<boolean> {
  const { profile, database, question, reason, typesOn = false, run, statements, others, review } = asked;
  // Without the default database of the connection: the statements may run in another one.
  const target = describeTarget({ ...profile, database: undefined });
  const where: string[] = [
    vscode.l10n.t('Connection: {0} ({1})', profile.name, target),
    ...(database === undefined ? [] : [vscode.l10n.t('Database: {0}', database)]),
    ...(reason === undefined ? [] : [`⚠ ${reason}`]),
    ...(others === undefined ? [] : [others]),
  ];
  const whole: DetailLine[] = [
    ...where,
    ...statements.flatMap(({ sql, warnings }): DetailLine[] => ['', { statement: sql }, ...warnings.map((warning) => `⚠ ${warning}`)]),
  ];
  const fits = statements.reduce((sum, { sql }) => sum + sql.length, 0) <= MAX_CHARACTERS && linesOf(whole) <= MAX_LINES;
  if (fits || typesOn) {
    const look = vscode.l10n.t('Review…');
    const why = vscode.l10n.t('⚠ You were typing when this question opened, so you can run the statement only from the review.');
    const detail = fits ? whole : [...where, '', ...summary(statements)];
    const answer = await ask({ question, detail: typesOn ? [...detail, '', why] : detail, safe: look, actions: typesOn ? [] : [run] });
    if (answer !== look) return answer === run;
  }
  const change = await review();
  return change !== undefined && reviews.decide(change);
}

function linesOf(detail: readonly DetailLine[]): number {
  return detail.reduce((sum, line) => sum + (typeof line === 'string' ? 1 : line.statement.split(/\r\n?|\n/).length), 0);
}

function summary(statements: StatementsToConfirm['statements']): string[] {
  const warnings = [...new Set(statements.flatMap((one) => one.warnings))];
  const shown = warnings.slice(0, MAX_LINES).map((warning) => `⚠ ${warning}`);
  return [
    statements.length === 1
      ? vscode.l10n.t('The statement is shown in full in the review.')
      : vscode.l10n.t('{0} statements, shown in full in the review.', statements.length),
    ...shown,
    ...(warnings.length > MAX_LINES ? ['…'] : []),
  ];
}
