import type { ColumnName, ColumnRules } from '../policy/columnRules.ts';
import type { ColumnRule } from '../sql/columnRule.ts';
import { foldName, fitsName, namesInText } from '../sql/namePattern.ts';
import type { QualifiedName } from '../sql/identifiers.ts';
import type { ColumnDescription, TableDescription } from './catalog.ts';
import type { DefinedColumn, TableDefinition } from './definition.ts';
import type { ForeignKey } from './foreignKeys.ts';
import type { Relation } from './joinPaths.ts';
import type { StoredProgram } from './programs.ts';
import type { Relationships } from './relationships.ts';
import type { SearchObject } from './searchIndex.ts';
import type { TableDetails } from './tableDetails.ts';

const NOT_SHOWN = '(not shown: it names columns that are hidden from agents)';

/** What a description says of a column that agents see, but not as it is. */
const MARKS = { mask: 'MASKED', pseudonym: 'PSEUDONYM' } as const;

/** One match too many does no harm. */
function keyOf({ database, table, column }: ColumnName): string {
  return `${database}\0${table}\0${column}`.toLowerCase();
}

/** The schema as agents see it: without hidden columns, and without what tells of them. */
export class ColumnVisibility {
  readonly #rules: ColumnRules;
  readonly #hidden: readonly ColumnRule[];
  readonly #inViews: ReadonlySet<string>;
  readonly #viewNames: readonly { readonly view: string; readonly column: string }[];

  /** `inViews`: columns of views that pass hidden columns on, under whatever name. */
  constructor(rules: ColumnRules, inViews: readonly ColumnName[] = []) {
    this.#rules = rules;
    this.#hidden = rules.rules.filter(({ action }) => action === 'hide');
    this.#inViews = new Set(inViews.map(keyOf));
    this.#viewNames = inViews.map((one) => ({ view: foldName(one.table), column: foldName(one.column) }));
  }

  /** The same, where it is known which columns of views are hidden ones. */
  withViews(inViews: readonly ColumnName[]): ColumnVisibility {
    return new ColumnVisibility(this.#rules, inViews);
  }

  get hides(): boolean {
    return this.#rules.hides;
  }

  /** A view shows a hidden column under its own name as a rule; under which others is what `withViews` was told. */
  isHidden({ database, name, kind }: QualifiedName & { readonly kind?: string }, column: string): boolean {
    if (this.#rules.actionOf({ database, table: name, column }) === 'hide' || this.#inViews.has(keyOf({ database, table: name, column })))
      return true;
    return kind === 'view' && this.#rules.hidesInViews(column);
  }

  columns(table: QualifiedName & { readonly kind?: string }, columns: readonly ColumnDescription[]): ColumnDescription[] {
    return columns
      .filter(({ name }) => !this.isHidden(table, name))
      .map((column) => {
        const mark = this.#markOf(table, column.name);
        return mark === undefined ? column : { ...column, extra: `${column.extra} ${mark}`.trim() };
      });
  }

  /** With `shown`, of a view: the columns that agents can select. */
  table(description: TableDescription, shown?: ReadonlySet<string>): TableDescription {
    const { definition, columns } = description;
    return {
      ...description,
      columns:
        shown === undefined
          ? this.columns(description, columns)
          : this.columns({ ...description, kind: 'table' }, columns).filter(({ name }) => shown.has(name)),
      definition: definition === undefined ? undefined : this.#definition(description, definition),
    };
  }

  details(table: QualifiedName, { triggers, seesTriggers, viewText }: TableDetails): TableDetails {
    return {
      seesTriggers,
      triggers: triggers.map((trigger) => ({ ...trigger, statement: this.#text(trigger.statement, table) })),
      viewText: viewText === undefined ? undefined : this.#text(viewText, table),
    };
  }

  programs(programs: readonly StoredProgram[]): StoredProgram[] {
    return programs.map((program) => ({ ...program, body: program.body === undefined ? undefined : this.#text(program.body, undefined) }));
  }

  foreignKeys(keys: readonly ForeignKey[]): ForeignKey[] {
    return keys.filter(
      ({ table, columns, referenced, referencedColumns }) =>
        !columns.some((column) => this.isHidden(table, column)) && !referencedColumns.some((column) => this.isHidden(referenced, column)),
    );
  }

  relationships(database: string | undefined, { tables, relations }: Relationships, views: ReadonlySet<string> = new Set()): Relationships {
    return {
      tables: tables.map(({ name, columns, primaryKey }) => {
        const table = { database: database ?? '', name, kind: views.has(name) ? 'view' : 'table' };
        return {
          name,
          columns: columns.filter((column) => !this.isHidden(table, column.name)),
          primaryKey: primaryKey.filter((column) => !this.isHidden(table, column)),
        };
      }),
      relations: relations.filter((relation) => !this.#namesHidden(relation, database)),
    };
  }

  objects(objects: readonly SearchObject[]): SearchObject[] {
    return objects.map((object) => ({ ...object, columns: object.columns.filter(({ name }) => !this.isHidden(object, name)) }));
  }

  /** True where a text may name a hidden column; `table` is the one that it belongs to. */
  mentionsHidden(text: string, table: QualifiedName | undefined): boolean {
    const words = namesInText(text);
    const own = table === undefined ? undefined : foldName(table.name);
    if (this.#viewNames.some(({ view, column }) => words.includes(column) && (view === own || words.includes(view)))) return true;
    return this.#hidden.some((rule) => {
      const has = (pattern: ColumnRule['column']): boolean => words.some((word) => fitsName(pattern, word));
      if (!has(rule.column)) return false;
      // A pattern for any name says nothing by itself.
      return rule.column.length === 1 || has(rule.table) || (own !== undefined && fitsName(rule.table, own));
    });
  }

  #text(text: string, table: QualifiedName | undefined): string {
    return this.mentionsHidden(text, table) ? NOT_SHOWN : text;
  }

  #markOf(table: QualifiedName, column: string): string | undefined {
    const action = this.#rules.actionOf({ database: table.database, table: table.name, column });
    return action === undefined || action === 'hide' ? undefined : MARKS[action];
  }

  #definition(table: QualifiedName, definition: TableDefinition): TableDefinition {
    const isClear = (text: string): boolean => !this.mentionsHidden(text, table);
    const { partitions } = definition;
    return {
      ...definition,
      columns: definition.columns.filter(({ name }) => !this.isHidden(table, name)).map((column) => this.#column(table, column)),
      primaryKey: definition.primaryKey.filter(isClear),
      indexes: definition.indexes.filter(({ parts }) => parts.every(isClear)),
      foreignKeys: definition.foreignKeys.filter(
        ({ columns, referencedColumns, table: referenced }) =>
          columns.every(isClear) && referencedColumns.every((column) => !this.mentionsHidden(column, { ...table, name: referenced })),
      ),
      checks: definition.checks.filter(({ rule }) => isClear(rule)),
      // Their limits are values.
      partitions: partitions === undefined || this.#mentionsProtected(partitions, table) ? undefined : partitions,
    };
  }

  #mentionsProtected(text: string, table: QualifiedName): boolean {
    return namesInText(text).some((column) => this.#rules.actionOf({ database: table.database, table: table.name, column }) !== undefined);
  }

  #column(table: QualifiedName, column: DefinedColumn): DefinedColumn {
    const mark = this.#markOf(table, column.name);
    const shown = this.mentionsHidden(column.type, table) ? column.type.replace(/ (?:AS \(|CHECK|=)[^]*$/i, ' …') : column.type;
    return { ...column, type: mark === undefined ? shown : `${shown} ${mark}` };
  }

  #namesHidden({ from, fromDatabase, columns, to, toDatabase, toColumns }: Relation, current: string | undefined): boolean {
    const place = (name: string, database: string | undefined): QualifiedName =>
      database === undefined ? { database: current ?? '', name } : { database, name: name.slice(database.length + 1) };
    return (
      columns.some((column) => this.isHidden(place(from, fromDatabase), column)) ||
      toColumns.some((column) => this.isHidden(place(to, toDatabase), column))
    );
  }
}
