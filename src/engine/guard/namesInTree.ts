import type { AlterAction, DefinitionStatement, Drop } from '../sql/ast/definitions.ts';
import type { Call, Name, ObjectName } from '../sql/ast/expressions.ts';
import type { With } from '../sql/ast/queries.ts';
import type { Truncate } from '../sql/ast/statements.ts';
import type { References, TableOption } from '../sql/ast/tableElements.ts';
import { children, type Node } from '../sql/walk.ts';
import { DocumentGrowth } from './costs/growth.ts';

export interface TableUse {
  readonly node: ObjectName;
  /**
   * A common table expression of this name is in scope. A table of the same name is looked up all the same: should the server see the
   * scopes otherwise, it still meets nothing that was not judged.
   */
  readonly expression: boolean;
}

/** Every name of a tree that the server looks up, by what it is looked up as. */
export interface NamesInTree {
  readonly tables: readonly TableUse[];
  /** Calls in the generic form: native, loadable or stored. */
  readonly calls: readonly Call[];
  /** Tables of SHOW and DESCRIBE: their structure is told, and no row of them is read. */
  readonly described: readonly ObjectName[];
  readonly routines: readonly ObjectName[];
  /** Targets of DELETE: names or aliases of the tables behind FROM or USING. */
  readonly aliases: readonly ObjectName[];
  /** What a definition changes, drops or refers to. */
  readonly targets: readonly DefinitionTarget[];
  /** What a definition makes: new names of tables and views, and programs. */
  readonly made: readonly ObjectName[];
  /** Uses of DEFAULT(column): the default may be an expression. */
  readonly usesDefaults: boolean;
  /** For how many milliseconds the statement may build documents. */
  readonly documentMs: number | undefined;
}

/** A table or view that a definition is about. */
export interface DefinitionTarget {
  readonly node: ObjectName;
  /** It need not be there: the server says what it makes of that, or nothing. */
  readonly optional: boolean;
}

const DESCRIBING = new Set(['show', 'describe']);
const ROWS = new Set(['table', 'tableQuery', 'sequence', 'insert', 'maintenance', 'tableLock', 'locking']);
const PROGRAMS = new Set(['trigger', 'routine', 'event']);

/** Names of common table expressions, with those of the queries around it: a copy for each query would take time without end. */
interface Scope {
  readonly names: ReadonlySet<string>;
  readonly outer: Scope | undefined;
}

function isInScope(name: string, scope: Scope | undefined): boolean {
  for (let at = scope; at !== undefined; at = at.outer) if (at.names.has(name)) return true;
  return false;
}

/** Collects the names of a statement. Throws for a name in a place that nothing here knows. */
export function namesIn(statement: Node): NamesInTree {
  const tables: TableUse[] = [];
  const calls: Call[] = [];
  const described: ObjectName[] = [];
  const routines: ObjectName[] = [];
  const aliases: ObjectName[] = [];
  const targets: DefinitionTarget[] = [];
  const made: ObjectName[] = [];
  const growth = new DocumentGrowth();
  let usesDefaults = false;

  const enter = (node: Node, parent: Node | undefined, scope: Scope | undefined): void => {
    if (isObjectName(node)) {
      const kind = parent?.kind ?? '';
      if (kind === 'callStatement') routines.push(node);
      else if (kind === 'delete') aliases.push(node);
      else if (DESCRIBING.has(kind)) described.push(node);
      else if (ROWS.has(kind)) tables.push({ node, expression: node.database === undefined && isInScope(folded(node.name), scope) });
      else {
        const role = roleOf(node, parent);
        if (role === 'made') made.push(node);
        else if (role !== 'none') targets.push({ node, optional: role === 'optional' });
      }
      return;
    }
    growth.add(node);
    if (isCall(node)) calls.push(node);
    usesDefaults ||= node.kind === 'special' && 'name' in node && node.name === 'DEFAULT';
    // Names in a program are looked up when it runs, and printed as they are written.
    const body = PROGRAMS.has(node.kind) && 'body' in node ? node.body : undefined;
    const inner = 'with' in node && isWith(node.with) ? enterWith(node.with, node, scope) : scope;
    for (const child of children(node)) if (child.kind !== 'with' && child !== body) enter(child, node, inner);
  };

  /** Each common table expression sees those before it, and with RECURSIVE itself and those behind it, too. */
  const enterWith = (list: With, parent: Node, outer: Scope | undefined): Scope => {
    growth.add(list);
    const names = new Set<string>();
    const scope = { names, outer };
    if (list.recursive) for (const { name } of list.expressions) names.add(folded(name));
    for (const expression of list.expressions) {
      enter(expression.query, parent, scope);
      names.add(folded(expression.name));
    }
    return scope;
  };

  enter(statement, undefined, undefined);
  return { tables, calls, described, routines, aliases, targets, made, usesDefaults, documentMs: growth.time };
}

type Role = 'made' | 'required' | 'optional' | 'none';

/** What a name is to the definition that it stands in. Throws for a place that nothing here knows. */
function roleOf(name: ObjectName, parent: Node | undefined): Role {
  const statement = parent as DefinitionStatement | Truncate | AlterAction | References | TableOption | undefined;
  switch (statement?.kind) {
    case 'createTable':
      return name === statement.like ? 'required' : 'made';
    case 'alterTable':
      return statement.ifExists ? 'optional' : 'required';
    case 'alterAction':
      return statement.action === 'RENAME TO' ? 'made' : 'required';
    case 'createIndex':
    case 'truncate':
    case 'option':
      return 'required';
    case 'references':
      return 'optional';
    case 'drop':
      if (name === statement.table) return 'required';
      return statement.object === 'TABLE' || statement.object === 'VIEW' || statement.object === 'SEQUENCE'
        ? 'optional'
        : programRole(statement);
    case 'renameTable':
      return statement.pairs.some(({ from }) => from === name) ? 'optional' : 'made';
    case 'trigger':
      return name === statement.table ? 'required' : 'made';
    case 'sequenceDefinition':
      return statement.verb === 'CREATE' ? 'made' : 'optional';
    case 'view':
    case 'routine':
    case 'alterRoutine':
    case 'event':
      return 'made';
    default:
      throw new Error(`A name in a place that is not known: ${parent?.kind ?? ''}.`);
  }
}

/** The name of an index or database has no database of its own. */
function programRole({ object }: Drop): Role {
  return object === 'INDEX' || object === 'DATABASE' ? 'none' : 'made';
}

function folded({ name }: Name): string {
  return name.toLowerCase();
}

function isObjectName(node: Node): node is ObjectName {
  return node.kind === 'objectName';
}

function isCall(node: Node): node is Call {
  return node.kind === 'call';
}

function isWith(value: unknown): value is With {
  return typeof value === 'object' && value !== null && 'kind' in value && value.kind === 'with';
}
