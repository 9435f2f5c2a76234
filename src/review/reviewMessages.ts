import * as z from 'zod';
import { MAX_REASON } from '../broker/contracts.ts';
import type { FromReview } from '../webview/review/messages.ts';

const ticket = z.string().max(64);
const statement = z.int().nonnegative();

/** What a review says comes from outside. */
export const FromReviewSchema: z.ZodType<FromReview> = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('ready') }),
  z.strictObject({ type: z.enum(['drawn', 'seen', 'typing', 'extend', 'undo']), ticket }),
  z.strictObject({ type: z.literal('sight'), ticket, visible: z.boolean() }),
  z.strictObject({ type: z.literal('run'), ticket, typed: z.string().max(1000), forSession: z.boolean().optional() }),
  z.strictObject({ type: z.literal('reject'), ticket, reason: z.string().max(MAX_REASON) }),
  z.strictObject({ type: z.literal('page'), ticket, statement, from: z.int() }),
  z.strictObject({ type: z.literal('detail'), ticket, statement, row: z.int() }),
]);
