export type Severity = 'high' | 'medium' | 'low';

export interface HealthFinding {
  readonly severity: Severity;
  /** What was found, with its evidence. */
  readonly what: string;
  readonly advice: string;
}

export type HealthRow = Readonly<Record<string, string | number | null | undefined>>;

/** One statement and what its rows mean. The statement may use `{databases}` for the condition on the databases that are looked at. */
export interface HealthCheck {
  readonly id: string;
  /** One text for both servers, or one each; a server without has no such check. */
  readonly sql: string | { readonly mysql?: string; readonly mariadb?: string };
  readonly evaluate: (rows: readonly HealthRow[]) => HealthFinding[];
}

/** Fewer tables are named, the rest is counted. */
const NAMED = 10;
const MEBIBYTE = 1024 ** 2;

const text = (row: HealthRow, column: string): string => String(row[column] ?? '');
const number = (row: HealthRow, column: string): number => Number(row[column] ?? 0);
const tableOf = (row: HealthRow): string => `${text(row, 'table_database')}.${text(row, 'table_name')}`;

function names(all: readonly string[]): string {
  const more = all.length > NAMED ? ` and ${String(all.length - NAMED)} more` : '';
  return `${all.slice(0, NAMED).join(', ')}${more}`;
}

function some(items: readonly string[], severity: Severity, what: (list: string) => string, advice: string): HealthFinding[] {
  return items.length === 0 ? [] : [{ severity, what: what(names(items)), advice }];
}

/** Rows of `name`, `value`. */
function valuesOf(rows: readonly HealthRow[]): Map<string, string> {
  return new Map(rows.map((row) => [text(row, 'Variable_name').toLowerCase(), text(row, 'Value')]));
}

/** https://dev.mysql.com/doc/refman/9.7/en/integer-types.html */
const MAXIMUM: ReadonlyMap<string, number> = new Map([
  ['tinyint', 127],
  ['smallint', 32_767],
  ['mediumint', 8_388_607],
  ['int', 2_147_483_647],
  ['bigint', 9.223372036854776e18],
]);

const INDEXES = `SELECT table_schema AS table_database, table_name AS table_name, index_name AS index_name, non_unique AS non_unique,
  GROUP_CONCAT(CONCAT(column_name, IFNULL(CONCAT('(', sub_part, ')'), '')) ORDER BY seq_in_index SEPARATOR ',') AS parts
  FROM information_schema.statistics WHERE {databases} AND index_type = 'BTREE' AND column_name IS NOT NULL
  GROUP BY table_schema, table_name, index_name, non_unique`;

export const HEALTH_CHECKS: readonly HealthCheck[] = [
  {
    id: 'primary keys',
    sql: `SELECT t.table_schema AS table_database, t.table_name AS table_name FROM information_schema.tables t
      LEFT JOIN information_schema.table_constraints c
        ON c.table_schema = t.table_schema AND c.table_name = t.table_name AND c.constraint_type = 'PRIMARY KEY'
      WHERE t.{databases} AND t.table_type = 'BASE TABLE' AND c.constraint_name IS NULL`,
    evaluate: (rows) =>
      some(
        rows.map(tableOf),
        'medium',
        (list) => `Tables without a primary key: ${list}.`,
        'Add one: replication and every UPDATE of a single row need it.',
      ),
  },
  {
    id: 'duplicate indexes',
    sql: INDEXES,
    evaluate: (rows) =>
      some(
        findDuplicateIndexes(rows),
        'low',
        (list) => `Indexes that another one covers: ${list}.`,
        'Drop them: each costs space and time at every write.',
      ),
  },
  {
    id: 'auto-increment',
    sql: `SELECT t.table_schema AS table_database, t.table_name AS table_name, t.auto_increment AS next_value, c.column_type AS type
      FROM information_schema.tables t JOIN information_schema.columns c ON c.table_schema = t.table_schema AND c.table_name = t.table_name
      WHERE t.{databases} AND t.auto_increment IS NOT NULL AND c.extra LIKE '%auto_increment%'`,
    evaluate: (rows) =>
      rows.flatMap((row): HealthFinding[] => {
        const type = text(row, 'type');
        const signed = MAXIMUM.get(/^[a-z]+/.exec(type)?.[0] ?? '');
        const maximum = signed === undefined ? Infinity : type.includes('unsigned') ? 2 * signed + 1 : signed;
        const used = number(row, 'next_value') / maximum;
        if (used < 0.7) return [];
        const percent = `${(100 * used).toFixed(0)} %`;
        return [
          {
            severity: used > 0.9 ? 'high' : 'medium',
            what: `The auto-increment of ${tableOf(row)} (${type}) is used up to ${percent}.`,
            advice: 'Change the column to BIGINT UNSIGNED before inserts fail.',
          },
        ];
      }),
  },
  {
    id: 'storage engines',
    sql: `SELECT table_schema AS table_database, table_name AS table_name, engine AS engine FROM information_schema.tables
      WHERE {databases} AND table_type = 'BASE TABLE' AND engine IN ('MyISAM', 'Aria', 'MEMORY', 'CSV')`,
    evaluate: (rows) =>
      some(
        rows.map((row) => `${tableOf(row)} (${text(row, 'engine')})`),
        'medium',
        (list) => `Tables without transactions: ${list}.`,
        'Convert them to InnoDB: ROLLBACK does not undo their changes, and a crash can damage them.',
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
        'OPTIMIZE TABLE gives the space back; it rebuilds the table.',
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
        (list) => `Indexed columns of one name with several collations: ${list}.`,
        'Joins between them cannot use the index: give them one collation.',
      );
    },
  },
  {
    id: 'buffer pool',
    sql: `SHOW GLOBAL STATUS WHERE Variable_name IN ('Innodb_buffer_pool_read_requests', 'Innodb_buffer_pool_reads', 'Uptime')`,
    evaluate: (rows) => {
      const values = valuesOf(rows);
      const requests = Number(values.get('innodb_buffer_pool_read_requests') ?? 0);
      const misses = Number(values.get('innodb_buffer_pool_reads') ?? 0);
      const rate = requests === 0 ? 1 : 1 - misses / requests;
      if (requests < 1_000_000 || rate >= 0.99) return [];
      return [
        {
          severity: rate < 0.95 ? 'high' : 'medium',
          what: `The buffer pool answers ${(100 * rate).toFixed(1)} % of reads (${String(misses)} of ${String(requests)} came from disk).`,
          advice: 'Raise innodb_buffer_pool_size, or find the scans with mysql_explain.',
        },
      ];
    },
  },
  {
    id: 'connections',
    sql: {
      mysql: `SELECT VARIABLE_VALUE AS used, @@GLOBAL.max_connections AS allowed FROM performance_schema.global_status
        WHERE VARIABLE_NAME = 'Max_used_connections'`,
      mariadb: `SELECT VARIABLE_VALUE AS used, @@GLOBAL.max_connections AS allowed FROM information_schema.global_status
        WHERE VARIABLE_NAME = 'MAX_USED_CONNECTIONS'`,
    },
    evaluate: ([row = {}]) => {
      const [used, allowed] = [number(row, 'used'), number(row, 'allowed')];
      if (allowed === 0 || used < 0.85 * allowed) return [];
      const what = `${String(used)} of ${String(allowed)} connections were in use at once.`;
      return [
        { severity: used >= allowed ? 'high' : 'medium', what, advice: 'Pool connections in the application, or raise max_connections.' },
      ];
    },
  },
  {
    id: 'long transactions',
    sql: `SELECT p.id AS id, p.user AS account, p.command AS command, p.time AS seconds, t.trx_rows_locked AS locked
      FROM information_schema.innodb_trx t JOIN information_schema.processlist p ON p.id = t.trx_mysql_thread_id
      WHERE t.trx_state <> 'LOCK WAIT' AND p.id <> CONNECTION_ID()`,
    evaluate: (rows) =>
      rows
        .filter((row) => number(row, 'seconds') >= 60)
        .map((row) => ({
          severity: number(row, 'locked') > 0 ? 'high' : 'medium',
          what: `Session ${text(row, 'id')} of ${text(row, 'account')} holds a transaction (${text(row, 'command')} for ${text(row, 'seconds')} s, ~${text(row, 'locked')} rows locked).`,
          advice: 'Commit or end it: it keeps locks and old row versions.',
        })),
  },
  {
    id: 'lock waits',
    sql: `SELECT p.id AS id, p.time AS seconds, LEFT(p.info, 100) AS statement
      FROM information_schema.innodb_trx t JOIN information_schema.processlist p ON p.id = t.trx_mysql_thread_id WHERE t.trx_state = 'LOCK WAIT'`,
    evaluate: (rows) =>
      rows.map((row) => ({
        severity: 'high',
        what: `Session ${text(row, 'id')} waits for a row lock since ${text(row, 'seconds')} s: ${text(row, 'statement')}`,
        advice: 'Look at the long transactions: one of them holds the lock.',
      })),
  },
  {
    id: 'replication',
    sql: 'SHOW REPLICA STATUS',
    evaluate: (rows) =>
      rows.flatMap((row): HealthFinding[] => {
        const value = (...columns: string[]): string => columns.map((column) => text(row, column)).find((one) => one !== '') ?? '';
        const [reads, applies] = [value('Replica_IO_Running', 'Slave_IO_Running'), value('Replica_SQL_Running', 'Slave_SQL_Running')];
        if (reads !== 'Yes' || applies !== 'Yes') {
          const error = value('Last_Error', 'Last_IO_Error', 'Last_SQL_Error');
          return [
            {
              severity: 'high',
              what: `Replication stands still (reads: ${reads}, applies: ${applies}). ${error}`.trim(),
              advice: 'What is read here is old until it runs again.',
            },
          ];
        }
        const lag = Number(value('Seconds_Behind_Source', 'Seconds_Behind_Master'));
        return lag < 10
          ? []
          : [
              {
                severity: lag < 300 ? 'medium' : 'high',
                what: `This replica is ${String(lag)} s behind.`,
                advice: 'Rows that were just written are not here yet.',
              },
            ];
      }),
  },
  {
    id: 'settings',
    sql: `SELECT @@GLOBAL.innodb_flush_log_at_trx_commit AS flush_log, @@GLOBAL.local_infile AS local_infile, @@GLOBAL.general_log AS general_log,
      @@GLOBAL.sql_mode AS sql_mode`,
    evaluate: ([row = {}]) => {
      const findings: HealthFinding[] = [];
      const add = (severity: Severity, what: string, advice: string): void => void findings.push({ severity, what, advice });
      if (text(row, 'flush_log') !== '1')
        add(
          'medium',
          `innodb_flush_log_at_trx_commit is ${text(row, 'flush_log')}.`,
          'A crash can lose committed transactions; 1 keeps them.',
        );
      if (text(row, 'local_infile') === '1')
        add(
          'low',
          'local_infile is ON.',
          'A malicious server or statement can read files of clients; switch it off where nothing needs it.',
        );
      if (text(row, 'general_log') === '1') add('low', 'The general log is ON.', 'It slows every statement and holds their values.');
      if (!/STRICT_(?:TRANS|ALL)_TABLES/.test(text(row, 'sql_mode')))
        add('medium', 'sql_mode is not strict.', 'Values that do not fit are cut silently; add STRICT_TRANS_TABLES.');
      return findings;
    },
  },
  {
    id: 'accounts',
    sql: {
      mysql: `SELECT user AS account, host AS host FROM mysql.user
        WHERE authentication_string = '' AND plugin NOT IN ('auth_socket', 'mysql_no_login') AND account_locked = 'N'`,
      mariadb: `SELECT user AS account, host AS host FROM mysql.user
        WHERE Password = '' AND authentication_string = '' AND is_role = 'N' AND user <> 'mariadb.sys' AND plugin NOT IN ('unix_socket', 'gssapi', 'pam')`,
    },
    evaluate: (rows) =>
      some(
        rows.map((row) => `'${text(row, 'account')}'@'${text(row, 'host')}'`),
        'high',
        (list) => `Accounts without a password: ${list}.`,
        'Give them one, or lock them.',
      ),
  },
  {
    id: 'unused indexes',
    sql: {
      mysql: `SELECT object_schema AS table_database, object_name AS table_name, index_name AS index_name
        FROM performance_schema.table_io_waits_summary_by_index_usage
        WHERE {objects} AND index_name IS NOT NULL
          AND index_name <> 'PRIMARY' AND count_star = 0
          AND (SELECT VARIABLE_VALUE FROM performance_schema.global_status WHERE VARIABLE_NAME = 'Uptime') > 86400`,
    },
    evaluate: (rows) =>
      some(
        rows.map((row) => `${tableOf(row)}.${text(row, 'index_name')}`),
        'low',
        (list) => `Indexes that were not used since the server started: ${list}.`,
        'Make one INVISIBLE first, and drop it if nothing gets slower (a unique one may be there for its rule).',
      ),
  },
];

/** An index is superfluous if it is not unique and another one of its table begins with its columns. */
function findDuplicateIndexes(rows: readonly HealthRow[]): string[] {
  const found: string[] = [];
  for (const [table, indexes] of Map.groupBy(rows, tableOf)) {
    for (const [i, one] of indexes.entries()) {
      if (number(one, 'non_unique') === 0) continue;
      const parts = `${text(one, 'parts')},`;
      const other = indexes.find((index, j) => {
        const longer = `${text(index, 'parts')},`;
        return i !== j && longer.startsWith(parts) && (longer !== parts || number(index, 'non_unique') === 0 || j < i);
      });
      if (other !== undefined) found.push(`${table}.${text(one, 'index_name')} (by ${text(other, 'index_name')})`);
    }
  }
  return found;
}
