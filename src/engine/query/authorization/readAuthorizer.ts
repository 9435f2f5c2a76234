import type { Session } from '../../driver/session.ts';
import { PilotError } from '../../errors.ts';
import { boundedPath } from '../../guard/costs/calls.ts';
import { shadowedNativesSql, shadowKey, wasAsked } from '../../guard/builtins/shadowedNatives.ts';
import { isNativeCall } from '../../guard/callPolicy.ts';
import type { ConnectionRules, ReadContext } from '../../guard/readContext.ts';
import type { StatementKind } from '../../guard/readPolicy.ts';
import { isVolatile } from '../../guard/volatility.ts';
import { hidingRules, type ColumnName } from '../../policy/columnRules.ts';
import { isRowWrite } from '../../guard/writePolicy.ts';
import type { ObjectName } from '../../sql/ast/expressions.ts';
import type { Statement } from '../../sql/ast/statements.ts';
import type { QualifiedName } from '../../sql/identifiers.ts';
import { checkedText } from '../../sql/ownSql.ts';
import { print } from '../../sql/printer/print.ts';
import type { TablePart } from '../../sql/printer/printer.ts';
import { agentDialect } from './agentDialect.ts';
import { readCatalogColumns, withoutColumns, type CatalogColumns } from './catalogColumns.ts';
import { ColumnGate } from './columnGate.ts';
import { readHiddenInViews } from './hiddenInViews.ts';
import type { OutputActions } from '../results/outputActions.ts';
import { findFunctions, findPackages, findTables, isSystem, type FoundFunction, type FoundTable } from './objectCatalog.ts';
import { judgeFunction } from './judgeFunction.ts';
import { PlacedRefusal, type ObjectProblem } from './objectProblem.ts';
import { ObjectCheck, type AccessDepth, type Resolved } from './objectCheck.ts';
import { resolveNames, type Known } from './objectLookup.ts';
import { refused as refusedIn, type ParsedRead } from './parseReads.ts';
import { requireSame, withAccessTypes } from './printedStatement.ts';
import { viewColumns } from './viewColumns.ts';
import type { ReadSources } from '../results/readSources.ts';
import { sourcesOfRead, type ResultFacts } from './sourcesOfRead.ts';

/** A statement that may be sent. */
export interface AuthorizedRead {
  /** Printed from the tree; what is sent. */
  readonly sql: string;
  readonly verb: string;
  readonly kind: StatementKind;
  readonly depth: AccessDepth;
  /** The tables whose rows it reads, through views, too. */
  readonly tables: readonly QualifiedName[];
  /** True where the answer depends on the rows of `tables` and on nothing else. */
  readonly repeatable: boolean;
  /** True where all that it meets are base tables that can roll back, and native functions. */
  readonly transactional: boolean;
  /**
   * True where all that it meets are tables, and nothing is called by its name: then nothing in it can have switched READ ONLY off, not even if our list of the server's own
   * functions is wrong.
   */
  readonly inert: boolean;
  /** It builds documents in the server's memory, for so many milliseconds at most. */
  readonly documentMs: number | undefined;
  /** What happens to each column of its result by the column rules; undefined where all are shown as they are. */
  readonly outputs: OutputActions | undefined;
  /** Names that are taken out of its result, which is a plan. */
  readonly withheld: readonly string[];
  /** From where its result is. Found when asked for. */
  readonly sources: (result: ResultFacts) => ReadSources;
}

const NONE: ReadonlySet<string> = new Set();
const NO_CATALOG: CatalogColumns = new Map();
/** Who makes a stored function with the name of a native one is seen after this time. */
const SHADOWED_MS = 60_000;

/** A statement that changes something, as its policy let it pass. */
export interface WriteTree {
  readonly statement: Statement;
  readonly context: ReadContext;
  /** The text that it stands in. */
  readonly whole: string;
}

export interface AuthorizedWrite {
  /** Printed from the tree; what is sent. */
  readonly sql: string;
  readonly depth: AccessDepth;
  /** Tables that it names or reads, through views, too. */
  readonly tables: readonly QualifiedName[];
  /** Tables and views that it names itself. */
  readonly named: readonly QualifiedName[];
  /** True where all that it names or reads are base tables that can roll back, and native functions. */
  readonly transactional: boolean;
}

/**
 * Gives every name of a statement its one answer, judges what stands behind it (views and functions are trees, too), and prints what is sent: with
 * names as the server spells them, qualified with their databases. What was found is kept for a short time, for one server and account.
 */
export class ReadAuthorizer {
  readonly #rules: ConnectionRules;
  readonly #gate: ColumnGate | undefined;
  readonly #readsProtected: boolean;
  readonly #tables = new Map<string, Known<FoundTable>>();
  readonly #functions = new Map<string, Known<FoundFunction>>();
  readonly #packages = new Map<string, Known<true>>();
  #catalog: { readonly version: string; readonly columns: CatalogColumns } | undefined;
  #shadowed: { readonly version: number; readonly at: number; readonly names: ReadonlySet<string> } | undefined;

  /** With `readsProtected` only writes are held to the column rules: for our own reads of what a person decides about, which no agent sees. */
  constructor(rules: ConnectionRules, { readsProtected = false }: { readonly readsProtected?: boolean } = {}) {
    this.#rules = rules;
    this.#readsProtected = readsProtected;
    this.#gate = rules.columns === undefined ? undefined : new ColumnGate(rules.columns, (session) => this.hiddenInViews(session));
  }

  get rules(): ConnectionRules {
    return this.#rules;
  }

  /** One that knows nothing yet: what it finds behind a lock on names holds as long as the lock. */
  anew(): ReadAuthorizer {
    return new ReadAuthorizer(this.#rules, { readsProtected: this.#readsProtected });
  }

  forget(): void {
    this.#tables.clear();
    this.#functions.clear();
    this.#packages.clear();
    this.#shadowed = undefined;
    this.#gate?.forget();
  }

  /** `whole` is the text that the statement stands in; `move` may print other tables in the place of those that were judged. Throws `statement.refused`, and the server's own error for a name that does not exist. */
  async authorize(
    session: Session,
    whole: string,
    read: ParsedRead,
    move = (name: QualifiedName): QualifiedName => name,
  ): Promise<AuthorizedRead> {
    try {
      return await this.#authorize(session, read, move);
    } catch (error) {
      throw error instanceof PlacedRefusal ? refusedIn(whole, error.refusal) : error;
    }
  }

  async #authorize(
    session: Session,
    { statement: written, context, kind, verb }: ParsedRead,
    move: (name: QualifiedName) => QualifiedName,
  ): Promise<AuthorizedRead> {
    if (this.#gate !== undefined) this.#forgetViews();
    const check = this.#newCheck(session);
    const resolved = await check.statement(written, context, { kind, path: [] });
    if (check.views.size > 0) this.#gate?.forget();
    if (check.usesDefaults) await check.defaults(context);
    const catalog = await this.#catalogFor(session, check);
    const gate = this.#readsProtected ? undefined : this.#gate;
    const gated = await gate?.read(session, { statement: written, context, kind }, check, catalog ?? NO_CATALOG);
    const { statement, outputs } = gated ?? { statement: written, outputs: undefined };
    const withheld = gated?.withheld ?? [];
    const sql = print(withAccessTypes(statement, context.dialect), context.dialect, {
      // A table that the catalog lacks has no columns, which the server refuses.
      part: catalog && ((name) => this.#partOf(catalog, name, resolved)),
      qualify: (name) => {
        const found = resolved.tables.get(name);
        if (found !== undefined) return move(found);
        // Without a current database the server refuses it. Any other name was looked up, or is one of the statement itself.
        const isKnown = resolved.own.has(name) || (context.database === undefined && name.database === undefined);
        if (!isKnown) throw new Error('A name of a statement was not resolved.');
        return undefined;
      },
      functionName: (call) => resolved.functions.get(call) ?? 'native',
      argument: boundedPath,
    });
    const { depth, tables, repeatable, transactional, calls, documentMs } = check;
    const tells = verb === 'SHOW' || kind === 'structure';
    return {
      sql,
      verb,
      kind,
      inert: depth === 'tables' && !calls && !tells,
      depth,
      tables: [...tables.values()],
      get repeatable() {
        return repeatable && !isVolatile(statement); // only a connection with a cache asks
      },
      transactional: transactional && depth === 'tables',
      documentMs,
      outputs,
      withheld,
      sources: (result) => {
        const bases = gated?.protectedBases() ?? [];
        return sourcesOfRead({ statement, database: context.database, check, rules: this.#rules.columns, outputs: bases }, result);
      },
    };
  }

  /** The columns of a view that agents can select; undefined where these are all, and where that can't be told. */
  async shownColumns(session: Session, view: QualifiedName): Promise<ReadonlySet<string> | undefined> {
    if (this.#gate === undefined) return undefined;
    this.#forgetViews();
    const shown = await viewColumns(session, view, { rules: this.#rules, gate: this.#gate, check: this.#newCheck(session) });
    return typeof shown === 'string' ? undefined : shown;
  }

  /** Columns of views that pass hidden columns on, under whatever name. */
  async hiddenInViews(session: Session): Promise<readonly ColumnName[]> {
    const { columns } = this.#rules;
    if (columns?.hides !== true) return [];
    this.#forgetViews();
    // By the hidden columns alone: what else is wrong with a view keeps nobody from seeing its columns.
    const rules = { functions: this.#rules.functions, columns: hidingRules(columns), isTableDenied: () => false };
    const gate = new ColumnGate(rules.columns, () => Promise.resolve([]));
    return readHiddenInViews(session, rules.columns, (view) =>
      viewColumns(session, view, { rules, gate, check: this.#newCheck(session, rules) }),
    );
  }

  /** Where columns are protected a view is read anew for each statement: somebody may have put a protected column under another name into it. */
  #forgetViews(): void {
    for (const [key, { found }] of this.#tables) if (found?.kind === 'view') this.#tables.delete(key);
  }

  /** What is shown of `information_schema`; undefined where a statement does not need it, or all is shown. */
  async #catalogFor(session: Session, check: ObjectCheck): Promise<CatalogColumns | undefined> {
    const read = [...check.met.values()].filter(({ kind }) => kind === 'system');
    if (this.#rules.structureOnly !== true && (this.#gate === undefined || this.#readsProtected || read.length === 0)) return undefined;
    const catalog = await this.#readCatalog(session);
    const readsColumns = read.some(({ name }) => name.toUpperCase() === 'COLUMNS');
    return readsColumns ? withoutColumns(catalog, await this.hiddenInViews(session)) : catalog;
  }

  #partOf(catalog: CatalogColumns, name: ObjectName, { own, tables }: Resolved): TablePart | undefined {
    if (own.has(name)) return undefined;
    const found = tables.get(name);
    if (this.#rules.structureOnly !== true && (found === undefined || !isSystem(found))) return undefined;
    // A table that the catalog lacks has no columns, which the server refuses.
    return catalog.get(name.name.name.toUpperCase()) ?? { columns: [] };
  }

  /**
   * Gives every name of a statement that changes something its one answer, for one session, judges what it reads, and prints what is sent. What it may
   * change is for the policy of writes, which has judged the tree. Throws `statement.refused`.
   */
  async authorizeWrite(session: Session, { statement, context, whole }: WriteTree): Promise<AuthorizedWrite> {
    const dialect = agentDialect(session.server);
    if (dialect.flavor !== context.dialect.flavor || dialect.version !== context.dialect.version)
      throw new PilotError('write.changed', 'The server version changed during the call. Nothing was changed.', {
        advice: 'write.previewAgain',
      });
    const check = this.#newCheck(session);
    const kind = isRowWrite(statement) ? 'plan' : 'definition';
    try {
      const resolved = await check.statement(statement, context, { kind, path: [] });
      if (check.usesDefaults) await check.defaults(context);
      await this.#gate?.write(session, { statement, context }, check);
      const sql = print(statement, dialect, {
        qualify: (name) => resolved.tables.get(name),
        functionName: (call) => resolved.functions.get(call) ?? (isNativeCall(call, dialect) ? 'native' : undefined),
        argument: boundedPath,
      });
      requireSame(sql, statement, context);
      const { depth, tables, named, transactional } = check;
      return { sql, depth, tables: [...tables.values()], named: [...named.values()], transactional: transactional && depth === 'tables' };
    } catch (error) {
      throw error instanceof PlacedRefusal ? refusedIn(whole, error.refusal) : error;
    }
  }

  #newCheck(session: Session, rules = this.#rules): ObjectCheck {
    return new ObjectCheck(session, rules, {
      tables: (names) => resolveNames(this.#tables, names, (wanted) => findTables(session, wanted)),
      functions: (names) => resolveNames(this.#functions, names, (wanted) => findFunctions(session, wanted)),
      packages: (names) => resolveNames(this.#packages, names, (wanted) => findPackages(session, wanted)),
      shadowed: () => this.#findShadowed(session),
    });
  }

  /** Asked once for each version of the server. */
  async #readCatalog(session: Session): Promise<CatalogColumns> {
    const { version } = session.server;
    const known =
      this.#catalog?.version === version ? this.#catalog.columns : await readCatalogColumns(session, this.#rules.columns?.rules);
    this.#catalog = { version, columns: known };
    return known;
  }

  /** Asked once with each server of a version that the lists of native functions were not made for. */
  async #findShadowed(session: Session): Promise<ReadonlySet<string>> {
    const dialect = agentDialect(session.server);
    if (wasAsked(dialect)) return NONE;
    const known = this.#shadowed;
    if (known?.version === dialect.version && known.at > performance.now() - SHADOWED_MS) return known.names;
    const rows = await session.read(checkedText(shadowedNativesSql(dialect)));
    const names = new Set(rows.map((row) => shadowKey(String(row['database']), String(row['name']))));
    this.#shadowed = { version: dialect.version, at: performance.now(), names };
    return names;
  }

  /** What speaks against allowing each of these functions; undefined where nothing does. */
  async explainFunctions(session: Session, names: readonly QualifiedName[], context: ReadContext): Promise<(ObjectProblem | undefined)[]> {
    const found = await findFunctions(session, names);
    return names.map((_, i) => {
      const one = found[i];
      return one === undefined ? { code: 'unchecked' } : judgeFunction(one, context)[1]?.problem;
    });
  }
}
