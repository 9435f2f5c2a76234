import type { ColumnDescription, TableDescription, TableSummary } from '../../engine/schema/catalog.ts';
import type { TableDetails } from '../../engine/schema/tableDetails.ts';

/** A trigger's or a view's text beyond this is cut: SHOW CREATE has all of it. */
const MAX_TEXT = 2000;

/** One line: what the table is and which columns it has. */
export function summaryText({ database, columns, ...table }: TableDescription): string {
  return `${database}.${nameAndSize(table)}: ${columns.map(({ name }) => name).join(', ')}${commentText(table.comment)}`;
}

/** Columns, keys, indexes and foreign keys, a line each. */
export function tableText({ database, columns, indexes, foreignKeys, ...table }: TableDescription): string {
  const { kind, rowEstimate, comment, name } = table;
  const estimate = rowEstimate === undefined ? '' : `, ~${String(rowEstimate)} rows`;
  const lines = [`${database}.${name} (${kind}${estimate})${comment === '' ? '' : `: ${comment}`}`, ...columns.map(columnLine)];
  const more = indexes.filter((index) => index.name !== 'PRIMARY');
  const primary = indexes.find((index) => index.name === 'PRIMARY');
  if (primary !== undefined) lines.push(`  PRIMARY KEY (${primary.parts.join(', ')})`);
  for (const index of more) lines.push(`  ${index.unique ? 'UNIQUE' : 'INDEX'} ${index.name} (${index.parts.join(', ')})`);
  for (const key of foreignKeys) {
    lines.push(`  FOREIGN KEY (${key.columns.join(', ')}) -> ${key.referencedTable} (${key.referencedColumns.join(', ')})`);
  }
  return lines.join('\n');
}

/** What `full` adds. */
export function detailsText({ storage, bytes, checks, triggers, partitions, viewText }: TableDetails): string {
  return [
    ...(storage === undefined ? [] : [`  ${storage}, ${sizeText(bytes ?? 0)}`]),
    ...checks.map(({ name, clause }) => `  CHECK ${name} (${clause})`),
    ...(partitions === undefined ? [] : [`  PARTITION BY ${partitions}`]),
    ...triggers.map(({ name, when, statement }) => `  TRIGGER ${name} ${when}: ${shorten(statement)}`),
    ...(viewText === undefined ? [] : [`  AS ${viewText === '' ? '(hidden: SHOW VIEW is not granted)' : shorten(viewText)}`]),
  ].join('\n');
}

/** As an entry of a list of tables. */
export function nameText(table: TableSummary): string {
  return `${nameAndSize(table)}${commentText(table.comment)}`;
}

function nameAndSize({ name, kind, rowEstimate }: TableSummary): string {
  return `${name}${kind === 'view' ? ' (view)' : rowEstimate === undefined ? '' : ` ~${String(rowEstimate)} rows`}`;
}

function columnLine({ name, type, nullable, defaultValue, extra, comment }: ColumnDescription): string {
  const parts = [name, type];
  if (!nullable) parts.push('NOT NULL');
  if (defaultValue !== undefined && defaultValue !== 'NULL') parts.push(`default ${defaultValue}`);
  if (extra !== '') parts.push(extra);
  return `  ${parts.join(' ')}${commentText(comment)}`;
}

function commentText(comment: string): string {
  return comment === '' ? '' : ` -- ${comment}`;
}

function sizeText(bytes: number): string {
  const units = ['B', 'KiB', 'MiB', 'GiB', 'TiB'];
  const power = Math.min(units.length - 1, Math.floor(Math.log2(Math.max(1, bytes)) / 10));
  return `~${(bytes / 1024 ** power).toFixed(power === 0 ? 0 : 1)} ${units[power] ?? ''}`;
}

function shorten(text: string): string {
  return text.length > MAX_TEXT ? `${text.slice(0, MAX_TEXT)}… (${String(text.length)} characters)` : text;
}
