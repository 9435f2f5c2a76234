import * as z from 'zod';
import type { Plan } from '../engine/diagnostics/explain.ts';
import type { Column } from '../engine/driver/values.ts';
import type { Phrase } from '../engine/phrase.ts';
import { CHART_KINDS } from '../engine/query/results/chart.ts';

/** Of the title that an agent gives to what it shows. */
const MAX_VIEW_TITLE = 100;

/** Rows of a result as they were read. What else there is to know of a column travels with it. */
const TableSchema = z.strictObject({
  columns: z.array(z.looseObject({ name: z.string(), type: z.number(), binary: z.boolean() }) as unknown as z.ZodType<Column>),
  rows: z.array(z.array(z.string().nullable())),
  cutBy: z.enum(['rows', 'size']).optional(),
  cutCells: z.int().min(0),
  characters: z.int().min(0),
  elapsedMs: z.number(),
});
export type ShownTable = z.infer<typeof TableSchema>;

const StepSchema = z.looseObject({ select: z.string(), access: z.string(), extra: z.string() }) as unknown as z.ZodType<
  Plan['steps'][number]
>;

/** The window says it in its own language. */
const PhraseSchema: z.ZodType<Phrase> = z.lazy(() =>
  z.strictObject({ text: z.string(), values: z.array(z.union([z.string(), PhraseSchema])) }),
);

/** Asks the window to show the person what an agent wants to be seen. → true. */
export const SHOW_VIEW = 'views/show';
export const ViewSchema = z.strictObject({
  /** Id of the profile that it was read with. */
  profile: z.string(),
  database: z.string().optional(),
  /** The agent's words. */
  title: z.string().max(MAX_VIEW_TITLE).optional(),
  /** The program that asks, as it called itself. */
  client: z.string().optional(),
  content: z.discriminatedUnion('kind', [
    z.strictObject({ kind: z.literal('grid'), sql: z.string(), table: TableSchema }),
    z.strictObject({ kind: z.literal('chart'), sql: z.string(), table: TableSchema, chart: z.enum(CHART_KINDS) }),
    z.strictObject({
      kind: z.literal('plan'),
      sql: z.string(),
      plan: z.strictObject({ steps: z.array(StepSchema), tree: z.string().optional(), findings: z.array(PhraseSchema) }),
    }),
    z.strictObject({ kind: z.literal('diagram'), database: z.string(), tables: z.array(z.string()) }),
  ]),
});
export type View = z.infer<typeof ViewSchema>;
export type ViewContent = View['content'];
