import type { CatalogRow } from '../driver/catalogRow.ts';
import type { ServerInfo } from '../driver/serverInfo.ts';
import type { SessionPool } from '../driver/sessionPool.ts';
import { PilotError } from '../errors.ts';
import { integer, sql, type OwnSql } from '../sql/ownSql.ts';

export const WORKLOAD_ORDERS = ['time', 'rows', 'errors', 'disk', 'count'] as const;

type WorkloadOrder = (typeof WORKLOAD_ORDERS)[number];

/** What the server has counted for one kind of statement: its text without values. */
export interface StatementDigest {
  readonly text: string;
  readonly database: string | undefined;
  readonly count: number;
  readonly seconds: number;
  readonly maxSeconds: number;
  readonly rowsExamined: number;
  readonly rowsSent: number;
  readonly errors: number;
  readonly diskTables: number;
  readonly withoutIndex: number;
  /** One that ran, with its values, where the server keeps one (MySQL 8); it may be cut. */
  readonly sample: string | undefined;
}

export interface WorkloadOptions {
  readonly database: string | undefined;
  readonly order: WorkloadOrder;
  readonly limit: number;
  /** Only what came since this connection was asked last. */
  readonly sinceLast: boolean;
}

/** The server keeps this many at most unless it is told otherwise; more would only cost time. */
const MAX_DIGESTS = 10_000;
/** `performance_schema` counts in picoseconds. */
const PICOSECONDS = 1e12;

const digestsSql = (
  sample: OwnSql,
): OwnSql => sql`SELECT digest AS digest, ${sample} AS sample_text, digest_text AS text, schema_name AS database_name, count_star AS count, sum_timer_wait AS time,
    max_timer_wait AS max_time, sum_rows_examined AS rows_examined, sum_rows_sent AS rows_sent, sum_errors AS errors,
    sum_created_tmp_disk_tables AS disk_tables, sum_no_index_used AS without_index
  FROM performance_schema.events_statements_summary_by_digest WHERE digest_text IS NOT NULL LIMIT ${integer(MAX_DIGESTS)}`;

const VALUE: Readonly<Record<WorkloadOrder, (digest: StatementDigest) => number>> = {
  time: ({ seconds }) => seconds,
  rows: ({ rowsExamined }) => rowsExamined,
  errors: ({ errors }) => errors,
  disk: ({ diskTables }) => diskTables,
  count: ({ count }) => count,
};

/** Tells which kinds of statements cost most, since the server started or since the last look. */
export class WorkloadReader {
  readonly #pool: SessionPool;
  #last = new Map<string, StatementDigest>();

  constructor(pool: SessionPool) {
    this.#pool = pool;
  }

  /** The most expensive first. Throws `input.invalid` where the server records nothing. */
  async read({ database, order, limit, sinceLast }: WorkloadOptions): Promise<StatementDigest[]> {
    const rows = await this.#pool.withSession(undefined, async (session) => {
      const [switched] = await session.read('SELECT @@performance_schema AS switched_on LIMIT 1');
      if (Number(switched?.['switched_on']) === 1)
        return session.read(digestsSql(keepsSamples(session.server) ? sql`query_sample_text` : sql`NULL`));
      throw new PilotError('input.invalid', "This server doesn't record statements: performance_schema is OFF.", {
        advice: 'diagnose.recordStatements',
      });
    });
    const now = new Map(rows.map((row) => [keyOf(row), toDigest(row)]));
    const before = this.#last;
    this.#last = now;
    const digests = [...now].map(([key, digest]) => (sinceLast ? subtract(digest, before.get(key)) : digest));
    return digests
      .filter((digest) => digest.count > 0 && VALUE[order](digest) > 0 && (database === undefined || digest.database === database))
      .sort((a, b) => VALUE[order](b) - VALUE[order](a))
      .slice(0, limit);
  }
}

function keepsSamples({ flavor, version }: ServerInfo): boolean {
  return flavor === 'mysql' && !version.startsWith('5.');
}

function keyOf(row: CatalogRow): string {
  return JSON.stringify([row['database_name'], row['digest']]);
}

function toDigest(row: CatalogRow): StatementDigest {
  const number = (column: string): number => Number(row[column] ?? 0);
  const database = row['database_name'];
  return {
    text: String(row['text']),
    database: database === null || database === undefined ? undefined : String(database),
    count: number('count'),
    seconds: number('time') / PICOSECONDS,
    maxSeconds: number('max_time') / PICOSECONDS,
    rowsExamined: number('rows_examined'),
    rowsSent: number('rows_sent'),
    errors: number('errors'),
    diskTables: number('disk_tables'),
    withoutIndex: number('without_index'),
    sample: row['sample_text'] === null || row['sample_text'] === undefined ? undefined : String(row['sample_text']),
  };
}

/** A server that was restarted, or a table that was emptied, counts from zero: then all of it is new. */
function subtract(now: StatementDigest, before: StatementDigest | undefined): StatementDigest {
  if (before === undefined || before.count > now.count) return now;
  return {
    ...now,
    count: now.count - before.count,
    seconds: now.seconds - before.seconds,
    rowsExamined: now.rowsExamined - before.rowsExamined,
    rowsSent: now.rowsSent - before.rowsSent,
    errors: now.errors - before.errors,
    diskTables: now.diskTables - before.diskTables,
    withoutIndex: now.withoutIndex - before.withoutIndex,
  };
}
