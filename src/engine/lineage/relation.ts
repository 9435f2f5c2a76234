import type { JoinPart } from '../sql/ast/queries.ts';
import { ColumnRefusal, untraced } from './columnRefusal.ts';
import { isForeign, mayBeSame, nameKey, wideKey } from './columnNames.ts';
import { areOneKind, type Column } from './column.ts';
import type { Source } from './level.ts';
import { refuseUse } from './refuseUse.ts';

/** A column that `*` shows. */
export interface VisibleColumn {
  readonly column: Column;
  /** Where it can be named; of columns that a join made one, the one that the server shows. */
  readonly source: Source;
}

/** A table reference: what can be named in it, and what `*` shows. */
export interface Relation {
  readonly sources: readonly Source[];
  readonly visible: readonly VisibleColumn[];
}

export const NO_TABLES: Relation = { sources: [], visible: [] };

export function sourceRelation(source: Source): Relation {
  const visible = source.index.columns.filter(({ invisible }) => invisible !== true).map((column) => ({ column, source }));
  return { sources: [source], visible };
}

export function crossJoin(relations: readonly Relation[]): Relation {
  const [first, second] = relations;
  if (first === undefined) return NO_TABLES;
  if (second === undefined) return first;
  return { sources: relations.flatMap(({ sources }) => sources), visible: relations.flatMap(({ visible }) => visible) };
}

/** A join that makes columns of one name one: by USING, or all with NATURAL. It compares them, so both must be plain, or both have pseudonyms. */
export function joinByNames(left: Relation, right: Relation, { type, using, start }: JoinPart): Relation {
  const at = { start };
  if (type.includes('FULL')) throw untraced('A FULL JOIN by names', at);
  if (using === undefined) refuseUnsureNames(left, right, at);
  const [first, second] = type.includes('RIGHT') ? [right, left] : [left, right];
  const [firstByName, secondByName] = [byName(first), byName(second)];
  const used = new Set(using?.map(({ name }) => nameKey(name)) ?? secondByName.keys());
  const shown: VisibleColumn[] = [];
  // Servers show them in the order of the first relation, whatever the order in USING.
  for (const [name, columns] of firstByName) {
    const others = secondByName.get(name);
    if (!used.has(name) || others === undefined || columns[0] === undefined) continue;
    refuseComparison([...columns, ...others], name, at);
    shown.push(columns[0]);
    used.delete(name);
  }
  const [missing] = using === undefined ? [] : used;
  if (missing !== undefined) throw untraced(`The column ${missing} of this join`, at);
  const joined = new Set(shown.map(({ column }) => nameKey(column.name ?? '')));
  const rest = ({ visible }: Relation): VisibleColumn[] =>
    visible.filter(({ column }) => column.name === undefined || !joined.has(nameKey(column.name)));
  return { sources: [...left.sources, ...right.sources], visible: [...shown, ...rest(first), ...rest(second)] };
}

function byName({ visible }: Relation): ReadonlyMap<string, VisibleColumn[]> {
  return Map.groupBy(
    visible.filter(({ column }) => column.name !== undefined),
    ({ column }) => nameKey(column.name ?? ''),
  );
}

/** Which columns NATURAL compares must be known for certain. */
function refuseUnsureNames(left: Relation, right: Relation, at: { readonly start: number }): void {
  const [lefts, rights] = [left, right].map(({ sources }) => sources.flatMap(({ index }) => index.columns)) as [Column[], Column[]];
  const both = [...lefts, ...rights];
  if (both.some(({ name }) => name === undefined)) throw untraced('A NATURAL JOIN of columns without a name', at);
  const keys = [lefts, rights].map((columns) => new Set(columns.map(({ name }) => nameKey(name ?? ''))));
  const isHidden = ({ name, invisible }: Column): boolean => invisible === true && keys.every((names) => names.has(nameKey(name ?? '')));
  if (both.some(isHidden)) throw untraced('A NATURAL JOIN over an invisible column', at);
  if (!both.some(({ name }) => isForeign(name ?? ''))) return;
  const written = Map.groupBy(both, ({ name }) => wideKey(name ?? ''));
  for (const columns of written.values())
    if (columns.some(({ name }) => mayBeSame(name ?? '', columns[0]?.name ?? '')))
      throw untraced('A NATURAL JOIN of names that differ in accents or case', at);
}

function refuseComparison(columns: readonly VisibleColumn[], name: string, at: { readonly start: number }): void {
  const [first] = columns;
  for (const { column } of columns) {
    if (column.action === first?.column.action && (column.action === undefined || column.action === 'pseudonym')) continue;
    throw refuseUse(column.action ?? first?.column.action ?? 'mask', name, at);
  }
  const isCompared = first?.column.action === 'pseudonym';
  if (isCompared && !areOneKind(columns.map(({ column }) => column)))
    throw new ColumnRefusal('A comparison of pseudonyms of different types or collations', at, 'columns.pseudonym');
}
