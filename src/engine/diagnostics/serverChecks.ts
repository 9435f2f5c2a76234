import type { AdviceCode } from '../advice.ts';
import { normalize } from '../sql/normalize.ts';
import { cutLine } from '../text.ts';
import {
  durationText,
  MEBIBYTE,
  number,
  some,
  text,
  valuesOf,
  type HealthCheck,
  type HealthFinding,
  type HealthRow,
  type Severity,
} from './healthCheck.ts';

/** Fewer reads of pages say nothing about how well they are cached. */
const MIN_REQUESTS = 1_000_000;

export const SERVER_CHECKS: readonly HealthCheck[] = [
  {
    id: 'settings of the server',
    onlyStructure: true,
    sql: `SELECT VERSION() AS version, @@GLOBAL.log_bin AS log_bin, @@GLOBAL.innodb_buffer_pool_size AS pool_bytes`,
    facts: ([row = {}]) => [
      `version ${text(row, 'version')}`,
      `binary log ${text(row, 'log_bin') === '1' ? 'ON' : 'OFF'}`,
      `buffer pool ${(number(row, 'pool_bytes') / MEBIBYTE).toFixed(0)} MiB`,
    ],
  },
  {
    id: 'buffer pool',
    onlyStructure: true,
    sql: `SHOW GLOBAL STATUS WHERE Variable_name IN ('Innodb_buffer_pool_read_requests', 'Innodb_buffer_pool_reads', 'Uptime')`,
    evaluate: (rows) => {
      const { requests, misses, rate } = hitRate(rows);
      if (requests < MIN_REQUESTS) return { notJudged: `only ${String(requests)} reads since the server started` };
      if (rate >= 0.99) return [];
      return [
        {
          severity: rate < 0.95 ? 'high' : 'medium',
          what: `The buffer pool answers ${(100 * rate).toFixed(1)} % of reads (${String(misses)} of ${String(requests)} came from disk).`,
          advice: 'health.raiseBufferPool',
        },
      ];
    },
    facts: (rows) => {
      const { requests, rate } = hitRate(rows);
      const uptime = Number(valuesOf(rows).get('uptime') ?? 0);
      return [...(requests === 0 ? [] : [`${(100 * rate).toFixed(1)} % of its reads hit`]), `up for ${durationText(uptime)}`];
    },
  },
  {
    id: 'connections',
    onlyStructure: true,
    sql: {
      mysql: `SELECT VARIABLE_VALUE AS used, @@GLOBAL.max_connections AS allowed FROM performance_schema.global_status
        WHERE VARIABLE_NAME = 'Max_used_connections'`,
      mariadb: `SELECT VARIABLE_VALUE AS used, @@GLOBAL.max_connections AS allowed FROM information_schema.global_status
        WHERE VARIABLE_NAME = 'MAX_USED_CONNECTIONS'`,
    },
    evaluate: ([row = {}]) => {
      const [used, allowed] = [number(row, 'used'), number(row, 'allowed')];
      if (allowed === 0 || used < 0.85 * allowed) return [];
      const what = `${String(used)} of ${String(allowed)} connections were in use at the same time.`;
      return [{ severity: used >= allowed ? 'high' : 'medium', what, advice: 'health.poolConnections' }];
    },
  },
  {
    id: 'long transactions',
    sql: `SELECT p.id AS id, p.user AS account, p.command AS command, p.time AS seconds, t.trx_rows_locked AS locked,
        TIMESTAMPDIFF(SECOND, CONVERT_TZ(t.trx_started, 'SYSTEM', '+00:00'), UTC_TIMESTAMP()) AS open_seconds
      FROM information_schema.innodb_trx t JOIN information_schema.processlist p ON p.id = t.trx_mysql_thread_id
      WHERE t.trx_state <> 'LOCK WAIT' AND p.id <> CONNECTION_ID()`,
    evaluate: (rows) =>
      rows
        .filter((row) => number(row, 'seconds') >= 60)
        .map((row) => ({
          severity: number(row, 'locked') > 0 ? 'high' : 'medium',
          what: `Session ${text(row, 'id')} of ${text(row, 'account')} holds a transaction (${text(row, 'command')} for ${text(row, 'seconds')} s, ~${text(row, 'locked')} rows locked).`,
          advice: 'health.endTransaction',
        })),
    facts: (rows) => {
      const [longest] = rows.toSorted((a, b) => number(b, 'open_seconds') - number(a, 'open_seconds'));
      const open = longest === undefined ? '' : `${durationText(number(longest, 'open_seconds'))} (session ${text(longest, 'id')})`;
      return [longest === undefined ? 'no open transaction' : `longest transaction ${open}`];
    },
  },
  {
    id: 'lock waits',
    sql: `SELECT p.id AS id, p.time AS seconds, LEFT(p.info, 4000) AS statement
      FROM information_schema.innodb_trx t JOIN information_schema.processlist p ON p.id = t.trx_mysql_thread_id WHERE t.trx_state = 'LOCK WAIT'`,
    evaluate: (rows) =>
      rows.map((row) => ({
        severity: 'high',
        what: `Session ${text(row, 'id')} has been waiting for a row lock for ${text(row, 'seconds')} s: ${cutLine(normalize(text(row, 'statement')), 100)}`,
        advice: 'health.findLockHolder',
      })),
    facts: (rows) => [`${rows.length === 0 ? 'no' : String(rows.length)} lock waits`],
  },
  {
    id: 'replication',
    sql: '{replicaStatus}',
    evaluate: (rows) =>
      rows.flatMap((row): HealthFinding[] => {
        const value = (...columns: string[]): string => columns.map((column) => text(row, column)).find((one) => one !== '') ?? '';
        const [reads, applies] = [value('Replica_IO_Running', 'Slave_IO_Running'), value('Replica_SQL_Running', 'Slave_SQL_Running')];
        if (reads !== 'Yes' || applies !== 'Yes') {
          const error = value('Last_Error', 'Last_IO_Error', 'Last_SQL_Error');
          return [
            {
              severity: 'high',
              what: `Replication is stopped (reads: ${reads}, applies: ${applies}). ${error}`.trim(),
              advice: 'health.staleReplica',
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
                advice: 'health.lateReplica',
              },
            ];
      }),
  },
  {
    id: 'settings',
    onlyStructure: true,
    sql: `SELECT @@GLOBAL.innodb_flush_log_at_trx_commit AS flush_log, @@GLOBAL.local_infile AS local_infile, @@GLOBAL.general_log AS general_log,
      @@GLOBAL.sql_mode AS sql_mode`,
    evaluate: ([row = {}]) => {
      const findings: HealthFinding[] = [];
      const add = (severity: Severity, what: string, advice: AdviceCode): void => void findings.push({ severity, what, advice });
      if (text(row, 'flush_log') !== '1')
        add('medium', `innodb_flush_log_at_trx_commit is ${text(row, 'flush_log')}.`, 'health.flushAtCommit');
      if (text(row, 'local_infile') === '1') add('low', 'local_infile is ON.', 'health.disableLocalInfile');
      if (text(row, 'general_log') === '1') add('low', 'The general log is ON.', 'health.disableGeneralLog');
      if (!/STRICT_(?:TRANS|ALL)_TABLES/.test(text(row, 'sql_mode'))) add('medium', 'sql_mode is not strict.', 'health.strictMode');
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
        'health.givePassword',
      ),
  },
  {
    id: 'deadlocks',
    onlyStructure: true,
    sql: {
      mysql: `SELECT e.sum_error_raised AS deadlocks, s.VARIABLE_VALUE AS uptime FROM performance_schema.events_errors_summary_global_by_error e,
          performance_schema.global_status s WHERE e.error_number = 1213 AND s.VARIABLE_NAME = 'Uptime'`,
      mariadb: `SELECT d.VARIABLE_VALUE AS deadlocks, s.VARIABLE_VALUE AS uptime FROM information_schema.global_status d, information_schema.global_status s
        WHERE d.VARIABLE_NAME = 'INNODB_DEADLOCKS' AND s.VARIABLE_NAME = 'UPTIME' AND VERSION() NOT REGEXP '^10[.][0-5][.]'`,
    },
    evaluate: ([row]) => {
      // MariaDB before 10.6 has the variable and leaves it at 0.
      if (row === undefined) return { notJudged: "the server doesn't count them (MariaDB before 10.6, or performance_schema is OFF)" };
      const [count, hours] = [number(row, 'deadlocks'), Math.max(1, number(row, 'uptime') / 3600)];
      if (count === 0) return [];
      return [
        {
          severity: count / hours >= 1 ? 'medium' : 'low',
          what: `${String(count)} deadlocks since the server started, ${(count / hours).toFixed(1)} an hour.`,
          advice: 'health.orderWrites',
        },
      ];
    },
  },
];

function hitRate(rows: readonly HealthRow[]): { readonly requests: number; readonly misses: number; readonly rate: number } {
  const values = valuesOf(rows);
  const requests = Number(values.get('innodb_buffer_pool_read_requests') ?? 0);
  const misses = Number(values.get('innodb_buffer_pool_reads') ?? 0);
  return { requests, misses, rate: requests === 0 ? 1 : 1 - misses / requests };
}
