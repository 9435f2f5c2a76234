import type { ErrorCode } from '../errors.ts';
import type { StatementEvent } from './statementEvents.ts';

/** Above this a statement is slow, in milliseconds. */
export const SLOW_MS = 1000;
/** Enough for percentiles, little enough to keep. */
const RECENT = 1000;
const MINUTE_MS = 60_000;

/** What goes wrong whatever is asked. */
const FAULTS: ReadonlySet<ErrorCode> = new Set([
  'host.unreachable',
  'login.refused',
  'tls.failed',
  'ssh.failed',
  'ssh.hostKey',
  'readOnly.notEnforced',
  'secret.missing',
  'connection.lost',
  'connection.limit',
  'statement.timeout',
  'write.unknown',
  'internal',
]);

/** In milliseconds. */
export interface Percentiles {
  readonly p50: number;
  readonly p90: number;
  readonly p95: number;
  readonly p99: number;
}

export interface MetricsNow {
  readonly total: number;
  readonly failed: number;
  readonly slow: number;
  readonly rows: number;
  readonly byType: ReadonlyMap<string, { readonly total: number; readonly failed: number }>;
  readonly byError: ReadonlyMap<string, number>;
  /** Of the last thousand, in milliseconds. */
  readonly durations: Percentiles;
  /** Faults among the last thousand, 0 to 1. A wrong name or a refused statement is the caller's, and no fault. */
  readonly faultShare: number;
  readonly faultsInLastMinute: number;
}

interface Recent {
  readonly milliseconds: number;
  readonly fault: boolean;
  readonly at: number;
}

/** What the statements of one connection took, and how many went wrong. */
export class StatementMetrics {
  readonly #byType = new Map<string, { total: number; failed: number }>();
  readonly #byError = new Map<string, number>();
  readonly #recent: Recent[] = [];
  #seen = 0;
  #slow = 0;
  #rows = 0;

  add({ type, milliseconds, rows, error }: StatementEvent, at = Date.now()): void {
    const counts = this.#byType.get(type) ?? { total: 0, failed: 0 };
    this.#byType.set(type, counts);
    counts.total++;
    this.#rows += rows;
    if (milliseconds > SLOW_MS) this.#slow++;
    if (error !== undefined) {
      counts.failed++;
      this.#byError.set(error, (this.#byError.get(error) ?? 0) + 1);
    }
    this.#recent[this.#seen++ % RECENT] = { milliseconds, fault: error !== undefined && FAULTS.has(error), at }; // over the oldest
  }

  now(at = Date.now()): MetricsNow {
    const types = [...this.#byType.values()];
    const faults = this.#recent.filter(({ fault }) => fault);
    return {
      total: types.reduce((sum, { total }) => sum + total, 0),
      failed: types.reduce((sum, one) => sum + one.failed, 0),
      slow: this.#slow,
      rows: this.#rows,
      byType: this.#byType,
      byError: this.#byError,
      durations: percentiles(this.#recent.map(({ milliseconds }) => milliseconds)),
      faultShare: this.#recent.length === 0 ? 0 : faults.length / this.#recent.length,
      faultsInLastMinute: faults.filter((one) => one.at > at - MINUTE_MS).length,
    };
  }
}

/** By the nearest rank; 0 where there are no values. */
export function percentiles(values: readonly number[]): Percentiles {
  const sorted = values.toSorted((a, b) => a - b);
  const at = (part: number): number => sorted[Math.min(sorted.length - 1, Math.floor(part * sorted.length))] ?? 0;
  return { p50: at(0.5), p90: at(0.9), p95: at(0.95), p99: at(0.99) };
}
