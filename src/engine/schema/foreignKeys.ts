import type { CatalogRow } from '../driver/catalogRow.ts';
import type { Session } from '../driver/session.ts';
import type { SessionPool } from '../driver/sessionPool.ts';
import type { QualifiedName } from '../sql/identifiers.ts';
import { joined, sql, textLiteral } from '../sql/ownSql.ts';
import { SYSTEM_DATABASES } from './systemDatabases.ts';

export interface ForeignKey {
  readonly name: string;
  readonly table: QualifiedName;
  readonly columns: readonly string[];
  readonly referenced: QualifiedName;
  readonly referencedColumns: readonly string[];
  /** For example `CASCADE`; `NO ACTION` and `RESTRICT` are the same. */
  readonly onDelete: string;
  readonly onUpdate: string;
}

/** Long enough for the calls of one question. */
const FRESH_MS = 30_000;

const NOT_SYSTEM = sql`NOT IN (${joined(SYSTEM_DATABASES.map(textLiteral))})`;

const COLUMNS = sql`SELECT k.table_schema AS database_name, k.table_name AS table_name, k.constraint_name AS name, k.column_name AS column_name,
    k.referenced_table_schema AS to_database, k.referenced_table_name AS to_table, k.referenced_column_name AS to_column
  FROM information_schema.key_column_usage k WHERE k.referenced_table_name IS NOT NULL AND k.table_schema `;
const ORDER = sql` ORDER BY k.table_schema, k.table_name, k.constraint_name, k.ordinal_position`;

const RULES = sql`SELECT r.constraint_schema AS database_name, r.table_name AS table_name, r.constraint_name AS name, r.delete_rule AS on_delete, r.update_rule AS on_update
  FROM information_schema.referential_constraints r WHERE r.constraint_schema `;

/** The foreign keys of the tables of one database, or of all that the account sees but for the server's own. */
export async function readForeignKeys(session: Session, database?: string): Promise<ForeignKey[]> {
  const [condition, values] = database === undefined ? [NOT_SYSTEM, []] : [sql`= ?`, [database]];
  const columns = await session.read(sql`${COLUMNS}${condition}${ORDER}`, values);
  if (columns.length === 0) return [];
  const rules = new Map((await session.read(sql`${RULES}${condition}`, values)).map((row) => [keyOf(row), row]));
  const keys = [...Map.groupBy(columns, keyOf)].map(([key, parts]) => toForeignKey(parts, rules.get(key) ?? {}));
  // Servers collate names differently.
  return keys.sort(
    (a, b) => a.table.database.localeCompare(b.table.database) || a.table.name.localeCompare(b.table.name) || a.name.localeCompare(b.name),
  );
}

/** Those of all databases, kept for a short time. */
export class ForeignKeyReader {
  readonly #pool: SessionPool;
  #known: { readonly at: number; readonly read: Promise<readonly ForeignKey[]> } | undefined;

  constructor(pool: SessionPool) {
    this.#pool = pool;
  }

  /** With `refresh` what was kept does not count. */
  async read(refresh = false): Promise<readonly ForeignKey[]> {
    if (!refresh && this.#known !== undefined && performance.now() - this.#known.at < FRESH_MS) return this.#known.read;
    const known = { at: performance.now(), read: this.#pool.withSession(undefined, (session) => readForeignKeys(session)) };
    this.#known = known;
    known.read.catch(() => {
      if (this.#known === known) this.#known = undefined;
    });
    return known.read;
  }
}

function toForeignKey(parts: readonly CatalogRow[], rule: CatalogRow): ForeignKey {
  const [first = {}] = parts;
  return {
    name: String(first['name']),
    table: { database: String(first['database_name']), name: String(first['table_name']) },
    columns: parts.map((row) => String(row['column_name'])),
    referenced: { database: String(first['to_database']), name: String(first['to_table']) },
    referencedColumns: parts.map((row) => String(row['to_column'])),
    onDelete: String(rule['on_delete'] ?? 'NO ACTION'),
    onUpdate: String(rule['on_update'] ?? 'NO ACTION'),
  };
}

function keyOf(row: CatalogRow): string {
  return JSON.stringify([row['database_name'], row['table_name'], row['name']]);
}
