import * as z from 'zod';
import { compareText } from './compareText.ts';
import { LEVELS, describeDatabase, describeDatabases, describeTables } from './schemaTexts.ts';
import { connectionInput, databaseInput, defineTool } from './tool.ts';

const MAX_SAMPLE_ROWS = 20;

export const mysqlDescribe = defineTool({
  name: 'mysql_describe',
  title: 'MySQL schema description',
  description:
    'Shows the schema; use it before writing SQL, all tables in one call. Columns (NOT NULL unless marked NULL), keys, indexes, foreign keys, checks, comments, row estimates. Without `tables`: those of the database with rows, size, NO PRIMARY KEY; or all databases. Example: {"tables": ["orders", "customers"]}',
  input: () =>
    z.strictObject({
      tables: z.array(z.string().min(1)).max(50).optional().describe('Tables, views, routines or events, also as database.name.'),
      connection: connectionInput(),
      database: databaseInput(),
      level: z
        .enum(LEVELS)
        .optional()
        .describe('Default columns; full: also bytes, partitions, triggers, view text, referenced by, what deleting a row does.'),
      profile: z
        .array(z.string().min(1))
        .max(20)
        .optional()
        .describe('column or table.column: nulls, distinct, range, frequent values, patterns, JSON keys.'),
      compareWith: z
        .string()
        .min(1)
        .max(200)
        .optional()
        .describe('A database or connection (or connection/database): differences, and a script that makes it equal.'),
      sampleRows: z.int().min(1).max(MAX_SAMPLE_ROWS).optional().describe('Rows of each table.'),
    }),
  operation: 'read',
  gives: ({ sampleRows, profile }) => (sampleRows === undefined && profile === undefined ? 'structure' : 'data'),
  async run(
    { tables = [], connection, database: databaseName, level = 'columns', sampleRows, profile: profiled = [], compareWith },
    context,
  ) {
    const { profile, database } = await context.connections.open(connection);
    context.usesConnection(profile.name);
    const current = databaseName ?? profile.database;
    if (compareWith !== undefined)
      return context.untrusted(await compareText({ database, name: current, profile: profile.name, tables }, compareWith, context));
    if (tables.length === 0 && !profiled.some((one) => one.includes('.'))) {
      return context.untrusted(
        current === undefined ? await describeDatabases(database) : await describeDatabase(database, current, level),
      );
    }
    const { signal } = context;
    return context.untrusted(await describeTables(database, { database: current, names: tables, level, sampleRows, profiled, signal }));
  },
});
