import * as z from 'zod';
import { HEALTH_THRESHOLDS, type HealthThresholds } from '../engine/observability/health.ts';

/** Not above the time limit that sessions set on the server. */
export const MAX_SECONDS = 60;
export const DEFAULT_SECONDS = 30;
export const MAX_ROWS = 10_000;
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
});

/** What holds for every call of an agent. */
export interface Limits {
  readonly rows: number;
  readonly maxRows: number;
  readonly spooledRows: number | undefined;
  readonly seconds: number;
  /** From where on a connection counts as degraded. */
  readonly health: HealthThresholds;
}

export function limitsOf(
  { rows, maxRows = MAX_ROWS, spooledRows, seconds = DEFAULT_SECONDS }: z.infer<typeof LimitsSchema> = {},
  health: z.infer<typeof HealthSchema> = {},
): Limits {
  const given = Object.fromEntries(Object.entries(health).filter(([, value]) => value !== undefined));
  return { rows: rows ?? Math.min(DEFAULT_ROWS, maxRows), maxRows, spooledRows, seconds, health: { ...HEALTH_THRESHOLDS, ...given } };
}
