import { randomUUID } from 'node:crypto';
import * as vscode from 'vscode';
import { describeTarget, type ConnectionProfile } from '../../engine/driver/profile.ts';
import { nameWithEnvironment } from '../connections/environments.ts';
import { indentedBlock, visibleLine } from '../../engine/foreignText.ts';
import { ask, type DetailLine } from '../ui/dialogs.ts';
import type { Reviews } from './reviews.ts';

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
}

/** What a dialog shows without scrolling on a small screen; more is shown in a document. */
const MAX_LINES = 16;
const MAX_CHARACTERS = 1200;

/**
 * Asks about statements, every one of which is shown whole. The button that Enter presses shows them in an editor; where they are too long for a dialog they
 * run from there alone.
 */
export async function confirmStatements(reviews: Reviews, asked: StatementsToConfirm): Promise<boolean> {
  const { profile, database, question, reason, typesOn = false, run, statements } = asked;
  // Without the default database of the connection: the statements may run in another one.
  const target = describeTarget({ ...profile, database: undefined });
  const where: string[] = [
    vscode.l10n.t('Connection: {0} ({1})', profile.name, target),
    ...(database === undefined ? [] : [vscode.l10n.t('Database: {0}', database)]),
    ...(reason === undefined ? [] : [`⚠ ${reason}`]),
  ];
  const detail: DetailLine[] = [
    ...where,
    ...statements.flatMap(({ sql, warnings }): DetailLine[] => ['', { statement: sql }, ...warnings.map((warning) => `⚠ ${warning}`)]),
  ];
  const fits = statements.reduce((sum, { sql }) => sum + sql.length, 0) <= MAX_CHARACTERS && linesOf(detail) <= MAX_LINES;
  const look = vscode.l10n.t('Review in Editor');
  if (fits) {
    const why = vscode.l10n.t('⚠ You were typing when this question opened, so you can run the statement only from the editor.');
    const answer = await ask({ question, detail: typesOn ? [...detail, '', why] : detail, safe: look, actions: typesOn ? [] : [run] });
    if (answer !== look) return answer === run;
  } else {
    const short = [...where, '', ...summary(statements)];
    if ((await ask({ question, detail: short, safe: look, actions: [] })) !== look) return false;
  }
  return reviews.decide({
    name: vscode.l10n.t('Statements on {0}', profile.name),
    id: randomUUID(),
    document: documentOf(asked, where),
    question: () => Promise.resolve({ question, detail: fits ? detail : [...where, '', ...summary(statements)] }),
  });
}

function linesOf(detail: readonly DetailLine[]): number {
  return detail.reduce((sum, line) => sum + (typeof line === 'string' ? 1 : line.statement.split(/\r\n?|\n/).length), 0);
}

function summary(statements: StatementsToConfirm['statements']): string[] {
  const warnings = [...new Set(statements.flatMap((one) => one.warnings))];
  const shown = warnings.slice(0, MAX_LINES).map((warning) => `⚠ ${warning}`);
  return [
    statements.length === 1
      ? vscode.l10n.t('The statement is shown in full in the editor.')
      : vscode.l10n.t('{0} statements, shown in full in the editor.', statements.length),
    ...shown,
    ...(warnings.length > MAX_LINES ? ['…'] : []),
  ];
}

/** Our lines are comments; the statements follow as they are, whatever their length. */
function documentOf({ profile, question, statements }: StatementsToConfirm, where: readonly string[]): string {
  const comment = (line: string): string => `-- ${visibleLine(line)}`;
  const parts = statements.map(({ sql, warnings }) =>
    [...warnings.map((warning) => comment(`⚠ ${warning}`)), `${indentedBlock(sql)};`].join('\n'),
  );
  return `${[question, nameWithEnvironment(profile), ...where].map(comment).join('\n')}\n\n${parts.join('\n\n')}\n`;
}
