import type { CreateTable } from '../sql/ast/definitions.ts';
import type { CastType, Expression } from '../sql/ast/expressions.ts';
import type { ColumnDefinition, Constraint, Partitioning, ReferentialAction, TableOption } from '../sql/ast/tableElements.ts';
import type { QualifiedName } from '../sql/identifiers.ts';
import type { Dialect } from '../sql/lexer/dialect.ts';
import { columnsIn } from './columnsIn.ts';
import { toColumn } from './columnModel.ts';
import { freeCheck, freeForeignKey, freeName } from './freeNames.ts';

/** A table as it is, or as the statements before would leave it. Names of columns and keys are compared by `same`. */
export interface TableModel extends QualifiedName {
  columns: ColumnModel[];
  keys: KeyModel[];
  foreignKeys: ForeignKeyModel[];
  checks: CheckModel[];
  partitioning: Partitioning | undefined;
  engine: string;
  rowFormat: string;
  charset: string;
  collation: string | undefined;
  comment: string;
  /** Where its rows are now; undefined for one that the script creates, which is empty. */
  origin: QualifiedName | undefined;
  /** An earlier statement changes its rows. */
  rowsChange: boolean;
  temporary: boolean;
  /** How often columns came or went at once since it was rebuilt; undefined where that isn't known. */
  rowVersions: number | undefined;
  rows: number | undefined;
  bytes: number | undefined;
}

export interface ColumnModel {
  /** As it was written. */
  readonly node: ColumnDefinition;
  readonly name: string;
  /** Undefined for a generated column of MariaDB that names none. */
  readonly type: CastType | undefined;
  readonly charset: string | undefined;
  readonly collation: string | undefined;
  readonly nullable: boolean;
  readonly defaultValue: Expression | undefined;
  readonly onUpdate: boolean;
  readonly comment: string;
  readonly auto: boolean;
  readonly invisible: boolean;
  readonly generated: { readonly text: string; readonly stored: boolean; readonly columns: ReadonlySet<string> } | undefined;
  readonly json: boolean;
  readonly hasCheck: boolean;
  readonly references: boolean;
  /** Its name where its values are now; undefined for a new one. */
  readonly origin: string | undefined;
}

export interface KeyModel {
  /** Stays when it is renamed or loses a column. */
  readonly id: object;
  readonly name: string;
  readonly type: 'PRIMARY KEY' | 'UNIQUE' | 'INDEX' | 'FULLTEXT' | 'SPATIAL' | 'VECTOR';
  readonly parts: readonly KeyPartModel[];
  readonly node?: Constraint | undefined;
}

export interface KeyPartModel {
  /** Undefined for an expression. */
  readonly column: string | undefined;
  readonly length: number | undefined;
  readonly expression: Expression | undefined;
}

export interface ForeignKeyModel {
  readonly id?: object;
  readonly name: string;
  readonly columns: readonly string[];
  readonly table: QualifiedName;
  readonly referenced: readonly string[];
  readonly onDelete: ReferentialAction | undefined;
  readonly onUpdate: ReferentialAction | undefined;
  readonly node?: Constraint | undefined;
}

export interface CheckModel {
  readonly name: string;
  readonly expression: Expression;
  readonly columns: ReadonlySet<string>;
  readonly enforced: boolean;
  /** Renaming made the expression old. */
  readonly stale: boolean;
  readonly node?: Constraint | undefined;
}

export function same(a: string | undefined, b: string | undefined): boolean {
  return a !== undefined && a.toLowerCase() === b?.toLowerCase();
}

export function columnOf(table: Pick<TableModel, 'columns'>, name: string | undefined): ColumnModel | undefined {
  return table.columns.find((column) => same(column.name, name));
}

export function primaryKeyOf({ keys }: Pick<TableModel, 'keys'>): KeyModel | undefined {
  return keys.find(({ type }) => type === 'PRIMARY KEY');
}

/** Default collations by character set. */
export type Collations = ReadonlyMap<string, string>;

export interface ModelContext {
  readonly dialect: Dialect;
  readonly database: string;
  readonly collations: Collations;
}

/** The definition as a tree, also that of SHOW CREATE TABLE. `origin` where the table has rows. */
export function toTable(
  node: CreateTable,
  context: ModelContext,
  defaults: { charset: string; collation: string | undefined },
  origin?: QualifiedName,
): TableModel {
  const named = wordOf(optionOf(node.options, 'CHARACTER SET'));
  const charset =
    (context.dialect.flavor === 'mariadb' && named?.toLowerCase() === 'default' ? undefined : named) ??
    charsetOf(wordOf(optionOf(node.options, 'COLLATE'))) ??
    defaults.charset;
  const given = wordOf(optionOf(node.options, 'COLLATE'));
  const table: TableModel = {
    database: node.table.database?.name ?? context.database,
    name: node.table.name.name,
    columns: [],
    keys: [],
    foreignKeys: [],
    checks: [],
    partitioning: node.partitioning,
    engine: (wordOf(optionOf(node.options, 'ENGINE')) ?? 'InnoDB').toUpperCase(),
    rowFormat: (wordOf(optionOf(node.options, 'ROW_FORMAT')) ?? 'DYNAMIC').toUpperCase(),
    charset,
    collation: given ?? (charset === defaults.charset ? defaults.collation : context.collations.get(charset)),
    comment: wordOf(optionOf(node.options, 'COMMENT')) ?? '',
    origin,
    rowsChange: false,
    temporary: false,
    rowVersions: origin === undefined ? 0 : undefined,
    rows: undefined,
    bytes: undefined,
  };
  for (const element of node.elements) {
    if (element.kind === 'columnDefinition') addInline(table, element, toColumn(element, table, context, origin !== undefined), context);
    else addConstraint(table, element, context);
  }
  return table;
}

/** A column with what its definition says of keys and checks. */
export function addInline(
  table: TableModel,
  node: Parameters<typeof toColumn>[0],
  column: ColumnModel,
  context: ModelContext,
  at = table.columns.length,
): void {
  table.columns.splice(at, 0, column);
  addChecks(table, node, context);
  for (const attribute of node.attributes) {
    if (attribute.attribute === 'PRIMARY KEY' || attribute.attribute === 'KEY')
      table.keys.unshift({
        id: {},
        name: 'PRIMARY',
        type: 'PRIMARY KEY',
        parts: [{ column: column.name, length: undefined, expression: undefined }],
      });
    if (attribute.attribute === 'UNIQUE')
      table.keys.push({
        id: {},
        name: freeName(table, column.name),
        type: 'UNIQUE',
        parts: [{ column: column.name, length: undefined, expression: undefined }],
      });
    const { references } = attribute;
    // MySQL ignores it before 9.0.
    if (references !== undefined && (context.dialect.flavor === 'mariadb' || context.dialect.version >= 90_000))
      addForeignKey(table, { columns: [column.name], references, name: attribute.name?.name }, context);
  }
}

/** Those of a column. */
export function addChecks(table: TableModel, { name: column, attributes }: ColumnDefinition, { dialect }: ModelContext): void {
  for (const { attribute, name, value, enforced } of attributes)
    if (attribute === 'CHECK' && value !== undefined)
      table.checks.push({
        ...{ name: name?.name ?? (dialect.flavor === 'mysql' ? freeCheck(table, 'mysql') : column.name), expression: value, stale: false },
        ...{ columns: columnsIn(value), enforced: enforced !== false },
      });
}

export function addConstraint(table: TableModel, node: Constraint, context: ModelContext): void {
  if (node.type === 'PERIOD') return;
  if (node.type === 'CHECK') {
    if (node.check === undefined) return;
    const name = node.constraint?.name ?? freeCheck(table, context.dialect.flavor === 'mysql' ? 'mysql' : 'mariadb');
    table.checks.push({
      name,
      expression: node.check,
      columns: columnsIn(node.check),
      enforced: node.enforced !== false,
      stale: false,
      node,
    });
  } else if (node.type === 'FOREIGN KEY') {
    const columns = node.parts.map(({ column }) => column?.name ?? '');
    if (node.references !== undefined)
      addForeignKey(
        table,
        {
          columns,
          references: node.references,
          name: node.constraint?.name ?? (context.dialect.flavor === 'mysql' ? undefined : node.name?.name),
          node,
        },
        context,
      );
  } else {
    const parts = node.parts.map(({ column, length, expression }) => ({
      column: column?.name,
      length: length === undefined ? undefined : Number(length),
      expression,
    }));
    const name = node.name?.name ?? node.constraint?.name;
    if (node.type === 'PRIMARY KEY') table.keys.unshift({ id: {}, name: 'PRIMARY', type: node.type, parts, node });
    else table.keys.push({ id: {}, name: name ?? freeName(table, parts[0]?.column ?? 'functional_index'), type: node.type, parts, node });
  }
}

function addForeignKey(
  table: TableModel,
  given: { columns: readonly string[]; references: NonNullable<Constraint['references']>; name: string | undefined; node?: Constraint },
  { database }: ModelContext,
): void {
  const { columns, references } = given;
  const name = given.name ?? freeForeignKey(table);
  table.foreignKeys.push({
    id: {},
    name,
    columns,
    table: { database: references.table.database?.name ?? database, name: references.table.name.name },
    referenced: references.columns.map((one) => one.name),
    onDelete: references.onDelete,
    onUpdate: references.onUpdate,
    node: given.node,
  });
  // The server makes an index where there is none.
  if (!hasIndexFor(table, columns))
    table.keys.push({
      id: {},
      name: given.name ?? columns[0] ?? name,
      type: 'INDEX',
      parts: columns.map((column) => ({ column, length: undefined, expression: undefined })),
    });
}

/** Columns come first in a key, in their order. */
export function hasIndexFor(
  { keys }: Pick<TableModel, 'keys'>,
  columns: readonly string[],
  isUsable: (key: KeyModel) => boolean = () => true,
): boolean {
  return keys.some(
    (key) =>
      key.type !== 'FULLTEXT' &&
      key.type !== 'SPATIAL' &&
      isUsable(key) &&
      columns.every((column, i) => same(key.parts[i]?.column, column) && key.parts[i]?.length === undefined),
  );
}

function optionOf(options: readonly TableOption[], name: string): TableOption | undefined {
  return options.find((option) => option.name === name);
}

/** A name or a text as the value of an option. */
export function wordOf(option: TableOption | undefined): string | undefined {
  const value = option?.value;
  if (value === undefined) return undefined;
  return value.kind === 'name' ? value.name : value.kind === 'string' ? value.value : value.kind === 'number' ? value.text : undefined;
}

/** A collation begins with its character set. */
export function charsetOf(collation: string | undefined): string | undefined {
  return collation === undefined ? undefined : (collation.split('_')[0] ?? collation);
}
