import type { ColumnReference, Name, Span, Star } from '../sql/ast/expressions.ts';
import type { BaseTable, Select, SelectItem, TableQuery } from '../sql/ast/queries.ts';
import { ColumnRefusal, untraced } from './columnRefusal.ts';
import type { Column } from './column.ts';
import type { Context } from './context.ts';
import { findSources } from './findColumns.ts';
import type { Source } from './level.ts';
import { sourceRelation, type Relation, type VisibleColumn } from './relation.ts';

/** An item of a select list; `column` where it is known without judging it, because it came from a star. */
export interface ExpandedItem {
  readonly item: SelectItem;
  readonly column: Column | undefined;
}

/**
 * The items of a select list, with columns in the place of each star: so that the order of columns is known, and hidden ones are left out. The new list is put into the tree. Each
 * expanded column has the name that the star gives it.
 */
export function expandStars(select: Select, relation: Relation, context: Context): readonly ExpandedItem[] {
  const items = select.items.flatMap((item): readonly ExpandedItem[] => {
    const { value } = item;
    if (value.kind !== 'star') return [{ item, column: undefined }];
    const shown = starColumns(value, relation, context).filter(({ column }) => column.action !== 'hide' || context.inView);
    context.budget.columns -= shown.length;
    if (context.budget.columns < 0) throw untraced('A statement with so many columns', value);
    if (shown.length === 0) throw new ColumnRefusal('A * over hidden columns alone', value, 'columns.hidden');
    return shown.map(({ column, source }) => ({ item: itemOf(column, source, relation, value), column: withoutVisibility(column) }));
  });
  const expanded: Select = { ...select, items: items.map(({ item }) => item) };
  if (select.items.some(({ value }) => value.kind === 'star')) context.replacements.set(select, expanded);
  return items;
}

/** `SELECT *` in the place of TABLE. */
export function expandTable({ table, start, end }: TableQuery): Select {
  const from: BaseTable = { kind: 'table', table, partitions: [], indexHints: [], start, end };
  const item: SelectItem = { kind: 'selectItem', value: { kind: 'star', start, end }, start, end };
  return { kind: 'select', hints: [], options: [], items: [item], from: [from], windows: [], start, end };
}

function starColumns(star: Star, relation: Relation, { tables }: Context): readonly VisibleColumn[] {
  if (star.table === undefined) return relation.visible;
  const sources = findSources(star.table, star.database, relation.sources, tables.catalog);
  const [source, second] = sources;
  if (source === undefined || second !== undefined) throw untraced(`The table ${star.table.name}, which can't be found in FROM,`, star);
  return sourceRelation(source).visible;
}

function withoutVisibility({ name, action, origin }: Column): Column {
  return { name, action, origin };
}

function itemOf({ name: text }: Column, source: Source, { sources }: Relation, at: Span): SelectItem {
  const { start, end } = at;
  if (text === undefined) throw untraced('A * over a column whose name is not known', at);
  const nameOf = (name: string): Name => ({ kind: 'name', name, quoted: true, start, end });
  const { alias, database } = source;
  const others = sources.filter((other) => other !== source && other.alias?.toLowerCase() === alias?.toLowerCase());
  if (others.length > 0 && database === undefined) throw untraced('A * over two tables of one name', at);
  const value: ColumnReference = {
    kind: 'column',
    database: others.length > 0 && database !== undefined ? nameOf(database) : undefined,
    table: alias === undefined ? undefined : nameOf(alias),
    name: nameOf(text),
    start,
    end,
  };
  return { kind: 'selectItem', value, start, end };
}
