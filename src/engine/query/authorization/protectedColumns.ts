import type { CatalogRow } from '../../driver/catalogRow.ts';
import type { Session } from '../../driver/session.ts';
import type { KnownColumn } from '../../lineage/lineageCatalog.ts';
import type { ColumnRules } from '../../policy/columnRules.ts';
import type { QualifiedName } from '../../sql/identifiers.ts';
import { foldName, namesInText } from '../../sql/namePattern.ts';
import { joined, placeholders, sql } from '../../sql/ownSql.ts';
import { exactKey } from './objectCatalog.ts';

/** The columns of tables and views by their names as the catalog spells them, in their order; undefined for one without any that the account sees. One question for all. */
export async function findColumns(session: Session, names: readonly QualifiedName[]): Promise<(readonly KnownColumn[] | undefined)[]> {
  const byDatabase = Map.groupBy(names, ({ database }) => database);
  const condition = [...byDatabase.values()].map((group) => sql`(c.table_schema = ? AND c.table_name IN (${placeholders(group.length)}))`);
  const rows = await session.read(
    sql`SELECT c.table_schema AS object_database, c.table_name AS name, c.column_name AS column_name,
        c.generation_expression AS expression, c.extra AS extra
      FROM information_schema.columns c WHERE ${joined(condition, ' OR ')}
      ORDER BY c.table_schema, c.table_name, c.ordinal_position LIMIT 1000000`,
    [...byDatabase].flatMap(([database, group]) => [database, ...group.map(({ name }) => name)]),
  );
  const byTable = Map.groupBy(rows, (row) => exactKey({ database: String(row['object_database']), name: String(row['name']) }));
  return names.map((name) => byTable.get(exactKey(name))?.map(toColumn));
}

function toColumn(row: CatalogRow): KnownColumn {
  const expression = String(row['expression'] ?? '');
  return {
    name: String(row['column_name']),
    generatedFrom: expression === '' ? undefined : expression,
    invisible: /\bINVISIBLE\b/i.test(String(row['extra'])),
  };
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
    const computed = new Set<string>();
    const generated = this.#tables.flatMap(({ columns }) => columns.filter(({ generatedFrom }) => generatedFrom !== undefined));
    for (let size = -1; size !== computed.size;) {
      size = computed.size;
      for (const { name, generatedFrom = '' } of generated)
        if (namesInText(generatedFrom).some((word) => this.#isRuled(word) || computed.has(word))) computed.add(foldName(name));
    }
    return computed;
  }
}
