import type {
  AlterAction,
  AlterTable,
  Characteristic,
  CreateRoutine,
  CreateTable,
  CreateView,
  Drop,
  EventDefinition,
  SequenceDefinition,
} from '../sql/ast/definitions.ts';
import type { Call, Name, SequenceCall } from '../sql/ast/expressions.ts';
import type { Into } from '../sql/ast/queries.ts';
import type { Declare, ForLoop } from '../sql/ast/programs.ts';
import type { Account, Delete, Insert, Statement, Update, VariableAssignment } from '../sql/ast/statements.ts';
import type { ColumnAttribute, TableOption } from '../sql/ast/tableElements.ts';
import type { WriteClass } from '../sql/statementClasses.ts';
import { children, type Node } from '../sql/walk.ts';
import { functionPolicy } from './builtins/functionPolicy.ts';
import { checkCall, isNativeCall } from './callPolicy.ts';
import { NEVER } from './never.ts';
import { isOwnDatabase } from './ownDatabases.ts';
import type { ReadContext } from './readContext.ts';
import { checkPart, headOf } from './readPolicy.ts';
import { refuse, type Refusal } from './makeRefusal.ts';
import { rowClasses } from './rowClasses.ts';
import { ALTERATION_NEEDS, DROP_NEEDS, engineNeeds, optionNeeds, type Needs } from './writeClasses.ts';

const TEMPORARY = 'write.commonTable';

/** Parts of definitions that are judged by what stands in them. */
const PARTS = new Set(
  'columnDefinition constraint references keyPart partitioning partitionMethod partition routineParameter characteristic administrationWord'.split(
    ' ',
  ),
);
/** Statements of a body that only compute, read, or hold others. */
const PROGRAM = new Set(
  (
    'block if branch caseStatement loop jump return cursor handler condition conditionValue cursorOperation signal getDiagnostics ' +
    'set do show describe explain transaction locking assignment insertRows insertSet setClause defaultValue'
  ).split(' '),
);

interface Place {
  readonly context: ReadContext;
  /** Variables of the program so far; undefined outside of bodies. */
  readonly own: Set<string> | undefined;
  /** The statement is in a new table: there are no rows yet. */
  readonly isNewTable: boolean;
}

/**
 * All classes that a definition needs: `ddl`, and what it does to rows now or, as a program, later. Everything in it is on a list, or refused. Calls of
 * stored functions and the creation of programs need `call`: they are code that runs where nobody looks.
 */
export function collectNeeds(definition: Statement, context: ReadContext): WriteClass[] | Refusal {
  const classes = new Set<WriteClass>(['ddl']);
  const refusal = collect(definition, { context, own: undefined, isNewTable: false }, classes);
  return refusal ?? [...classes];
}

function collect(node: Node, place: Place, classes: Set<WriteClass>): Refusal | undefined {
  const needs = needsOf(node, place);
  if (needs === 'refused') return refuse(headOf(node), node, NEVER);
  if (!Array.isArray(needs)) return needs as Refusal;
  for (const one of needs as readonly WriteClass[]) classes.add(one);
  if (node.kind === 'into') return undefined;
  const body = 'body' in node && PROGRAMS.has(node.kind) ? node.body : undefined;
  const inner = openScope(node, place);
  for (const child of children(node)) {
    const refusal = collect(child, child === body ? inside(node, place) : inner, classes);
    if (refusal !== undefined) return refusal;
  }
  return undefined;
}

const PROGRAMS = new Set(['trigger', 'routine', 'event']);

function inside(program: Node, { context }: Place): Place {
  const parameters = program.kind === 'routine' ? (program as CreateRoutine).parameters.map(({ name }) => folded(name)) : [];
  return { context, own: new Set(parameters), isNewTable: false };
}

function openScope(node: Node, place: Place): Place {
  if (node.kind === 'createTable') return { ...place, isNewTable: true };
  if (place.own === undefined || (node.kind !== 'block' && node.kind !== 'forLoop')) return place;
  const own = new Set(place.own);
  if (node.kind === 'forLoop') own.add(folded((node as ForLoop).variable));
  return { ...place, own };
}

function needsOf(node: Node, place: Place): Needs | Refusal {
  if (PARTS.has(node.kind)) return [];
  const inProgram = place.own !== undefined;
  switch (node.kind) {
    case 'createTable':
      return createTableNeeds(node as CreateTable, inProgram);
    case 'alterTable':
      return (node as AlterTable).options.includes('IGNORE') ? ['ddl', 'update', 'delete'] : ['ddl'];
    case 'alterAction':
      return alterationNeeds(node as AlterAction);
    case 'columnAttribute':
      return attributeNeeds(node as ColumnAttribute);
    case 'option':
      return tableOptionNeeds(node as TableOption, place.isNewTable);
    case 'createIndex':
    case 'renameTable':
      return ['ddl'];
    case 'database':
      return (node as { readonly orReplace?: boolean }).orReplace === true ? ['ddl', 'delete'] : ['ddl'];
    case 'truncate':
      return ['ddl', 'delete'];
    case 'view':
      return viewNeeds(node as CreateView);
    case 'trigger':
    case 'routine':
      return ['ddl', 'call'];
    case 'alterRoutine':
      return changesRights(node as { readonly characteristics: readonly Characteristic[] } & Node) ? ['ddl', 'administration'] : ['ddl'];
    case 'event':
      return eventNeeds(node as EventDefinition);
    case 'sequenceDefinition':
      return sequenceNeeds(node as SequenceDefinition);
    case 'drop':
      return dropNeeds(node as Drop, inProgram);
    case 'account':
      return accountNeeds(node as Account);
    case 'call':
      return callNeeds(node as Call, place);
    case 'special':
    case 'aggregate':
      return functionNeeds((node as unknown as { readonly name: string }).name, node, place);
    case 'sequence':
      return (node as SequenceCall).operation === 'LASTVAL' ? [] : ['update'];
    case 'into':
      return inProgram && (node as Into).target === 'VARIABLES' ? [] : checked(node, place);
    default:
      return inProgram ? programNeeds(node, place, place.own) : checked(node, place);
  }
}

function checked(node: Node, { context }: Place): Needs | Refusal {
  return checkPart(node, context, NEVER) ?? [];
}

function programNeeds(node: Node, place: Place, own: Set<string>): Needs | Refusal {
  if (PROGRAM.has(node.kind)) return [];
  switch (node.kind) {
    case 'insert':
    case 'update':
    case 'delete':
      return rowClasses(node as Insert | Update | Delete);
    case 'callStatement':
      return ['call'];
    case 'declare':
      for (const name of (node as Declare).names) own.add(folded(name));
      return [];
    case 'forLoop':
      return [];
    case 'variableAssignment':
      return isOwnAssignment(node as VariableAssignment, own) ? [] : ['administration'];
    case 'setTransaction':
    case 'setStatement':
    case 'lockTables':
    case 'kill':
    case 'maintenance':
    case 'administration':
      return ['administration'];
    default:
      return checked(node, place);
  }
}

/** A variable of the program or of the session, or a column of the new row; any other would be one of the server. */
function isOwnAssignment({ target, form, scope }: VariableAssignment, own: ReadonlySet<string>): boolean {
  if (form !== 'variable' || scope !== undefined) return false;
  if (target.kind === 'userVariable') return true;
  if (target.kind === 'column') return target.database === undefined && target.table !== undefined && isRow(target.table, own);
  // Without quotes SET PASSWORD is a statement of its own, whatever is declared.
  return target.kind === 'name' && own.has(folded(target)) && (target.quoted || folded(target) !== 'password');
}

function isRow(table: Name, own: ReadonlySet<string>): boolean {
  return folded(table) === 'new' || own.has(folded(table));
}

function createTableNeeds({ temporary, orReplace, query, start }: CreateTable, inProgram: boolean): Needs | Refusal {
  if (temporary) return inProgram ? [] : refuse('A temporary table', { start }, TEMPORARY);
  return ['ddl', ...(orReplace ? (['delete'] as const) : []), ...(query === undefined ? [] : (['insert'] as const))];
}

function alterationNeeds(node: AlterAction): Needs | Refusal {
  return ALTERATION_NEEDS[node.action];
}

function attributeNeeds(node: ColumnAttribute): Needs | Refusal {
  const { attribute } = node;
  if (attribute !== 'ENGINE_ATTRIBUTE' && attribute !== 'SECONDARY_ENGINE_ATTRIBUTE') return [];
  return refuse(attribute, node, 'leaveOut.it');
}

function tableOptionNeeds(option: TableOption, isNewTable: boolean): Needs | Refusal {
  const { name, value } = option;
  if (name === 'ENGINE') {
    const engine = value?.kind === 'name' ? value.name : value?.kind === 'string' ? value.value : '';
    const needs = engineNeeds(engine, isNewTable);
    return needs === 'refused' ? refuse(`ENGINE=${engine}`, option, 'write.innodb') : needs;
  }
  const needs = optionNeeds(name);
  if (needs !== 'refused') return needs;
  if (name.endsWith(' DIRECTORY')) return refuse(name, option, 'leaveOut.files');
  return refuse(name === 'CONNECTION' ? 'A table of another server' : `The option ${name}`, option, NEVER);
}

/** ALTER VIEW keeps the definer that the view has, who may be anybody. */
function viewNeeds({ verb, definer }: CreateView): Needs {
  return verb === 'ALTER' && definer === undefined ? ['ddl', 'administration'] : ['ddl'];
}

function changesRights({ characteristics }: { readonly characteristics: readonly Characteristic[] }): boolean {
  return characteristics.some(({ name }) => name.startsWith('SQL SECURITY'));
}

/** Whatever else is changed of an event, its body runs then, and with the rights of the account that changed it. */
function eventNeeds({ state, body, verb, every, at }: EventDefinition): Needs {
  const stops = verb === 'ALTER' && body === undefined && every === undefined && at === undefined && state?.startsWith('DISABLE') === true;
  return stops ? ['ddl'] : ['ddl', 'call'];
}

function sequenceNeeds({ temporary, orReplace, verb, start }: SequenceDefinition): Needs | Refusal {
  if (temporary) return refuse('A temporary sequence', { start }, TEMPORARY);
  return orReplace || verb === 'ALTER' ? ['ddl', 'update'] : ['ddl'];
}

function dropNeeds({ object, temporary, start }: Drop, inProgram: boolean): Needs | Refusal {
  if (temporary) return inProgram ? [] : refuse('A temporary table', { start }, TEMPORARY);
  const needs = DROP_NEEDS[object];
  return needs === 'refused' ? needs : ['ddl', ...needs];
}

/** A definer: whoever it is, its rights are given to code. One's own need nothing more. */
function accountNeeds({ current }: Account): Needs {
  return current === 'CURRENT_USER' ? [] : ['administration'];
}

function callNeeds(call: Call, place: Place): Needs | Refusal {
  const verdict = checkCall(call, place.context);
  if (!('what' in verdict)) return [];
  if (isNativeCall(call, place.context.dialect)) return functionNeeds(call.name.name, call, place);
  const policy = functionPolicy(call.name.name, place.context.dialect);
  const isKnown = policy !== 'unknown' && call.database === undefined; // refused, or written so that it is not the native one
  return isKnown || isOwnDatabase(call.database?.name ?? place.context.database) ? verdict : ['call'];
}

/** What locks, waits or changes the server may stand in a program that administrators let agents make; what reaches outside of the database may not. */
function functionNeeds(name: string, node: Node, place: Place): Needs | Refusal {
  const refusal = node.kind === 'call' ? checkCall(node as Call, place.context) : checkPart(node, place.context, NEVER);
  if (refusal === undefined || !('what' in refusal)) return [];
  const policy = functionPolicy(name, place.context.dialect);
  if (typeof policy === 'string' || policy.refused === 'reachesOut' || place.own === undefined) return refusal;
  return ['administration'];
}

function folded({ name }: Name): string {
  return name.toLowerCase();
}
