import * as z from 'zod';
import { toPositional } from '../../engine/sql/namedParameters.ts';
import type { Parameter } from '../../engine/sql/parameters.ts';
import { DATE, DATETIME, type SavedParameter, type SavedQuery } from '../../broker/savedQueries.ts';
import { MAX_ANSWER } from '../messages/dataBoundary.ts';
import { answerText, DEFAULT_CELL } from './resultText.ts';
import { defineTool, type Tool } from './tool.ts';

const DEFAULT_LENGTH = 1000;

/** A tool made of a query that the user has saved: the agent gives values, and never SQL. */
export function savedQueryTool({
  name,
  title = name,
  description,
  connection,
  database: databaseName,
  sql,
  parameters = {},
  maxRows,
}: SavedQuery): Tool {
  const { sql: text, names } = toPositional(sql);
  return defineTool(
    {
      name,
      title,
      description,
      input: () => z.strictObject(Object.fromEntries(Object.entries(parameters).map(([key, one]) => [key, inputOf(one)]))),
      operation: 'read',
      gives: 'data',
      tellsBounds: true,
      async run(input: Readonly<Record<string, Parameter | undefined>>, context) {
        const { profile, database } = await context.connections.open(connection);
        context.usesConnection(profile.name);
        const results = await database.reads.query(text, {
          database: databaseName,
          limits: { maxRows: maxRows ?? context.limits.rows, maxCharacters: MAX_ANSWER, maxCellCharacters: DEFAULT_CELL },
          timeoutMs: context.limits.seconds * 1000,
          signal: context.signal,
          cache: 'use',
          parameters: names.map((one) => (Object.hasOwn(input, one) ? (input[one] ?? null) : null)),
        });
        return answerText(results, 'csv', MAX_ANSWER, context.untrusted);
      },
    },
    false,
  );
}

function inputOf({
  type,
  description,
  values,
  minimum,
  maximum,
  maxLength = DEFAULT_LENGTH,
  optional,
  default: usual,
}: SavedParameter): z.ZodType {
  const bounded = (schema: z.ZodNumber): z.ZodNumber => {
    const low = minimum === undefined ? schema : schema.min(minimum);
    return maximum === undefined ? low : low.max(maximum);
  };
  const types: Readonly<Record<SavedParameter['type'], () => z.ZodType>> = {
    string: () => z.string().max(maxLength),
    integer: () => bounded(z.int()),
    number: () => bounded(z.number()),
    boolean: () => z.boolean(),
    date: () => z.string().regex(DATE, 'Write it as 2026-01-31.'),
    datetime: () => z.string().regex(DATETIME, 'Write it as 2026-01-31 23:59:59.'),
  };
  const [first, ...rest] = (values ?? []).map((one) => z.literal(one));
  const base = first === undefined ? types[type]() : rest.length === 0 ? first : z.union([first, ...rest]);
  const told = description === undefined ? base : base.describe(description);
  if (usual !== undefined) return told.default(usual);
  return optional === true ? told.optional() : told;
}
