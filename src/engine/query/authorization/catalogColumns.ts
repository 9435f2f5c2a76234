import type { Session } from '../../driver/session.ts';
import { structureColumns } from '../../policy/structureColumns.ts';
import { quoteIdentifier } from '../../sql/identifiers.ts';
import { sql } from '../../sql/ownSql.ts';

/** By the name of a table of `information_schema` in upper case: its columns that tell structure, as they are selected. */
export type CatalogColumns = ReadonlyMap<string, readonly string[]>;

/** What of the columns that agents may see this server has. */
export async function readCatalogColumns(session: Session): Promise<CatalogColumns> {
  const rows = await session.read(
    sql`SELECT c.table_name AS table_name, c.column_name AS column_name FROM information_schema.columns c
      WHERE c.table_schema = 'information_schema' ORDER BY c.ordinal_position LIMIT 1000000`,
  );
  const byTable = Map.groupBy(rows, (row) => String(row['table_name']).toUpperCase());
  return new Map(
    [...byTable].map(([table, columns]) => {
      const shown = new Set(structureColumns(table));
      return [
        table,
        columns
          .map((row) => String(row['column_name']).toUpperCase())
          .filter((column) => shown.has(column))
          .map((column) => selected(table, column)),
      ];
    }),
  );
}

/** In the place of the comment of a view MariaDB has the error that the view gives, which quotes what its functions return. */
function selected(table: string, column: string): string {
  const name = quoteIdentifier(column);
  if (table !== 'TABLES' || column !== 'TABLE_COMMENT') return name;
  return `CASE \`TABLE_TYPE\` WHEN 'VIEW' THEN 'VIEW' ELSE ${name} END AS ${name}`;
}
