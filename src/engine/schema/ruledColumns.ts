import type { SessionPool } from '../driver/sessionPool.ts';
import type { ColumnName } from '../policy/columnRules.ts';
import type { ColumnRule } from '../sql/columnRule.ts';
import { fitsName, foldName } from '../sql/namePattern.ts';
import { joined, sql, textLiteral } from '../sql/ownSql.ts';
import { SYSTEM_DATABASES } from './systemDatabases.ts';

const COLUMNS = sql`SELECT c.table_schema AS database_name, c.table_name AS table_name, c.column_name AS name
  FROM information_schema.columns c WHERE c.table_schema NOT IN (${joined(SYSTEM_DATABASES.map(textLiteral))}) LIMIT 1000000`;

/** All columns that the account sees, without those of the server's own databases. */
export async function readColumnNames(pool: SessionPool): Promise<ColumnName[]> {
  const rows = await pool.withSession(undefined, (session) => session.read(COLUMNS));
  return rows.map((row) => ({ database: String(row['database_name']), table: String(row['table_name']), column: String(row['name']) }));
}

/** How many of these columns a rule meets. */
export function countMet(rule: ColumnRule, columns: readonly ColumnName[]): number {
  return columns.filter(
    ({ database, table, column }) =>
      fitsName(rule.column, foldName(column)) && fitsName(rule.table, foldName(table)) && fitsName(rule.database, foldName(database)),
  ).length;
}
