import type { CatalogRow } from '../driver/catalogRow.ts';
import type { SessionPool } from '../driver/sessionPool.ts';
import { inferRelations, type KeyedTable, type Relation } from './joinPaths.ts';

/** Long enough for the calls of one question. */
const FRESH_MS = 30_000;

const COLUMNS = `SELECT c.table_name AS table_name, c.column_name AS name, c.column_type AS type, c.column_key AS key_kind
  FROM information_schema.columns c WHERE c.table_schema = ? ORDER BY c.table_name, c.ordinal_position`;

const FOREIGN_KEYS = `SELECT k.constraint_name AS name, k.table_name AS table_name, k.column_name AS column_name,
    k.referenced_table_schema AS to_database, k.referenced_table_name AS to_table, k.referenced_column_name AS to_column
  FROM information_schema.key_column_usage k
  WHERE k.table_schema = ? AND k.referenced_table_name IS NOT NULL ORDER BY k.table_name, k.constraint_name, k.ordinal_position`;

/** Only what is more than a refusal. */
const ACTIONS = `SELECT r.table_name AS table_name, r.constraint_name AS name, r.delete_rule AS on_delete FROM information_schema.referential_constraints r
  WHERE r.constraint_schema = ? AND r.delete_rule IN ('CASCADE', 'SET NULL', 'SET DEFAULT')`;

export interface Relationships {
  /** All tables and views of the database, with their columns. */
  readonly tables: readonly KeyedTable[];
  /** Declared ones first. A table of another database stands as `database.table`. */
  readonly relations: readonly Relation[];
}

/** Reads how the tables of a database belong together, and keeps that for a short time. */
export class RelationshipReader {
  readonly #pool: SessionPool;
  readonly #known = new Map<string, { readonly at: number; readonly read: Promise<Relationships> }>();

  constructor(pool: SessionPool) {
    this.#pool = pool;
  }

  /** With `refresh` what was kept does not count. */
  async read(database: string, refresh = false): Promise<Relationships> {
    const known = this.#known.get(database);
    if (!refresh && known !== undefined && performance.now() - known.at < FRESH_MS) return known.read;
    const read = this.#read(database);
    this.#known.set(database, { at: performance.now(), read });
    read.catch(() => this.#known.delete(database));
    return read;
  }

  async #read(database: string): Promise<Relationships> {
    const [columns, keys, actions] = await this.#pool.withSession(
      undefined,
      async (session): Promise<[CatalogRow[], CatalogRow[], CatalogRow[]]> => [
        await session.read(COLUMNS, [database]),
        await session.read(FOREIGN_KEYS, [database]),
        await session.read(ACTIONS, [database]),
      ],
    );
    const tables = toTables(columns);
    const declared = toRelations(keys, actions, database);
    return { tables, relations: [...declared, ...inferRelations(tables, declared)] };
  }
}

function toTables(rows: readonly CatalogRow[]): KeyedTable[] {
  return [...Map.groupBy(rows, (row) => String(row['table_name']))].map(([name, columns]) => ({
    name,
    columns: columns.map((row) => ({ name: String(row['name']), type: String(row['type']) })),
    primaryKey: columns.filter((row) => row['key_kind'] === 'PRI').map((row) => String(row['name'])),
  }));
}

function toRelations(rows: readonly CatalogRow[], actions: readonly CatalogRow[], database: string): Relation[] {
  const onDelete = new Map(actions.map((row) => [keyOf(row), String(row['on_delete'])]));
  const groups = Map.groupBy(rows, keyOf);
  const relations = [...groups.values()].map((parts) => {
    const [first = {}] = parts;
    const elsewhere = String(first['to_database']) === database ? '' : `${String(first['to_database'])}.`;
    return {
      from: String(first['table_name']),
      columns: parts.map((row) => String(row['column_name'])),
      to: `${elsewhere}${String(first['to_table'])}`,
      toColumns: parts.map((row) => String(row['to_column'])),
      evidence: String(first['name']),
      declared: true,
      onDelete: onDelete.get(keyOf(first)),
    };
  });
  // Servers collate names differently.
  return relations.sort((a, b) => a.from.localeCompare(b.from) || a.evidence.localeCompare(b.evidence));
}

function keyOf(row: CatalogRow): string {
  return JSON.stringify([row['table_name'], row['name']]);
}
