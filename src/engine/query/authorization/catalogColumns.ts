import type { Session } from '../../driver/session.ts';
import { isNamed, type ColumnName } from '../../policy/columnRules.ts';
import type { ColumnRule } from '../../sql/columnRule.ts';
import { foldName, type NamePattern } from '../../sql/namePattern.ts';
import type { TablePart } from '../../sql/printer/printer.ts';
import { structureColumns } from '../../policy/structureColumns.ts';
import { quoteIdentifier } from '../../sql/identifiers.ts';
import { joined, sql, textLiteral, type OwnSql } from '../../sql/ownSql.ts';

/** What agents see of a table of `information_schema`: `names` are those of its columns. */
export interface CatalogPart extends TablePart {
  readonly names: readonly string[];
}

/** By the name of a table in upper case. */
export type CatalogColumns = ReadonlyMap<string, CatalogPart>;

/** Texts that may name any column. */
const TEXTS = new Set(['VIEW_DEFINITION', 'ACTION_STATEMENT', 'ROUTINE_DEFINITION', 'EVENT_DEFINITION', 'CHECK_CLAUSE']);
/** Expressions, which may name one as well. */
const EXPRESSIONS = new Set(['GENERATION_EXPRESSION', 'EXPRESSION', 'PARTITION_EXPRESSION', 'SUBPARTITION_EXPRESSION']);
/** Of a table that is divided by a protected column these tell values, and how many rows have them. */
const PARTITIONS = new Set([
  ...['PARTITION_EXPRESSION', 'SUBPARTITION_EXPRESSION', 'PARTITION_DESCRIPTION', 'TABLE_ROWS'],
  ...['AVG_ROW_LENGTH', 'DATA_LENGTH', 'MAX_DATA_LENGTH', 'INDEX_LENGTH', 'DATA_FREE'],
]);

/** Where columns are named, one a row: their places. A key has the name of its first column unless it is given another. */
const PLACES: ReadonlyMap<string, readonly (readonly [database: string, table: string, column: string])[]> = new Map([
  ['COLUMNS', [['TABLE_SCHEMA', 'TABLE_NAME', 'COLUMN_NAME']]],
  [
    'STATISTICS',
    [
      ['TABLE_SCHEMA', 'TABLE_NAME', 'COLUMN_NAME'],
      ['TABLE_SCHEMA', 'TABLE_NAME', 'INDEX_NAME'],
    ],
  ],
  ['TABLE_CONSTRAINTS', [['TABLE_SCHEMA', 'TABLE_NAME', 'CONSTRAINT_NAME']]],
  ['CHECK_CONSTRAINTS', [['CONSTRAINT_SCHEMA', 'TABLE_NAME', 'CONSTRAINT_NAME']]],
  [
    'REFERENTIAL_CONSTRAINTS',
    [
      ['CONSTRAINT_SCHEMA', 'TABLE_NAME', 'CONSTRAINT_NAME'],
      ['UNIQUE_CONSTRAINT_SCHEMA', 'REFERENCED_TABLE_NAME', 'UNIQUE_CONSTRAINT_NAME'],
    ],
  ],
  [
    'KEY_COLUMN_USAGE',
    [
      ['TABLE_SCHEMA', 'TABLE_NAME', 'COLUMN_NAME'],
      ['TABLE_SCHEMA', 'TABLE_NAME', 'CONSTRAINT_NAME'],
      ['REFERENCED_TABLE_SCHEMA', 'REFERENCED_TABLE_NAME', 'REFERENCED_COLUMN_NAME'],
    ],
  ],
]);

/** What of the columns that agents may see this server has. With `rules` hidden columns are in no row and in no text. */
export async function readCatalogColumns(session: Session, rules: readonly ColumnRule[] = []): Promise<CatalogColumns> {
  const rows = await session.read(
    sql`SELECT c.table_name AS table_name, c.column_name AS column_name FROM information_schema.columns c
      WHERE c.table_schema = 'information_schema' ORDER BY c.ordinal_position LIMIT 1000000`,
  );
  const byTable = Map.groupBy(rows, (row) => String(row['table_name']).toUpperCase());
  return new Map(
    [...byTable].map(([table, columns]) => {
      const shown = new Set(structureColumns(table));
      const names = columns.map((row) => String(row['column_name']).toUpperCase()).filter((column) => shown.has(column));
      return [table, { names, columns: names.map((column) => selected(table, column, rules)), where: condition(table, names, rules) }];
    }),
  );
}

/** Without the rows of these columns. */
export function withoutColumns(catalog: CatalogColumns, hidden: readonly ColumnName[]): CatalogColumns {
  const part = catalog.get('COLUMNS');
  if (part === undefined || hidden.length === 0) return catalog;
  const rows = hidden.map((one) => sql`(${joined([one.database, one.table, one.column].map(textLiteral))})`);
  const others = sql`COALESCE((\`TABLE_SCHEMA\`, \`TABLE_NAME\`, \`COLUMN_NAME\`) NOT IN (${joined(rows)}), TRUE)`;
  return new Map([...catalog, ['COLUMNS', { ...part, where: part.where === undefined ? others : `${part.where} AND ${others}` }]]);
}

function selected(table: string, column: string, rules: readonly ColumnRule[]): string {
  const name = quoteIdentifier(column);
  const hides = rules.some(({ action }) => action === 'hide');
  const isLeftOut =
    (rules.length > 0 && table === 'PARTITIONS' && PARTITIONS.has(column)) || (hides && (TEXTS.has(column) || EXPRESSIONS.has(column)));
  if (isLeftOut) return sql`NULL AS ${name}`;
  // In the place of the comment of a view MariaDB has the error that the view gives, which quotes what its functions return.
  if (table === 'TABLES' && column === 'TABLE_COMMENT') return `CASE \`TABLE_TYPE\` WHEN 'VIEW' THEN 'VIEW' ELSE ${name} END AS ${name}`;
  if (column === 'AUTO_INCREMENT') return withoutCounter(name, rules);
  if (column === 'COLUMN_DEFAULT') return withoutNames(column, rules);
  return name;
}

/** The counter of a protected column is its greatest value. */
function withoutCounter(name: OwnSql, rules: readonly ColumnRule[]): OwnSql {
  if (rules.length === 0) return name;
  const near = rules.map(({ database, table }) => sql`${fitting('TABLE_SCHEMA', database)} AND ${fitting('TABLE_NAME', table)}`);
  return sql`CASE WHEN ${joined(near, ' OR ')} THEN NULL ELSE ${name} END AS ${name}`;
}

/** A default may be an expression over hidden columns. */
function withoutNames(column: string, rules: readonly ColumnRule[]): OwnSql {
  const name = quoteIdentifier(column);
  const hidden = rules.filter(({ action }) => action === 'hide');
  if (hidden.length === 0) return name;
  const mentions = hidden.map((rule) => fitting(column, ['', ...rule.column, '']));
  return sql`CASE WHEN ${joined(mentions, ' OR ')} THEN NULL ELSE ${name} END AS ${name}`;
}

/** Undefined where all rows are shown. */
function condition(table: string, names: readonly string[], rules: readonly ColumnRule[]): OwnSql | undefined {
  const hidden = rules.filter(({ action }) => action === 'hide');
  const places = PLACES.get(table)?.filter((place) => place.every((column) => names.includes(column))) ?? [];
  const named = table === 'COLUMNS' ? hidden.filter(({ column }) => isNamed(column)) : [];
  const notShown = [
    ...places.flatMap(([inDatabase, inTable, name]) =>
      hidden.map(({ database, table: tables, column }) => [fitting(inDatabase, database), fitting(inTable, tables), fitting(name, column)]),
    ),
    ...named.map(({ column }) => [fitting('COLUMN_NAME', column), OF_VIEW]),
  ].map((fits) => sql`COALESCE(NOT (${joined(fits, ' AND ')}), TRUE)`);
  return notShown.length === 0 ? undefined : joined(notShown, ' AND ');
}

/** A view shows a hidden column under its own name as a rule. */
const OF_VIEW = sql`(\`TABLE_SCHEMA\`, \`TABLE_NAME\`) IN (SELECT v.table_schema, v.table_name FROM information_schema.views v)`;

/** Letters of names that `foldName` takes for several. */
const LIGATURES = ['ß', 'ẞ', 'ﬀ', 'ﬁ', 'ﬂ', 'ﬃ', 'ﬄ', 'ﬅ', 'ﬆ', 'Ĳ', 'ĳ'];

/**
 * As `fitsName` compares: without regard to case and accents. The parts of a pattern are decomposed, and servers compare Hangul as it is composed. LIKE compares one character by one:
 * for it, letters that stand for several are spelled out.
 */
function fitting(column: string, pattern: NamePattern): OwnSql {
  const name = sql`CONVERT(${quoteIdentifier(column)} USING utf8mb4) COLLATE utf8mb4_unicode_ci`;
  const parts = pattern.map((part) => part.normalize('NFC'));
  const [whole = '', ...rest] = parts;
  if (rest.length === 0) return sql`${name} = ${textLiteral(whole)} COLLATE utf8mb4_unicode_ci`;
  const text = parts.map((part) => part.replaceAll(/[|%_]/g, '|$&')).join('%');
  const spelled = LIGATURES.reduce<OwnSql>(
    (all, letter) => sql`REPLACE(${all}, ${textLiteral(letter)}, ${textLiteral(foldName(letter))})`,
    name,
  );
  return sql`${spelled} LIKE ${textLiteral(text)} COLLATE utf8mb4_unicode_ci ESCAPE '|'`;
}
