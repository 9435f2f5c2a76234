import * as z from 'zod';
import type { WriteReview } from '../engine/writes/writeReview.ts';
import type { Words } from '../engine/phrase.ts';

const name = z.array(z.string());
export const words: z.ZodType<Words> = z.lazy(() => z.union([z.string(), z.strictObject({ text: z.string(), values: z.array(words) })]));
const cells = z.array(z.array(z.string().nullable()));

const StatementSchema = z.strictObject({
  verb: z.string(),
  head: z.string().optional(),
  object: z.strictObject({ type: z.string(), names: z.array(name), newNames: z.array(name).optional() }).optional(),
  onDuplicate: z.enum(['ignore', 'update', 'replace']).optional(),
  sizes: z.array(z.strictObject({ name: z.string(), rows: z.number(), bytes: z.number() })),
  rows: z.number().optional(),
  about: z.boolean(),
  sql: z.string(),
  condition: z.string().optional(),
  tableRows: z.number().optional(),
  level: z.enum(['rows', 'count', 'shown', 'alone']),
  expected: z.number().optional(),
  reason: words.optional(),
  verified: z.array(words),
  unverified: z.array(words),
  irreversible: z.boolean(),
  warnings: z.array(z.strictObject({ weight: z.enum(['danger', 'warning', 'note']), text: words })),
  facts: z.array(words),
  tables: z.array(z.strictObject({ name, rows: z.number().optional(), because: words })),
  triggers: z.array(z.strictObject({ name: z.string(), when: z.string(), table: z.string() })),
  plan: z.array(
    z.strictObject({ table: z.string().optional(), access: z.string(), key: z.string().optional(), rows: z.number().optional() }),
  ),
  changes: z
    .strictObject({
      kind: z.enum(['changed', 'deleted', 'added']),
      columns: z.array(z.strictObject({ name: z.string(), key: z.boolean(), assigned: z.string().optional() })),
      queried: z.literal(true).optional(),
      before: cells,
      after: cells,
    })
    .optional(),
});

/** All that a person is shown of a write; the server of the window is another process, perhaps of another version. */
export const WriteReviewSchema: z.ZodType<WriteReview> = z.strictObject({
  server: z.string(),
  account: z.string(),
  database: z.string(),
  dryRun: z.union([z.number(), words]),
  again: z.boolean(),
  statements: z.array(StatementSchema).min(1),
});
