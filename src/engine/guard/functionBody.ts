import type { Into } from '../sql/ast/queries.ts';
import type { Declare, ForLoop } from '../sql/ast/programs.ts';
import type { Statement, VariableAssignment } from '../sql/ast/statements.ts';
import { children, type Node } from '../sql/walk.ts';
import type { ReadContext } from './readContext.ts';
import { checkPart } from './readPolicy.ts';
import { refuse, type Refusal } from './makeRefusal.ts';

/** Under what a server reads the text of a stored function. */
export interface FunctionReading {
  readonly sqlMode: string;
  readonly characterSet: string;
}

/** No second byte of a character looks like a quote or a backslash. */
const PLAIN_CHARACTER_SET = /^(?:utf8\w*|latin\d|ascii|binary|cp125\d)$/i;

const ADVICE = 'read.itsTables';

/** Statements that only compute and read, or hold others. */
const STATEMENTS = new Set([
  ...['block', 'if', 'branch', 'caseStatement', 'loop', 'jump', 'return', 'declare', 'cursor', 'handler', 'condition', 'conditionValue'],
  ...['cursorOperation', 'signal', 'forLoop', 'set'],
]);

/** Why a body cannot be read as the server reads it; undefined where it can. */
export function checkFunctionReading({ sqlMode, characterSet }: FunctionReading): string | undefined {
  if (/\bORACLE\b/i.test(sqlMode)) return `a function of the sql_mode ${sqlMode}`;
  return PLAIN_CHARACTER_SET.test(characterSet) ? undefined : `a function in the character set ${characterSet}`;
}

/**
 * Judges the body of a stored function: an allow-list of statements, assignments to its own variables only, and in all expressions and queries
 * what is judged in every read.
 * @see https://dev.mysql.com/doc/refman/9.7/en/sql-compound-statements.html
 */
export function checkFunctionBody(body: Statement, parameters: readonly string[], context: ReadContext): Refusal | undefined {
  return enter(body, { own: new Set(parameters.map(folded)), changesRows: false }, context);
}

/** Judges the body of a trigger by the same list; it may change rows, and the new row. */
export function checkTriggerBody(body: Statement, context: ReadContext): Refusal | undefined {
  return enter(body, { own: new Set(), changesRows: true }, context);
}

/** Statements that change rows, and their parts. */
const ROW_CHANGES = new Set(['insert', 'update', 'delete', 'insertRows', 'insertSet', 'setClause', 'defaultValue']);

interface Scope {
  /** The variables that are declared so far; a block has its own copy. */
  readonly own: Set<string>;
  readonly changesRows: boolean;
}

function enter(node: Node, outer: Scope, context: ReadContext): Refusal | undefined {
  const refusal = checkHere(node, outer, context);
  if (refusal !== undefined) return refusal;
  if (node.kind === 'into') return undefined;
  const scope = node.kind === 'block' || node.kind === 'forLoop' ? { ...outer, own: new Set(outer.own) } : outer;
  if (node.kind === 'forLoop') scope.own.add(folded((node as ForLoop).variable.name));
  for (const child of children(node)) {
    const below = enter(child, scope, context);
    if (below !== undefined) return below;
  }
  return undefined;
}

function checkHere(node: Node, { own, changesRows }: Scope, context: ReadContext): Refusal | undefined {
  if (changesRows && ROW_CHANGES.has(node.kind)) return undefined;
  switch (node.kind) {
    case 'into':
      return checkInto(node as Into, own);
    case 'variableAssignment':
      return changesRows && isNewRow(node as VariableAssignment) ? undefined : checkAssignment(node as VariableAssignment, own);
    case 'declare':
      for (const { name } of (node as Declare).names) own.add(folded(name));
      return undefined;
    default:
      return STATEMENTS.has(node.kind) ? undefined : checkPart(node, context, ADVICE);
  }
}

/** Any other target would be a variable of the session or of the server. */
function checkAssignment(assignment: VariableAssignment, own: ReadonlySet<string>): Refusal | undefined {
  const { form, scope, target } = assignment;
  const name = target.kind === 'name' ? target : target.kind === 'column' && target.table === undefined ? target.name : undefined;
  // Without quotes SET PASSWORD is a statement of its own, whatever is declared.
  const isPassword = name !== undefined && !name.quoted && folded(name.name) === 'password';
  if (form !== 'variable' || scope !== undefined || name === undefined || isPassword || !own.has(folded(name.name)))
    return refuse(`SET ${name?.name ?? ''}`.trimEnd(), assignment, ADVICE);
  return undefined;
}

function isNewRow({ form, scope, target }: VariableAssignment): boolean {
  const table = target.kind === 'column' && target.database === undefined ? target.table : undefined;
  return form === 'variable' && scope === undefined && table !== undefined && folded(table.name) === 'new';
}

/** `INTO a, b`: the function's own variables, no file and no variable of the session. */
function checkInto(into: Into, own: ReadonlySet<string>): Refusal | undefined {
  const fits = into.target === 'VARIABLES' && into.variables.every((variable) => isOwn(variable, own));
  return fits ? undefined : refuse('INTO', into, ADVICE);
}

function isOwn(variable: Into['variables'][number], own: ReadonlySet<string>): boolean {
  return variable.kind === 'name' && own.has(folded(variable.name));
}

function folded(name: string): string {
  return name.toLowerCase();
}
