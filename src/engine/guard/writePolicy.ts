import type { AdviceCode } from '../advice.ts';
import type { Delete, Insert, Statement, Update } from '../sql/ast/statements.ts';
import type { WriteClass } from '../sql/statementClasses.ts';
import type { Node } from '../sql/walk.ts';
import { collectNeeds } from './definitionPolicy.ts';
import { NEVER } from './never.ts';
import { whereRulesAre, type ReadContext } from './readContext.ts';
import { checkNodes, checkStatementCosts, headOf } from './readPolicy.ts';
import { refuse, type Refusal } from './makeRefusal.ts';
import { checkOwnDatabases, isOwnDatabase } from './ownDatabases.ts';
import { rowClasses } from './rowClasses.ts';

export interface AllowedWrite {
  readonly verb: string;
  /** All that the user must have opened for it. */
  readonly classes: readonly WriteClass[];
}

export type RowWrite = Insert | Update | Delete;

const NO_STATE = 'write.oneTransaction';

const ADVICE: ReadonlyMap<string, AdviceCode> = new Map([
  ...[
    'START',
    'BEGIN',
    'COMMIT',
    'ROLLBACK',
    'SAVEPOINT',
    'RELEASE',
    'XA',
    'USE',
    'LOCK',
    'UNLOCK',
    'PREPARE',
    'EXECUTE',
    'DEALLOCATE',
  ].map((verb): [string, AdviceCode] => [verb, NO_STATE]),
  ['DO', 'write.querySelect'],
  ['HANDLER', 'write.querySelect'],
  ['LOAD', 'write.insertRows'],
]);

const READS = new Set(['query', 'show', 'describe', 'explain', 'help']);

/** INSERT, REPLACE, UPDATE and DELETE change rows and, where the tables can, are rolled back. The others commit by themselves. */
export function isRowWrite(statement: Node): statement is RowWrite {
  return statement.kind === 'insert' || statement.kind === 'update' || statement.kind === 'delete';
}

/** Decides on the tree of a statement that changes something. Whether it may run depends on the connection's access to its classes. */
export function checkWrite(statement: Statement, context: ReadContext): AllowedWrite | Refusal {
  const [verb = ''] = headOf(statement).split(' ');
  const classes = classesOf(statement, verb, context);
  if (!Array.isArray(classes)) return classes;
  return checkStatementCosts(statement, context.dialect) ?? { verb, classes };
}

function classesOf(statement: Statement, verb: string, context: ReadContext): WriteClass[] | Refusal {
  if (isRowWrite(statement)) return checkRows(statement, context) ?? rowClasses(statement);
  if (READS.has(statement.kind)) return refuseRead(verb, statement, context);
  switch (statement.kind) {
    case 'callStatement':
      return checkCallStatement(statement, context);
    case 'set':
    case 'setTransaction':
      return checkSet(statement, context);
    case 'kill':
      return checkNodes(statement.id, context) ?? ['administration'];
    case 'maintenance':
      return statement.verb === 'CHECKSUM' ? refuseRead('CHECKSUM', statement, context) : ['administration'];
    case 'administration':
      return withoutTableRules(statement, headOf(statement), context) ?? ['administration'];
    case 'truncate':
    case 'createTable':
    case 'alterTable':
    case 'createIndex':
    case 'view':
    case 'renameTable':
    case 'sequenceDefinition':
      return checkDefinition(statement, context);
    case 'drop': {
      const isWide = !['TABLE', 'VIEW', 'INDEX', 'SEQUENCE'].includes(statement.object);
      return (
        (isWide ? withoutTableRules(statement, `DROP ${statement.object}`, context) : undefined) ?? checkDefinition(statement, context)
      );
    }
    case 'database':
    case 'trigger':
    case 'routine':
    case 'alterRoutine':
    case 'event': {
      const object = statement.kind === 'routine' || statement.kind === 'alterRoutine' ? statement.type : statement.kind.toUpperCase();
      return withoutTableRules(statement, `${verb} ${object}`, context) ?? checkDefinition(statement, context);
    }
    default:
      return refuse(headOf(statement), statement, ADVICE.get(verb) ?? NEVER);
  }
}

function refuseRead(verb: string, statement: Statement, { caller = 'a write' }: ReadContext): Refusal {
  return refuse(`${verb} in ${caller}`, statement, 'write.queryReads');
}

function checkRows(statement: RowWrite, context: ReadContext): Refusal | undefined {
  const refusal = checkNodes(statement, context, true);
  if (refusal !== undefined) return refusal;
  if (statement.returning.length > 0) return refuse('RETURNING', statement.returning[0], 'leaveOut.returning');
  return checkOwnDatabases(statement, context.database);
}

function checkDefinition(statement: Statement, context: ReadContext): WriteClass[] | Refusal {
  return checkOwnDatabases(statement, context.database) ?? collectNeeds(statement, context);
}

/** The body is not the statement's: the class says that the user lets agents run what stands there. */
function checkCallStatement(statement: Extract<Statement, { kind: 'callStatement' }>, context: ReadContext): WriteClass[] | Refusal {
  const hidden = withoutTableRules(statement, 'CALL', context, 'write.procedureBody');
  if (hidden !== undefined) return hidden;
  for (const argument of statement.args) {
    const refusal = checkNodes(argument, context);
    if (refusal !== undefined) return refusal;
  }
  const { database } = statement.routine;
  return isOwnDatabase(database?.name ?? context.database) ? ['call', 'administration'] : ['call'];
}

const WIDE_SCOPES = new Set(['GLOBAL', 'PERSIST', 'PERSIST_ONLY']);

function checkSet(statement: Extract<Statement, { kind: 'set' | 'setTransaction' }>, context: ReadContext): WriteClass[] | Refusal {
  if (statement.kind === 'setTransaction')
    return statement.scope === 'GLOBAL' ? ['administration'] : refuse('SET TRANSACTION', statement, NO_STATE);
  for (const assignment of statement.assignments) {
    const { target } = assignment;
    const scope = assignment.scope ?? (target.kind === 'systemVariable' ? target.scope : undefined);
    if (scope === undefined || !WIDE_SCOPES.has(scope)) return refuse('SET of the session', assignment, NO_STATE);
    const refusal = isSettingWord(assignment.value) ? undefined : checkNodes(assignment.value, context);
    if (refusal !== undefined) return refusal;
  }
  return ['administration'];
}

/** `DEFAULT`, `ON`. */
function isSettingWord(value: Node): boolean {
  return value.kind === 'defaultValue';
}

/** What could reach a table without naming it. */
function withoutTableRules(statement: Node, what: string, context: ReadContext, advice: AdviceCode = NEVER): Refusal | undefined {
  return context.isTableDenied === undefined ? undefined : refuse(`${what} ${whereRulesAre(context)}`, statement, advice);
}
