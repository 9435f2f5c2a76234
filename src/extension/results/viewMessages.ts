import * as z from 'zod';
import type { FromResultsView } from '../../webview/results/messages.ts';

const place = z.int().min(0).max(100_000_000);

export const FromResultsViewSchema: z.ZodType<FromResultsView> = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('ready') }),
  z.strictObject({ type: z.literal('rows'), tab: place, version: place, start: place, count: place }),
  z.strictObject({
    type: z.literal('order'),
    tab: place,
    sort: z.strictObject({ column: place, descending: z.boolean() }).optional(),
    filter: z.string().max(10_000),
  }),
  z.strictObject({
    type: z.literal('selection'),
    tab: place,
    ranges: z.array(z.strictObject({ fromRow: place, toRow: place, fromColumn: place, toColumn: place })).max(1000),
  }),
  z.strictObject({ type: z.enum(['activate', 'close', 'pin']), tab: place }),
  z.strictObject({ type: z.literal('reveal'), message: place }),
  z.strictObject({ type: z.literal('action'), action: z.enum(['stop', 'copy', 'copyAs', 'export', 'view', 'edit']) }),
  z.strictObject({ type: z.literal('choose'), choice: place, value: place }),
  z.strictObject({ type: z.literal('extra'), button: place }),
]);
