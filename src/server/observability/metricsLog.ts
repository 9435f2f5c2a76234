import type { Log } from '../../engine/observability/logger.ts';
import type { ConnectionActivity } from '../connections/connections.ts';

/** Writes the figures of every open connection into the log, again and again, for those whom no Prometheus asks; returns what ends that. */
export function logMetrics(activity: () => Promise<readonly ConnectionActivity[]>, log: Log, seconds: number): () => void {
  const timer = setInterval(() => {
    activity().then(
      (connections) => {
        for (const { name, ...figures } of connections)
          log({ level: 'info', logger: 'metrics', message: 'metrics', context: { connection: name }, metrics: flatten(figures) });
      },
      (error: unknown) => {
        log({ level: 'warning', logger: 'metrics', message: "The metrics couldn't be read.", error });
      },
    );
  }, seconds * 1000);
  timer.unref();
  return () => {
    clearInterval(timer);
  };
}

function flatten({ pool, figures, cache }: Omit<ConnectionActivity, 'name'>): Record<string, number> {
  const { total, failed, slow, rows, durations, faultsInLastMinute } = figures;
  return {
    queries_total: total,
    queries_failed: failed,
    queries_slow: slow,
    rows_total: rows,
    ...Object.fromEntries(Object.entries(durations).map(([name, value]) => [`duration_ms_${name}`, Math.round(value * 10) / 10])),
    faults_in_last_minute: faultsInLastMinute,
    pool_busy: pool.busy,
    pool_idle: pool.idle,
    pool_limit: pool.limit,
    pool_waits: pool.waits,
    pool_waited_ms: pool.waitedMs,
    ...(cache === undefined
      ? {}
      : { cache_hits: cache.hits, cache_misses: cache.misses, cache_evictions: cache.evictions, cache_entries: cache.entries }),
  };
}
