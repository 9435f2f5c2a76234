import type { AdviceCode } from '../../advice.ts';
import type { Session } from '../../driver/session.ts';
import { isPilotError, PilotError } from '../../errors.ts';
import { shadowKey } from '../../guard/builtins/shadowedNatives.ts';
import { checkCall, storedName } from '../../guard/callPolicy.ts';
import { checkCredentials, holdsCredentials } from '../../guard/credentials.ts';
import { namesIn, type NamesInTree } from '../../guard/namesInTree.ts';
import { isFunctionAllowed, type ConnectionRules, type ReadContext } from '../../guard/readContext.ts';
import { checkNodes, checkStatementCosts, type StatementKind } from '../../guard/readPolicy.ts';
import { refuse, type Refusal } from '../../guard/makeRefusal.ts';
import { isVolatile } from '../../guard/volatility.ts';
import { isCatalog } from '../../policy/tableRules.ts';
import type { Call, ObjectName } from '../../sql/ast/expressions.ts';
import type { Query } from '../../sql/ast/queries.ts';
import { isFileName, quoteIdentifier, type QualifiedName } from '../../sql/identifiers.ts';
import { sql } from '../../sql/ownSql.ts';
import { parseQuery } from '../../sql/parser/parse.ts';
import type { Node } from '../../sql/walk.ts';
import { OWN_ENGINES, TRANSACTIONAL_ENGINES, UNITING_ENGINES } from './engines.ts';
import { judgeFunction, READ_BELOW } from './judgeFunction.ts';
import { excerptAt, ObjectRefusal, PlacedRefusal, type ObjectProblem } from './objectProblem.ts';
import { refuseLargeTables } from './largeTables.ts';
import { exactKey, isServersOwn, isSystem, type FoundFunction, type FoundTable } from './objectCatalog.ts';
import { answer, type Answers } from './objectLookup.ts';
import { findActiveExpression } from './tableExpressions.ts';
import { inEnglish } from '../../phrase.ts';

/** Views that read views that read views: deeper than anybody builds, and the server's own stack has a limit, too. */
const MAX_DEPTH = 20;

const DENIED = 'is denied by the table rules of this connection';
const NO_STRUCTURE = 'may show values or statements of others, and columns of this connection are protected';
const NO_ROWS = "doesn't describe structure, and agents see only the structure of this connection";
const ASK_USER = 'rights.rules';
const OWN_WITH_RULES = 'rights.structureOnly';

/** The most that a statement meets: only tables, views, or stored functions. */
export type AccessDepth = 'tables' | 'views' | 'functions';

export interface LookUps {
  readonly tables: (names: readonly QualifiedName[]) => Promise<Answers<FoundTable>>;
  readonly functions: (names: readonly QualifiedName[]) => Promise<Answers<FoundFunction>>;
  /** Packages of a current database with the names of other databases. */
  readonly packages: (names: readonly QualifiedName[]) => Promise<Answers<true>>;
  /** Stored functions with names of native ones, by `shadowKey`, where the server was never asked which are native. */
  readonly shadowed: () => Promise<ReadonlySet<string>>;
}

export interface Resolved {
  readonly tables: Map<ObjectName, QualifiedName>;
  /** Names of table expressions and aliases of the statement: the server does not look them up. */
  readonly own: Set<ObjectName>;
  readonly functions: Map<Call, QualifiedName>;
}

interface Place {
  readonly kind: StatementKind | 'definition';
  /** The views and functions on the way here. */
  readonly path: readonly string[];
  /** The text of the last of them. */
  readonly text?: string | undefined;
}

export class ObjectCheck {
  depth: AccessDepth = 'tables';
  repeatable = true;
  transactional = true;
  /** Something is called by its name, by the statement or a view. */
  calls = false;
  /** It builds documents in the server's memory, itself or in a view: for so many milliseconds at most. */
  documentMs: number | undefined;
  /** DEFAULT(column) stands in it, or in a view that it reads. */
  usesDefaults = false;
  readonly tables = new Map<string, QualifiedName>();
  /** Tables and views that the statement names itself. */
  readonly named = new Map<string, QualifiedName>();
  /** What each name stands for, by `exactKey` of the name as it is written; of all that is met. */
  readonly met = new Map<string, FoundTable>();
  /** The trees of the views that are met, by `exactKey`. */
  readonly views = new Map<string, Query>();
  /** Calls of stored functions. */
  readonly storedCalls = new Set<Call>();
  /** Tables of SHOW and DESCRIBE, and routines, as they are written; with their databases. */
  readonly described: QualifiedName[] = [];
  /** Tables and views that a definition is about. */
  readonly defined: QualifiedName[] = [];
  readonly #session: Session;
  readonly #rules: ConnectionRules;
  readonly #lookUps: LookUps;
  readonly #seen = new Set<string>();

  constructor(session: Session, rules: ConnectionRules, lookUps: LookUps) {
    this.#session = session;
    this.#rules = rules;
    this.#lookUps = lookUps;
  }

  async statement(statement: Node, context: ReadContext, place: Place): Promise<Resolved> {
    const names = namesIn(statement);
    const resolved: Resolved = { tables: new Map(), own: new Set(names.aliases), functions: new Map() };
    this.calls ||= names.calls.length > 0;
    const { documentMs } = names;
    if (documentMs !== undefined) this.documentMs = Math.min(documentMs, this.documentMs ?? documentMs);
    await this.#resolveTables(names, context, place, { statement, resolved });
    // Most statements have none of these, and a promise for nothing costs as much as all that is read of them.
    if (names.targets.length > 0 || names.made.length > 0) await this.#resolveTargets(names, context, place, resolved);
    if (names.calls.length > 0) await this.#resolveCalls(names, context, place, resolved);
    if (names.routines.length > 0) {
      const routines = names.routines.flatMap((node) => this.#qualified(node, context) ?? []);
      await this.#refusePackages(routines, context, place);
    }
    for (const node of [...names.described, ...names.routines]) {
      const name = this.#qualified(node, context);
      if (name === undefined) continue;
      resolved.tables.set(node, name);
      this.described.push(name);
    }
    this.usesDefaults ||= names.usesDefaults;
    if (place.kind === 'checksum') await refuseLargeTables(this.#session, [...this.tables.values()]);
    return resolved;
  }

  /** MariaDB computes DEFAULT(column): what stands in the defaults of all tables that are met must only compute, too. */
  async defaults(context: ReadContext): Promise<void> {
    if (!this.usesDefaults || context.dialect.flavor !== 'mariadb') return;
    for (const table of this.tables.values()) {
      const why = await findActiveExpression(this.#session, table, context);
      if (why !== undefined)
        throw refused([`${table.database}.${table.name}`], `is read with DEFAULT(), and ${inEnglish(why)}`, 'leaveOut.default');
    }
  }

  /** What a definition is about: rules on tables hold, also for new names; views are not read, only changed. */
  async #resolveTargets(names: NamesInTree, context: ReadContext, place: Place, resolved: Resolved): Promise<void> {
    const wanted = [...names.targets, ...names.made.map((node) => ({ node, optional: true }))];
    const named = wanted.map((target) => ({ ...target, name: this.#qualified(target.node, context) }));
    const answers = await this.#lookUps.tables(named.flatMap(({ name }) => (name === undefined ? [] : [name])));
    for (const { node, optional, name } of named) {
      const found = name === undefined ? undefined : answer(answers, name);
      if (found !== undefined) {
        resolved.tables.set(node, { database: found.database, name: found.name });
        this.#checkTarget(found);
      } else if (name !== undefined && optional) {
        resolved.tables.set(node, name);
        this.#checkTarget({ kind: 'view', definition: undefined, ...name });
      } else if (!optional) throw await this.#missing(name, place);
    }
  }

  #checkTarget(found: FoundTable): void {
    this.defined.push({ database: found.database, name: found.name });
    const label = `${found.database}.${found.name}`;
    this.#checkRules(found, isOwn(found), [label]);
    if (found.kind === 'table') this.#checkEngine(found.engine.toUpperCase(), [label]);
  }

  #qualified({ database, name }: ObjectName, context: ReadContext): QualifiedName | undefined {
    const where = database?.name ?? context.database;
    // The parser lets no such name pass; the current database comes from elsewhere.
    if (where !== undefined && isFileName(where)) throw refused([where], 'is the name of a file', 'names.ownDatabase');
    return where === undefined ? undefined : { database: where, name: name.name };
  }

  async #resolveTables(
    names: NamesInTree,
    context: ReadContext,
    place: Place,
    { statement, resolved }: { statement: Node; resolved: Resolved },
  ): Promise<void> {
    const wanted = names.tables.map((use) => ({ ...use, wanted: this.#qualified(use.node, context) }));
    const answers = await this.#lookUps.tables(wanted.flatMap((use) => (use.wanted === undefined ? [] : [use.wanted])));
    let credentials = false;
    for (const { node, expression, wanted: name } of wanted) {
      if (expression) resolved.own.add(node);
      const found = name === undefined ? undefined : answer(answers, name);
      if (found === undefined) {
        if (expression) continue;
        throw await this.#missing(name, place);
      }
      if (name !== undefined) this.met.set(exactKey(name), found);
      if (!expression) resolved.tables.set(node, { database: found.database, name: found.name });
      if (place.path.length === 0 && (found.kind === 'table' || found.kind === 'view')) this.named.set(exactKey(found), found);
      credentials ||= this.#rules.showsCredentials !== true && holdsCredentials(found);
      this.#judgeTable(found, place);
      if (found.kind === 'view') await this.#judgeView(found, context, place);
    }
    const refusal = credentials ? checkCredentials(statement) : undefined;
    if (refusal !== undefined) throw refusedAt(place, refusal);
  }

  /** What holds of tables and views alike, and all that holds of a table. */
  #judgeTable(found: FoundTable, { path }: Place): void {
    const here = [...path, `${found.database}.${found.name}`];
    const own = isOwn(found);
    this.#checkRules(found, own, here);
    if (own) this.repeatable = false;
    if (found.kind === 'system' || found.kind === 'view') return;
    this.#checkEngine(found.kind === 'table' ? found.engine.toUpperCase() : '', here);
    this.tables.set(exactKey(found), found);
  }

  async #judgeView(found: Extract<FoundTable, { kind: 'view' }>, context: ReadContext, { path }: Place): Promise<void> {
    const label = `${found.database}.${found.name}`;
    const here = [...path, label];
    if (this.depth === 'tables') this.depth = 'views';
    // MariaDB's own, which hides what holds the hashes; its columns are judged where they are read.
    if (isOwn(found) && found.name.toLowerCase() === 'user') return;
    if (this.#seen.has(label)) return; // judged already, or it reads itself, which the server refuses
    this.#seen.add(label);
    if (here.length > MAX_DEPTH) throw refused(here, 'is nested too deeply', READ_BELOW);
    if (found.definition === undefined)
      throw refused(here, "is a view whose definition this account can't see", 'rights.showView', { code: 'hidden' });
    const text = found.definition;
    const inside = { ...context, database: found.database };
    const tree = readText(here, () => parseQuery(text, context.dialect), "is a view whose definition can't be parsed reliably");
    const refusal = checkNodes(tree, inside) ?? checkStatementCosts(tree, inside.dialect);
    if (refusal !== undefined) throw refusedAt({ path: here, text }, refusal);
    if (isVolatile(tree)) this.repeatable = false;
    this.views.set(exactKey(found), tree);
    await this.statement(tree, inside, { kind: 'read', path: here, text });
  }

  #checkRules(found: FoundTable, own: boolean, here: readonly string[]): void {
    const { isTableDenied, structureOnly, columns } = this.#rules;
    if (structureOnly === true) {
      if (!isSystem(found) || !isCatalog(found)) throw refused(here, NO_ROWS, 'rights.onlyStructure');
      return;
    }
    if (isTableDenied === undefined) return;
    if (own && !isCatalog(found)) throw refused(here, columns === undefined ? DENIED : NO_STRUCTURE, OWN_WITH_RULES);
    if (!own && isTableDenied(found)) throw refused(here, DENIED, ASK_USER);
  }

  /** `engine` in upper case; empty where a table has none. */
  #checkEngine(engine: string, here: readonly string[]): void {
    const unites = UNITING_ENGINES.has(engine);
    if (unites && this.#rules.isTableDenied !== undefined) throw refused(here, 'shows rows of other tables', READ_BELOW);
    if (engine !== '' && !unites && !OWN_ENGINES.has(engine))
      throw refused(here, `uses the storage engine ${engine}, which can access data outside this server`, 'read.otherSource', {
        code: 'engine',
        value: engine,
      });
    if (unites) this.repeatable = false;
    if (!TRANSACTIONAL_ENGINES.has(engine)) this.transactional = false;
  }

  async #resolveCalls(names: NamesInTree, context: ReadContext, place: Place, resolved: Resolved): Promise<void> {
    const stored: { call: Call; name: QualifiedName }[] = [];
    const shadowed = await this.#lookUps.shadowed();
    for (const call of names.calls) {
      const { name, database } = call;
      if (database === undefined && shadowed.has(shadowKey(context.database ?? '', name.name)))
        throw refusedAt(place, refuse(`${name.name}(), which is also the name of a stored function,`, call, 'leaveOut.withoutIt'));
      const verdict = checkCall(call, context);
      const defined = place.kind === 'definition' && 'what' in verdict ? storedName(call, context) : undefined;
      if (defined !== undefined) stored.push({ call, name: defined });
      else if ('what' in verdict) throw refusedAt(place, verdict);
      else if (verdict.stored !== undefined) stored.push({ call, name: verdict.stored });
    }
    const [first] = stored;
    if (first === undefined) return;
    // It runs, and nobody has judged its body.
    if (place.kind === 'definition' && this.#rules.isTableDenied !== undefined) {
      const rules = this.#rules.columns === undefined ? 'table rules' : 'column rules';
      throw refusedAt(place, refuse(`A stored function in a definition on a connection with ${rules}`, first.call, 'leaveOut.call'));
    }
    await this.#refusePackages(
      stored.map(({ name }) => name),
      context,
      place,
    );
    const answers = await this.#lookUps.functions(stored.map(({ name }) => name));
    for (const { call, name } of stored) {
      this.storedCalls.add(call);
      const found = answer(answers, name);
      if (found === undefined)
        throw refused([...place.path, `${name.database}.${name.name}()`], 'is not a stored function', 'names.onlyCorrect');
      resolved.functions.set(call, { database: found.database, name: found.name });
      // A definition that calls one needs the class `call`: it is code of others.
      if (place.kind === 'definition') this.depth = 'functions';
      else await this.#judgeFunction(found, context, place);
    }
  }

  /** MariaDB looks for `a`.`f`() in a package `a` of the current database first: what was judged would not be what runs. */
  async #refusePackages(called: readonly QualifiedName[], { database, dialect }: ReadContext, { path }: Place): Promise<void> {
    if (dialect.flavor !== 'mariadb' || database === undefined || called.length === 0) return;
    const places = called.map((one) => ({ database, name: one.database }));
    const packages = await this.#lookUps.packages(places);
    for (const one of places)
      if (answer(packages, one) === true)
        throw refused([...path, `${database}.${one.name}`], 'is a package with the name of a database', 'leaveOut.call');
  }

  async #judgeFunction(found: FoundFunction, context: ReadContext, { path }: Place): Promise<void> {
    const label = `${found.database}.${found.name}()`;
    const here = [...path, label];
    this.repeatable = false;
    // sys functions that only format are the server's own; the name was judged.
    if (isServersOwn(found) && !isFunctionAllowed(found, this.#rules)) return;
    this.depth = 'functions';
    if (!isFunctionAllowed(found, this.#rules))
      throw refused(here, 'is a stored function that is not allowed', ASK_USER, { code: 'system' });
    if (this.#seen.has(label)) return;
    this.#seen.add(label);
    if (here.length > MAX_DEPTH) throw refused(here, 'is nested too deeply', READ_BELOW);
    const [body, problem] = judgeFunction(found, { ...context, ...this.#rules });
    if (problem !== undefined || body === undefined)
      throw refused(here, problem?.why ?? "can't be checked", problem?.advice ?? READ_BELOW, problem?.problem);
    await this.statement(body.tree, body.context, { kind: 'read', path: here, text: found.definition });
  }

  /** The server's own error for a name that is not there. Asked in a form that reads no row and runs no view. */
  async #missing(name: QualifiedName | undefined, { path }: Place): Promise<Error> {
    if (name === undefined) {
      return new PilotError('input.invalid', 'No database selected', { advice: 'names.passDatabase', errno: 1046, sqlState: '3D000' });
    }
    const label = [...path, `${name.database}.${name.name}`];
    try {
      await this.#session.read(sql`SHOW COLUMNS FROM ${quoteIdentifier(name.database)}.${quoteIdentifier(name.name)} LIKE ''`);
    } catch (error) {
      if (isPilotError(error)) return error;
      throw error;
    }
    return refused(label, 'could not be found in the catalog', 'names.asDescribed');
  }
}

/** True for a table of the server itself. */
function isOwn({ kind, database }: FoundTable): boolean {
  return kind === 'system' || database.toLowerCase() === 'mysql';
}

function readText<T>(path: readonly string[], parse: () => T, why: string): T {
  try {
    return parse();
  } catch {
    throw refused(path, why, READ_BELOW, { code: 'unreadable' });
  }
}

function refused(path: readonly string[], why: string, advice: AdviceCode, problem: ObjectProblem = { code: 'unchecked' }): PilotError {
  return new ObjectRefusal(path, why, advice, problem);
}

/** At the top the place in the agent's own text is known; below, the way there is. */
function refusedAt({ path, text }: Pick<Place, 'path' | 'text'>, refusal: Refusal): Error {
  if (path.length === 0) return new PlacedRefusal(refusal);
  const value = text === undefined ? undefined : excerptAt(text, refusal.position);
  return refused(path, `is a view that contains: ${refusal.what}`, READ_BELOW, { code: 'contains', value });
}
