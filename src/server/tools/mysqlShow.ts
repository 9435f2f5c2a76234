import * as z from 'zod';
import type { View, ViewContent } from '../../broker/viewContract.ts';
import type { Plan } from '../../engine/diagnostics/explain.ts';
import { PilotError } from '../../engine/errors.ts';
import { CHART_KINDS, chartColumns, MAX_POINTS, usualChart } from '../../engine/query/results/chart.ts';
import type { ResultSet } from '../../engine/query/results/resultSet.ts';
import type { ReadOptions } from '../../engine/query/reads/runReads.ts';
import { mermaid } from '../../engine/schema/mermaid.ts';
import { limitsOf, type Limits } from '../limits/limits.ts';
import { answerText, DEFAULT_CELL, planText, replicaText } from './resultText.ts';
import { chosenDatabase, relatedTables } from './relatedTables.ts';
import { connectionInput, databaseInput, defineTool, paramsInput, timeoutInput, type ToolContext } from './tool.ts';

/** A view has this many rows at most, read in pages; a lower limit for answers holds for views, too. */
const MAX_ROWS = 100_000;
const MAX_CHARACTERS = 20_000_000;
/** Where nothing can be shown, the answer has the first rows. */
const TEXT_ROWS = 20;
const TEXT_CHARACTERS = 10_000;
const PLAN_LIMITS = { maxRows: 1000, maxCharacters: 100_000 };
/** As many as a diagram has. */
const MAX_TABLES = 300;

const NOT_SHOWN = 'Not shown: this client has no view for it. Tell the user what is in it:';

const showInput = () =>
  z.strictObject({
    sql: z.string().min(1).optional().describe('One statement that reads.'),
    params: paramsInput(),
    tables: z.array(z.string().min(1).max(130)).max(MAX_TABLES).optional().describe('For a diagram; default: all.'),
    as: z.enum(['grid', 'chart', 'plan', 'diagram']).optional().describe('Default grid.'),
    chart: z.enum(CHART_KINDS).optional().describe('Labels in the first column, numbers in the others.'),
    title: z.string().min(1).max(100).optional(),
    connection: connectionInput(),
    database: databaseInput(),
    timeoutSeconds: timeoutInput(),
  });
type ShowInput = z.infer<ReturnType<typeof showInput>>;

export const mysqlShow = defineTool({
  name: 'mysql_show',
  title: 'MySQL show to the user',
  description:
    'Shows the user a result (grid or chart), query plan or table diagram in a view beside the chat. You get one line and no rows: use it for what only the user needs to see. Up to 100,000 rows.',
  input: showInput,
  operation: 'read',
  gives: (input) => (formOf(input) === 'diagram' ? 'structure' : 'data'),
  async run(input, context) {
    const { profile, database } = await context.connections.open(input.connection);
    context.usesConnection(profile.name);
    const as = formOf(input);
    const viewer = context.viewer?.kinds.has(as) === true ? context.viewer : undefined;
    const show = async (content: ViewContent): Promise<string | undefined> => {
      const view: View = {
        profile: profile.id,
        ...(input.database === undefined ? {} : { database: input.database }),
        ...(input.title === undefined ? {} : { title: input.title }),
        ...(context.client === undefined ? {} : { client: context.client }),
        content,
      };
      return viewer?.show(view);
    };
    if (as === 'diagram') {
      const current = chosenDatabase(input.database, profile.database);
      const { relationships, names } = await relatedTables(database, current, input.tables ?? []);
      return diagramAnswer({ relationships, names, current, context, show: viewer === undefined ? undefined : show });
    }
    const sql = input.params === undefined ? (input.sql ?? '') : database.reads.bound(input.sql ?? '', input.params);
    const options = readOptions(input, context, viewer !== undefined);
    if (as === 'plan') {
      const plan = await database.reads.explain(sql, false, { ...options, limits: PLAN_LIMITS });
      if (viewer === undefined) return `${NOT_SHOWN}\n${planText(plan, context.untrusted)}`;
      await show({ kind: 'plan', sql, plan: sentPlan(plan) });
      return `Shown: the plan, ${count(plan.steps.length, 'step')}, ${count(plan.findings.length, 'finding')}.`;
    }
    const lag = database.diagnostics.replicaLag();
    const [result, ...others] = await database.reads.query(sql, options);
    if (result === undefined || others.length > 0) {
      throw new PilotError('input.invalid', 'mysql_show shows the result of one statement.', { nextStep: 'Call it once for each.' });
    }
    if (as === 'chart') requireChart(result);
    const notes = [...(viewer === undefined ? [] : remarks(result)), ...replicaText(await lag)];
    if (viewer === undefined) {
      return [NOT_SHOWN, answerText([result], 'csv', TEXT_CHARACTERS, context.untrusted), ...notes].join('\n');
    }
    const table = sentTable(result);
    const chart = input.chart ?? usualChart(result.columns);
    const shown = await show(as === 'chart' ? { kind: 'chart', sql, table, chart } : { kind: 'grid', sql, table });
    const form = as === 'chart' ? ` as a ${chart} chart` : '';
    const text = [`Shown: ${count(result.rows.length, 'row')}, ${count(result.columns.length, 'column')}${form}.`, ...notes].join('\n');
    return shown === undefined ? text : { text, view: shown };
  },
});

/** What the person is to see. Throws where the arguments do not belong together. */
function formOf({ as: given, chart, sql }: ShowInput): NonNullable<ShowInput['as']> {
  const as = given ?? (chart !== undefined ? 'chart' : sql === undefined ? 'diagram' : 'grid');
  if ((as === 'diagram') !== (sql !== undefined)) return as;
  throw new PilotError('input.invalid', as === 'diagram' ? 'A diagram uses `tables`, not `sql`.' : `A ${as} needs \`sql\`.`, {
    nextStep: as === 'diagram' ? 'Omit `sql`.' : 'Pass a SELECT, or `as: "diagram"`.',
  });
}

function readOptions({ database, timeoutSeconds }: ShowInput, { limits, signal }: ToolContext, isShown: boolean): ReadOptions {
  const common = { database, timeoutMs: (timeoutSeconds ?? limits.seconds) * 1000, signal };
  if (isShown) return { ...common, receiver: 'person', limits: { maxRows: shownRows(limits), maxCharacters: MAX_CHARACTERS } };
  return {
    ...common,
    limits: { maxRows: Math.min(TEXT_ROWS, limits.maxRows), maxCharacters: TEXT_CHARACTERS, maxCellCharacters: DEFAULT_CELL },
    paging: { from: 0, spoolRows: limits.maxRows },
  };
}

/** Whoever lowers the limit of answers means what leaves the database. */
function shownRows({ maxRows }: Limits): number {
  return maxRows < limitsOf().maxRows ? maxRows : MAX_ROWS;
}

function requireChart({ columns, rows }: ResultSet): void {
  if (chartColumns(columns) === undefined)
    throw new PilotError('input.invalid', 'A chart needs a column of numbers.', {
      nextStep: 'Select a label and a number, or show a grid.',
    });
  if (rows.length > MAX_POINTS)
    throw new PilotError('input.invalid', `A chart shows ${MAX_POINTS.toLocaleString('en-US')} rows at most.`, {
      nextStep: 'Aggregate with GROUP BY, or show a grid.',
    });
}

/** What the model must know of rows that it does not see. Warnings of the server may quote cells, so they are counted. */
function remarks({ cutBy, warnings }: ResultSet): string[] {
  const told = warnings.filter(({ level }) => level !== 'Note').length;
  return [
    ...(cutBy === 'rows' ? ['TRUNCATED by the row limit: the user sees the first rows.'] : []),
    ...(cutBy === 'size' ? ['TRUNCATED by size: the user sees the first rows.'] : []),
    ...(told === 0 ? [] : [`WARNING: the server gave ${count(told, 'warning')}; mysql_query tells which.`]),
  ];
}

interface DiagramCall extends Awaited<ReturnType<typeof relatedTables>> {
  readonly current: string;
  readonly context: ToolContext;
  /** Undefined where nothing shows a diagram. */
  readonly show: ((content: ViewContent) => Promise<unknown>) | undefined;
}

async function diagramAnswer({ relationships, names, current, context, show }: DiagramCall): Promise<string> {
  const chosen = new Set(names.length === 0 ? relationships.tables.map(({ name }) => name) : names);
  if (chosen.size > MAX_TABLES) {
    throw new PilotError('input.invalid', `A diagram shows ${String(MAX_TABLES)} tables at most.`, { nextStep: 'Name them in `tables`.' });
  }
  const relations = relationships.relations.filter(({ from, to }) => chosen.has(from) && chosen.has(to));
  const tables = relationships.tables.filter(({ name }) => chosen.has(name));
  if (show === undefined) return `${NOT_SHOWN}\n${context.untrusted(mermaid(relations, tables))}`;
  await show({ kind: 'diagram', database: current, tables: [...chosen] });
  return `Shown: a diagram of ${count(tables.length, 'table')}, ${count(relations.length, 'relationship')}.`;
}

function sentTable({ columns, rows, cutBy, cutCells, characters, elapsedMs }: ResultSet): Extract<ViewContent, { kind: 'grid' }>['table'] {
  return {
    columns: [...columns],
    rows: rows as (string | null)[][],
    ...(cutBy === undefined ? {} : { cutBy }),
    cutCells,
    characters,
    elapsedMs,
  };
}

function sentPlan({ steps, tree, findings }: Plan): Extract<ViewContent, { kind: 'plan' }>['plan'] {
  return { steps: [...steps], ...(tree === undefined ? {} : { tree }), findings: [...findings] };
}

function count(of: number, what: string): string {
  return `${of.toLocaleString('en-US')} ${what}${of === 1 ? '' : 's'}`;
}
