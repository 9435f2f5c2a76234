import * as z from 'zod';
import type { FromForm } from '../../webview/form/messages.ts';

const name = z.string().max(10_000);
/** As long as a person likes: a value that is too long for what it is meant for is refused there, in words. */
const values = z.record(name, z.union([z.string(), z.boolean()]));

/** What a form says comes from outside. Apart, because the schema library is loaded with the first form. */
export const FromFormSchema: z.ZodType<FromForm> = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('ready') }),
  z.strictObject({ type: z.literal('browse'), field: name }),
  z.strictObject({ type: z.literal('action'), action: name, values }),
  z.strictObject({ type: z.literal('typed'), values }),
]);
