import type { SessionPool } from '../driver/sessionPool.ts';
import type { ColumnName } from '../policy/columnRules.ts';
import { joined, sql, textLiteral } from '../sql/ownSql.ts';
import type { ColumnRule } from '../sql/columnRule.ts';
import { fitsName, foldName } from '../sql/namePattern.ts';
import { SYSTEM_DATABASES } from './systemDatabases.ts';

const COLUMNS = sql`SELECT c.table_schema AS database_name, c.table_name AS table_name, c.column_name AS name
  FROM information_schema.columns c WHERE c.table_schema NOT IN (${joined(SYSTEM_DATABASES.map(textLiteral))}) LIMIT 1000000`;

/** The columns that each rule meets now, of all that the account sees. */
export async function readRuledColumns(pool: SessionPool, rules: readonly ColumnRule[]): Promise<(readonly ColumnName[])[]> {
  const rows = await pool.withSession(undefined, (session) => session.read(COLUMNS));
  const columns = rows.map((row) => {
    const [database, table, column] = [row['database_name'], row['table_name'], row['name']].map(String);
    return { database: database ?? '', table: table ?? '', column: column ?? '' };
  });
  const folded = columns.map(({ database, table, column }) => [foldName(database), foldName(table), foldName(column)] as const);
  return rules.map((rule) =>
    columns.filter((_, i) => {
      const [database = '', table = '', column = ''] = folded[i] ?? [];
      return fitsName(rule.column, column) && fitsName(rule.table, table) && fitsName(rule.database, database);
    }),
  );
}
