import { Counter, Gauge, Histogram, Registry } from 'prom-client';
import type { StatementEvent } from '../../engine/observability/statementEvents.ts';
import { SLOW_MS } from '../../engine/observability/statementMetrics.ts';
import type { ConnectionActivity } from '../connections/connections.ts';

/** From a point look-up to the longest that a statement may take. */
const BUCKETS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60];

export interface MetricsSources {
  readonly activity: () => Promise<readonly ConnectionActivity[]>;
  readonly sessions: () => number;
}

/** The figures of this process for Prometheus (without the library's own ones of Node, whose names `promtool` finds fault with); names by its conventions, https://prometheus.io/docs/practices/naming/. */
export class PrometheusMetrics {
  readonly #registry = new Registry();
  readonly #statements = this.#counter(
    'mysql_queries_total',
    'Statements that have ended, by first keyword.',
    'connection',
    'type',
    'status',
  );
  readonly #slow = this.#counter('mysql_slow_queries_total', 'Statements that took longer than a second.', 'connection');
  readonly #rows = this.#counter('mysql_rows_total', 'Rows that were returned or changed.', 'connection');
  readonly #errors = this.#counter('mysql_errors_total', 'Statements that failed or were refused, by error code.', 'connection', 'code');
  readonly #pool = this.#gauge('mysql_pool_connections', 'Sessions of a connection: busy, idle, and the limit.', 'connection', 'state');
  readonly #waiting = this.#gauge('mysql_pool_waiting', 'Calls that wait for a session.', 'connection');
  readonly #failures = this.#gauge(
    'mysql_pool_connect_failures',
    'Failed connection attempts since the last successful one.',
    'connection',
  );
  readonly #cacheEntries = this.#gauge('mysql_cache_entries', 'Cached answers.', 'connection');
  readonly #cacheCharacters = this.#gauge('mysql_cache_characters', 'Characters in the cells of cached answers.', 'connection');
  readonly #cacheHits = this.#counter('mysql_cache_hits_total', 'Answers from the cache.', 'connection');
  readonly #cacheMisses = this.#counter('mysql_cache_misses_total', 'Answers not in the cache.', 'connection');
  readonly #cacheEvictions = this.#counter('mysql_cache_evictions_total', 'Answers evicted from the cache.', 'connection');
  readonly #sessions = this.#gauge('mcp_sessions', 'Connected clients.');
  readonly #memory = this.#gauge('process_resident_memory_bytes', 'Memory of the process.');
  readonly #startTime = this.#gauge('process_start_time_seconds', 'Start time of the process, in seconds since 1970.');
  readonly #durations: Histogram<'connection' | 'type'>;
  readonly #sources: MetricsSources;

  constructor(sources: MetricsSources) {
    this.#durations = new Histogram({
      name: 'mysql_query_duration_seconds',
      help: 'Duration of statements, including the network.',
      labelNames: ['connection', 'type'],
      buckets: BUCKETS,
      registers: [this.#registry],
    });
    this.#sources = sources;
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
    this.#pool.reset();
    const counters = [this.#cacheHits, this.#cacheMisses, this.#cacheEvictions];
    for (const counter of counters) counter.reset();
    for (const { name: connection, pool, cache } of await this.#sources.activity()) {
      for (const state of ['busy', 'idle', 'limit'] as const) this.#pool.set({ connection, state }, pool[state]);
      this.#waiting.set({ connection }, pool.waiting);
      this.#failures.set({ connection }, pool.failures);
      if (cache === undefined) continue;
      this.#cacheEntries.set({ connection }, cache.entries);
      this.#cacheCharacters.set({ connection }, cache.characters);
      for (const [i, count] of [cache.hits, cache.misses, cache.evictions].entries()) counters[i]?.inc({ connection }, count);
    }
    this.#sessions.set(this.#sources.sessions());
    this.#memory.set(process.memoryUsage.rss());
    this.#startTime.set(Math.round(performance.timeOrigin / 1000));
    return this.#registry.metrics();
  }

  #gauge<T extends string>(name: string, help: string, ...labelNames: T[]): Gauge<T> {
    return new Gauge({ name, help, labelNames, registers: [this.#registry] });
  }

  #counter<T extends string>(name: string, help: string, ...labelNames: T[]): Counter<T> {
    return new Counter({ name, help, labelNames, registers: [this.#registry] });
  }
}
