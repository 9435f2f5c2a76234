import * as z from 'zod';
import type { FromForm } from '../../webview/form/messages.ts';

const text = z.string().max(10_000);

/** What a form says comes from outside. Apart, because the schema library is loaded with the first form. */
export const FromFormSchema: z.ZodType<FromForm> = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('ready') }),
  z.strictObject({ type: z.literal('browse'), field: text }),
  z.strictObject({ type: z.literal('action'), action: text, values: z.record(text, z.union([text, z.boolean()])) }),
]);
