import type { PoolActivity } from '../driver/sessionPool.ts';
import type { FiguresNow } from './statementFigures.ts';

/** From where on something is no longer well. Shares are 0 to 1; an error counts if it is a fault, and not the caller's. */
export interface HealthThresholds {
  readonly poolShare: number;
  readonly errorShare: number;
  readonly p95Ms: number;
  readonly errorsPerMinute: number;
}

export const HEALTH_THRESHOLDS: HealthThresholds = { poolShare: 0.9, errorShare: 0.1, p95Ms: 1000, errorsPerMinute: 10 };

export interface Health {
  readonly state: 'healthy' | 'degraded' | 'unhealthy';
  /** What is not well, in words. */
  readonly reasons: readonly string[];
}

/** A few statements say nothing about a share. */
const ENOUGH = 10;

/** The health of one connection: `unhealthy` where nobody gets through, `degraded` where a threshold is passed. */
export function judgeHealth({ busy, limit, waiting, failures }: PoolActivity, figures: FiguresNow, thresholds = HEALTH_THRESHOLDS): Health {
  const reasons: string[] = [];
  const blocked = failures > 0 || (busy >= limit && waiting > 0);
  if (failures > 0) reasons.push(`the last ${failures === 1 ? 'attempt' : `${String(failures)} attempts`} to connect failed`);
  if (busy / limit > thresholds.poolShare)
    reasons.push(`${String(busy)} of ${String(limit)} sessions are busy${waiting === 0 ? '' : `, and ${String(waiting)} callers wait`}`);
  if (figures.total >= ENOUGH && figures.faultShare > thresholds.errorShare)
    reasons.push(
      `${(100 * figures.faultShare).toFixed(0)} % of the last statements hit a fault (over ${(100 * thresholds.errorShare).toFixed(0)} %)`,
    );
  if (figures.durations.p95 > thresholds.p95Ms)
    reasons.push(`5 % of the statements take over ${figures.durations.p95.toFixed(0)} ms (limit ${String(thresholds.p95Ms)})`);
  if (figures.faultsInLastMinute > thresholds.errorsPerMinute)
    reasons.push(`${String(figures.faultsInLastMinute)} faults in the last minute (over ${String(thresholds.errorsPerMinute)})`);
  return { state: blocked ? 'unhealthy' : reasons.length > 0 ? 'degraded' : 'healthy', reasons };
}
