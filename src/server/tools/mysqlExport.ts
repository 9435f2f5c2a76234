import * as z from 'zod';
import { describeBlockedStatements } from '../../engine/query/reads/lockWaitMonitor.ts';
import { EXPORT_FORMATS } from '../../engine/query/exports/rowWriter.ts';
import { connectionInput, databaseInput, defineTool } from './tool.ts';

const DEFAULT_SECONDS = 300;
const MAX_SECONDS = 3600;

export const mysqlExport = defineTool({
  name: 'mysql_export',
  title: 'MySQL export to a file',
  description:
    'Writes the whole result of one read to a new file and returns its path, for results too long to read here. Overwrites nothing.',
  input: () =>
    z.strictObject({
      sql: z.string().min(1),
      connection: connectionInput(),
      database: databaseInput(),
      file: z.string().min(1).max(90).describe('Name without folder or extension.'),
      format: z.enum(EXPORT_FORMATS).optional().describe('Default csv.'),
      table: z.string().min(1).max(64).optional().describe('For INSERTs; default: the file name.'),
      timeoutSeconds: z
        .number()
        .positive()
        .max(MAX_SECONDS)
        .optional()
        .describe(`Default ${String(DEFAULT_SECONDS)}.`),
    }),
  operation: 'export',
  gives: 'data',
  async run({ sql, connection, database: databaseName, file, format = 'csv', table, timeoutSeconds }, context) {
    const target = await context.connections.open(connection);
    context.usesConnection(target.profile.name);
    const extension = `.${format}`;
    const base = file.endsWith(extension) ? file.slice(0, -extension.length) : file;
    const made = await context.exports.run(target, {
      sql,
      database: databaseName,
      format,
      file: `${base}${extension}`,
      table: table ?? base,
      timeoutMs: (timeoutSeconds ?? DEFAULT_SECONDS) * 1000,
    });
    const { rows, bytes, elapsedMs, blockedStatements, notes } = made.written;
    const text = `${String(rows)} row${rows === 1 ? '' : 's'}, ${String(bytes)} bytes, in ${(elapsedMs / 1000).toFixed(1)} s: ${made.path}`;
    const warning = blockedStatements.length === 0 ? '' : `\nWARNING: ${context.untrusted(describeBlockedStatements(blockedStatements))}`;
    // They name columns.
    const noted = notes.length === 0 ? '' : `\nNote: ${context.untrusted(notes.join(' '))}`;
    return { text: text + warning + noted, link: { uri: made.uri, name: made.name, mimeType: made.mimeType } };
  },
});
