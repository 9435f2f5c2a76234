import { readSnapshot, type Snapshot } from '../ddl/compare/snapshot.ts';
import type { SessionPool } from '../driver/sessionPool.ts';
import { agentDialect } from '../query/authorization/agentDialect.ts';
import { readGeneratedColumns, type GeneratedColumns } from '../query/results/generatedColumns.ts';
import type { ObjectProblem } from '../query/authorization/objectProblem.ts';
import type { ReadAuthorizer } from '../query/authorization/readAuthorizer.ts';
import {
  describeTable,
  listColumns,
  listDatabases,
  listFunctions,
  listTableNames,
  listTables,
  type ColumnDescription,
  type TableDescription,
  type TableSummary,
} from '../schema/catalog.ts';
import { ForeignKeyReader, type ForeignKey } from '../schema/foreignKeys.ts';
import { listObjects, type ObjectGroup, type SchemaObject } from '../schema/objects.ts';
import { listPrograms, type StoredProgram } from '../schema/programs.ts';
import { RelationshipReader, type Relationships, type RelationshipsQuery } from '../schema/relationships.ts';
import type { SchemaCache, SearchResult } from '../schema/schemaCache.ts';
import type { SearchObject } from '../schema/searchIndex.ts';
import { isSystemDatabase } from '../schema/systemDatabases.ts';
import { readDetails, type TableDetails } from '../schema/tableDetails.ts';
import { readOverview, type TableOverview } from '../schema/tableOverview.ts';
import { keyOfName, type QualifiedName } from '../sql/identifiers.ts';

export interface FunctionVerdict extends QualifiedName {
  /** Undefined for one that may be allowed. */
  readonly problem: ObjectProblem | undefined;
}

export class Schema {
  readonly #pool: SessionPool;
  readonly #authorizer: ReadAuthorizer;
  readonly #cache: SchemaCache;
  readonly #relationships: RelationshipReader;
  readonly #foreignKeys: ForeignKeyReader;

  constructor(pool: SessionPool, authorizer: ReadAuthorizer, cache: SchemaCache) {
    this.#pool = pool;
    this.#authorizer = authorizer;
    this.#cache = cache;
    this.#foreignKeys = new ForeignKeyReader(pool);
    this.#relationships = new RelationshipReader(pool, this.#foreignKeys);
  }

  async databases(): Promise<string[]> {
    return listDatabases(this.#pool);
  }

  async tableNames(database: string): Promise<string[]> {
    return listTableNames(this.#pool, database);
  }

  async tables(database: string): Promise<TableSummary[]> {
    return listTables(this.#pool, database);
  }

  async columns(database: string, table: string): Promise<ColumnDescription[]> {
    return listColumns(this.#pool, database, table);
  }

  async describe(database: string, table: string): Promise<TableDescription | undefined> {
    return describeTable(this.#pool, database, table);
  }

  async details(table: Pick<TableDescription, 'database' | 'name' | 'kind'>): Promise<TableDetails> {
    return readDetails(this.#pool, table);
  }

  /** Tables and views with their sizes. */
  async overview(database: string): Promise<TableOverview[]> {
    return readOverview(this.#pool, database);
  }

  /** Of all databases that the account sees. */
  async foreignKeys(refresh = false): Promise<readonly ForeignKey[]> {
    return this.#foreignKeys.read(refresh);
  }

  /** Columns of tables that no INSERT may name. */
  async generatedColumns(tables: readonly QualifiedName[]): Promise<GeneratedColumns> {
    return this.#pool.withSession(undefined, (session) => readGeneratedColumns(session, tables));
  }

  async programs(database: string): Promise<StoredProgram[]> {
    return listPrograms(this.#pool, database);
  }

  async objects(group: ObjectGroup, database: string): Promise<SchemaObject[]> {
    return listObjects(this.#pool, group, database);
  }

  async relationships(database: string | undefined, query?: RelationshipsQuery): Promise<Relationships> {
    return this.#relationships.read(database, query);
  }

  /** Everything of a database with its columns, as it was read not long ago. */
  async schemaOf(database: string): Promise<readonly SearchObject[]> {
    return this.#cache.objects(database);
  }

  async search(
    query: string,
    { database, refresh }: { database?: string | readonly string[] | undefined; refresh?: boolean | undefined },
  ): Promise<SearchResult> {
    const databases = database === undefined ? (await this.databases()).filter((name) => !isSystemDatabase(name)) : [database].flat();
    return this.#cache.search(databases, query, refresh);
  }

  /** A database as it is compared with another; all of it, or some tables; see `readSnapshot`. */
  async snapshot(database: string, tables: readonly string[]): Promise<Snapshot | number | undefined> {
    return readSnapshot(this.#pool, database, tables);
  }

  /** The stored functions outside the server's own databases, each with what keeps it from being allowed. */
  async functions(): Promise<FunctionVerdict[]> {
    return this.#pool.withSession(undefined, async (session) => {
      const names = await listFunctions(session);
      const context = { functions: new Set(names.map(keyOfName)), dialect: agentDialect(session.server) };
      const problems = await this.#authorizer.explainFunctions(session, names, context);
      return names.map((name, i) => ({ ...name, problem: problems[i] }));
    });
  }
}
