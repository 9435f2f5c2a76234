import type { PoolActivity } from '../driver/sessionPool.ts';
import type { MetricsNow } from './statementMetrics.ts';

/** From where on something is no longer well. Shares are 0 to 1; an error counts if it is a fault, and not the caller's. */
export interface HealthThresholds {
  readonly poolShare: number;
  readonly errorShare: number;
  readonly p95Ms: number;
  readonly errorsPerMinute: number;
  /** Of the answers that come from the cache, where there is one. */
  readonly cacheHitShare: number;
}

/** Where nobody has set others. */
export const HEALTH_THRESHOLDS: HealthThresholds = {
  poolShare: 0.9,
  errorShare: 0.1,
  p95Ms: 1000,
  errorsPerMinute: 10,
  cacheHitShare: 0.5,
};

export interface Health {
  readonly state: 'healthy' | 'degraded' | 'unhealthy';
  readonly reasons: readonly string[];
}

/** A few statements say nothing about a share. */
const ENOUGH = 10;
/** A cache is empty in the beginning. */
const ENOUGH_LOOKUPS = 100;

export interface HealthMetrics {
  readonly pool: PoolActivity;
  readonly figures: MetricsNow;
  readonly cache?: { readonly hits: number; readonly misses: number } | undefined;
}

/** The health of one connection: `unhealthy` where nobody gets through, `degraded` where a threshold is passed. */
export function judgeHealth({ pool, figures, cache }: HealthMetrics, thresholds = HEALTH_THRESHOLDS): Health {
  const { busy, limit, waiting, failures } = pool;
  const reasons: string[] = [];
  const blocked = failures > 0 || (busy >= limit && waiting > 0);
  if (failures > 0) reasons.push(`the last ${failures === 1 ? 'attempt' : `${String(failures)} attempts`} to connect failed`);
  if (busy / limit > thresholds.poolShare)
    reasons.push(`${String(busy)} of ${String(limit)} sessions are busy${waiting === 0 ? '' : `, and ${String(waiting)} callers wait`}`);
  if (figures.total >= ENOUGH && figures.faultShare > thresholds.errorShare)
    reasons.push(
      `${(100 * figures.faultShare).toFixed(0)}% of recent statements had a fault (limit ${(100 * thresholds.errorShare).toFixed(0)}%)`,
    );
  if (figures.durations.p95 > thresholds.p95Ms)
    reasons.push(`5% of the statements take longer than ${figures.durations.p95.toFixed(0)} ms (limit ${String(thresholds.p95Ms)})`);
  if (figures.faultsInLastMinute > thresholds.errorsPerMinute)
    reasons.push(`${String(figures.faultsInLastMinute)} faults in the last minute (limit ${String(thresholds.errorsPerMinute)})`);
  const { hits, misses } = cache ?? { hits: 0, misses: 0 };
  if (hits + misses >= ENOUGH_LOOKUPS && hits / (hits + misses) < thresholds.cacheHitShare)
    reasons.push(
      `${((100 * hits) / (hits + misses)).toFixed(0)}% of the answers came from the cache (minimum ${(100 * thresholds.cacheHitShare).toFixed(0)}%)`,
    );
  return { state: blocked ? 'unhealthy' : reasons.length > 0 ? 'degraded' : 'healthy', reasons };
}
