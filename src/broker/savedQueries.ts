import * as z from 'zod';
import { describeProblems } from '../inputProblems.ts';
import { toPositional } from '../engine/sql/namedParameters.ts';

/** As for a call of an agent. */
const MAX_ROWS = 10_000;
const NAME = /^[a-z][a-z0-9_]{0,39}$/;
const value = z.union([z.string(), z.number(), z.boolean()]);

const TYPE_WORDS = {
  string: 'a text',
  integer: 'a whole number',
  number: 'a number',
  boolean: 'true or false',
  date: 'a date as 2026-01-31',
  datetime: 'a date and time as 2026-01-31 23:59:59',
} as const;
export const DATE = /^\d{4}-\d{2}-\d{2}$/;
export const DATETIME = /^\d{4}-\d{2}-\d{2}[ T]\d{2}:\d{2}(?::\d{2}(?:\.\d{1,6})?)?$/;

/** What the agent may give for a parameter is what its owner may write down as a value or default. */
function isOfType(type: keyof typeof TYPE_WORDS, given: string | number | boolean): boolean {
  switch (type) {
    case 'string':
      return typeof given === 'string';
    case 'integer':
      return Number.isSafeInteger(given);
    case 'number':
      return typeof given === 'number';
    case 'boolean':
      return typeof given === 'boolean';
    case 'date':
      return typeof given === 'string' && DATE.test(given);
    case 'datetime':
      return typeof given === 'string' && DATETIME.test(given);
  }
}

interface Bounds {
  readonly minimum?: number | undefined;
  readonly maximum?: number | undefined;
  readonly maxLength?: number | undefined;
}

function isWithin({ minimum = -Infinity, maximum = Infinity, maxLength = Infinity }: Bounds, given: string | number | boolean): boolean {
  if (typeof given === 'number') return given >= minimum && given <= maximum;
  return typeof given === 'boolean' || given.length <= maxLength;
}

const ParameterSchema = z
  .strictObject({
    type: z.enum(['string', 'integer', 'number', 'boolean', 'date', 'datetime']).describe('Type of the values.'),
    description: z.string().min(1).max(500).optional().describe('For the agent: what the parameter means.'),
    values: z.array(value).min(1).max(200).optional().describe('Allowed values.'),
    minimum: z.number().optional().describe('Of a number.'),
    maximum: z.number().optional().describe('Of a number.'),
    maxLength: z.int().min(1).optional().describe('Maximum length of a string. Default: 1000.'),
    optional: z.boolean().optional().describe('Defaults to NULL when omitted.'),
    default: value.optional().describe('Value when the agent omits the parameter.'),
  })
  .refine(
    ({ type, minimum, maximum }) => ['integer', 'number'].includes(type) || (minimum === undefined && maximum === undefined),
    '`minimum` and `maximum` are for numbers.',
  )
  .refine(({ type, maxLength }) => type === 'string' || maxLength === undefined, '`maxLength` is for strings.')
  .refine(({ minimum, maximum }) => (minimum ?? -Infinity) <= (maximum ?? Infinity), '`minimum` cannot be more than `maximum`.')
  .superRefine((parameter, context) => {
    const { type, values = [], default: usual } = parameter;
    for (const [i, one] of values.entries())
      if (!isOfType(type, one)) context.addIssue({ code: 'custom', message: `must be ${TYPE_WORDS[type]}.`, path: ['values', i] });
    if (usual === undefined) return;
    const issue = (message: string): void => {
      context.addIssue({ code: 'custom', message, path: ['default'] });
    };
    if (!isOfType(type, usual)) issue(`must be ${TYPE_WORDS[type]}.`);
    else if (values.length > 0 && !values.includes(usual)) issue('must be one of `values`.');
    else if (!isWithin(parameter, usual)) issue('must be within `minimum`, `maximum` and `maxLength`.');
  });

/** A read that becomes a tool of its own, with the same guard as every other. */
export const SavedQuerySchema = z
  .strictObject({
    name: z
      .string()
      .regex(NAME, 'Only lowercase letters, digits, and _, at most 40 characters.')
      .refine((name) => !name.startsWith('mysql_'), 'Names with mysql_ are reserved.')
      .describe('Tool name.'),
    title: z.string().min(1).max(100).optional().describe('Display name of the tool.'),
    description: z.string().min(1).max(1000).describe('For the agent: when to use the tool, and what it returns.'),
    connection: z.string().min(1).optional().describe('Name of the connection. Optional if there is only one.'),
    database: z.string().min(1).max(64).optional().describe('Database to run in. Default: the default database of the connection.'),
    sql: z.string().min(1).describe('One read-only statement. Write parameters as :name.'),
    parameters: z
      .record(z.string().regex(/^\w{1,40}$/), ParameterSchema)
      .optional()
      .describe('Parameters, by their names in `sql`.'),
    maxRows: z.int().min(1).max(MAX_ROWS).optional().describe('Maximum number of rows in an answer. Default: `limits.rows`.'),
  })
  .superRefine(({ sql, parameters = {} }, context) => {
    const issue = (message: string): void => {
      context.addIssue({ code: 'custom', message, path: ['sql'] });
    };
    try {
      const { names } = toPositional(sql);
      const unknown = names.find((name) => !Object.hasOwn(parameters, name));
      if (unknown !== undefined) issue(`There is no parameter for :${unknown}.`);
      const unused = Object.keys(parameters).find((name) => !names.includes(name));
      if (unused !== undefined) issue(`The parameter ${unused} isn't used.`);
    } catch (error) {
      issue((error as Error).message); // it says what is wrong and where
    }
  });

export type SavedQuery = z.infer<typeof SavedQuerySchema>;
export type SavedParameter = z.infer<typeof ParameterSchema>;

/** What was read of a list of saved queries. */
export interface ReadQueries {
  readonly queries: readonly SavedQuery[];
  /** What is wrong with the others, in words. */
  readonly problems: readonly string[];
}

/** Why the text of a query is no read; undefined where it is. The parser of SQL is loaded for it. */
export async function problemOfQuery({ sql, database }: SavedQuery): Promise<string | undefined> {
  const { problemOfRead } = await import('../engine/query/authorization/savedRead.ts');
  const { sql: text, names } = toPositional(sql);
  return problemOfRead(text, names.length, database);
}

/** The queries of a setting that are as they should be; a slip in one does not take the others away. */
export async function readSavedQueries(value: unknown): Promise<ReadQueries> {
  const queries: SavedQuery[] = [];
  const problems: string[] = [];
  for (const [i, one] of (Array.isArray(value) ? value : []).entries()) {
    const parsed = SavedQuerySchema.safeParse(one);
    if (!parsed.success) problems.push(`Query ${String(i + 1)}: ${describeProblems(parsed.error)}`);
    else if (queries.some(({ name }) => name === parsed.data.name))
      problems.push(`Query ${String(i + 1)}: a tool named ${parsed.data.name} already exists.`);
    else {
      const problem = await problemOfQuery(parsed.data);
      if (problem === undefined) queries.push(parsed.data);
      else problems.push(`Query ${String(i + 1)}: ${problem}`);
    }
  }
  return { queries, problems };
}
