import {
  durationText,
  MEBIBYTE,
  number,
  some,
  tableOf,
  text,
  type HealthCheck,
  type HealthFinding,
  type HealthRow,
} from './healthCheck.ts';
import { integer, sql, type OwnSql } from '../sql/ownSql.ts';
import { findRedundantIndexes, INDEXES } from './redundantIndexes.ts';

/** Tables have 10 to 30 columns as a rule. */
const MANY_COLUMNS = 120;

/** https://dev.mysql.com/doc/refman/9.7/en/integer-types.html */
const MAXIMUM: ReadonlyMap<string, number> = new Map([
  ['tinyint', 127],
  ['smallint', 32_767],
  ['mediumint', 8_388_607],
  ['int', 2_147_483_647],
  ['bigint', 9.223372036854776e18],
]);

/** After a shorter time an index may wait for its first use. */
const USE_SECONDS = 86_400;

export const SCHEMA_CHECKS: readonly HealthCheck[] = [
  {
    id: 'primary keys',
    sql: `SELECT t.table_schema AS table_database, t.table_name AS table_name FROM information_schema.tables t
      LEFT JOIN information_schema.table_constraints c
        ON c.table_schema = t.table_schema AND c.table_name = t.table_name AND c.constraint_type = 'PRIMARY KEY'
      WHERE t.{databases} AND t.table_type = 'BASE TABLE' AND c.constraint_name IS NULL`,
    evaluate: (rows) => some(rows.map(tableOf), 'medium', (list) => `Tables without a primary key: ${list}.`, 'health.addPrimaryKey'),
  },
  {
    id: 'duplicate indexes',
    sql: INDEXES,
    evaluate: (rows) => some(findRedundantIndexes(rows), 'low', (list) => `Redundant indexes: ${list}.`, 'health.dropCovered'),
  },
  {
    id: 'auto-increment',
    sql: `SELECT t.table_schema AS table_database, t.table_name AS table_name, t.auto_increment AS next_value, c.column_type AS type
      FROM information_schema.tables t JOIN information_schema.columns c ON c.table_schema = t.table_schema AND c.table_name = t.table_name
      WHERE t.{databases} AND t.auto_increment IS NOT NULL AND c.extra LIKE '%auto_increment%'`,
    evaluate: (rows) =>
      rows.flatMap((row): HealthFinding[] => {
        const type = text(row, 'type');
        const used = usedUp(row);
        if (used < 0.7) return [];
        const percent = `${(100 * used).toFixed(0)} %`;
        return [
          {
            severity: used > 0.9 ? 'high' : 'medium',
            what: `The auto-increment of ${tableOf(row)} (${type}) is used up to ${percent}.`,
            advice: 'health.widenAutoIncrement',
          },
        ];
      }),
    facts: (rows) => {
      const [fullest] = rows.toSorted((a, b) => usedUp(b) - usedUp(a));
      return fullest === undefined ? [] : [`fullest auto-increment ${tableOf(fullest)} ${(100 * usedUp(fullest)).toFixed(1)} %`];
    },
  },
  {
    id: 'storage engines',
    sql: `SELECT table_schema AS table_database, table_name AS table_name, engine AS engine FROM information_schema.tables
      WHERE {databases} AND table_type = 'BASE TABLE' AND engine IN ('MyISAM', 'Aria', 'MEMORY', 'CSV')`,
    evaluate: (rows) =>
      some(
        rows.map((row) => `${tableOf(row)} (${text(row, 'engine')})`),
        'medium',
        (list) => `Nontransactional tables: ${list}.`,
        'health.convertToInnodb',
      ),
  },
  {
    id: 'fragmentation',
    sql: `SELECT table_schema AS table_database, table_name AS table_name, data_free AS free, data_length AS used FROM information_schema.tables
      WHERE {databases} AND table_type = 'BASE TABLE' AND engine = 'InnoDB' AND data_free > 0`,
    evaluate: (rows) =>
      some(
        rows
          .filter((row) => number(row, 'free') > 100 * MEBIBYTE && number(row, 'free') > 0.3 * number(row, 'used'))
          .map((row) => `${tableOf(row)} (${(number(row, 'free') / MEBIBYTE).toFixed(0)} MiB free)`),
        'low',
        (list) => `Fragmented tables: ${list}.`,
        'health.optimizeTable',
      ),
  },
  {
    id: 'mixed collations',
    sql: `SELECT table_schema AS table_database, table_name AS table_name, column_name AS column_name, collation_name AS collation
      FROM information_schema.columns WHERE {databases} AND collation_name IS NOT NULL AND column_key <> ''`,
    evaluate: (rows) => {
      const groups = Map.groupBy(rows, (row) => `${text(row, 'table_database')}/${text(row, 'column_name').toLowerCase()}`);
      const mixed = [...groups.values()].flatMap((columns) => {
        const collations = [...new Set(columns.map((row) => text(row, 'collation')))];
        const [first] = columns;
        return collations.length < 2 || first === undefined ? [] : [`${text(first, 'column_name')} (${collations.join(', ')})`];
      });
      return some(
        mixed,
        'medium',
        (list) => `Indexed columns with the same name but different collations: ${list}.`,
        'health.oneCollation',
      );
    },
  },
  {
    id: 'wide tables',
    sql: sql`SELECT table_schema AS table_database, table_name AS table_name, COUNT(*) AS columns_count FROM information_schema.columns
      WHERE {databases} GROUP BY table_schema, table_name HAVING COUNT(*) > ${integer(MANY_COLUMNS)}`,
    evaluate: (rows) =>
      some(
        rows.map((row) => `${tableOf(row)} (${text(row, 'columns_count')} columns)`),
        'low',
        (list) => `Very wide tables: ${list}.`,
        'health.splitWideTable',
      ),
  },
  {
    id: 'statistics',
    sql: sql`SELECT table_schema AS table_database, table_name AS table_name, table_rows AS row_estimate, data_length AS used, create_options AS options
      FROM information_schema.tables WHERE {databases} AND table_type = 'BASE TABLE' AND engine = 'InnoDB'
        AND (data_length > ${integer(16 * MEBIBYTE)} OR create_options LIKE '%stats_auto_recalc=0%')`,
    evaluate: (rows) => {
      const empty = rows.filter((row) => number(row, 'row_estimate') === 0 && number(row, 'used') > 16 * MEBIBYTE).map(tableOf);
      const manual = rows.filter((row) => text(row, 'options').includes('stats_auto_recalc=0')).map(tableOf);
      return [
        ...some(
          empty,
          'medium',
          (list) => `Tables that contain data but are empty according to their statistics: ${list}.`,
          'health.analyzeTable',
        ),
        ...some(manual, 'low', (list) => `Tables without automatic statistics updates: ${list}.`, 'health.analyzeAfterChanges'),
      ];
    },
  },
  {
    id: 'unused indexes',
    sql: { mysql: unusedIndexes(sql`performance_schema`), mariadb: unusedIndexes(sql`information_schema`) },
    evaluate: (rows) => {
      const [first = {}] = rows;
      if (text(first, 'recording') !== '1') return { notJudged: 'performance_schema is OFF' };
      const unused = rows.filter((row) => text(row, 'table_name') !== '').map((row) => `${tableOf(row)}.${text(row, 'index_name')}`);
      const uptime = number(first, 'uptime');
      if (unused.length > 0 && uptime < USE_SECONDS)
        return { notJudged: `the server has been up for ${durationText(uptime)}, a day is needed` };
      return some(unused, 'low', (list) => `Indexes not used since the server started: ${list}.`, 'health.hideUnusedIndex');
    },
  },
];

/** At least one row, which says whether the server records the use of indexes, and since when. */
function unusedIndexes(status: OwnSql): OwnSql {
  return sql`SELECT u.object_schema AS table_database, u.object_name AS table_name, u.index_name AS index_name,
      @@GLOBAL.performance_schema AS recording, s.variable_value AS uptime
    FROM ${status}.global_status s LEFT JOIN performance_schema.table_io_waits_summary_by_index_usage u
      ON u.{objects} AND u.index_name IS NOT NULL AND u.index_name <> 'PRIMARY' AND u.count_star = 0
    WHERE s.variable_name = 'Uptime'`;
}

/** The part of its type's values that an auto-increment has used, and the table. */
function usedUp(row: HealthRow): number {
  const type = text(row, 'type');
  const signed = MAXIMUM.get(/^[a-z]+/.exec(type)?.[0] ?? '');
  const maximum = signed === undefined ? Infinity : type.includes('unsigned') ? 2 * signed + 1 : signed;
  return number(row, 'next_value') / maximum;
}
