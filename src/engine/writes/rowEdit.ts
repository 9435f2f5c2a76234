import { hasTimestamps, type Cell, type Column } from '../driver/values.ts';
import { isPilotError, PilotError, toPilotError } from '../errors.ts';
import type { TableDescription } from '../schema/catalog.ts';
import { plainName, type TableDefinition } from '../schema/definition.ts';
import { quoteIdentifier, type QualifiedName } from '../sql/identifiers.ts';
import type { UserSession } from '../query/userSession/userSession.ts';
import type { ResultSet } from '../query/results/resultSet.ts';
import { sqlLiteral } from '../query/results/sqlLiteral.ts';
import { sql, textLiteral } from '../sql/ownSql.ts';

export interface CellEdit {
  readonly table: QualifiedName;
  /** Of the result that the row was shown in, and the row as it was shown. */
  readonly columns: readonly Column[];
  readonly row: readonly Cell[];
  /** Places of the columns of a key that names the row. */
  readonly key: readonly number[];
  /** Place of the column that is changed, and what it is to hold. */
  readonly column: number;
  readonly value: Cell;
}

/** What the literals are written for, whatever the server has for everybody else; nothing is cut or made to fit in silence. */
const MODE = "SET SESSION sql_mode = 'STRICT_TRANS_TABLES,ERROR_FOR_DIVISION_BY_ZERO,NO_ENGINE_SUBSTITUTION'";
const LIMITS = { maxRows: 2, maxCharacters: 100_000_000 };

/** The table that a column of a result is a column of; undefined for what is computed. */
export function tableOf(column: Column | undefined): QualifiedName | undefined {
  return column?.source === undefined ? undefined : { database: column.source.database, name: column.source.table };
}

/** Whether a cell can be edited: the places of a key that names its row, or why not. */
export type Editability =
  | { readonly key: readonly number[]; readonly refusal?: undefined }
  | {
      readonly key?: undefined;
      readonly refusal: 'view' | 'unreadable' | 'generated' | 'noKey' | 'keyNotSelected' | 'roundedKey';
      /** The columns of the key that would be needed. */
      readonly needed?: readonly string[];
    };

/** A FLOAT is shown rounded, so that its text does not find it again. */
const FLOAT = 4;

/**
 * Whether the cells of a column can be edited, by the key of its table (under the name that the statement gave it) that the result holds: the primary key, else a unique
 * one without NULLs.
 */
export function editability(
  columns: readonly Column[],
  of: Column,
  { kind, definition }: Pick<TableDescription, 'kind' | 'definition'>,
): Editability {
  if (kind === 'view') return { refusal: 'view' };
  if (definition === undefined) return { refusal: 'unreadable' };
  if (isGenerated(definition.columns.find(({ name }) => name === of.source?.column))) return { refusal: 'generated' };
  const keys = namingKeys(definition);
  const [first] = keys;
  if (first === undefined) return { refusal: 'noKey' };
  let isRounded = false;
  for (const key of keys) {
    const places = key.map((part) =>
      columns.findIndex((column) => isSibling(column, of) && plainName(column.source?.column ?? '') === part),
    );
    if (places.includes(-1)) continue;
    if (places.every((place) => columns[place]?.type !== FLOAT)) return { key: places };
    isRounded = true;
  }
  return isRounded ? { refusal: 'roundedKey' } : { refusal: 'keyNotSelected', needed: first };
}

/** The keys each of whose values names one row: whole columns without NULLs. */
function namingKeys({ primaryKey, indexes, columns }: TableDefinition): readonly (readonly string[])[] {
  const required = new Set(columns.filter(({ type }) => !type.endsWith(' NULL')).map(({ name }) => plainName(name)));
  const unique = indexes.filter(({ kind }) => kind === 'UNIQUE').map(({ parts }) => parts);
  return [primaryKey, ...unique]
    .map((parts) => parts.map((part) => part.replace(/ (?:ASC|DESC)$/, '')))
    .filter((parts) => parts.length > 0 && parts.every((part) => required.has(part)));
}

const QUOTED = /'(?:[^'\\]|\\.|'')*'/g;

/** Computed from others, or a period of a system-versioned table. */
export function isGenerated(column: TableDefinition['columns'][number] | undefined): boolean {
  return column !== undefined && /\bAS (?:\(|ROW\b)/.test(column.type.replaceAll(QUOTED, "''"));
}

/** The statement that changes the cell, as the person is shown it and as it runs. */
export function updateStatement(edit: CellEdit): string {
  const column = edit.columns[edit.column];
  return `UPDATE ${nameOf(edit.table)} SET ${quoteIdentifier(column?.source?.column ?? '')} = ${sqlLiteral(edit.value, column)} WHERE ${condition(edit)}`;
}

/**
 * Changes the cell in a transaction of its own, if the row is still what was shown; resolves to the row as it is then. Throws `write.changed` where it is not, and the
 * server's error for a value that does not fit: nothing was changed. Throws `write.unknown` where that can't be said. `timeZone` is that in which the row was read, and a typed moment is meant; `charset` that in which it was shown, if not UTF-8.
 */
export async function runCellEdit(
  userSession: UserSession,
  edit: CellEdit,
  { timeZone, charset }: { readonly timeZone?: string | undefined; readonly charset?: string | undefined },
): Promise<readonly Cell[]> {
  const { signal } = new AbortController();
  const run = (statement: string): ReturnType<UserSession['run']> => userSession.run(statement, { limits: LIMITS, signal });
  const { columns, row } = edit;
  const shown = columns.flatMap((column, i) => (isSibling(column, columns[edit.column]) ? [i] : []));
  const select = `SELECT ${shown.map((i) => quoteIdentifier(columns[i]?.source?.column ?? '')).join(', ')} FROM ${nameOf(edit.table)} WHERE `;
  if (needsZone(columns[edit.column], timeZone)) throw zoneUnknown();
  await run(MODE);
  if (timeZone !== undefined) await run(sql`SET SESSION time_zone = ${textLiteral(timeZone)}`);
  await run('START TRANSACTION');
  const now = only((await run(`${select}${condition(edit)} FOR UPDATE`)).results[0]);
  if (now === undefined || shown.some((place, i) => now[i] !== row[place]))
    throw charset === undefined ? changedMeanwhile() : isAnother(charset);
  const isUndone = await isTransactional(run, edit.table); // what is not committed is undone with the session, unless the storage engine keeps it
  const update = run(updateStatement(edit)).catch((error: unknown) => {
    throw isUndone || !isPilotError(error, 'connection.lost') ? error : outcomeUnknown(error);
  });
  const { changed } = await update;
  const undone = (error: PilotError): PilotError => (isUndone ? error : outcomeUnknown(error));
  if ((changed?.affected ?? 0) > 1) throw undone(changedMeanwhile());
  const moved = edit.key.includes(edit.column) ? { ...edit, row: row.with(edit.column, edit.value) } : edit;
  const read = await run(`${select}${condition(moved)}`).catch((error: unknown) => {
    throw undone(toPilotError(error));
  });
  const after = only(read.results[0]);
  if (after === undefined) throw undone(keyIsAnother());
  await run('COMMIT').catch((error: unknown) => {
    throw isPilotError(error, 'connection.lost') ? outcomeUnknown(error) : undone(toPilotError(error));
  });
  return row.map((cell, place) => (shown.includes(place) ? (after[shown.indexOf(place)] ?? null) : cell));
}

type Run = (statement: string) => ReturnType<UserSession['run']>;

/** Whether a ROLLBACK undoes what is changed in a table. False where the server does not tell. */
async function isTransactional(run: Run, { database, name }: QualifiedName): Promise<boolean> {
  const { results } = await run(
    sql`SELECT e.TRANSACTIONS FROM information_schema.TABLES t JOIN information_schema.ENGINES e ON e.ENGINE = t.ENGINE WHERE t.TABLE_SCHEMA = ${textLiteral(database)} AND t.TABLE_NAME = ${textLiteral(name)}`,
  );
  return only(results[0])?.[0] === 'YES';
}

/** A COMMIT or a statement was sent, and the server has not answered; or what should have been undone was not. */
function outcomeUnknown(cause: unknown): PilotError {
  const { message, untrusted, evidence } = toPilotError(cause);
  return new PilotError('write.unknown', message, { untrusted, evidence, cause });
}

/** True where it is not known which moment is meant by what a person types. */
export function needsZone(column: Column | undefined, timeZone: string | undefined): boolean {
  return timeZone === undefined && column !== undefined && hasTimestamps([column]);
}

function zoneUnknown(): PilotError {
  return new PilotError('input.invalid', "The time zone of the session isn't known.", {});
}

/** Of the same table, under the same name in the statement: a table that is joined to itself is two. */
export function isSibling(column: Column, of: Column | undefined): boolean {
  const other = of?.source;
  return (
    other !== undefined &&
    column.source?.database === other.database &&
    column.source.table === other.table &&
    column.source.alias === other.alias
  );
}

function condition({ columns, key, row }: CellEdit): string {
  return key.map((i) => `${quoteIdentifier(columns[i]?.source?.column ?? '')} = ${sqlLiteral(row[i] ?? null, columns[i])}`).join(' AND ');
}

function nameOf({ database, name }: QualifiedName): string {
  return `${quoteIdentifier(database)}.${quoteIdentifier(name)}`;
}

function only(result: ResultSet | undefined): readonly Cell[] | undefined {
  return result?.rows.length === 1 ? result.rows[0] : undefined;
}

function keyIsAnother(): PilotError {
  return new PilotError(
    'write.changed',
    "The server or a trigger would store a key that differs from the one you entered, so the row wasn't updated.",
    { advice: 'write.storedKey' },
  );
}

/** In the protocol's numbers; of ENUM and SET, too, whose values end with no blank either. */
const CHAR = 254;

/** A row as its table holds it, which a session with PAD_CHAR_TO_FULL_LENGTH has shown with more blanks. */
export function withoutPadding(row: readonly Cell[], columns: readonly Column[]): readonly Cell[] {
  return row.map((cell, i) => (columns[i]?.type === CHAR && !columns[i].binary ? withoutBlanks(cell) : cell));
}

function withoutBlanks(cell: Cell): Cell {
  if (cell === null) return null;
  let end = cell.length;
  while (cell.charAt(end - 1) === ' ') end--;
  return cell.slice(0, end);
}

function isAnother(charset: string): PilotError {
  return new PilotError(
    'write.changed',
    `The row differs from the one shown, so it wasn't updated: someone changed it, or it has characters that ${charset}, the character set of the session's results, doesn't support.`,
    { advice: 'write.editUtf8' },
  );
}

function changedMeanwhile(): PilotError {
  return new PilotError('write.changed', "The row has changed since it was read, so it wasn't updated.", { advice: 'write.editAgain' });
}
