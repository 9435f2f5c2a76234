import type { Session } from '../driver/session.ts';
import { PilotError } from '../errors.ts';
import type { Reference } from '../policy/references.ts';
import type { ConnectionRules } from '../policy/verdict.ts';
import { isCatalogue } from '../policy/tableRules.ts';
import { keyOfName, type QualifiedName } from '../sql/identifiers.ts';
import type { AdmittedStatement } from './admission.ts';
import { findFunctions, findTables, type Finding } from './findings.ts';
import { placeholders, sql } from '../sql/ownSql.ts';

/** A view that was changed meanwhile is noticed after this time at the latest; until then the second fence stands alone. */
const FRESH_MS = 5000;
/** Views that read views that read views: deeper than anybody builds, and the server's own stack has a limit, too. */
const MAX_DEPTH = 20;
const MAX_CACHED = 5000;
/** CHECKSUM TABLE reads the whole table and no time limit of the server stops it. */
const MAX_CHECKSUM_BYTES = 1024 ** 3;

/** Their definitions are the server's own; what can be done with them was judged by their names. */
const OWN_DATABASES = new Set(['information_schema', 'performance_schema', 'mysql']);

const OUT_OF_REACH = 'is out of reach by the rules of this connection';
const ASK_USER = 'Do without it, or ask the user to change the rules of the connection.';
const OWN_WITH_RULES = 'Use mysql_describe, or tables of information_schema that tell structure, written as information_schema.tables.';

/** The most that a statement meets: only tables, views, or stored functions. */
export type Reach = 'tables' | 'views' | 'functions';

type Kind = 'table' | 'function';

/**
 * Looks up the names in a statement, because a view hides what it calls: the text of each view and of each function that the
 * user allows is judged by the same rules, and so are those in it. What was found is kept for a short time, for one server
 * and account.
 */
export class NameCheck {
  readonly #rules: ConnectionRules;
  readonly #known = { table: new Map<string, Known>(), function: new Map<string, Known>() };

  constructor(rules: ConnectionRules) {
    this.#rules = rules;
  }

  /** Resolves to what the statement may meet; throws `statement.refused`. */
  async check(session: Session, { references, calls, kind, verb }: AdmittedStatement, database: string | undefined): Promise<Reach> {
    // SHOW opens views, but runs nothing in them; its condition may call functions.
    const names = verb === 'SHOW' || verb === 'HELP' ? [] : this.#qualify(references, database, []);
    await this.#lookUp(session, names, 'table');
    await this.#lookUp(session, calls, 'function');
    if (kind === 'checksum') await refuseLargeTables(session, names);
    let reach: Reach = verb === 'SHOW' ? 'views' : 'tables';
    for (const name of names) reach = further(reach, await this.#judge(session, name, 'table', []));
    for (const name of calls) reach = further(reach, await this.#judge(session, name, 'function', []));
    return reach;
  }

  /**
   * What `check` would resolve to, where that is plain by what is known: tables (or nothing) alone, and no rules that would keep from them. Else undefined, and `check` is to
   * be asked. Most statements of most agents name what they named a moment ago.
   */
  knownReach({ references, calls, kind, verb }: AdmittedStatement, database: string | undefined): Reach | undefined {
    if (verb === 'SHOW' || verb === 'HELP' || kind === 'checksum' || calls.length > 0 || this.#rules.outOfReach !== undefined)
      return undefined;
    const now = performance.now();
    const plain = qualify(references, database).every((name) => {
      const finding = this.#fresh(name, 'table', now);
      return finding?.is === 'table' || finding?.is === 'nothing';
    });
    return plain ? 'tables' : undefined;
  }

  /**
   * The tables that a statement reads, also through views, of what `check` has just found; undefined if what it answers may depend on
   * anything else (the server's own databases, stored functions, the clock in a view).
   */
  tablesOf({ references, calls }: AdmittedStatement, database: string | undefined): QualifiedName[] | undefined {
    const found = new Map<string, QualifiedName>();
    return calls.length === 0 && this.#collectTables(references, database, found) ? [...found.values()] : undefined;
  }

  #collectTables(references: readonly Reference[], current: string | undefined, found: Map<string, QualifiedName>): boolean {
    const names = qualify(references, current);
    if (references.some(({ database = current }) => isOwn(database))) return false;
    return names.every((name) => {
      const key = keyOfName(name);
      const finding = this.#known.table.get(key)?.finding;
      if (finding?.is === 'nothing' || found.has(key)) return true;
      if (finding?.is !== 'table' && finding?.is !== 'view') return false;
      found.set(key, name);
      return (
        finding.is === 'table' ||
        (!finding.volatile && finding.calls.length === 0 && this.#collectTables(finding.references, name.database, found))
      );
    });
  }

  /** What each of these functions would be if all of them were allowed: undefined if nothing speaks against it, else what does. */
  async explainFunctions(session: Session, names: readonly QualifiedName[]): Promise<(string | undefined)[]> {
    await this.#lookUp(session, names, 'function');
    return names.map((name) => {
      const finding = this.#known.function.get(keyOfName(name))?.finding;
      return finding?.is === 'refused' ? finding.why : undefined;
    });
  }

  /** What was found of a name not too long ago. */
  #fresh(name: QualifiedName, kind: Kind, now: number): Finding | undefined {
    const known = this.#known[kind].get(keyOfName(name));
    return known !== undefined && known.at > now - FRESH_MS ? known.finding : undefined;
  }

  async #judge(session: Session, name: QualifiedName, kind: Kind, chain: readonly string[]): Promise<Reach> {
    const label = `${name.database}.${name.name}${kind === 'function' ? '()' : ''}`;
    const path = [...chain, label];
    const finding = this.#known[kind].get(keyOfName(name))?.finding;
    const exists = kind === 'table' && finding !== undefined && finding.is !== 'nothing';
    if (exists && this.#rules.outOfReach?.(name) === true) throw refused(path, OUT_OF_REACH, ASK_USER);
    if (finding?.is === 'refused') throw refused(path, finding.why, finding.instead);
    if (finding?.is !== 'view' && finding?.is !== 'function') return 'tables';
    let reach: Reach = finding.is === 'view' ? 'views' : 'functions';
    if (chain.includes(label)) return reach; // the server refuses what reads itself
    if (path.length > MAX_DEPTH) throw refused(path, 'is nested too deeply', 'Read the tables below it.');
    const below = this.#qualify(finding.references, name.database, path);
    await this.#lookUp(session, below, 'table');
    await this.#lookUp(session, finding.calls, 'function');
    for (const inner of below) reach = further(reach, await this.#judge(session, inner, 'table', path));
    for (const inner of finding.calls) reach = further(reach, await this.#judge(session, inner, 'function', path));
    return reach;
  }

  /** The names that are to be looked up. With rules on tables the server's own databases have little that may be read. */
  #qualify(references: readonly Reference[], current: string | undefined, path: readonly string[]): QualifiedName[] {
    if (this.#rules.outOfReach !== undefined) {
      const own = references.find(({ database = current, name }) => isOwn(database) && !isCatalogue({ database: database ?? '', name }));
      // A word without a database may be a column; where the current database is the server's own nobody can tell.
      if (own !== undefined) throw refused([...path, `${own.database ?? current ?? ''}.${own.name}`], OUT_OF_REACH, OWN_WITH_RULES);
    }
    return qualify(references, current);
  }

  /** One look-up for all names that are not known freshly enough. */
  async #lookUp(session: Session, names: readonly QualifiedName[], kind: Kind): Promise<void> {
    const now = performance.now();
    const known = this.#known[kind];
    const wanted = names.filter((name) => this.#fresh(name, kind, now) === undefined);
    if (wanted.length === 0) return;
    if (known.size > MAX_CACHED) known.clear();
    const find = kind === 'table' ? findTables : findFunctions;
    const found = await find(session, wanted, this.#rules);
    for (const name of wanted) known.set(keyOfName(name), { finding: found.get(keyOfName(name)) ?? { is: 'nothing' }, at: now });
  }
}

interface Known {
  readonly finding: Finding;
  readonly at: number;
}

function further(a: Reach, b: Reach): Reach {
  return a === 'functions' || b === 'tables' ? a : b;
}

/** The names in `information_schema`, `performance_schema` and `mysql` are left out. */
function qualify(references: readonly Reference[], current: string | undefined): QualifiedName[] {
  return references.flatMap(({ database = current, name }) => (database === undefined || isOwn(database) ? [] : [{ database, name }]));
}

function isOwn(database: string | undefined): boolean {
  return database !== undefined && OWN_DATABASES.has(database.toLowerCase());
}

function refused(path: readonly string[], why: string, instead: string): PilotError {
  const evidence = `${path.join(' → ')} ${why}.`;
  return new PilotError('statement.refused', 'The statement reaches what is not allowed. Nothing was run.', {
    nextStep: instead,
    evidence,
  });
}

async function refuseLargeTables(session: Session, names: readonly QualifiedName[]): Promise<void> {
  if (names.length === 0) return;
  const rows = await session.read(
    sql`SELECT table_name AS name, data_length AS bytes FROM information_schema.tables
     WHERE (table_schema, table_name) IN (${placeholders(names.length, 2)}) LIMIT 1000000`,
    names.flatMap(({ database, name }) => [database, name]),
  );
  const large = rows.find((row) => Number(row['bytes']) > MAX_CHECKSUM_BYTES);
  if (large === undefined) return;
  throw new PilotError('statement.refused', 'CHECKSUM TABLE would read all of a table that is larger than 1 GiB.', {
    evidence: String(large['name']),
    nextStep: 'Compare counts or sums of columns instead.',
  });
}
