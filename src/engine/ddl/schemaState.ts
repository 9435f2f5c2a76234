import type { QualifiedName } from '../sql/identifiers.ts';
import { keyOfName } from '../sql/identifiers.ts';
import type { ReferringKey } from './ddlContext.ts';
import type { TableModel } from './tableModel.ts';

/** What a name stands for: `opaque` is a table whose columns come from a query. */
export type Known = TableModel | 'view' | 'opaque' | undefined;

export type ProgramKind = 'TRIGGER' | 'PROCEDURE' | 'FUNCTION' | 'EVENT' | 'DATABASE';

export interface ScriptModes {
  readonly names: ReadonlySet<string>;
  readonly strict: boolean;
  readonly noZeroDate: boolean;
}

/** The schema as the statements so far would leave it. */
export class SchemaState {
  readonly #tables = new Map<string, Known>();
  readonly #programs = new Map<string, boolean>();
  /** What temporary tables of the script hide. */
  readonly #hidden = new Map<string, Known>();
  #keys: ReferringKey[];
  database: string | undefined;
  foreignKeyChecks = true;
  /** A statement took something away that a view may read. */
  viewsAge = false;
  /** What the script has set `sql_mode` to; undefined for what new sessions have. */
  modes: ScriptModes | undefined;

  constructor(keys: readonly ReferringKey[], database: string | undefined) {
    this.#keys = [...keys];
    this.database = database;
  }

  /** To go back to where a statement fails by its rows. */
  clone(): SchemaState {
    const copy = new SchemaState(this.#keys, this.database);
    copy.foreignKeyChecks = this.foreignKeyChecks;
    for (const [name, known] of this.#tables) copy.#tables.set(name, known);
    for (const [name, exists] of this.#programs) copy.#programs.set(name, exists);
    for (const [name, known] of this.#hidden) copy.#hidden.set(name, known);
    copy.viewsAge = this.viewsAge;
    copy.modes = this.modes;
    return copy;
  }

  set(name: QualifiedName, known: Known): void {
    this.#tables.set(keyOfName(name), known);
  }

  get(name: QualifiedName): Known {
    return this.#tables.get(keyOfName(name));
  }

  isTemporary(name: QualifiedName): boolean {
    return this.#hidden.has(keyOfName(name));
  }

  hide(name: QualifiedName, temporary: Known): void {
    const key = keyOfName(name);
    if (!this.#hidden.has(key)) this.#hidden.set(key, this.#tables.get(key));
    this.#tables.set(key, temporary);
  }

  /** A temporary table goes, and what it hid is seen again. */
  reveal(name: QualifiedName): void {
    const key = keyOfName(name);
    this.#tables.set(key, this.#hidden.get(key));
    this.#hidden.delete(key);
  }

  isMissing(name: QualifiedName): boolean {
    return this.#tables.has(keyOfName(name)) && this.get(name) === undefined;
  }

  setProgram(kind: ProgramKind, name: QualifiedName, exists: boolean): void {
    this.#programs.set(`${kind} ${keyOfName(name)}`, exists);
  }

  hasProgram(kind: ProgramKind, name: QualifiedName): boolean {
    return this.#programs.get(`${kind} ${keyOfName(name)}`) === true;
  }

  /** A database goes with all that is in it. */
  dropDatabase(database: string): void {
    const prefix = keyOfName({ database, name: '' });
    for (const name of this.#tables.keys()) if (name.startsWith(prefix)) this.#tables.set(name, undefined);
    for (const name of this.#hidden.keys()) if (name.startsWith(prefix)) this.#hidden.delete(name);
    for (const name of this.#programs.keys()) if (name.slice(name.indexOf(' ') + 1).startsWith(prefix)) this.#programs.set(name, false);
    this.#keys = this.#keys.filter(({ child }) => child.database !== database);
    if (this.database === database) this.database = undefined;
    this.viewsAge = true;
  }

  /** Foreign keys that reference a table. */
  referring(name: QualifiedName): readonly ReferringKey[] {
    const key = keyOfName(name);
    return this.#keys.filter(({ table }) => keyOfName(table) === key);
  }

  hasForeignKey(database: string, name: string, except: QualifiedName): boolean {
    return this.#keys.some(
      ({ child, name: one }) =>
        child.database === database && one.toLowerCase() === name.toLowerCase() && keyOfName(child) !== keyOfName(except),
    );
  }

  /** The script names it, so that it is known whether it exists and how. */
  knows(name: QualifiedName): boolean {
    return this.#tables.has(keyOfName(name));
  }

  hasCheck(database: string, name: string, except: QualifiedName): boolean {
    return [...this.#tables.values()].some(
      (table) =>
        typeof table === 'object' &&
        table.database === database &&
        keyOfName(table) !== keyOfName(except) &&
        table.checks.some((check) => check.name.toLowerCase() === name.toLowerCase()),
    );
  }

  /** A table becomes another; undefined for one that is dropped. */
  replace(before: QualifiedName, after: TableModel | undefined): void {
    const old = keyOfName(before);
    this.#tables.set(old, undefined);
    this.#keys = this.#keys.filter(({ child }) => keyOfName(child) !== old);
    if (after === undefined) return;
    const name = { database: after.database, name: after.name };
    // Foreign keys follow the table that they reference, its own among them.
    const follow = <T extends { readonly table: QualifiedName }>(key: T): T =>
      keyOfName(key.table) === old ? { ...key, table: name } : key;
    this.#keys = this.#keys.map(follow);
    const made = { ...after, foreignKeys: after.foreignKeys.map(follow) };
    if (keyOfName(name) !== old)
      for (const [key, known] of this.#tables)
        if (typeof known === 'object') this.#tables.set(key, { ...known, foreignKeys: known.foreignKeys.map(follow) });
    this.#tables.set(keyOfName(name), made);
    this.#keys.push(...made.foreignKeys.map((key) => ({ ...key, child: name })));
  }

  /** Columns of a referenced table have other names now. */
  renameReferenced(table: QualifiedName, names: ReadonlyMap<string, string>): void {
    const key = keyOfName(table);
    this.#keys = this.#keys.map((one) =>
      keyOfName(one.table) === key ? { ...one, referenced: one.referenced.map((name) => names.get(name.toLowerCase()) ?? name) } : one,
    );
  }
}
