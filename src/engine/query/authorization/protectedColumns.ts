import type { CatalogRow } from '../../driver/catalogRow.ts';
import type { Session } from '../../driver/session.ts';
import { derivedFrom } from '../../lineage/generatedColumns.ts';
import type { KnownColumn } from '../../lineage/lineageCatalog.ts';
import type { ColumnName, ColumnRules } from '../../policy/columnRules.ts';
import { keyOfName, type QualifiedName } from '../../sql/identifiers.ts';
import { foldName } from '../../sql/namePattern.ts';
import { joined, placeholders, sql } from '../../sql/ownSql.ts';
import { exactKey } from './objectCatalog.ts';

/** The columns of tables and views by their names as the catalog spells them, in their order; undefined for one without any that the account sees. One question for all. */
export async function findColumns(session: Session, names: readonly QualifiedName[]): Promise<(readonly KnownColumn[] | undefined)[]> {
  const byDatabase = Map.groupBy(names, ({ database }) => database);
  const condition = [...byDatabase.values()].map((group) => sql`(c.table_schema = ? AND c.table_name IN (${placeholders(group.length)}))`);
  const rows = await session.read(
    sql`SELECT c.table_schema AS object_database, c.table_name AS name, c.column_name AS column_name,
        c.generation_expression AS expression, c.column_default AS default_value, c.extra AS extra, c.data_type AS data_type, c.collation_name AS collation
      FROM information_schema.columns c WHERE ${joined(condition, ' OR ')}
      ORDER BY c.table_schema, c.table_name, c.ordinal_position LIMIT 1000000`,
    [...byDatabase].flatMap(([database, group]) => [database, ...group.map(({ name }) => name)]),
  );
  const byTable = Map.groupBy(rows, (row) => exactKey({ database: String(row['object_database']), name: String(row['name']) }));
  return names.map((name) => byTable.get(exactKey(name))?.map(toColumn));
}

/** A default that MariaDB shows as a text: no expression, whatever words it has. */
const TEXT = /^'(?:[^'\\]|''|\\.)*'$/s;

function toColumn(row: CatalogRow): KnownColumn {
  const extra = String(row['extra']);
  return {
    name: String(row['column_name']),
    generatedFrom: textOf(row['expression']) ?? computedDefault(textOf(row['default_value']), extra),
    invisible: /\bINVISIBLE\b/i.test(extra),
    // Compared with a column of another collation, a value may equal others than in its own.
    kind: [kindOf(String(row['data_type']).toLowerCase()), textOf(row['collation'])].filter((part) => part !== undefined).join(' '),
    isCounted: /\bauto_increment\b/i.test(extra),
  };
}

/** Of these the server compares the values as they are, whatever their length. */
function kindOf(type: string): string {
  if (/^(?:tiny|small|medium|big)?int$/.test(type)) return 'integer';
  return /^(?:var)?char$|text$/.test(type) ? 'text' : type;
}

/** MySQL shows texts without quotes, and marks expressions; MariaDB shows all as it is written. */
function computedDefault(text: string | undefined, extra: string): string | undefined {
  if (text === undefined || TEXT.test(text)) return undefined;
  return /\bDEFAULT_GENERATED\b/i.test(extra) || /[(`]/.test(text) ? text : undefined;
}

function textOf(value: CatalogRow[string] | undefined): string | undefined {
  return value === undefined || value === null || String(value) === '' ? undefined : String(value);
}

/** By what tables are divided into partitions, as the server shows it; undefined for those that are not. */
export async function findPartitionExpressions(session: Session, names: readonly QualifiedName[]): Promise<(string | undefined)[]> {
  const rows = await session.read(
    sql`SELECT p.table_schema AS object_database, p.table_name AS name, p.partition_expression AS expression,
        p.subpartition_expression AS second FROM information_schema.partitions p
      WHERE p.table_schema IN (${placeholders(names.length)}) AND p.table_name IN (${placeholders(names.length)}) LIMIT 1000000`,
    [...names.map(({ database }) => database), ...names.map(({ name }) => name)],
  );
  const byTable = Map.groupBy(rows, (row) => keyOfName({ database: String(row['object_database']), name: String(row['name']) }));
  return names.map((name) => {
    const texts = byTable.get(keyOfName(name))?.flatMap((row) => [row['expression'], row['second']]);
    return texts?.filter((text) => text !== null && text !== undefined).join(' ');
  });
}

/** The columns to which foreign keys of tables lead. */
export async function findReferences(session: Session, names: readonly QualifiedName[]): Promise<ColumnName[]> {
  const rows = await session.read(
    sql`SELECT k.referenced_table_schema AS object_database, k.referenced_table_name AS name, k.referenced_column_name AS column_name
      FROM information_schema.key_column_usage k
      WHERE k.table_schema IN (${placeholders(names.length)}) AND k.table_name IN (${placeholders(names.length)})
        AND k.referenced_column_name IS NOT NULL LIMIT 1000000`,
    [...names.map(({ database }) => database), ...names.map(({ name }) => name)],
  );
  return rows.map((row) => ({
    database: String(row['object_database']),
    table: String(row['name']),
    column: String(row['column_name']),
  }));
}

export interface IndexPart {
  readonly table: QualifiedName;
  /** Of the index. */
  readonly name: string;
  /** Undefined for an expression. */
  readonly column: string | undefined;
}

/** The columns of the indexes of tables, one by one. */
export async function findIndexes(session: Session, names: readonly QualifiedName[]): Promise<IndexPart[]> {
  const rows = await session.read(
    sql`SELECT s.table_schema AS object_database, s.table_name AS name, s.index_name AS index_name, s.column_name AS column_name
      FROM information_schema.statistics s WHERE (s.table_schema, s.table_name) IN (${placeholders(names.length, 2)}) LIMIT 1000000`,
    names.flatMap(({ database, name }) => [database, name]),
  );
  return rows.map((row) => ({
    table: { database: String(row['object_database']), name: String(row['name']) },
    name: String(row['index_name']),
    column: textOf(row['column_name']),
  }));
}

export interface TableWithColumns extends QualifiedName {
  readonly columns: readonly KnownColumn[];
}

/** Which of the columns of some tables are protected: by a rule, or because they are computed from one that is. */
export class ProtectedColumns {
  readonly #rules: ColumnRules;
  readonly #tables: readonly TableWithColumns[];
  /** Names of generated columns that are computed from protected ones, folded. */
  readonly #computed: ReadonlySet<string>;
  readonly #known = new Map<string, boolean>();

  constructor(rules: ColumnRules, tables: readonly TableWithColumns[]) {
    this.#rules = rules;
    this.#tables = tables;
    this.#computed = this.#findComputed();
  }

  /** True where any table has a protected column. */
  get any(): boolean {
    return this.#tables.some(({ columns }) => columns.some(({ name }) => this.has(name)));
  }

  /** True for the name of a protected column of any of the tables, also of one that was added just now. */
  has(name: string): boolean {
    const known = this.#known.get(name);
    if (known !== undefined) return known;
    const found = this.#isRuled(name) || this.#computed.has(foldName(name));
    this.#known.set(name, found);
    return found;
  }

  #isRuled(name: string): boolean {
    return this.#tables.some((table) => this.#rules.actionOf({ database: table.database, table: table.name, column: name }) !== undefined);
  }

  #findComputed(): ReadonlySet<string> {
    return new Set(
      this.#tables.flatMap(({ columns }) => [...derivedFrom(columns, ({ name }) => this.#isRuled(name))].map(({ name }) => foldName(name))),
    );
  }
}
