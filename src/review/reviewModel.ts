import type { ConnectionProfile } from '../engine/driver/profile.ts';
import { describeTarget } from '../engine/driver/profile.ts';
import type { ReviewedRows, ReviewedStatement, WriteReview } from '../engine/writes/writeReview.ts';
import type { Piece, Pieces, ShownReview, ShownStatement, ShownTable, ShownWarning } from '../webview/review/messages.ts';
import type { Translate } from './translate.ts';
import { headlineOf, number, runLabel } from './reviewHeadline.ts';
import { foreignSentence, namePieces, PLACE, piecesOf, plain, SECOND, sentence, statementLines, THIRD, typedText } from './reviewPieces.ts';
import { RowReview } from './reviewRows.ts';
import type { Words } from '../engine/phrase.ts';
import { engineWords } from './engineWords.ts';

export interface ReviewSubject {
  readonly ticket: string;
  readonly review: WriteReview;
  readonly profile: ConnectionProfile;
  /** The environment in words. */
  readonly environment: string | undefined;
  /** The program that asks, as it called itself. */
  readonly client: string | undefined;
}

/** Of a client's name. */
const SHOWN_CLIENT = 100;
/** Of a condition that is told apart from its statement; of a longer one both ends. */
const SHOWN_CONDITION = 600;

/** All that the review of a write shows, in words. What the server, the agent or the data said is in pieces of its own. */
export function shownReview({ ticket, review, profile, environment, client }: ReviewSubject, t: Translate): ShownReview {
  const { statements } = review;
  const [only, second] = statements;
  const one = second === undefined ? only : undefined;
  return {
    kind: 'write',
    ticket,
    agent: true,
    headline: one === undefined ? [plain(t('Run {0} statements as one transaction', number(statements.length)))] : headlineOf(one, t),
    environment: profile.environment,
    about: aboutOf(review, profile, environment, client, t),
    warnings: warningsOf(review, t),
    statements: statements.map((statement, i) =>
      shownStatement(statement, { place: one === undefined ? i + 1 : undefined, verified: verifiedText(statement, t) }, t),
    ),
    run: one === undefined ? t('Run {0} Statements', number(statements.length)) : runLabel(one, t),
    typed: typedOf(statements, profile, t),
  };
}

function aboutOf(
  { server, account, database, dryRun }: WriteReview,
  profile: ConnectionProfile,
  environment: string | undefined,
  client: string | undefined,
  t: Translate,
): ShownReview['about'] {
  const tried =
    typeof dryRun === 'number'
      ? [plain(t('Run and rolled back in {0} ms', number(dryRun)))]
      : sentence(t('Not run: {0}', PLACE), foreignSentence(engineWords(dryRun, t)));
  return [
    requestedBy(client, t),
    ...placeOf({ profile, environment, server, account, database }, t),
    { label: t('Dry run'), value: tried },
  ];
}

/** The program that asks, as it called itself. */
export function requestedBy(client: string | undefined, t: Translate): ShownReview['about'][number] {
  const value = client === undefined ? [plain(t('an unnamed program'))] : piecesOf(client.slice(0, SHOWN_CLIENT), 'name');
  return { label: t('Requested by'), value };
}

/** Where a change is made. */
export function placeOf(
  {
    profile,
    environment,
    server,
    account,
    database,
  }: Pick<ReviewSubject, 'profile' | 'environment'> & Readonly<Record<'server' | 'account' | 'database', string | undefined>>,
  t: Translate,
): ShownReview['about'] {
  const name = piecesOf(profile.name, 'name');
  const target = piecesOf(describeTarget({ ...profile, database: undefined }), 'name');
  return [
    { label: t('Connection'), value: environment === undefined ? name : [...name, plain(` (${environment})`)] },
    { label: t('Server'), value: server === undefined ? target : [...target, plain(' · '), ...piecesOf(server, 'name')] },
    ...(account === undefined ? [] : [{ label: t('Account'), value: piecesOf(account, 'name') }]),
    ...(database === undefined || database === '' ? [] : [{ label: t('Database'), value: namePieces([database]) }]),
  ];
}

/** The heaviest first, over all statements; each once. Of several statements each is named: one at the far end would be run unseen. */
function warningsOf({ statements, again }: WriteReview, t: Translate): ShownWarning[] {
  const changed = again
    ? [{ weight: 'warning', text: [plain(t('The data changed after the last review. This is its current state.'))] } as const]
    : [];
  return weighed(statements, changed, t);
}

/** A warning in pieces. */
export type WordedWarning = Pick<ShownWarning, 'weight' | 'text'>;

/** `first` are about all of the statements. */
export function weighed(statements: readonly ReviewedStatement[], first: readonly WordedWarning[], t: Translate): ShownWarning[] {
  const labels = { danger: t('Danger'), warning: t('Warning'), note: t('Note') } as const;
  const all = statements.flatMap(({ warnings }, i) =>
    warnings.map(({ weight, text }) => ({
      weight,
      text: [...(statements.length === 1 ? [] : [plain(t('Statement {0}: ', i + 1))]), ...foreignSentence(engineWords(text, t))],
    })),
  );
  const named = statements.map((one, i) => ({
    weight: 'note' as const,
    text: [plain(t('Statement {0}: ', i + 1)), ...headlineOf(one, t)],
  }));
  return (['danger', 'warning', 'note'] as const).flatMap((weight) =>
    [...first, ...(statements.length > 1 ? named : []), ...all]
      .filter((one) => one.weight === weight)
      .map(({ text }) => ({ weight, label: labels[weight], text })),
  );
}

/**
 * On production, and for what no script brings back, a name is typed: that of the object that is at stake. Where several are, none of them stands for all, and the connection is
 * named instead.
 */
export function typedOf(statements: readonly ReviewedStatement[], profile: ConnectionProfile, t: Translate): ShownReview['typed'] {
  const lost = statements.filter(({ irreversible }) => irreversible);
  if (lost.length === 0 && profile.environment !== 'production') return undefined;
  const atStake = lost.length === 0 ? statements : lost;
  const objects = new Map(atStake.flatMap(({ object }) => (object?.names ?? []).map((name) => [name.join('.'), name])));
  const [only] = objects.values();
  const one = objects.size === 1 && atStake.every(({ object }) => object !== undefined) ? only : undefined;
  const value = typedText(one?.at(-1) ?? profile.name);
  const name: Pieces = [{ kind: 'name', text: value }];
  return { label: sentence(typedLabel({ statements, lost: lost[0], isObject: one !== undefined }, t), name), value };
}

/** Says whose name it is, where that isn't plain. */
function typedLabel(
  { statements, lost, isObject }: { statements: readonly ReviewedStatement[]; lost: ReviewedStatement | undefined; isObject: boolean },
  t: Translate,
): string {
  const count = number(statements.length);
  const isOne = statements.length === 1;
  if (!isObject && isOne) return t('Type the name of the connection, {0}, to confirm', PLACE);
  if (!isObject) return t('Type the name of the connection, {0}, to confirm all {1} statements', PLACE, count);
  if (isOne) return t('Type {0} to confirm', PLACE);
  if (lost === undefined) return t('Type {0} to confirm all {1} statements', PLACE, count);
  return t('Type {0}, from statement {1}, to confirm all {2} statements', PLACE, number(statements.indexOf(lost) + 1), count);
}

/** `place` among several, counted from 1; `verified` in a sentence. */
export function shownStatement(
  statement: ReviewedStatement,
  { place, verified }: { readonly place: number | undefined; readonly verified: Pieces },
  t: Translate,
): ShownStatement {
  const { sql, condition, unverified, triggers, tables, facts, plan } = statement;
  const others = tables.filter((_, i) => i > 0);
  return {
    title: place === undefined ? undefined : [plain(`${String(place)}. `), ...headlineOf(statement, t)],
    sql: statementLines(sql),
    condition: condition === undefined ? undefined : shownCondition(condition),
    verified,
    unverified: unverified.map((what) => sentence(t('Not verified: {0}.', PLACE), foreignSentence(engineWords(what, t)))),
    table: tableOf(statement, t),
    reaches: [
      ...triggers.map(({ name, when, table }) =>
        sentence(t('Trigger {0}: {1} on {2}', PLACE, when, SECOND), namePieces([name]), namePieces(table.split('.'))),
      ),
      ...others.map(({ name, because, rows }) =>
        sentence(
          t('{0}: about {1}, changed by {2}', PLACE, rowCount(rows ?? 0, t), SECOND),
          namePieces(name),
          foreignSentence(engineWords(because, t)),
        ),
      ),
    ],
    facts: facts.flatMap((fact) => factLines(fact, t)),
    plan: plan.map(({ table = '-', access, key, rows = 0 }) =>
      key === undefined
        ? sentence(t('{0}: {1}, about {2}', PLACE, SECOND, rowCount(rows, t)), namePieces([table]), piecesOf(access, 'code'))
        : sentence(
            t('{0}: {1} using index {2}, about {3}', PLACE, SECOND, THIRD, rowCount(rows, t)),
            namePieces([table]),
            piecesOf(access, 'code'),
            namePieces([key]),
          ),
    ),
  };
}

/** Text of the server has lines of its own only behind a heading of ours: a line end in a name is shown as one. */
function factLines(fact: Words, t: Translate): Piece[][] {
  const text = engineWords(fact, t);
  if (typeof fact === 'string' || !fact.text.includes('\n')) return [foreignSentence(text)];
  return text.split('\n').map((line, i) => (i === 0 ? foreignSentence(line) : piecesOf(line, 'code')));
}

/** A condition stands in front of everything that is long around it. */
function shownCondition(condition: string): Pieces {
  const [line = [], ...more] = statementLines(condition.length > SHOWN_CONDITION ? ends(condition) : condition);
  return [line, ...more].reduce<Piece[]>((all, one) => [...all, ...(all.length === 0 ? [] : [plain(' ')]), ...one], []);
}

function ends(text: string): string {
  const half = SHOWN_CONDITION / 2;
  return `${text.slice(0, half)} … ${(text.length - 2 * half).toLocaleString('en-US')} … ${text.slice(-half)}`;
}

function verifiedText({ level, expected = 0, verified, reason = '' }: ReviewedStatement, t: Translate): Piece[] {
  const besides =
    verified.length === 0
      ? []
      : [
          plain(' '),
          ...sentence(t('Also verified: {0}.', PLACE), foreignSentence(verified.map((what) => engineWords(what, t)).join('; '))),
        ];
  switch (level) {
    case 'rows':
      return [
        plain(
          t('Before the commit, MySQL Pilot compares the keys and values of all these rows. If any row has changed, nothing is committed.'),
        ),
        ...besides,
      ];
    case 'count': {
      const text = t('The statement is committed only if the server reports exactly {0} ({1}).', rowCount(expected, t), PLACE);
      return [...sentence(text, foreignSentence(engineWords(reason, t))), ...besides];
    }
    case 'shown':
      return [
        ...sentence(t("The rows aren't verified before the commit ({0}).", PLACE), foreignSentence(engineWords(reason, t))),
        ...besides,
      ];
    case 'alone':
      return [
        plain(
          t(
            "Before the statement runs, the object's definition is compared with the one shown. The statement commits implicitly and can't be rolled back.",
          ),
        ),
      ];
  }
}

function tableOf({ changes, rows, tableRows, onDuplicate }: ReviewedStatement, t: Translate): ShownTable | undefined {
  if (changes === undefined) return undefined;
  const review = new RowReview(changes, t);
  const all = Math.max(rows ?? 0, review.total);
  const left = all - review.total;
  const columns = changes.columns.length;
  const titles = {
    changed: () => t('Rows before and after (changed columns: {0} of {1})', number(review.changed.length), number(columns)),
    deleted: () => t('Rows to delete'),
    added: () => (onDuplicate === undefined ? t('Rows to insert') : t('Rows from the statement')),
  };
  return {
    title: titles[changes.kind](),
    remarks: [
      ...(tableRows !== undefined && tableRows > 0 && changes.kind !== 'added'
        ? [t('Rows affected: {0} of about {1}', number(all), number(Math.max(tableRows, all)))]
        : []),
      ...(left > 0 ? [t('The first {0} of {1} rows are shown here.', number(review.total), number(all))] : []),
      ...(review.hidden > 0 ? [t('More columns, shown in the details of each row: {0}.', number(review.hidden))] : []),
      ...untried(changes, review, t),
    ],
    first: review.page(0),
  };
}

/** Why the right side is not what a dry run gave. */
function untried({ kind, after }: ReviewedRows, { setsKey }: RowReview, t: Translate): string[] {
  if (kind !== 'changed' || after.length > 0) return [];
  return [
    setsKey
      ? t("The statement changes keys, so rows before and after can't be matched. The new values are those that the statement assigns.")
      : t('There was no dry run. The new values are those that the statement assigns.'),
  ];
}

/** In the singular for one. */
function rowCount(rows: number, t: Translate): string {
  return rows === 1 ? t('1 row') : t('{0} rows', number(rows));
}

/** How long the headline takes to read, in milliseconds. */
export function readingTime(headline: Pieces): number {
  const length = headline.reduce((sum, { text }) => sum + text.length, 0);
  return Math.min(6000, Math.max(1500, length * 50));
}
