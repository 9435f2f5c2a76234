import type { Cell } from '../driver/values.ts';
import type { Statement } from '../sql/ast/statements.ts';
import type { Dialect } from '../sql/lexer/dialect.ts';
import { formatStatement } from '../sql/formatStatement.ts';
import type { QualifiedName } from '../sql/identifiers.ts';
import { print } from '../sql/printer/print.ts';
import { looksText, lastingText } from './previewText.ts';
import { destroys, reviewedObject, type ReviewedObject } from './reviewedObject.ts';
import { readableTree } from './shownStatement.ts';
import { undoObstacle } from './undoObstacles.ts';
import type { ObjectSize, StatementPreview, WritePreview } from './writePreview.ts';
import { phrase, type Phrase, type Words } from '../phrase.ts';

/** `danger`: what it destroys, or may hide. `note`: what is worth knowing, and no reason to stop. */
export type WarningWeight = 'danger' | 'warning' | 'note';

export interface ReviewWarning {
  readonly weight: WarningWeight;
  readonly text: Words;
}

export interface ReviewedColumn {
  readonly name: string;
  readonly key: boolean;
  /** The expression that the statement assigns to it. */
  readonly assigned?: string | undefined;
}

/** Rows of a statement. Of `added` rows the cells are the expressions that the statement gives, or the values of its query. */
export interface ReviewedRows {
  readonly kind: 'changed' | 'deleted' | 'added';
  readonly columns: readonly ReviewedColumn[];
  /** The rows are some of those that a query gives now. */
  readonly queried?: true | undefined;
  readonly before: readonly (readonly Cell[])[];
  /** As the dry run left them, in another order perhaps; empty where nothing was tried. */
  readonly after: readonly (readonly Cell[])[];
}

export interface ReviewedStatement {
  readonly verb: string;
  /** The first words of one that is about accounts or the server. */
  readonly head?: string | undefined;
  readonly object?: ReviewedObject | undefined;
  readonly sizes: readonly ObjectSize[];
  /** Of an INSERT or REPLACE that meets rows with the same keys; undefined where it fails on them. */
  readonly onDuplicate?: 'ignore' | 'update' | 'replace' | undefined;
  /** How many rows it picks or adds. */
  readonly rows?: number | undefined;
  /** The number is an estimate. */
  readonly about: boolean;
  /** As it is sent, with texts for their bytes. A line end in it that is not in a literal or a name is ours. */
  readonly sql: string;
  /** The text of WHERE, apart from what is long around it. */
  readonly condition?: string | undefined;
  /** How many rows the table has, as the server estimates it. */
  readonly tableRows?: number | undefined;
  readonly level: 'rows' | 'count' | 'shown' | 'alone';
  readonly expected?: number | undefined;
  readonly reason?: Words | undefined;
  /** Verified besides the rows. */
  readonly verified: readonly Words[];
  readonly unverified: readonly Words[];
  /** What it changes or deletes can't be brought back. */
  readonly irreversible: boolean;
  readonly warnings: readonly ReviewWarning[];
  readonly facts: readonly Words[];
  readonly tables: readonly { readonly name: readonly string[]; readonly rows?: number | undefined; readonly because: Words }[];
  readonly triggers: readonly { readonly name: string; readonly when: string; readonly table: string }[];
  readonly plan: readonly {
    readonly table?: string | undefined;
    readonly access: string;
    readonly key?: string | undefined;
    readonly rows?: number | undefined;
  }[];
  readonly changes?: ReviewedRows | undefined;
}

/** All that a person is shown before a decision, as data: the window words it. Names and cells are as the server has them. */
export interface WriteReview {
  readonly server: string;
  readonly account: string;
  readonly database: string;
  /** Milliseconds of the dry run; else why there was none. */
  readonly dryRun: number | Words;
  /** The data changed after a preview that was approved: this is another one. */
  readonly again: boolean;
  readonly statements: readonly ReviewedStatement[];
}

/** Rows of INSERT … VALUES that are shown apart from the statement. */
const MAX_ADDED = 1000;

export function reviewOf({ identity, dryRun, statements }: WritePreview, again: boolean): WriteReview {
  const { label, account, database } = identity;
  const blocked = statements.some((preview) => undoObstacle(preview) !== undefined || mayProveOtherwise(preview));
  return {
    ...{ server: label, account, database, again },
    dryRun: 'skipped' in dryRun ? dryRun.skipped : dryRun.elapsedMs,
    statements: statements.map((preview) => reviewedStatement(preview, blocked)),
  };
}

function reviewedStatement(preview: StatementPreview, blocked: boolean): ReviewedStatement {
  const { statement, printed, rows, level, expected, reason, guards, unheld, sizes, touched, plan, facts } = preview;
  const { dialect, database } = statement.context;
  const tree = readableTree(printed, dialect) ?? statement.statement;
  const alone = statement.shape === undefined;
  return {
    ...{ verb: statement.verb, sizes, rows, expected, reason, unverified: unheld },
    head: tree.kind === 'administration' ? tree.head : undefined,
    object: reviewedObject(tree, database),
    onDuplicate: onDuplicate(preview),
    about: level === 'shown',
    sql: formatStatement(print(tree, dialect)),
    condition: (tree.kind === 'update' || tree.kind === 'delete') && tree.where !== undefined ? print(tree.where, dialect) : undefined,
    tableRows: touched?.tables[0]?.rows,
    level: alone ? 'alone' : level,
    verified: guards.map(({ what }) => what),
    irreversible: isIrreversible(preview, tree, blocked),
    warnings: warningsOf(preview),
    facts: alone ? facts.slice(1) : [],
    tables: (touched?.tables ?? []).map((table) => ({ name: [table.database, table.name], rows: table.rows, because: table.because })),
    triggers: (touched?.triggers ?? []).map(({ name, when, table }) => ({ name, when, table })),
    plan: plan.map(({ table, access, key, rows: estimate }) => ({
      table: table ?? undefined,
      access,
      key: key ?? undefined,
      rows: estimate,
    })),
    changes: changesOf(preview, tree, dialect),
  };
}

function onDuplicate({ statement: { shape } }: StatementPreview): ReviewedStatement['onDuplicate'] {
  return shape?.kind !== 'added' || shape.onDuplicate === 'fail' ? undefined : shape.onDuplicate;
}

/** A person's own statement is verified by nobody, which its review says in other words. */
export function unverifiedWarning(reason: Words | undefined): Phrase {
  return phrase('Not verified before the commit: {0}. Other rows may be affected.', reason ?? '');
}

/** In order of weight: what misleads, what is lost, what nobody verifies, and then the rest. */
function warningsOf(preview: StatementPreview): ReviewWarning[] {
  const { dangers, warnings, advice, statement, level, reason, facts } = preview;
  const alone = statement.shape === undefined;
  const unverified = !alone && level === 'shown' ? [unverifiedWarning(reason)] : [];
  const weigh = (weight: WarningWeight, texts: readonly Words[]): ReviewWarning[] => texts.map((text) => ({ weight, text }));
  return [
    ...weigh('danger', [...looksText(preview), ...dangers, ...lastingText(preview)]),
    ...weigh('warning', [...(alone ? facts.slice(0, 1) : []), ...unverified, ...warnings]),
    ...weigh('note', advice),
  ];
}

/** Whether it may turn out that it can't be undone. `blocked`: one of the statements can't, and so none of them. */
function isIrreversible(preview: StatementPreview, tree: Statement, blocked: boolean): boolean {
  const { statement, level, touched } = preview;
  const { shape } = statement;
  if (shape === undefined) return destroys(tree);
  if (shape.kind === 'added') return shape.onDuplicate === 'update' || shape.onDuplicate === 'replace'; // else it loses nothing
  return blocked || level !== 'rows' || (touched?.tables.length ?? 0) > 1 || setsKey(preview) || changesOwn(preview);
}

/** Only the run tells whether the rows of a join or of a query can be found again. */
function mayProveOtherwise({ statement: { shape } }: StatementPreview): boolean {
  return shape?.kind === 'joined' || (shape?.kind === 'added' && typeof shape.source === 'string');
}

/** The rows are found by their keys afterwards. */
function setsKey({ statement: { shape }, columns }: StatementPreview): boolean {
  const assigned = new Set(shape?.kind === 'picked' ? shape.assigned.map((name) => name.toLowerCase()) : []);
  return columns.some(({ name, key }) => key && assigned.has(name.toLowerCase()));
}

/** Other rows of the table refer to those that change, and change along. */
function changesOwn({ statement: { shape }, touched, table }: StatementPreview): boolean {
  const isOwn = ({ database, name }: QualifiedName): boolean => name === table?.name && database === table.database;
  const isDelete = shape?.kind === 'picked' && shape.verb === 'DELETE';
  const own = touched?.keys.filter(({ child, parent }) => isOwn(child) && isOwn(parent)) ?? [];
  return own.some(({ onDelete, onUpdate }) => !/^(?:NO ACTION|RESTRICT)$/.test(isDelete ? onDelete : onUpdate));
}

function changesOf(
  { statement: { shape }, before, after, columns, guards }: StatementPreview,
  tree: Statement,
  dialect: Dialect,
): ReviewedRows | undefined {
  if (tree.kind === 'insert') return addedRows(tree, columns, dialect) ?? queriedRows(tree, columns, guards);
  if (shape?.kind !== 'picked' || before === undefined || before.rows.length === 0) return undefined;
  const keys = new Set(columns.filter(({ key }) => key).map(({ name }) => name));
  const assigned = new Map(
    tree.kind === 'update' ? tree.set.map(({ column, value }) => [column.name.name.toLowerCase(), print(value, dialect)]) : [],
  );
  return {
    kind: shape.verb === 'DELETE' ? 'deleted' : 'changed',
    columns: before.columns.map(({ name }) => ({ name, key: keys.has(name), assigned: assigned.get(name.toLowerCase()) })),
    before: before.rows,
    after: after?.rows ?? [],
  };
}

function addedRows(
  { source, columns }: Extract<Statement, { kind: 'insert' }>,
  known: StatementPreview['columns'],
  dialect: Dialect,
): ReviewedRows | undefined {
  const rows = source.kind === 'insertRows' ? source.rows : source.kind === 'insertSet' ? [source.set.map(({ value }) => value)] : [];
  const [first] = rows;
  if (first === undefined || first.length === 0) return undefined;
  const named = source.kind === 'insertSet' ? source.set.map(({ column }) => column.name.name) : columns?.map(({ name }) => name.name);
  return {
    kind: 'added',
    columns: writtenColumns(first.length, named, known),
    before: [],
    after: rows.slice(0, MAX_ADDED).map((row) => row.map((value) => print(value, dialect))),
  };
}

/** Some of the rows that INSERT … SELECT adds, by the columns that they are written to. */
function queriedRows(
  { columns }: Extract<Statement, { kind: 'insert' }>,
  known: StatementPreview['columns'],
  guards: StatementPreview['guards'],
): ReviewedRows | undefined {
  const sample = guards.find((guard) => guard.sample !== undefined && guard.sample.rows.length > 0)?.sample;
  if (sample === undefined) return undefined;
  const named = columns?.map(({ name }) => name.name);
  return {
    ...{ kind: 'added', queried: true, before: [], after: sample.rows },
    columns: writtenColumns(sample.columns.length, named, known),
  };
}

/** Columns of the rows that an INSERT adds, in its order or in that of the table. */
function writtenColumns(count: number, named: readonly string[] | undefined, known: StatementPreview['columns']): ReviewedColumn[] {
  const keys = new Set(known.filter(({ key }) => key).map(({ name }) => name.toLowerCase()));
  return Array.from({ length: count }, (_, i) => {
    const name = named?.[i] ?? (named === undefined ? known[i]?.name : undefined) ?? `#${String(i + 1)}`;
    return { name, key: keys.has(name.toLowerCase()) };
  });
}
