import * as z from 'zod';
import { FILTER_MODES } from '../../engine/policy/statementFilter.ts';
import { RATE_ALGORITHMS, type RateRules } from '../../engine/policy/rateLimit.ts';
import { DEFAULT_QUERY_LENGTH, NO_LIMITS, type RequestLimits } from '../limits/requestPolicy.ts';

const pattern = z
  .string()
  .min(1)
  .max(1000)
  .refine((text) => !/^\/.*\/[a-z]*$/s.test(text), 'Write a regular expression without slashes around it. Matching is case-insensitive.')
  .transform((text, context) => {
    try {
      return new RegExp(text, 'is');
    } catch (error) {
      // The reason alone: before it the engine repeats the expression, which may be long.
      const reason = (error as Error).message.replace(/^[^]*\/[a-z]*: /, '');
      context.addIssue({ code: 'custom', message: `This isn't a valid regular expression: ${reason}.` });
      return undefined as never; // the issue says that there is no value
    }
  });

const FilterSchema = z
  .strictObject({
    mode: z
      .enum(FILTER_MODES)
      .describe("`blacklist` refuses statements that match `deny`, `whitelist` those that don't match `allow`, `combined` both."),
    deny: z.array(pattern).max(1000).optional().describe('Statements that match one of these patterns are refused.'),
    allow: z.array(pattern).max(1000).optional().describe('Statements that match none of these patterns are refused.'),
  })
  .refine(({ mode, deny = [] }) => mode === 'whitelist' || deny.length > 0, 'A blacklist needs patterns in `deny`.')
  .refine(({ mode, allow = [] }) => mode === 'blacklist' || allow.length > 0, 'A whitelist needs patterns in `allow`.');

const RateSchema = z.strictObject({
  perMinute: z.int().min(1).max(1_000_000).optional().describe('Default: 60.'),
  burst: z.int().min(1).max(1_000_000).optional().describe('For token_bucket. Default: 10.'),
  algorithm: z.enum(RATE_ALGORITHMS).optional().describe('Default: token_bucket.'),
});

/** None of this can widen anything: with all of it off, statements still only read. */
export const ProtectionSchema = z.strictObject({
  enabled: z
    .boolean()
    .optional()
    .describe('Set to false to turn off all of these settings. The checks that keep statements read-only stay on.'),
  injection: z
    .enum(['off', 'flag', 'block'])
    .optional()
    .describe('Patterns of injected SQL: `flag` (default) reports them in the answer and the audit log, `block` refuses the statement.'),
  filter: FilterSchema.optional().describe(
    'Regular expressions that are matched against the statement, with `?` for values and without comments.',
  ),
  rateLimit: RateSchema.optional().describe('Rate limit for each client and connection. Default: no limit.'),
  queryLength: z.int().min(1).optional().describe('Maximum length of a statement, in characters. Default: 262144.'),
  parameterLength: z.int().min(1).optional().describe('Maximum length of a parameter, in characters.'),
});

export function requestLimits({
  enabled = true,
  injection = 'flag',
  filter,
  rateLimit,
  queryLength = DEFAULT_QUERY_LENGTH,
  parameterLength,
}: z.infer<typeof ProtectionSchema> = {}): RequestLimits {
  if (!enabled) return { ...NO_LIMITS, injection: 'off' };
  const rate: RateRules | undefined =
    rateLimit === undefined
      ? undefined
      : { perMinute: rateLimit.perMinute ?? 60, burst: rateLimit.burst ?? 10, algorithm: rateLimit.algorithm ?? 'token_bucket' };
  return {
    injection,
    filter: filter === undefined ? undefined : { mode: filter.mode, deny: filter.deny ?? [], allow: filter.allow ?? [] },
    rate,
    queryLength,
    parameterLength,
  };
}
