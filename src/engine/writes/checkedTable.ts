import { wideKey } from '../lineage/columnNames.ts';
import type { Expression, Name, ObjectName } from '../sql/ast/expressions.ts';
import type { CreateTable } from '../sql/ast/definitions.ts';
import type { ColumnAttribute, ColumnDefinition, Constraint, References } from '../sql/ast/tableElements.ts';
import type { QualifiedName } from '../sql/identifiers.ts';
import { walk, type Node } from '../sql/walk.ts';

/** Columns that the server looks at together, by `wideKey`. */
export interface CheckedTogether {
  readonly columns: readonly string[];
  /** A key: a row without one of its values meets no other row. */
  readonly isUnique: boolean;
}

interface CheckedKey {
  readonly columns: readonly string[];
  readonly parent: QualifiedName;
  readonly parentColumns: readonly string[];
}

const COMPUTED = new Set<ColumnAttribute['attribute']>(['GENERATED', 'DEFAULT']);

/** What the server checks and computes when a row of a table changes. Names of columns are by `wideKey`. */
export class CheckedTable {
  readonly foreignKeys: readonly CheckedKey[];
  readonly together: readonly CheckedTogether[];
  readonly #columns: readonly ColumnDefinition[];

  constructor(tree: CreateTable, database: string) {
    this.#columns = tree.elements.filter((one) => one.kind === 'columnDefinition');
    const constraints = tree.elements.filter((one) => one.kind === 'constraint');
    this.foreignKeys = [
      ...constraints.flatMap(({ references, parts }) => keyOf(references, database, namesIn(parts))),
      ...this.#columns.flatMap(({ name, attributes }) =>
        attributes.flatMap(({ references }) => keyOf(references, database, [wideKey(name.name)])),
      ),
    ];
    const periods = constraints.filter(({ type }) => type === 'PERIOD');
    this.together = [
      ...constraints.filter(({ type }) => type !== 'FOREIGN KEY').map((one) => togetherIn(one, periods)),
      ...this.#columns.flatMap(({ name, attributes }) => attributes.flatMap((attribute) => computedIn(attribute, name))),
      ...(tree.partitioning === undefined ? [] : [{ columns: namesIn([tree.partitioning]), isUnique: false }]),
    ];
  }

  /** The columns for which this is true, with those that are generated from them, or have them in their default. */
  withGenerated(isMeant: (name: string) => boolean): ReadonlySet<string> {
    const found = new Set(this.#columns.filter(({ name }) => isMeant(name.name)).map(({ name }) => wideKey(name.name)));
    const generated = this.#columns.flatMap(({ name, attributes }) => {
      const values = attributes.flatMap(({ attribute, value }) => (COMPUTED.has(attribute) && value !== undefined ? [value] : []));
      return values.length === 0 ? [] : [{ key: wideKey(name.name), from: namesIn(values) }];
    });
    for (let before = -1; before < found.size;) {
      before = found.size;
      for (const { key, from } of generated) if (from.some((one) => found.has(one))) found.add(key);
    }
    return found;
  }

  /** As the table has them, for a message. */
  spelled(keys: readonly string[]): string {
    const names = this.#columns.map(({ name }) => name.name).filter((name) => keys.includes(wideKey(name)));
    return names.join(', ');
  }

  isNullByDefault(key: string): boolean {
    const attributes = this.#columns.find(({ name }) => wideKey(name.name) === key)?.attributes ?? [];
    const value = attributes.find(({ attribute }) => attribute === 'DEFAULT')?.value;
    return !attributes.some(({ attribute }) => attribute === 'NOT NULL') && (value === undefined || value.kind === 'null');
  }
}

function keyOf(references: References | undefined, database: string, columns: readonly string[]): CheckedKey[] {
  if (references === undefined) return [];
  const { table, columns: parentColumns } = references;
  return [{ columns, parent: nameOf(table, database), parentColumns: parentColumns.map(({ name }) => name) }];
}

function nameOf({ database, name }: ObjectName, current: string): QualifiedName {
  return { database: database?.name ?? current, name: name.name };
}

/** A key WITHOUT OVERLAPS names a period, which is made of two columns. */
function togetherIn({ type, parts, check, name }: Constraint, periods: readonly Constraint[]): CheckedTogether {
  const named = namesIn([...parts, ...(check === undefined ? [] : [check]), ...(type === 'PERIOD' && name !== undefined ? [name] : [])]);
  const meant = periods.filter((period) => period.name !== undefined && named.includes(wideKey(period.name.name)));
  return {
    columns: [...named, ...meant.flatMap((period) => namesIn(period.parts))],
    isUnique: type === 'PRIMARY KEY' || type === 'UNIQUE',
  };
}

function computedIn({ attribute, value }: ColumnAttribute, name: Name): CheckedTogether[] {
  if (value === undefined || (attribute !== 'GENERATED' && attribute !== 'CHECK')) return [];
  return [{ columns: [...(attribute === 'CHECK' ? [wideKey(name.name)] : []), ...namesIn([value])], isUnique: false }];
}

/** Every name, whatever it is of: one too many refuses a write too many. */
function namesIn(nodes: readonly (Node | Expression)[]): readonly string[] {
  const found = new Set<string>();
  for (const root of nodes)
    walk(root, (node) => {
      if (node.kind === 'name') found.add(wideKey((node as Name).name));
      return undefined;
    });
  return [...found];
}
