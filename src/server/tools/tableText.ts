import type { ColumnDescription, TableDescription, TableSummary } from '../../engine/schema/catalog.ts';
import { cut } from '../../engine/text.ts';
import { plainName, shortenType, type DefinedColumn, type DefinedForeignKey } from '../../engine/schema/definition.ts';
import type { StoredProgram } from '../../engine/schema/programs.ts';
import type { TableDetails } from '../../engine/schema/tableDetails.ts';
import type { TableOverview } from '../../engine/schema/tableOverview.ts';

/** A trigger's or a view's text beyond this is cut: SHOW CREATE has all of it. */
const MAX_TEXT = 2000;

/** One line: what the table is and which columns it has. */
export function summaryText({ database, columns, definition, ...table }: TableDescription): string {
  const names = (definition?.columns ?? columns).map(({ name }) => name);
  return `${database}.${nameAndSize(table)}: ${names.join(', ')}${commentText(table.comment)}`;
}

/**
 * A line for each column, key, index, foreign key and check, in less than half of what SHOW CREATE TABLE needs. With `whole`
 * nothing of the definition is missing: constraints have their names, and partitions and unusual storage are told.
 */
export function tableText(table: TableDescription, whole = false): string {
  const { database, columns, definition, comment } = table;
  const head = `${database}.${nameAndSize(table)}${commentText(comment)}`;
  if (definition === undefined)
    return [head, ...columns.map((column) => columnLine(table.kind === 'view' ? { ...column, defaultValue: undefined } : column))].join(
      '\n',
    );
  const { primaryKey, indexes, foreignKeys, checks, partitions } = definition;
  const single = definition.columns.find(({ name }) => primaryKey.length === 1 && plainName(name) === primaryKey[0]);
  return [
    head,
    ...definition.columns.map((column) => definedColumnLine(column, column === single)),
    ...(primaryKey.length === 0 || single !== undefined ? [] : [`PK(${primaryKey.join(',')})`]),
    ...indexes.map(
      ({ kind, name, parts, options }) => `${kind} ${plainName(name)}(${parts.join(',')})${options === '' ? '' : ` ${options}`}`,
    ),
    ...foreignKeys.map((foreignKey) => foreignKeyLine(foreignKey, whole)),
    ...checks.map(({ name, rule }) => `CHECK ${whole ? `${name} ` : ''}${rule}`),
    ...(whole ? storageLines(table) : []),
    ...(whole && partitions !== undefined ? [`PARTITION ${partitions}`] : []),
  ].join('\n');
}

export function detailsText(table: TableDescription, { triggers, seesTriggers, viewText }: TableDetails): string {
  const { dataBytes, indexBytes } = table;
  return [
    ...(dataBytes === undefined ? [] : [`size ${exactSizeText({ dataBytes, indexBytes })}`]),
    ...triggers.map(({ name, when, statement }) => `TRIGGER ${name} ${when}: ${shorten(statement)}`),
    ...(table.kind === 'view' || triggers.length > 0
      ? []
      : [seesTriggers ? 'no triggers' : 'triggers: none visible, and this account may lack the privilege TRIGGER']),
    ...(viewText === undefined ? [] : [`AS ${viewText === '' ? '(hidden: SHOW VIEW is not granted)' : shorten(viewText)}`]),
  ].join('\n');
}

function definedColumnLine({ name, type, comment }: DefinedColumn, isKey: boolean): string {
  return `${plainName(name)} ${type}${isKey ? ' PK' : ''}${commentText(comment)}`;
}

function foreignKeyLine({ name, columns, table, referencedColumns, actions }: DefinedForeignKey, named: boolean): string {
  const target = `(${columns.join(',')})->${table}(${referencedColumns.join(',')})`;
  return `FK ${named ? plainName(name) : ''}${target}${actions === '' ? '' : ` ${actions}`}`;
}

/** Nothing for a table that is stored as its database has it. */
function storageLines({ definition, collation, databaseCollation }: TableDescription): string[] {
  const { engine = '', options = [] } = definition ?? {};
  if (engine === 'InnoDB' && options.length === 0 && collation === databaseCollation) return [];
  return [[engine, collation, ...options].join(', ')];
}

export function programText(database: string, { name, head, comment, body }: StoredProgram): string {
  return `${database}.${name} ${head}${commentText(comment)}\n${body === undefined ? '(its text is hidden from this account)' : shorten(body)}`;
}

/** A line of a list: rows, size, and what is missing. */
export function overviewText(table: TableOverview, exact: boolean): string {
  const { dataBytes, indexBytes, lacksPrimaryKey } = table;
  const bytes = (dataBytes ?? 0) + (indexBytes ?? 0);
  const size = dataBytes === undefined ? '' : ` ${exact ? exactSizeText({ dataBytes, indexBytes }) : sizeText(bytes)}`;
  return `${nameAndSize(table)}${size}${lacksPrimaryKey ? ' NO PRIMARY KEY' : ''}${commentText(table.comment)}`;
}

function exactSizeText({ dataBytes = 0, indexBytes = 0 }: Pick<TableOverview, 'dataBytes' | 'indexBytes'>): string {
  return `${sizeText(dataBytes + indexBytes)} (data ${String(dataBytes)} B, indexes ${String(indexBytes)} B)`;
}

function nameAndSize({ name, kind, rowEstimate }: TableSummary): string {
  return `${name}${kind === 'view' ? ' (view)' : rowEstimate === undefined ? '' : ` ~${String(rowEstimate)} rows`}`;
}

function columnLine({ name, type, nullable, defaultValue, extra, comment }: ColumnDescription): string {
  const parts = [name, shortenType(type)];
  if (defaultValue !== undefined && defaultValue !== 'NULL') parts.push(`=${defaultValue}`);
  if (extra !== '') parts.push(extra);
  if (nullable) parts.push('NULL');
  return `${parts.join(' ')}${commentText(comment)}`;
}

function commentText(comment: string): string {
  // On one line, and so that it can be told from what it says.
  return comment === '' ? '' : ` -- ${comment.replaceAll('\\', '\\\\').replaceAll('\r', '\\r').replaceAll('\n', '\\n')}`;
}

/** For example `~1.5 MiB`. */
export function sizeText(bytes: number): string {
  const units = ['B', 'KiB', 'MiB', 'GiB', 'TiB'];
  const power = Math.min(units.length - 1, Math.floor(Math.log2(Math.max(1, bytes)) / 10));
  return `~${(bytes / 1024 ** power).toFixed(power === 0 ? 0 : 1)} ${units[power] ?? ''}`;
}

function shorten(text: string): string {
  return text.length > MAX_TEXT ? `${cut(text, MAX_TEXT)} (${String(text.length)} characters)` : text;
}
