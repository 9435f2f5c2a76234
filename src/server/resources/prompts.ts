import { PilotError } from '../../engine/errors.ts';

interface PromptArgument {
  readonly name: string;
  readonly description: string;
  readonly required: boolean;
}

/** A task that a person starts by its name; the text tells the model in which order to go about it. */
export interface Prompt {
  readonly name: string;
  readonly title: string;
  readonly description: string;
  readonly arguments: readonly PromptArgument[];
  /** `where` names connection and database where they were given. */
  text(values: Readonly<Record<string, string>>, where: string): string;
}

const argument = (name: string, description: string, required = false): PromptArgument => ({ name, description, required });
const PLACE = [argument('connection', 'Name of the connection'), argument('database', 'Name of the database')];

/** In the order in which clients show them. */
export const PROMPTS: readonly Prompt[] = [
  {
    name: 'explore_database',
    title: 'Explore a database',
    description: 'Explore a database: what it contains, which tables matter, and how they relate.',
    arguments: PLACE,
    text: (_, where) =>
      `Explore the database${where}. List its tables with mysql_describe and pick the ten that matter most by their rows and references. ` +
      'Describe them in one call, and look at mysql_relationships. Then tell me in plain words what the data is about, and how the central tables join. ' +
      'Give three questions that this database can answer, each with a tested SQL statement. Say what looks odd.',
  },
  {
    name: 'optimize_query',
    title: 'Optimize a query',
    description: 'Find out why a statement is slow, and make it faster.',
    arguments: [argument('sql', 'The statement', true), ...PLACE],
    text: ({ sql = '' }, where) =>
      `Make this statement faster${where}:\n\n${sql}\n\n` +
      'Run mysql_explain on it (with analyze if it is a read), describe its tables, and ask mysql_index_advice. Propose a rewrite or an index; prove each ' +
      'rewrite by comparing results and plans. Say what each proposal costs (space, slower writes). Change nothing in the database.',
  },
  {
    name: 'review_migration',
    title: 'Review a migration',
    description: 'Review what a DDL or DML script would do to this database.',
    arguments: [argument('sql', 'The script', true), ...PLACE],
    text: ({ sql = '' }, where) =>
      `Review this migration${where}. Do not run it:\n\n${sql}\n\n` +
      'For each statement: does it fit the current schema (mysql_describe, level full)? Which rows does it change, and how many (count them)? What breaks: ' +
      'foreign keys, unique keys, NULLs, views, triggers, conversions that lose data? Does it rebuild or lock a large table, and for about how long? ' +
      'Can it be undone? End with: safe, safe with changes (give them), or not safe.',
  },
  {
    name: 'check_data_quality',
    title: 'Check data quality',
    description: 'Check a table for nulls, duplicates, orphans, and impossible values.',
    arguments: [argument('table', 'The table', true), ...PLACE],
    text: ({ table = '' }, where) =>
      `Check the data of the table ${table}${where}. Describe it with a profile of its columns. Then batch the checks into one mysql_query. ` +
      'Look for orphaned rows where mysql_relationships shows a relationship (declared or inferred), and for duplicates by a likely natural key. ' +
      'Look for dates in the future or before 1970, negative amounts, and texts with leading or trailing spaces. Look for values that the name or ' +
      'comment of their column rules out. Report each finding with its count, one example and the statement that proves it.',
  },
  {
    name: 'explain_schema',
    title: 'Explain a schema to a newcomer',
    description: 'Give a newcomer a tour of the tables.',
    arguments: PLACE,
    text: (_, where) =>
      `Explain this schema to a developer who is new here${where}. Use mysql_describe and mysql_relationships (diagram: true). Write one page: what it ` +
      'models, a Mermaid diagram of the central tables, and a glossary (table, one line, key columns). Add the life of one typical row with an example, ' +
      'and the traps (soft deletes, enums, units, time zones, generated columns).',
  },
];

/** The text of a prompt with its values. Throws `input.invalid`. */
export function fillPrompt(name: string, values: Readonly<Record<string, string>>): { readonly prompt: Prompt; readonly text: string } {
  const prompt = PROMPTS.find((one) => one.name === name);
  if (prompt === undefined) {
    throw new PilotError('input.invalid', `There is no prompt ${name}.`, {
      nextStep: `Use one of: ${PROMPTS.map((one) => one.name).join(', ')}.`,
    });
  }
  const missing = prompt.arguments.find((one) => one.required && (values[one.name] ?? '').trim() === '');
  if (missing !== undefined) {
    throw new PilotError('input.invalid', `The prompt ${name} needs ${missing.name}.`, {
      nextStep: `Give ${missing.name}: ${missing.description}.`,
    });
  }
  const { connection = '', database = '' } = values;
  const where = [database === '' ? '' : ` ${database}`, connection === '' ? '' : ` of the connection ${connection}`].join('');
  return { prompt, text: prompt.text(values, where === '' ? '' : ` (database${where})`) };
}
