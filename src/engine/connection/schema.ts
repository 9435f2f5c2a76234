import { compareSchemas, type SchemaComparison } from '../ddl/compare/compareSchemas.ts';
import { readSnapshot, type Snapshot } from '../ddl/compare/snapshot.ts';
import type { SessionPool } from '../driver/sessionPool.ts';
import { agentDialect } from '../query/authorization/agentDialect.ts';
import { errorWithoutValues } from '../query/reads/withoutValues.ts';
import { readGeneratedColumns, type GeneratedColumns } from '../query/results/generatedColumns.ts';
import type { Seen } from '../query/results/readSources.ts';
import type { ObjectProblem } from '../query/authorization/objectProblem.ts';
import { requireWholeDefinitions } from '../query/authorization/requireRows.ts';
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
import type { ColumnVisibility } from '../schema/columnVisibility.ts';
import { ForeignKeyReader, type ForeignKey } from '../schema/foreignKeys.ts';
import { listObjects, type ObjectGroup, type SchemaObject } from '../schema/objects.ts';
import type { ColumnName } from '../policy/columnRules.ts';
import { readColumnNames } from '../schema/ruledColumns.ts';
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
  /** Undefined where all columns are shown. */
  readonly #visible: ColumnVisibility | undefined;
  readonly #relationships: RelationshipReader;
  readonly #foreignKeys: ForeignKeyReader;
  readonly #seen: Seen | undefined;

  constructor(
    pool: SessionPool,
    authorizer: ReadAuthorizer,
    cache: SchemaCache,
    visible?: ColumnVisibility,
    shared?: { readonly foreignKeys: ForeignKeyReader; readonly relationships: RelationshipReader; readonly seen: Seen },
  ) {
    this.#visible = visible;
    this.#pool = pool;
    this.#authorizer = authorizer;
    this.#cache = cache;
    this.#seen = shared?.seen;
    this.#foreignKeys = shared?.foreignKeys ?? new ForeignKeyReader(pool);
    this.#relationships = shared?.relationships ?? new RelationshipReader(pool, this.#foreignKeys);
  }

  /** The same for one call of an agent: `seen` hears what it gets. */
  seenBy(seen: Seen): Schema {
    const [foreignKeys, relationships] = [this.#foreignKeys, this.#relationships];
    return new Schema(this.#pool, this.#authorizer, this.#cache, this.#visible, { foreignKeys, relationships, seen });
  }

  /** Names of databases alone. */
  async databases(): Promise<string[]> {
    this.#seen?.structure([{ database: '', name: '' }]);
    return listDatabases(this.#pool);
  }

  async tableNames(database: string): Promise<string[]> {
    return this.#seesAny(database, await listTableNames(this.#pool, database));
  }

  /** What is found in a database goes to an agent. */
  #seesAny<T>(database: string, found: readonly T[]): T[] {
    if (found.length > 0) this.#sees(database);
    return [...found];
  }

  /** With what views pass on, where views may be shown. */
  async #visibleNow(ofViews = true): Promise<ColumnVisibility | undefined> {
    const visible = this.#visible;
    if (visible?.hides !== true || !ofViews) return visible;
    return visible.withViews(await this.#pool.withSession(undefined, (session) => this.#authorizer.hiddenInViews(session)));
  }

  /** The structure of a database, or of one of its tables, goes to an agent. */
  #sees(database: string, name = ''): void {
    this.#seen?.structure([{ database, name }]);
  }

  async tables(database: string): Promise<TableSummary[]> {
    return this.#seesAny(database, await listTables(this.#pool, database));
  }

  async columns(database: string, table: string): Promise<ColumnDescription[]> {
    this.#sees(database, table);
    const columns = await listColumns(this.#pool, database, table);
    return (await this.#visibleNow())?.columns({ database, name: table }, columns) ?? columns;
  }

  async describe(database: string, table: string): Promise<TableDescription | undefined> {
    const found = await describeTable(this.#pool, database, table);
    if (found === undefined) return undefined;
    this.#sees(found.database, found.name);
    const visible = await this.#visibleNow(found.kind === 'view');
    if (visible === undefined) return found;
    const shown =
      found.kind === 'view' && visible.hides
        ? await this.#pool.withSession(undefined, (session) => this.#authorizer.shownColumns(session, found))
        : undefined;
    return visible.table(found, shown);
  }

  async details(table: Pick<TableDescription, 'database' | 'name' | 'kind'>): Promise<TableDetails> {
    this.#sees(table.database, table.name);
    const details = await readDetails(this.#pool, table);
    return (await this.#visibleNow())?.details(table, details) ?? details;
  }

  /** Tables and views with their sizes. */
  async overview(database: string): Promise<TableOverview[]> {
    return this.#seesAny(database, await readOverview(this.#pool, database));
  }

  /** Of all databases that the account sees. */
  async foreignKeys(refresh = false): Promise<readonly ForeignKey[]> {
    const keys = await this.#foreignKeys.read(refresh);
    for (const place of new Set(keys.flatMap(({ table, referenced }) => [table.database, referenced.database]))) this.#sees(place);
    return this.#visible?.foreignKeys(keys) ?? keys;
  }

  /** Columns of tables that no INSERT may name. */
  async generatedColumns(tables: readonly QualifiedName[]): Promise<GeneratedColumns> {
    return this.#pool.withSession(undefined, (session) => readGeneratedColumns(session, tables));
  }

  /** Of all databases but the server's own: for whoever writes rules, also of what agents don't see. */
  async columnNames(): Promise<readonly ColumnName[]> {
    return readColumnNames(this.#pool);
  }

  async programs(database: string): Promise<StoredProgram[]> {
    const programs = this.#seesAny(database, await listPrograms(this.#pool, database));
    return (await this.#visibleNow())?.programs(programs) ?? programs;
  }

  async objects(group: ObjectGroup, database: string): Promise<SchemaObject[]> {
    return this.#seesAny(database, await listObjects(this.#pool, group, database));
  }

  async relationships(database: string | undefined, query?: RelationshipsQuery): Promise<Relationships> {
    const found = await this.#relationships.read(database, query);
    for (const place of new Set([database, ...found.relations.flatMap((one) => [one.fromDatabase, one.toDatabase])]))
      if (place !== undefined) this.#sees(place);
    const visible = await this.#visibleNow(database !== undefined);
    if (visible === undefined) return found;
    const tables = visible.hides && database !== undefined ? await listTables(this.#pool, database) : [];
    return visible.relationships(database, found, new Set(tables.filter(({ kind }) => kind === 'view').map(({ name }) => name)));
  }

  /** Everything of a database with its columns, as it was read not long ago. */
  async schemaOf(database: string): Promise<readonly SearchObject[]> {
    this.#sees(database);
    return this.#cache.objects(database);
  }

  async search(
    query: string,
    { database, refresh }: { database?: string | readonly string[] | undefined; refresh?: boolean | undefined },
  ): Promise<SearchResult> {
    const databases = database === undefined ? (await this.databases()).filter((name) => !isSystemDatabase(name)) : [database].flat();
    const found = await this.#cache.search(databases, query, refresh);
    for (const place of new Set(found.hits.map(({ object }) => object.database))) this.#sees(place);
    return found;
  }

  /** A database as it is compared with another; all of it, or some tables; see `readSnapshot`. */
  async snapshot(database: string, tables: readonly string[]): Promise<Snapshot | number | undefined> {
    requireWholeDefinitions(this.#authorizer.rules);
    this.#sees(database);
    const { structureOnly } = this.#authorizer.rules;
    return readSnapshot(this.#pool, database, tables).catch((error: unknown) => {
      throw structureOnly === true ? errorWithoutValues(error) : error;
    });
  }

  /** What another database, maybe of another server, has otherwise. */
  compare(here: Snapshot, there: Snapshot): SchemaComparison {
    return compareSchemas(here, there);
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
