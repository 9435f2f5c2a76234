import type { Column, ColumnSource } from '../../driver/values.ts';
import type { Session } from '../../driver/session.ts';
import type { QualifiedName } from '../../sql/identifiers.ts';

/** Columns that the server computes, by `columnKey`: no INSERT may name them. */
export type GeneratedColumns = ReadonlySet<string>;

/** A default that is an expression is told as DEFAULT_GENERATED, and can be written. */
const GENERATED = /\b(?:VIRTUAL|STORED|PERSISTENT)\b/i;

/** Of the `Extra` of SHOW COLUMNS, and of `information_schema.columns`. */
export function isGenerated(extra: string): boolean {
  return GENERATED.test(extra);
}

/** Names one column of one table. */
export function columnKey({ database, table, column }: Pick<ColumnSource, 'database' | 'table' | 'column'>): string {
  return JSON.stringify([database, table, column]);
}

/** The tables that columns of a result are columns of, each once. */
export function tablesOf(columns: readonly Column[]): readonly QualifiedName[] {
  const tables = new Map<string, QualifiedName>();
  for (const { source } of columns)
    if (source !== undefined) tables.set(columnKey({ ...source, column: '' }), { database: source.database, name: source.table });
  return [...tables.values()];
}

const INVISIBLE = /\bINVISIBLE\b/i;

/** Columns that `*` has left out of a result that has all others of their tables, as `table.column`. */
export async function readLeftOut(session: Session, columns: readonly Column[]): Promise<readonly string[]> {
  const shown = new Set(columns.flatMap(({ source }) => (source === undefined ? [] : [columnKey(source)])));
  const leftOut: string[] = [];
  for (const { database, name } of tablesOf(columns)) {
    const rows = await readExtras(session, { database, name });
    const missing = rows.filter((row) => !shown.has(columnKey({ database, table: name, column: row.column })));
    if (missing.every(({ extra }) => INVISIBLE.test(extra))) leftOut.push(...missing.map(({ column }) => `${name}.${column}`));
  }
  return leftOut;
}

/** Asks the catalog. A temporary table of another session is not in it. */
export async function readGeneratedColumns(session: Session, tables: readonly QualifiedName[]): Promise<GeneratedColumns> {
  const found = new Set<string>();
  for (const { database, name } of tables) {
    for (const { column, extra } of await readExtras(session, { database, name }))
      if (isGenerated(extra)) found.add(columnKey({ database, table: name, column }));
  }
  return found;
}

async function readExtras(
  session: Session,
  { database, name }: QualifiedName,
): Promise<readonly { readonly column: string; readonly extra: string }[]> {
  const rows = await session.read(
    `SELECT column_name AS name, extra AS extra FROM information_schema.columns WHERE table_schema = ? AND table_name = ? LIMIT 1000000`,
    [database, name],
  );
  return rows.map((row) => ({ column: String(row['name']), extra: String(row['extra']) }));
}
