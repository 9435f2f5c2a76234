import { type CatalogRow, number, text } from '../driver/catalogRow.ts';
import type { Session } from '../driver/session.ts';
import { isPilotError } from '../errors.ts';
import { hasPrivilege } from '../policy/privileges.ts';
import { agentDialect } from '../query/authorization/agentDialect.ts';
import { isGenerated } from '../query/results/generatedColumns.ts';
import { readGrants } from '../schema/catalog.ts';
import { keyOfName, type QualifiedName } from '../sql/identifiers.ts';
import { placeholders, sql, type OwnSql } from '../sql/ownSql.ts';
import { readTrigger, type TriggerText } from './triggerBody.ts';
import { phrase, type Phrase, type Words } from '../phrase.ts';

/** What fires triggers. */
export type RowEvent = 'INSERT' | 'UPDATE' | 'DELETE';

/** A table that a write changes, itself or by what hangs on it. */
export interface TouchedTable extends QualifiedName {
  /** Empty for a view. */
  readonly engine: string;
  readonly rows: number | undefined;
  readonly bytes: number | undefined;
  /** A sequence of MariaDB: what is written to it stays, whatever becomes of the transaction. */
  readonly isSequence: boolean;
  /** What reaches it: the statement itself, a trigger, a foreign key. */
  readonly because: Words;
  /** What happens to its rows. */
  readonly events: readonly RowEvent[];
}

export interface TouchingTrigger extends QualifiedName {
  readonly table: string;
  /** For example `BEFORE UPDATE`. */
  readonly when: string;
  readonly body: string;
  readonly sqlMode: string;
  readonly characterSet: string;
  /** It changes more than the row that it runs for. */
  readonly changesRows: boolean;
}

/** A foreign key of another table that refers to a written one. */
export interface ReferringKey {
  readonly name: string;
  readonly child: QualifiedName;
  readonly childColumns: readonly string[];
  readonly parent: QualifiedName;
  readonly parentColumns: readonly string[];
  readonly onDelete: string;
  readonly onUpdate: string;
  /** What it does to rows of the child in this statement; empty where it only checks them. */
  readonly does: readonly RowEvent[];
}

export interface Touched {
  readonly tables: readonly TouchedTable[];
  readonly triggers: readonly TouchingTrigger[];
  readonly keys: readonly ReferringKey[];
  /** Tables that triggers read. */
  readonly reads: readonly QualifiedName[];
  /** Tables whose rows decide, by a foreign key, whether the server takes the statement. */
  readonly checks: readonly QualifiedName[];
  /** Why a ROLLBACK might not undo all of it; undefined where it does. */
  readonly lasting: Words | undefined;
  /** Why it may reach more than is told here; undefined where all is known. */
  readonly unknown: Words | undefined;
}

/** Deeper and wider than schemas that people build; what is beyond counts as unknown. */
const MAX_TABLES = 60;
/** What reaches the tables that are written directly. */
export const STATEMENT = phrase('the statement');

interface Wanted {
  readonly table: QualifiedName;
  readonly events: readonly RowEvent[];
  readonly because: Words;
  /** The columns that an UPDATE sets; undefined for any. */
  readonly assigned?: readonly string[] | undefined;
}

/** Follows triggers and foreign keys from the written tables on. */
export async function readTouched(session: Session, targets: readonly Omit<Wanted, 'because'>[]): Promise<Touched> {
  const reader = new TouchReader(session);
  await reader.follow(targets.map((target) => ({ ...target, because: STATEMENT })));
  return reader.touched;
}

class TouchReader {
  readonly #session: Session;
  readonly #seen = new Map<string, Set<RowEvent>>();
  readonly #tables = new Map<string, Omit<TouchedTable, 'events'>>();
  readonly #triggers = new Map<string, TouchingTrigger>();
  readonly #keys = new Map<string, ReferringKey>();
  readonly #reads = new Map<string, QualifiedName>();
  readonly #checks = new Map<string, QualifiedName>();
  /** Columns that are set, by table; undefined for any. */
  readonly #assigned = new Map<string, Set<string> | undefined>();
  #lasting: Phrase | undefined;
  #unknown: Phrase | undefined;
  #grants: readonly string[] | undefined;

  constructor(session: Session) {
    this.#session = session;
  }

  get touched(): Touched {
    if (this.#tables.size === 0) this.#doubtAll(phrase("the table isn't in information_schema"));
    return {
      tables: [...this.#tables.values()].map((table) => ({ ...table, events: [...(this.#seen.get(keyOfName(table)) ?? [])] })),
      triggers: [...this.#triggers.values()],
      keys: [...this.#keys.values()],
      reads: [...this.#reads.values()],
      checks: [...this.#checks.values()],
      lasting: this.#lasting,
      unknown: this.#unknown,
    };
  }

  async follow(wanted: readonly Wanted[]): Promise<void> {
    const fresh = wanted.filter((one) => this.#adds(one));
    if (fresh.length === 0) return;
    if (this.#tables.size > MAX_TABLES) {
      this.#doubtAll(phrase('the statement affects more than {0} tables', MAX_TABLES));
      return;
    }
    const found = await this.#readTables(fresh);
    const behindTriggers = await this.#readTriggers(found);
    // A trigger may set any column.
    for (const { database, table } of this.#triggers.values()) this.#assigned.set(keyOfName({ database, name: table }), undefined);
    await this.#readComputed(found);
    await this.#readParents(found);
    await this.follow([...behindTriggers, ...(await this.#readKeys(found))]);
  }

  /** Whether this is more than was known to happen to the table. */
  #adds({ table, events, assigned }: Wanted): boolean {
    const key = keyOfName(table);
    const seen = this.#seen.get(key) ?? new Set();
    let isNew = events.some((event) => !seen.has(event));
    this.#seen.set(key, new Set([...seen, ...events]));
    if (events.every((event) => event === 'DELETE')) return isNew;
    const known = this.#assigned.get(key);
    if (this.#assigned.has(key) && known === undefined) return isNew;
    const all = events.includes('INSERT') || assigned === undefined ? undefined : new Set([...(known ?? []), ...assigned.map(folded)]);
    isNew ||= all === undefined || all.size > (known?.size ?? 0);
    this.#assigned.set(key, all);
    return isNew;
  }

  /** What the server computes anew changes along with the columns that are set. */
  async #readComputed(wanted: readonly Wanted[]): Promise<void> {
    const some = wanted.filter(({ table }) => this.#assigned.get(keyOfName(table)) !== undefined);
    if (some.length === 0) return;
    const rows = await this.#read(
      sql`SELECT table_schema AS d, table_name AS n, column_name AS name, extra AS extra FROM information_schema.columns
        WHERE extra <> '' AND (table_schema, table_name) IN (${places(some)}) LIMIT 1000000`,
      some,
    );
    for (const row of rows) if (isComputed(text(row, 'extra'))) this.#assigned.get(keyOfName(nameOf(row)))?.add(folded(text(row, 'name')));
  }

  #doubt(why: Phrase): void {
    this.#lasting ??= why;
  }

  /** It may also reach what is not told. */
  #doubtAll(why: Phrase): void {
    this.#doubt(why);
    this.#unknown ??= why;
  }

  /** Those of the names that are tables. */
  async #readTables(wanted: readonly Wanted[]): Promise<Wanted[]> {
    const rows = await this.#read(
      sql`SELECT table_schema AS d, table_name AS n, engine AS engine, table_type AS type, table_rows AS row_count, data_length + index_length AS bytes
       FROM information_schema.tables WHERE (table_schema, table_name) IN (${places(wanted)}) LIMIT 1000000`,
      wanted,
    );
    const byName = new Map(rows.map((row) => [keyOfName(nameOf(row)), row]));
    return wanted.flatMap((one) => {
      const row = byName.get(keyOfName(one.table));
      if (row === undefined) return [];
      const table = nameOf(row);
      const engine = text(row, 'engine');
      const isSequence = text(row, 'type') === 'SEQUENCE';
      if (engine !== 'InnoDB' || isSequence) {
        this.#doubt(
          isSequence
            ? phrase('{0} is a sequence', table.name)
            : engine === ''
              ? phrase("{0} isn't a base table", table.name)
              : phrase('{0} uses the storage engine {1}', table.name, engine),
        );
      }
      const known = { ...table, engine, isSequence, rows: number(row, 'row_count'), bytes: number(row, 'bytes'), because: one.because };
      if (!this.#tables.has(keyOfName(table))) this.#tables.set(keyOfName(table), known);
      return [{ ...one, table }];
    });
  }

  async #readTriggers(wanted: readonly Wanted[]): Promise<Wanted[]> {
    if (wanted.length === 0) return [];
    this.#grants ??= await grantsOf(this.#session);
    const blind = wanted.find(({ table }) => !hasPrivilege(this.#grants ?? [], 'TRIGGER', table));
    if (blind !== undefined) this.#doubtAll(phrase("this account can't see the triggers of {0}", blind.table.name));
    const rows = await this.#read(
      sql`SELECT event_object_schema AS d, event_object_table AS n, trigger_name AS name, action_timing AS timing, event_manipulation AS event,
         action_statement AS body, sql_mode AS sql_mode, character_set_client AS character_set
       FROM information_schema.triggers WHERE (event_object_schema, event_object_table) IN (${places(wanted)}) LIMIT 1000000`,
      wanted,
    );
    const found: Wanted[] = [];
    for (const row of rows) {
      const table = nameOf(row);
      const event = text(row, 'event') as RowEvent;
      if (this.#seen.get(keyOfName(table))?.has(event) !== true) continue;
      const session = { sqlMode: text(row, 'sql_mode'), characterSet: text(row, 'character_set') };
      const trigger = { database: table.database, name: text(row, 'name'), body: text(row, 'body'), ...session };
      const reached = await this.#readBody(trigger);
      const when = `${text(row, 'timing')} ${event}`;
      this.#triggers.set(keyOfName(trigger), { ...trigger, table: table.name, when, changesRows: reached.length > 0 });
      found.push(...reached);
    }
    return found;
  }

  /** The tables that a trigger writes to. What it reads must be tables: a view may run what is in it. */
  async #readBody(trigger: TriggerText): Promise<Wanted[]> {
    const { writes, reads, unknown } = readTrigger(trigger, agentDialect(this.#session.server));
    if (unknown !== undefined) this.#doubtAll(unknown);
    if (reads.length > 0) {
      for (const one of reads) this.#reads.set(keyOfName(one), one);
      const rows = await this.#read(
        sql`SELECT table_schema AS d, table_name AS n FROM information_schema.tables
          WHERE table_type = 'BASE TABLE' AND (table_schema, table_name) IN (${places(reads)}) LIMIT 1000000`,
        reads.map((table) => ({ table })),
      );
      const tables = new Set(rows.map((row) => keyOfName(nameOf(row))));
      const other = reads.find((one) => !tables.has(keyOfName(one)));
      if (other !== undefined) this.#doubtAll(phrase("the trigger {0} reads {1}, which isn't a base table", trigger.name, other.name));
    }
    return writes.map(({ table, events }) => ({ table, events, because: phrase('the trigger {0}', trigger.name) }));
  }

  async #readKeys(wanted: readonly Wanted[]): Promise<Wanted[]> {
    if (wanted.length === 0) return [];
    // Tables that this account has no privilege on are not in the catalog, and neither are their keys.
    const blind = wanted.find(({ table, events }) => events.some((event) => event !== 'INSERT') && !this.#sees(table.database));
    if (blind !== undefined) this.#doubtAll(phrase("this account can't see all foreign keys that refer to {0}", blind.table.name));
    const rows = await this.#read(
      sql`SELECT k.referenced_table_schema AS d, k.referenced_table_name AS n, k.table_schema AS child_database, k.table_name AS child,
         k.constraint_name AS name, k.column_name AS child_column, k.referenced_column_name AS parent_column, r.delete_rule AS on_delete,
         r.update_rule AS on_update
       FROM information_schema.key_column_usage k
       JOIN information_schema.referential_constraints r
         ON r.constraint_schema = k.constraint_schema AND r.constraint_name = k.constraint_name AND r.table_name = k.table_name
       WHERE (k.referenced_table_schema, k.referenced_table_name) IN (${places(wanted)})
       ORDER BY k.table_schema, k.table_name, k.constraint_name, k.ordinal_position LIMIT 1000000`,
      wanted,
    );
    const groups = Map.groupBy(rows, (row) => JSON.stringify([row['child_database'], row['child'], row['name']]));
    return [...groups.values()].flatMap((columns) => this.#followKey(columns));
  }

  /** A row is taken only if its parent is there: whoever may write learns which rows these tables have. */
  async #readParents(wanted: readonly Wanted[]): Promise<void> {
    const adding = wanted.filter(({ events }) => events.includes('INSERT') || events.includes('UPDATE'));
    if (adding.length === 0) return;
    const rows = await this.#read(
      sql`SELECT referenced_table_schema AS d, referenced_table_name AS n, table_schema AS child_database, table_name AS child, column_name AS child_column
        FROM information_schema.key_column_usage WHERE referenced_table_name IS NOT NULL AND (table_schema, table_name) IN (${places(adding)}) LIMIT 1000000`,
      adding,
    );
    for (const row of rows) {
      const child = { database: text(row, 'child_database'), name: text(row, 'child') };
      if (this.#sets(child, [text(row, 'child_column')])) this.#checks.set(keyOfName(nameOf(row)), nameOf(row));
    }
  }

  /** Whether the account has a privilege on each table of a database. */
  #sees(database: string): boolean {
    return ['SELECT', 'INSERT', 'UPDATE', 'DELETE'].some((one) => hasPrivilege(this.#grants ?? [], one, { database, name: '' }));
  }

  #sets(table: QualifiedName, columns: readonly string[]): boolean {
    const assigned = this.#assigned.get(keyOfName(table));
    return assigned === undefined || columns.some((name) => assigned.has(folded(name)));
  }

  #followKey(columns: readonly CatalogRow[]): Wanted[] {
    const [first] = columns;
    if (first === undefined) return [];
    const child = { database: text(first, 'child_database'), name: text(first, 'child') };
    const key = {
      name: text(first, 'name'),
      child,
      childColumns: columns.map((row) => text(row, 'child_column')),
      parent: nameOf(first),
      parentColumns: columns.map((row) => text(row, 'parent_column')),
      onDelete: text(first, 'on_delete'),
      onUpdate: text(first, 'on_update'),
    };
    const events = this.#seen.get(keyOfName(key.parent)) ?? new Set();
    const changesKey = events.has('UPDATE') && this.#sets(key.parent, key.parentColumns);
    if (events.has('DELETE') || changesKey) this.#checks.set(keyOfName(child), child);
    const does: RowEvent[] = [];
    const acts = (rule: string): boolean => ['CASCADE', 'SET NULL', 'SET DEFAULT'].includes(rule);
    if (events.has('DELETE') && acts(key.onDelete)) does.push(key.onDelete === 'CASCADE' ? 'DELETE' : 'UPDATE');
    if (changesKey && acts(key.onUpdate)) does.push('UPDATE');
    this.#keys.set(JSON.stringify([child, key.name]), { ...key, does });
    const because = phrase('the foreign key {0}', key.name);
    return does.length === 0 ? [] : [{ table: child, events: does, assigned: key.childColumns, because }];
  }

  #read(statement: OwnSql, wanted: readonly Pick<Wanted, 'table'>[]): Promise<CatalogRow[]> {
    return this.#session.read(
      statement,
      wanted.flatMap(({ table }) => [table.database, table.name]),
    );
  }
}

/** Without the lines nobody knows whether triggers would be seen: then none count as seen. */
async function grantsOf(session: Session): Promise<readonly string[]> {
  try {
    return await readGrants(session);
  } catch (error) {
    if (!isPilotError(error, 'statement.failed')) throw error;
    return [];
  }
}

function places(wanted: readonly unknown[]): OwnSql {
  return placeholders(wanted.length, 2);
}

function isComputed(extra: string): boolean {
  return isGenerated(extra) || /\bon update\b/i.test(extra);
}

function folded(name: string): string {
  return name.toLowerCase();
}

function nameOf(row: CatalogRow): QualifiedName {
  return { database: text(row, 'd'), name: text(row, 'n') };
}
