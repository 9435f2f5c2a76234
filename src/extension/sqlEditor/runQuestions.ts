import * as vscode from 'vscode';
import type { DatabaseCache } from '../../engine/connection/databaseCache.ts';
import type { UserStatement } from '../../engine/guard/userStatementPolicy.ts';
import type { Dialect } from '../../engine/sql/lexer/dialect.ts';
import { usedDatabase } from '../../engine/sql/usedDatabase.ts';
import type { Danger } from '../../engine/writes/inspectHazards.ts';
import type { ReviewWarning } from '../../engine/writes/writeReview.ts';
import type { ExecutionTarget } from '../results/resultTabs.ts';
import { nameWithEnvironment } from '../connections/environments.ts';
import { withProgress } from '../ui/dialogs.ts';
import { confirmStatements } from '../writes/confirmStatements.ts';
import type { OwnChange } from '../writes/ownReview.ts';
import { foreignSentence, plain } from '../../review/reviewPieces.ts';
import type { UserReviews } from '../writes/userReviews.ts';
import { actionOf, lossOf, questionOf, sizesOf, warningsOf } from './dangerQuestions.ts';

export interface JudgedStatement {
  readonly sql: string;
  readonly verdict: UserStatement;
}

interface AskedStatement {
  readonly sql: string;
  /** The one that it runs in. */
  readonly database: string | undefined;
  readonly dangers: readonly Danger[];
}

export interface RunCircumstances {
  /** How the session reads statements, where that is known. */
  readonly session: Dialect | undefined;
  /** The session sees what every other one does: it has neither a transaction nor anything of its own. */
  readonly isPlain: boolean;
  /** Nobody has been in the file. */
  readonly unseen: boolean;
  readonly typesOn: () => boolean;
}

/**
 * Asks before a person changes production data, every row of a table, or what cannot be recovered, before a file changes anything in which nobody has been (`unseen`), and before characters are saved that were not read; true where there is nothing to ask. Nothing
 * runs before the answer.
 */
export async function confirmRun(
  { reviews, databases }: { readonly reviews: UserReviews; readonly databases: DatabaseCache },
  statements: readonly JudgedStatement[],
  place: ExecutionTarget,
  { session, isPlain, unseen, typesOn }: RunCircumstances,
): Promise<boolean> {
  const { profile } = place;
  const production = profile.environment === 'production';
  const inspected = await inspect(databases, statements, place, { session, isPlain });
  if (inspected === undefined) return false;
  const asked = inspected.filter(({ sql, dangers }) => dangers.length > 0 || production || unseen || unreadText(sql).length > 0);
  const [first, second] = asked;
  if (first === undefined) return true;
  const sameDatabase = asked.every(({ database }) => database === first.database);
  const database = sameDatabase ? first.database : undefined;
  const reason = unseen
    ? vscode.l10n.t("You haven't clicked or typed in this file since it was opened or since another program changed it.")
    : undefined;
  const others = statements.length - asked.length;
  const seesSame = isPlain && statements.filter(({ verdict }) => verdict.effect === 'changes').length === 1;
  return confirmStatements(reviews, {
    ...{ profile, database, typesOn: typesOn(), reason, others: others === 0 ? undefined : othersText(others) },
    review: () => reviewRun(databases, asked, { profile, database }, { session, seesSame, reason, others }),
    ...wording(second === undefined ? first : undefined, asked.length, nameWithEnvironment(profile)),
    statements: asked.map(({ sql, database, dangers }) => ({
      sql,
      warnings: [
        ...(sameDatabase || database === undefined ? [] : [vscode.l10n.t('Database: {0}', database)]),
        // One danger is in the question already.
        ...(asked.length > 1 || dangers.length > 1 || dangers.some(({ routine }) => routine !== undefined)
          ? dangers.flatMap(actionLine)
          : []),
        ...new Set(dangers.flatMap(warningsOf)),
        ...unreadText(sql),
      ],
    })),
  });
}

interface ReviewCircumstances extends Pick<RunCircumstances, 'session'> {
  readonly seesSame: boolean;
  /** Why it is asked, where the statements do not tell. */
  readonly reason: string | undefined;
  /** How many statements run besides, which nobody is asked about. */
  readonly others: number;
}

/** Looks up what is known of the statements. Undefined where the person gave up waiting. */
async function reviewRun(
  databases: DatabaseCache,
  asked: readonly AskedStatement[],
  { profile, database }: ExecutionTarget,
  { session, seesSame, reason, others }: ReviewCircumstances,
): Promise<OwnChange | undefined> {
  const { t } = vscode.l10n;
  const options = { location: vscode.ProgressLocation.Window, title: t('Checking what the statements affect…'), cancellable: true };
  const review = await withProgress(options, async (_, token) => {
    const stop = new AbortController();
    token.onCancellationRequested(() => {
      stop.abort();
    });
    const connection = await databases.get(profile);
    try {
      const found = await connection.sessions.review(asked, { signal: stop.signal, session, seesSame });
      return stop.signal.aborted ? undefined : found;
    } catch (error) {
      if (stop.signal.aborted) return undefined;
      throw error;
    }
  });
  if (review === undefined) return undefined;
  const statements = review.statements.map((statement, i) => {
    const { dangers = [] } = asked[i] ?? {};
    const unread = unreadText(asked[i]?.sql ?? '').map((text) => ({ weight: 'danger', text }) as const);
    return {
      ...statement,
      warnings: [...unread, ...dangers.flatMap((danger) => weigh(danger, dangers.length > 1)), ...statement.warnings],
    };
  });
  return {
    ...{ ...review, profile, database, statements },
    verified: t("Runs as written, in the session of the file. The affected rows aren't verified before the run."),
    warnings: [
      ...(reason === undefined ? [] : [{ weight: 'warning', text: foreignSentence(reason) } as const]),
      ...(others === 0 ? [] : [{ weight: 'note', text: [plain(othersText(others))] } as const]),
    ],
  };
}

/** An editor shows U+FFFD for bytes that are no text in the encoding that it has taken the file for. Saved into a row, they are lost. */
function unreadText(sql: string): readonly string[] {
  if (!sql.includes('\uFFFD')) return [];
  return [
    vscode.l10n.t(
      'The statement contains the replacement character (U+FFFD). The file may have another encoding: check it with "Change File Encoding".',
    ),
  ];
}

function othersText(count: number): string {
  const { t } = vscode.l10n;
  return count === 1
    ? t("1 other statement also runs. It isn't listed, because it needs no review.")
    : t("{0} other statements also run. They aren't listed, because they need no review.", count);
}

/** What is lost weighs more than how much there is of it. One danger is in the headline already. */
function weigh(danger: Danger, isOneOfSeveral: boolean): ReviewWarning[] {
  const actions = isOneOfSeveral || danger.routine !== undefined ? actionLine(danger) : [];
  const lost = lossOf(danger);
  return [
    ...[...actions, ...(lost === undefined ? [] : [lost])].map((text) => ({ weight: 'danger', text }) as const),
    ...sizesOf(danger).map((text) => ({ weight: 'note', text }) as const),
  ];
}

function actionLine(danger: Danger): readonly string[] {
  const isUnread = danger.kind === 'unreadable' && danger.routine !== undefined;
  const action = isUnread ? vscode.l10n.t("Runs statements that MySQL Pilot can't read.") : actionOf(danger);
  if (action === undefined) return [];
  return [danger.routine === undefined ? action : vscode.l10n.t('Procedure {0}: {1}', danger.routine, action)];
}

function wording(only: AskedStatement | undefined, all: number, where: string): { question: string; run: string } {
  if (only === undefined)
    return { question: vscode.l10n.t('Run {0} statements on {1}?', all, where), run: vscode.l10n.t('Run Statements') };
  const [danger, another] = only.dangers;
  if (danger !== undefined && another === undefined && danger.routine === undefined) return questionOf(danger, where);
  return danger === undefined
    ? { question: vscode.l10n.t('Change data on {0}?', where), run: vscode.l10n.t('Run') }
    : { question: vscode.l10n.t('Run this statement on {0}?', where), run: vscode.l10n.t('Run') };
}

/** Those that change something, each with the database that it runs in: USE changes that of the statements behind it. Undefined where the person gave up waiting. */
async function inspect(
  databases: DatabaseCache,
  statements: readonly JudgedStatement[],
  { profile, database: first }: ExecutionTarget,
  { session, isPlain }: Pick<RunCircumstances, 'session' | 'isPlain'>,
): Promise<readonly AskedStatement[] | undefined> {
  let database = first;
  const changing: { readonly sql: string; readonly database: string | undefined; readonly isChange: boolean }[] = [];
  for (const { sql, verdict } of statements) {
    database = usedDatabase(sql) ?? database;
    const isChange = verdict.effect === 'changes';
    if (isChange || verdict.verb === 'SET') changing.push({ sql, database, isChange }); // SET may set how the others are read
  }
  if (!changing.some(({ isChange }) => isChange)) return [];
  const options = {
    location: vscode.ProgressLocation.Window,
    title: vscode.l10n.t('Checking what the statements affect…'),
    cancellable: true,
  };
  return withProgress(options, async (_, token) => {
    const connection = await databases.get(profile);
    const stop = new AbortController();
    token.onCancellationRequested(() => {
      stop.abort();
    });
    const dangers = await connection.sessions.dangers(changing, stop.signal, session);
    if (stop.signal.aborted) return undefined;
    const found = changing.map((one, i) => ({ ...one, dangers: dangers[i] ?? [] })).filter(({ isChange }) => isChange);
    return found.map((one, i) => ({ ...one, dangers: isPlain && i === 0 ? one.dangers : one.dangers.map(estimated) }));
  });
}

/** Rows are counted before the run, in a session of ours: a statement behind others, or in a transaction, may meet more or fewer. */
function estimated(danger: Danger): Danger {
  return { ...danger, objects: danger.objects.map(({ name, rows }) => ({ name, rows: rows && { ...rows, exact: false } })) };
}
