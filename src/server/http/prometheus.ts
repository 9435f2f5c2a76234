import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client';
import type { StatementEvent } from '../../engine/observability/statementEvents.ts';
import { SLOW_MS } from '../../engine/observability/statementFigures.ts';
import type { ConnectionActivity } from '../connections.ts';

/** From a point look-up to the longest that a statement may take. */
const BUCKETS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60];

export interface MetricsSources {
  readonly activity: () => Promise<readonly ConnectionActivity[]>;
  readonly sessions: () => number;
}

/** The figures of this process for Prometheus; names by its conventions, https://prometheus.io/docs/practices/naming/. */
export class PrometheusMetrics {
  readonly #registry = new Registry();
  readonly #statements = this.#counter(
    'mysql_queries_total',
    'Statements that have ended, by their first word.',
    'connection',
    'type',
    'status',
  );
  readonly #slow = this.#counter('mysql_slow_queries_total', 'Statements that took longer than a second.', 'connection');
  readonly #rows = this.#counter('mysql_rows_total', 'Rows that were returned or changed.', 'connection');
  readonly #errors = this.#counter(
    'mysql_errors_total',
    'Statements that failed or were refused, by the code of the error.',
    'connection',
    'code',
  );
  readonly #durations: Histogram<'connection' | 'type'>;

  constructor({ activity, sessions }: MetricsSources) {
    const registers = [this.#registry];
    this.#durations = new Histogram({
      name: 'mysql_query_duration_seconds',
      help: 'What statements took on the server and on the way.',
      labelNames: ['connection', 'type'],
      buckets: BUCKETS,
      registers,
    });
    const pool = new Gauge({
      name: 'mysql_pool_connections',
      help: 'Sessions of a connection: busy, idle, and the most that there may be.',
      labelNames: ['connection', 'state'],
      registers,
      collect: async () => {
        pool.reset();
        waiting.reset();
        failing.reset();
        for (const { name: connection, pool: one } of await activity()) {
          pool.set({ connection, state: 'busy' }, one.busy);
          pool.set({ connection, state: 'idle' }, one.idle);
          pool.set({ connection, state: 'limit' }, one.limit);
          waiting.set({ connection }, one.waiting);
          failing.set({ connection }, one.failures);
        }
      },
    });
    // Filled by the one above, which is collected first.
    const waiting = new Gauge({
      name: 'mysql_pool_waiting',
      help: 'Callers that wait for a session.',
      labelNames: ['connection'],
      registers,
    });
    const failing = new Gauge({
      name: 'mysql_pool_connect_failures',
      help: 'Attempts to connect that failed since the last one that did not.',
      labelNames: ['connection'],
      registers,
    });
    const clients = new Gauge({
      name: 'mcp_sessions',
      help: 'Clients that are here now.',
      registers,
      collect: () => {
        clients.set(sessions());
      },
    });
    collectDefaultMetrics({ register: this.#registry });
  }

  get contentType(): string {
    return this.#registry.contentType;
  }

  observe(connection: string, { type, milliseconds, rows, error }: StatementEvent): void {
    this.#statements.inc({ connection, type, status: error === undefined ? 'ok' : 'failed' });
    this.#durations.observe({ connection, type }, milliseconds / 1000);
    if (rows > 0) this.#rows.inc({ connection }, rows);
    if (milliseconds > SLOW_MS) this.#slow.inc({ connection });
    if (error !== undefined) this.#errors.inc({ connection, code: error });
  }

  async text(): Promise<string> {
    return this.#registry.metrics();
  }

  #counter<T extends string>(name: string, help: string, ...labelNames: T[]): Counter<T> {
    return new Counter({ name, help, labelNames, registers: [this.#registry] });
  }
}
