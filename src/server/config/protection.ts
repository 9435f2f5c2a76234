import * as z from 'zod';
import { FILTER_MODES } from '../../engine/policy/statementFilter.ts';
import { RATE_ALGORITHMS, type RateRules } from '../../engine/policy/rateLimit.ts';
import { DEFAULT_QUERY_LENGTH, NO_LIMITS, type RequestLimits } from '../limits/requestPolicy.ts';

const pattern = z
  .string()
  .min(1)
  .max(1000)
  .refine(
    (text) => !/^\/.*\/[a-z]*$/s.test(text),
    'Write a regular expression without slashes around it: letter case does not count anyway.',
  )
  .transform((text, context) => {
    try {
      return new RegExp(text, 'is');
    } catch (error) {
      // The reason alone: before it the engine repeats the expression, which may be long.
      const reason = (error as Error).message.replace(/^[^]*\/[a-z]*: /, '');
      context.addIssue({ code: 'custom', message: `One is not a regular expression: ${reason}.` });
      return undefined as never; // the issue says that there is no value
    }
  });

const FilterSchema = z
  .strictObject({
    mode: z
      .enum(FILTER_MODES)
      .describe('`blacklist` refuses what matches `deny`, `whitelist` all that does not match `allow`, `combined` both.'),
    deny: z.array(pattern).max(1000).optional().describe('What matches one of them is refused.'),
    allow: z.array(pattern).max(1000).optional().describe('What matches none of them is refused.'),
  })
  .refine(({ mode, deny = [] }) => mode === 'whitelist' || deny.length > 0, 'A blacklist needs patterns in `deny`.')
  .refine(({ mode, allow = [] }) => mode === 'blacklist' || allow.length > 0, 'A whitelist needs patterns in `allow`.');

const RateSchema = z.strictObject({
  perMinute: z.int().min(1).max(1_000_000).optional().describe('60 by default.'),
  burst: z.int().min(1).max(1_000_000).optional().describe('10 by default; for token_bucket.'),
  algorithm: z.enum(RATE_ALGORITHMS).optional().describe('token_bucket by default.'),
});

/** None of this can widen anything: with all of it off, statements still only read. */
export const ProtectionSchema = z.strictObject({
  enabled: z.boolean().optional().describe('false turns off all of this, and nothing else.'),
  injection: z
    .enum(['off', 'flag', 'block'])
    .optional()
    .describe('What looks like injected SQL: `flag` (default) tells the agent and the record, `block` refuses.'),
  filter: FilterSchema.optional().describe('Regular expressions over the statement with `?` for its values and without comments.'),
  rateLimit: RateSchema.optional().describe('For each client and connection; without it there is none.'),
  queryLength: z.int().min(1).optional().describe('The longest text of a statement, in characters; 262144 by default.'),
  parameterLength: z.int().min(1).optional().describe('The longest parameter, in characters.'),
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
