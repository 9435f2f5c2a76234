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
    rows: z.int().min(1).max(MAX_ROWS).optional().describe('Rows of an answer where the agent asks for no number; 200 by default.'),
    maxRows: z.int().min(1).max(MAX_ROWS).optional().describe('The most rows that it may ask for; 10,000 by default.'),
    spooledRows: z.int().min(0).max(20_000).optional().describe('Rows that are read on behind a page; ten pages by default.'),
    seconds: z.number().positive().max(MAX_SECONDS).optional().describe('For a statement; 30 by default.'),
  })
  .refine(({ rows = 1, maxRows = MAX_ROWS }) => rows <= maxRows, '`rows` cannot be more than `maxRows`.');

export const HealthSchema = z.strictObject({
  poolShare: z.number().positive().max(1).optional().describe('Of the sessions that are busy; 0.9 by default.'),
  errorShare: z.number().positive().max(1).optional().describe('Of the statements that fail; 0.1 by default.'),
  p95Ms: z.number().positive().optional().describe('For 95 % of the statements; 1000 by default.'),
  errorsPerMinute: z.int().min(0).optional().describe('10 by default.'),
  cacheHitShare: z.number().min(0).max(1).optional().describe('Of the answers that should come from the cache; 0.5 by default.'),
});

export const CacheSchema = z.strictObject({
  enabled: z.boolean().optional().describe('Off by default: an agent that reads old rows is wrong without knowing it.'),
  entries: z.int().min(1).max(100_000).optional().describe('The most answers that a connection keeps; 1000 by default.'),
  seconds: z.number().positive().max(86_400).optional().describe('How old an answer may become; 60 by default.'),
  eviction: z
    .enum(EVICTIONS)
    .optional()
    .describe('What goes when it is full: what was unused for longest (`lru`, default) or the oldest (`fifo`, `ttl`).'),
  sweepSeconds: z.number().positive().max(86_400).optional().describe('How often old answers are thrown away; 60 by default.'),
  invalidation: z
    .enum(INVALIDATIONS)
    .optional()
    .describe(
      'What a write of ours makes void: all answers (`aggressive`, default), those of its databases (`conservative`) or of its tables (`targeted`).',
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
