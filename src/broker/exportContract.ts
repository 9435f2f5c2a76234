import * as z from 'zod';

/** What a person lets agents do: write files after a question, without one, or not at all. */
export const EXPORT_ACCESS = ['ask', 'allow', 'deny'] as const;
export type ExportAccess = (typeof EXPORT_ACCESS)[number];

/** Asks where exports of this window go, and whether a person is asked about them. */
export const GET_EXPORTS = 'exports/settings';
export const ExportSettingsSchema = z.strictObject({
  /** An absolute path; the folder need not be there. */
  folder: z.string().min(1),
  access: z.enum(EXPORT_ACCESS),
});
export type ExportSettings = z.infer<typeof ExportSettingsSchema>;

const name = z.strictObject({ database: z.string(), name: z.string() });

/** All that a person is shown of an export. Columns that agents don't see are named nowhere in it. */
export const ExportReviewSchema = z.strictObject({
  kind: z.literal('export'),
  database: z.string(),
  /** As it is sent, in lines. */
  sql: z.string(),
  tables: z.array(name),
  protected: z.array(name.extend({ column: z.string(), action: z.enum(['mask', 'pseudonym']) })),
  /** By the LIMIT of the statement. */
  maxRows: z.string().optional(),
  format: z.string(),
  folder: z.string(),
  file: z.string(),
  /** The agent has a session, in which the person need not be asked again. */
  hasSession: z.boolean(),
});
export type ExportReview = z.infer<typeof ExportReviewSchema>;
