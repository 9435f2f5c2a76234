import * as z from 'zod';

/** Notification to the window: what an agent has seen of a connection since its session began. Comes again when that grows. */
export const RECEIPT_CHANGED = 'receipts/changed';

const count = z.int().nonnegative();
/** A table of a database; without a name all of them. */
const place = z.strictObject({ database: z.string(), name: z.string() });

/** Names alone, and no values. Where there are more than are named, they are counted. */
export const ReceiptSchema = z.strictObject({
  /** As in the audit log. */
  session: z.string(),
  /** The program, as it called itself. */
  client: z.string().optional(),
  connection: z.string(),
  since: z.iso.datetime(),
  /** Calls that gave something of the connection. */
  calls: count,
  /** In answers, in exported files, and in views for the person. */
  rows: z.strictObject({ answer: count, file: count, person: count }),
  tables: z.array(
    place.extend({
      all: z.boolean(),
      columns: z.array(z.string()),
      /** Named by a statement that doesn't say of which table. */
      maybe: z.array(z.string()),
      protected: z.array(z.strictObject({ column: z.string(), action: z.enum(['mask', 'pseudonym']) })),
    }),
  ),
  moreTables: count,
  /** What was described: `*` stands for all databases, an empty database for their names alone. */
  structure: z.array(place),
  moreStructure: count,
  /** Of the server: `health`, `workload`, `procedure`, `exports`, or what SHOW was asked for. */
  facts: z.array(z.string()),
});
export type Receipt = z.infer<typeof ReceiptSchema>;
export type ReceiptTable = Receipt['tables'][number];
