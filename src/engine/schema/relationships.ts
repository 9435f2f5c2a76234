import type { CatalogRow } from '../driver/catalogRow.ts';
import type { SessionPool } from '../driver/sessionPool.ts';
import type { QualifiedName } from '../sql/identifiers.ts';
import { readForeignKeys, type ForeignKey, type ForeignKeyReader } from './foreignKeys.ts';
import { inferRelations, type KeyedTable, type Relation } from './joinPaths.ts';

/** Long enough for the calls of one question. */
const FRESH_MS = 30_000;

const COLUMNS = `SELECT c.table_name AS table_name, c.column_name AS name, c.column_type AS type, c.column_key AS key_kind
  FROM information_schema.columns c WHERE c.table_schema = ? ORDER BY c.table_name, c.ordinal_position`;

export interface Relationships {
  /** All tables and views of the database, with their columns. */
  readonly tables: readonly KeyedTable[];
  /** Declared ones first. A table of another database stands as `database.table`. */
  readonly relations: readonly Relation[];
}

export interface RelationshipsQuery {
  /** What was kept does not count. */
  readonly refresh?: boolean;
  /** Also the foreign keys of the other databases that the account sees. */
  readonly everywhere?: boolean;
}

/** Reads how the tables of a database belong together, and keeps that for a short time. */
export class RelationshipReader {
  readonly #pool: SessionPool;
  readonly #foreignKeys: ForeignKeyReader;
  readonly #known = new Map<string, { readonly at: number; readonly read: Promise<Relationships> }>();

  constructor(pool: SessionPool, foreignKeys: ForeignKeyReader) {
    this.#pool = pool;
    this.#foreignKeys = foreignKeys;
  }

  /** Without a database only what is declared is found. */
  async read(database: string | undefined, { refresh = false, everywhere = false }: RelationshipsQuery = {}): Promise<Relationships> {
    const id = JSON.stringify([database, everywhere]);
    const known = this.#known.get(id);
    if (!refresh && known !== undefined && performance.now() - known.at < FRESH_MS) return known.read;
    const read = everywhere || database === undefined ? this.#readAll(database, refresh) : this.#readOne(database);
    this.#known.set(id, { at: performance.now(), read });
    read.catch(() => this.#known.delete(id));
    return read;
  }

  async #readOne(database: string): Promise<Relationships> {
    return this.#pool.withSession(undefined, async (session) => {
      const columns = await session.read(COLUMNS, [database]);
      return toRelationships(columns, await readForeignKeys(session, database), database);
    });
  }

  async #readAll(database: string | undefined, refresh: boolean): Promise<Relationships> {
    const columns = database === undefined ? [] : await this.#pool.withSession(undefined, (session) => session.read(COLUMNS, [database]));
    return toRelationships(columns, await this.#foreignKeys.read(refresh), database);
  }
}

function toRelationships(columns: readonly CatalogRow[], keys: readonly ForeignKey[], database: string | undefined): Relationships {
  const tables = [...Map.groupBy(columns, (row) => String(row['table_name']))].map(([name, own]) => ({
    name,
    columns: own.map((row) => ({ name: String(row['name']), type: String(row['type']) })),
    primaryKey: own.filter((row) => row['key_kind'] === 'PRI').map((row) => String(row['name'])),
  }));
  const declared = keys.map((key) => toRelation(key, database));
  const isOwn = ({ fromDatabase }: Relation): boolean => fromDatabase === undefined;
  return {
    tables,
    relations: [
      ...declared.filter(isOwn),
      ...declared.filter((relation) => !isOwn(relation)),
      ...inferRelations(tables, declared.filter(isOwn)),
    ],
  };
}

function toRelation(key: ForeignKey, database: string | undefined): Relation {
  const [from, to] = [key.table, key.referenced];
  return {
    from: nameIn(from, database),
    fromDatabase: from.database === database ? undefined : from.database,
    columns: key.columns,
    to: nameIn(to, database),
    toDatabase: to.database === database ? undefined : to.database,
    toColumns: key.referencedColumns,
    evidence: key.name,
    declared: true,
    onDelete: key.onDelete,
    onUpdate: key.onUpdate,
  };
}

function nameIn({ database, name }: QualifiedName, current: string | undefined): string {
  return database === current ? name : `${database}.${name}`;
}
