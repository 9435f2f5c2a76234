import type { AgentDatabase } from '../../engine/connection/database.ts';
import type { TableDescription } from '../../engine/schema/catalog.ts';
import { nearest } from '../../engine/schema/words.ts';
import { profileColumn, type ProfiledColumn, type ProfileOptions } from './columnProfile.ts';

/** Tables that only the profiled columns name, as `table.column`. */
export function tablesOfProfiles(profiled: readonly string[], tables: readonly string[], current: string | undefined): string[] {
  const known = new Set(tables.map((table) => keyOf(table, current)));
  const named = profiled.flatMap((one) => (one.includes('.') ? [one.slice(0, one.lastIndexOf('.'))] : []));
  return [...new Map(named.map((table) => [keyOf(table, current), table] as const)).entries()]
    .filter(([key]) => !known.has(key))
    .map(([, table]) => table);
}

/** A line for each of the columns that belong to a table, or could: what the table lacks is said, and stops nothing. */
export async function profileLines(
  database: AgentDatabase,
  table: TableDescription,
  profiled: readonly string[],
  options: ProfileOptions,
): Promise<string[]> {
  const columns: readonly ProfiledColumn[] = table.definition?.columns ?? table.columns;
  const lines: string[] = [];
  for (const wanted of profiled) {
    const name = columnIn(table, wanted);
    if (name === undefined) continue;
    const found = columns.find((column) => column.name === name) ?? columns.find((column) => equal(column.name, name));
    lines.push(found === undefined ? lacking(name, table, columns) : await profileColumn(database, table, found, options));
  }
  return lines;
}

/** Undefined where another table is named. */
function columnIn({ database, name }: TableDescription, wanted: string): string | undefined {
  const dot = wanted.lastIndexOf('.');
  if (dot < 0) return plain(wanted);
  return keyOf(wanted.slice(0, dot), database) === keyOf(name, database) ? plain(wanted.slice(dot + 1)) : undefined;
}

function lacking(name: string, table: TableDescription, columns: readonly ProfiledColumn[]): string {
  const [near] = nearest(
    name,
    columns.map((column) => column.name),
    1,
  );
  return `PROFILE ${name}: no column of ${table.name}${near === undefined ? '' : `; did you mean ${near}?`}`;
}

/** Without back-ticks, and with its database. */
function keyOf(table: string, current: string | undefined): string {
  const name = plain(table).toLowerCase();
  const place = current?.toLowerCase() ?? '';
  return name.includes('.') ? name : `${place}.${name}`;
}

function plain(name: string): string {
  return name.replaceAll('`', '');
}

function equal(a: string, b: string): boolean {
  return a.toLowerCase() === b.toLowerCase();
}
