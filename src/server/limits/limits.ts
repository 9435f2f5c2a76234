import * as z from 'zod';
import { EVICTIONS, INVALIDATIONS, type CacheOptions } from '../../engine/query/reads/cacheOptions.ts';
import { HEALTH_THRESHOLDS, type HealthThresholds } from '../../engine/observability/health.ts';

/** Not above the time limit that sessions set on the server. */
export const MAX_SECONDS = 60;
/** Where neither the agent nor the user says how long a statement may take. */
export const DEFAULT_SECONDS = 30;
/** Of one answer. */
const MAX_ROWS = 10_000;
const DEFAULT_ROWS = 200;

export const LimitsSchema = z
  .strictObject({
    rows: z.int().min(1).max(MAX_ROWS).optional().describe('Rows in an answer unless the agent requests another number. Default: 200.'),
    maxRows: z.int().min(1).max(MAX_ROWS).optional().describe('Maximum number of rows that an agent can request. Default: 10,000.'),
    spooledRows: z.int().min(0).max(20_000).optional().describe('Rows to read ahead and keep for a cursor. Default: ten pages.'),
    seconds: z.number().positive().max(MAX_SECONDS).optional().describe('Time limit of a statement. Default: 30.'),
  })
  .refine(({ rows = 1, maxRows = MAX_ROWS }) => rows <= maxRows, '`rows` cannot be more than `maxRows`.');

export const HealthSchema = z.strictObject({
  poolShare: z.number().positive().max(1).optional().describe('Share of busy sessions. Default: 0.9.'),
  errorShare: z
    .number()
    .positive()
    .max(1)
    .optional()
    .describe('Share of statements with a fault of the server or the connection. Default: 0.1.'),
  p95Ms: z.number().positive().optional().describe('95th percentile of statement duration. Default: 1000.'),
  errorsPerMinute: z.int().min(0).optional().describe('Faults per minute. Default: 10.'),
  cacheHitShare: z.number().min(0).max(1).optional().describe('Minimum share of answers from the cache. Default: 0.5.'),
});

export const CacheSchema = z.strictObject({
  enabled: z
    .boolean()
    .optional()
    .describe('Whether answers can come from a cache. Default: false, because cached answers can be out of date.'),
  entries: z.int().min(1).max(100_000).optional().describe('Maximum number of cached answers of a connection. Default: 1000.'),
  seconds: z.number().positive().max(86_400).optional().describe('Lifetime of a cached answer. Default: 60.'),
  eviction: z
    .enum(EVICTIONS)
    .optional()
    .describe('What a full cache removes: the least recently used answer (`lru`, default) or the oldest (`fifo` and `ttl`).'),
  sweepSeconds: z.number().positive().max(86_400).optional().describe('Interval for removing expired answers. Default: 60.'),
  invalidation: z
    .enum(INVALIDATIONS)
    .optional()
    .describe(
      'What a write through this server invalidates: all answers (`aggressive`, default), those about its databases (`conservative`), or its tables (`targeted`).',
    ),
});

export interface Limits {
  readonly rows: number;
  readonly maxRows: number;
  readonly spooledRows: number | undefined;
  readonly seconds: number;
  /** Answers may come from a cache. */
  readonly cached: boolean;
  /** From where on a connection counts as degraded. */
  readonly health: HealthThresholds;
}

export function limitsOf(
  { rows, maxRows = MAX_ROWS, spooledRows, seconds = DEFAULT_SECONDS }: z.infer<typeof LimitsSchema> = {},
  health: z.infer<typeof HealthSchema> = {},
  cached = false,
): Limits {
  const given = Object.fromEntries(Object.entries(health).filter(([, value]) => value !== undefined));
  return {
    rows: rows ?? Math.min(DEFAULT_ROWS, maxRows),
    maxRows,
    spooledRows,
    seconds,
    cached,
    health: { ...HEALTH_THRESHOLDS, ...given },
  };
}

/** Undefined where nothing is cached. */
export function cacheOf({
  enabled = false,
  entries = 1000,
  seconds = 60,
  eviction = 'lru',
  sweepSeconds = 60,
  invalidation = 'aggressive',
}: z.infer<typeof CacheSchema> = {}): CacheOptions | undefined {
  return enabled ? { entries, lifetimeMs: seconds * 1000, eviction, sweepMs: sweepSeconds * 1000, invalidation } : undefined;
}
