import type { CatalogRow } from '../driver/catalogRow.ts';
import type { SessionPool } from '../driver/sessionPool.ts';
import { withTimeout } from '../timeout.ts';
import { SearchIndex, type SearchHit, type SearchObject } from './searchIndex.ts';
import { wordsOf } from './words.ts';
import { type Written } from '../sql/ownSql.ts';

/** Younger snapshots are taken as they are. */
const FRESH_MS = 30_000;
/** Older ones are not answered from at all; in between the answer comes at once and a refresh starts in the background. */
const STALE_MS = 10 * 60_000;
/** How long a search waits for columns; after that it answers from names and says so. */
const TIMEOUT_MS = 1000;

/** Columns of tables that look the same as before are taken over for this long: a change that leaves no trace in the names is rare. */
const COLUMNS_FRESH_MS = 5 * 60_000;

const NAMES = `SELECT table_name AS name, table_type AS kind, table_comment AS comment, create_time AS made FROM information_schema.tables WHERE table_schema = ?`;
const ROUTINES = `SELECT routine_name AS name, routine_type AS kind, routine_comment AS comment FROM information_schema.routines
  WHERE routine_schema = ?`;
const PARAMETERS = `SELECT specific_name AS table_name, routine_type AS kind, parameter_name AS name, dtd_identifier AS type
  FROM information_schema.parameters WHERE specific_schema = ? AND parameter_name IS NOT NULL ORDER BY specific_name, ordinal_position`;
const COLUMNS = `SELECT table_name AS table_name, column_name AS name, column_type AS type, column_comment AS comment
  FROM information_schema.columns WHERE table_schema = ? ORDER BY table_name, ordinal_position`;

export interface SearchResult {
  /** Best first. */
  readonly hits: readonly SearchHit[];
  /** False while columns are still being read: only names and comments of tables were searched. */
  readonly complete: boolean;
  /** Words of the query that nothing has. */
  readonly missing: readonly string[];
  /** Databases in which the account sees nothing at all. */
  readonly empty: readonly string[];
}

interface Names {
  readonly objects: readonly SearchObject[];
  /** Changes when an object is made, dropped, renamed or built anew. */
  readonly fingerprint: string;
}

interface SchemaSnapshot {
  readonly startedAt: number;
  readonly columnsReadAt: Promise<number>;
  readonly names: Promise<Names>;
  readonly whole: Promise<readonly SearchObject[]>;
}

/** Objects as agents see them. */
type ShownObjects = (objects: readonly SearchObject[]) => Promise<readonly SearchObject[]>;

/** Names, columns and comments of whole databases, kept for searches. Names come first, columns while nobody waits. */
export class SchemaCache {
  readonly #pool: SessionPool;
  readonly #shown: ShownObjects | undefined;
  readonly #snapshots = new Map<string, SchemaSnapshot>();
  readonly #indexes = new WeakMap<readonly SearchObject[], SearchIndex>();

  /** With `shown` hidden columns are found by nobody. */
  constructor(pool: SessionPool, shown?: ShownObjects) {
    this.#pool = pool;
    this.#shown = shown;
  }

  /** Searches these databases; with `refresh` they are read anew first. */
  async search(databases: readonly string[], query: string, refresh = false): Promise<SearchResult> {
    const snapshots = databases.map((database) => this.#snapshot(database, refresh));
    const ready = await withTimeout(TIMEOUT_MS, Promise.all(snapshots.map(({ whole }) => whole)));
    const parts = ready ?? (await Promise.all(snapshots.map(async ({ names }) => (await names).objects)));
    const hits = parts.flatMap((objects) => this.#index(objects).search(query));
    const matched = new Set(hits.flatMap(({ words }) => words));
    return {
      hits: hits.sort((a, b) => b.score - a.score || a.object.name.localeCompare(b.object.name)),
      complete: ready !== undefined,
      missing: [...new Set(wordsOf(query))].filter((word) => !matched.has(word)),
      empty: databases.filter((_, i) => parts[i]?.length === 0),
    };
  }

  /** Everything of a database by name; columns may not be there yet. */
  async names(database: string): Promise<readonly SearchObject[]> {
    return (await this.#snapshot(database, false).names).objects;
  }

  /** Everything of a database, with columns. */
  async objects(database: string): Promise<readonly SearchObject[]> {
    return this.#snapshot(database, false).whole;
  }

  #snapshot(database: string, refresh: boolean): SchemaSnapshot {
    const known = this.#snapshots.get(database);
    const age = known === undefined ? Infinity : performance.now() - known.startedAt;
    if (known !== undefined && !refresh && age < FRESH_MS) return known;
    const fresh = this.#read(database, refresh ? undefined : known);
    if (known === undefined || refresh || age > STALE_MS) {
      this.#snapshots.set(database, fresh);
      fresh.whole.catch(() => {
        if (this.#snapshots.get(database) === fresh) this.#snapshots.delete(database);
      });
      return fresh;
    }
    this.#snapshots.set(database, { ...known, startedAt: performance.now() }); // one refresh at a time
    fresh.whole.then(
      () => this.#snapshots.set(database, fresh),
      () => this.#snapshots.delete(database),
    );
    return known;
  }

  /** Names are read each time; columns only where the names differ from those of `before`, or are old. */
  #read(database: string, before: SchemaSnapshot | undefined): SchemaSnapshot {
    const read = <S extends string>(statement: Written<S>): Promise<CatalogRow[]> =>
      this.#pool.withSession(undefined, (session) => session.read(statement, [database]));
    const startedAt = performance.now();
    const names = (async () => {
      const rows = [...(await read(NAMES)), ...(await read(ROUTINES))];
      const fingerprint = rows.map((row) => `${String(row['name'])}\0${String(row['made'])}\0${String(row['comment'])}`).join('\n');
      return { objects: rows.map((row) => toObject(database, row)), fingerprint };
    })();
    const kept = (async () => {
      if (before === undefined || startedAt - (await before.columnsReadAt) > COLUMNS_FRESH_MS) return undefined;
      return (await before.names).fingerprint === (await names).fingerprint ? before : undefined;
    })();
    const whole = (async () => {
      const same = await kept;
      if (same !== undefined) return same.whole;
      const { objects } = await names;
      const columns = Map.groupBy(await read(COLUMNS), (row) => String(row['table_name']));
      const parameters = Map.groupBy(objects.some(isRoutine) ? await read(PARAMETERS) : [], routineKey);
      const found = objects.map((object) => {
        const own = isRoutine(object) ? parameters.get(JSON.stringify([object.kind, object.name])) : columns.get(object.name);
        return { ...object, columns: (own ?? []).map(toColumn) };
      });
      return (await this.#shown?.(found)) ?? found;
    })();
    const columnsReadAt = kept.then((same) => same?.columnsReadAt ?? startedAt);
    for (const work of [whole, columnsReadAt]) work.catch(() => undefined); // who waits for it is told
    return { startedAt, columnsReadAt, names, whole };
  }

  #index(objects: readonly SearchObject[]): SearchIndex {
    const known = this.#indexes.get(objects) ?? new SearchIndex(objects);
    this.#indexes.set(objects, known);
    return known;
  }
}

function toObject(database: string, row: CatalogRow): SearchObject {
  const type = String(row['kind']).toUpperCase();
  const kind = type.includes('VIEW') ? 'view' : type === 'PROCEDURE' ? 'procedure' : type === 'FUNCTION' ? 'function' : 'table';
  const comment = String(row['comment'] ?? ''); // of a view it is no comment: MariaDB has the error there that the view gives, with its values
  return { database, name: String(row['name']), kind, comment: kind === 'view' ? '' : comment, columns: [] };
}

function toColumn(row: CatalogRow): SearchObject['columns'][number] {
  return { name: String(row['name']), type: String(row['type']), comment: String(row['comment'] ?? '') };
}

function isRoutine({ kind }: SearchObject): boolean {
  return kind === 'procedure' || kind === 'function';
}

/** A procedure and a function may have the same name. */
function routineKey(row: CatalogRow): string {
  return JSON.stringify([String(row['kind']).toLowerCase(), row['table_name']]);
}
