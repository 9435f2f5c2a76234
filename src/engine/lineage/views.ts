import { ColumnRefusal } from './columnRefusal.ts';
import { stricter, type Column } from './column.ts';
import type { Context } from './context.ts';
import { ColumnIndex } from './level.ts';
import type { TableFacts } from './tableFacts.ts';

/** Judges the definition of a view that reaches protected columns, once: it may pass them on, and do nothing else with them. */
export function judgeView(facts: TableFacts, context: Context, at: { readonly start: number }): void {
  const { view, database, name } = facts.known;
  if (view === undefined) return;
  const label = `The view ${database}.${name}`;
  const inside: Context = { ...context, database, inView: true, replacements: new Map() };
  let passed: readonly Column[];
  try {
    passed = context.judgeQuery(view, { outer: undefined, expressions: undefined }, inside).columns;
  } catch (error) {
    if (!(error instanceof ColumnRefusal)) throw error;
    throw new ColumnRefusal(`${label}, which uses protected columns in another way than to show them,`, at, 'columns.view');
  }
  if (passed.length !== facts.columns.length) throw new ColumnRefusal(`${label}, whose columns are not known,`, at, 'columns.view');
  const columns = facts.columns.map((own, i): Column => {
    const { action, origin } = passed[i] ?? own;
    return { name: own.name, action: stricter(own.action, action), origin };
  });
  facts.index = new ColumnIndex(columns);
  facts.judged = true;
}
