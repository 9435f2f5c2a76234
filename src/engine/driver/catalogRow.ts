export type CatalogRow = Readonly<Record<string, string | number | null | undefined>>;

/** A column as text; '' where it is NULL or missing. */
export function text(row: CatalogRow, column: string): string {
  const value = row[column];
  return value === null || value === undefined ? '' : String(value);
}

/** A column as a number; undefined where it is NULL or missing. */
export function number(row: CatalogRow, column: string): number | undefined {
  const value = row[column];
  return value === null || value === undefined ? undefined : Number(value);
}
