import type { AlterAction, AlterTable } from '../../sql/ast/definitions.ts';
import type { Name } from '../../sql/ast/expressions.ts';
import type { Constraint, Partitioning, TableOption } from '../../sql/ast/tableElements.ts';
import { print } from '../../sql/printer/print.ts';
import { columnOf, same, type ColumnModel, type TableModel } from '../tableModel.ts';
import type { NormalText } from './normalText.ts';
import type { Snapshot } from './snapshot.ts';

export interface Difference {
  readonly kind: string;
  /** `table.part`, or the name of another object. */
  readonly name: string;
  /** As it is wanted; undefined where it is not. */
  readonly here: string | undefined;
  readonly there: string | undefined;
}

export interface TableComparison {
  readonly differences: Difference[];
  /** Makes the other table equal to this one. */
  readonly statements: readonly string[];
}

const AT = { start: 0, end: 0 };

type Part = readonly [name: string, text: string, node: Constraint | undefined];

export function compareTables(
  here: TableModel,
  there: TableModel,
  texts: { readonly here: NormalText; readonly there: NormalText },
  target: Snapshot,
): TableComparison {
  const differences: Difference[] = [];
  const [drops, adds, keys]: AlterAction[][] = [[], [], []];
  const differ = (kind: string, part: string, a: string | undefined, b: string | undefined): void => {
    differences.push({ kind, name: `${here.name}.${part}`, here: a, there: b });
  };
  const list = (
    kind: string,
    mine: readonly Part[],
    theirs: readonly Part[],
    drop: (name: string) => Partial<AlterAction> & Pick<AlterAction, 'action'>,
  ): void => {
    for (const [name, text] of theirs) {
      const wanted = mine.find((one) => same(one[0], name));
      if (wanted?.[1] === text) continue;
      differ(kind, name, wanted?.[1], text);
      drops?.push(action(drop(name)));
    }
    for (const [name, text, node] of mine) {
      const found = theirs.find((one) => same(one[0], name));
      if (found === undefined) differ(kind, name, text, undefined);
      if (found?.[1] !== text && node !== undefined) keys?.push(action({ action: 'ADD CONSTRAINT', constraint: node }));
    }
  };
  list(
    'foreign key',
    parts(here.foreignKeys, (key) => texts.here.foreignKey(key)),
    parts(there.foreignKeys, (key) => texts.there.foreignKey(key)),
    (name) => ({ action: 'DROP FOREIGN KEY', name: named(name) }),
  );
  list(
    'check',
    parts(texts.here.checks(here), (check) => texts.here.check(check)),
    parts(texts.there.checks(there), (check) => texts.there.check(check)),
    (name) => ({ action: 'DROP CONSTRAINT', name: named(name) }),
  );
  list(
    'index',
    parts(here.keys, (key) => texts.here.key(key)),
    parts(there.keys, (key) => texts.there.key(key)),
    (name) => (name === 'PRIMARY' ? { action: 'DROP PRIMARY KEY' } : { action: 'DROP INDEX', name: named(name) }),
  );
  adds?.push(...columnActions(here, there, texts, differ));
  for (const [option, value] of Object.entries(texts.here.options(here))) {
    const other = texts.there.options(there)[option] ?? '';
    if (value === other) continue;
    differ('option', option, value, other);
    drops?.push(...optionActions(option, here));
  }
  const [mine, theirs] = [texts.here.partitioning(here.partitioning), texts.there.partitioning(there.partitioning)];
  if (mine !== theirs) differ('partitions', 'partitions', mine, theirs);
  const statements: string[] = [];
  const table = { kind: 'objectName' as const, name: named(there.name), ...AT };
  const alter = (actions: readonly AlterAction[], partitioning?: Partitioning | 'REMOVE'): void => {
    const node: AlterTable = { kind: 'alterTable', options: [], ifExists: false, table, actions, partitioning, ...AT };
    if (actions.length > 0 || partitioning !== undefined) statements.push(print(node, target.dialect));
  };
  const foreign = drops?.filter((one) => one.action === 'DROP FOREIGN KEY') ?? [];
  alter(foreign); // by itself: their indexes may go with the next statement
  alter([...(drops ?? []).filter((one) => !foreign.includes(one)), ...(adds ?? []), ...(keys ?? [])]);
  if (mine !== theirs) alter([], here.partitioning ?? 'REMOVE');
  return { differences, statements };
}

function parts<T extends { readonly name: string; readonly node?: Constraint | undefined }>(
  items: readonly T[],
  text: (item: T) => string,
): Part[] {
  return items.map((item) => [item.name, text(item), item.node] as const);
}

function action(details: Partial<AlterAction> & Pick<AlterAction, 'action'>): AlterAction {
  return { kind: 'alterAction', ...AT, ...details };
}

function named(name: string): Name {
  return { kind: 'name', name, quoted: true, ...AT };
}

/** Columns in their order: the other's are dropped, added, changed, and moved. */
function columnActions(
  here: TableModel,
  there: TableModel,
  texts: { readonly here: NormalText; readonly there: NormalText },
  differ: (kind: string, part: string, a: string | undefined, b: string | undefined) => void,
): AlterAction[] {
  const actions: AlterAction[] = [];
  for (const column of there.columns) {
    if (columnOf(here, column.name) !== undefined) continue;
    differ('column', column.name, undefined, texts.there.column(column, there));
    actions.push(action({ action: 'DROP COLUMN', name: named(column.name) }));
  }
  const order = there.columns.filter((column) => columnOf(here, column.name) !== undefined);
  for (const [i, column] of here.columns.entries()) {
    const found = columnOf(there, column.name);
    const text = texts.here.column(column, here);
    const position = i === 0 ? 'FIRST' : named(here.columns[i - 1]?.name ?? '');
    if (found === undefined) {
      differ('column', column.name, text, undefined);
      actions.push(action({ action: 'ADD COLUMN', column: column.node, position }));
      order.splice(i, 0, column);
      continue;
    }
    const isMoved = !same(order[i]?.name, column.name);
    const other = texts.there.column(found, there);
    if (text === other && !isMoved) continue;
    if (text !== other) differ('column', column.name, text, other);
    else differ('column', column.name, `behind ${here.columns[i - 1]?.name ?? 'nothing'}`, 'elsewhere');
    actions.push(action({ action: 'MODIFY COLUMN', column: definitionOf(column, here), ...(isMoved ? { position } : {}) }));
    if (isMoved)
      order.splice(
        i,
        0,
        ...order.splice(
          order.findIndex((one) => same(one.name, column.name)),
          1,
        ),
      );
  }
  return actions;
}

/** Also the character set that the column has from its table. */
function definitionOf({ node, charset, collation }: ColumnModel, table: TableModel): ColumnModel['node'] {
  const isSaid = charset === undefined || node.type === undefined || node.attributes.some(({ attribute }) => attribute === 'COLLATE');
  if (isSaid || collation === undefined || node.type.charset !== undefined || table.columns.length === 0) return node;
  const collate = { kind: 'columnAttribute' as const, attribute: 'COLLATE' as const, name: named(collation), ...AT };
  return { ...node, attributes: [collate, ...node.attributes] };
}

function optionActions(option: string, { engine, rowFormat, comment, charset, collation }: TableModel): AlterAction[] {
  const make = (name: string, value: NonNullable<TableOption['value']>): AlterAction =>
    action({ action: 'OPTION', option: { kind: 'option', name, value, ...AT } });
  switch (option) {
    case 'ENGINE':
      return [make('ENGINE', named(engine))];
    case 'ROW_FORMAT':
      return [make('ROW_FORMAT', { ...named(rowFormat), quoted: false })];
    case 'COMMENT':
      return [make('COMMENT', { kind: 'string', value: comment, ...AT })];
    default:
      return [make('CHARACTER SET', named(charset)), ...(collation === undefined ? [] : [make('COLLATE', named(collation))])];
  }
}
