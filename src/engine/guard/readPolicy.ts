import type { Advice, AdviceCode } from '../advice.ts';
import type { AggregateCall, Call, SequenceCall, SpecialCall } from '../sql/ast/expressions.ts';
import type { Hint, Into, Locking, Select, SetOperation } from '../sql/ast/queries.ts';
import type { Explain, Statement, TableMaintenance } from '../sql/ast/statements.ts';
import type { Dialect } from '../sql/lexer/dialect.ts';
import { walk, type Node } from '../sql/walk.ts';
import { checkCall, checkFunction } from './callPolicy.ts';
import { costRefusal } from './costWords.ts';
import { checkCosts } from './costs/costs.ts';
import { checkHint } from './hints.ts';
import type { ReadContext } from './readContext.ts';
import { refuse, type Refusal } from './makeRefusal.ts';
import { checkSetOperation } from './setOperations.ts';
import { checkShow } from './showPolicy.ts';
import { checkStructureOnly } from './structurePolicy.ts';

/**
 * `read` runs in a READ ONLY session. `plan` changes nothing, and yet such a session refuses it (the plan of a write, the
 * text of a view that calls a writing function). `checksum` reads whole tables. `structure` reads no rows.
 */
export type StatementKind = 'read' | 'plan' | 'checksum' | 'structure';

/** What to do instead, for whoever tried to write through a reading tool. */
const ONLY_READS = 'read.onlyReads';

const ADVICE: ReadonlyMap<string, AdviceCode> = new Map([
  ['USE', 'read.databaseArgument'],
  ['SET', 'read.noState'],
  ['CALL', 'read.noProcedure'],
  ['HANDLER', 'read.select'],
  ['ANALYZE', 'explain.notAnalyzeTable'],
]);

/** Kinds of nodes that only compute or read, or are parts of others that are looked at below. Any other kind is refused. */
const HARMLESS = new Set(
  (
    'query with cte setOperator nestedQuery values tableQuery selectItem orderItem groupBy limit window frame frameBound ' +
    'namedWindow dual table indexHint derived nestedTables odbcJoin join joinPart jsonTable jsonColumn systemTime sample hintToken name ' +
    'objectName string number hex bit null boolean temporal column star userVariable systemVariable paren row unary chain collate is like ' +
    'between in memberOf subquery quantified exists case caseBranch interval jsonPath argument onResponse type'
  ).split(' '),
);

/** What only chooses how rows are read or buffered. */
const SELECT_OPTIONS = new Set(
  (
    'ALL DISTINCT DISTINCTROW HIGH_PRIORITY STRAIGHT_JOIN SQL_SMALL_RESULT SQL_BIG_RESULT SQL_BUFFER_RESULT SQL_NO_CACHE SQL_CACHE ' +
    'SQL_CALC_FOUND_ROWS'
  ).split(' '),
);

/** Decides on the tree of a statement alone; the names in it are for whoever resolves them. */
export function checkRead(statement: Statement, context: ReadContext): StatementKind | Refusal {
  const kind = checkHead(statement, context);
  if (typeof kind === 'object') return kind;
  const rows = context.structureOnly === true ? checkStructureOnly(statement) : undefined;
  if (rows !== undefined) return rows;
  return checkNodes(statement, context, kind === 'plan') ?? checkStatementCosts(statement, context.dialect) ?? kind;
}

/** Refuses what crashes a server or holds it. */
export function checkStatementCosts(statement: Statement, dialect: Dialect): Refusal | undefined {
  const cost = checkCosts(statement, dialect);
  return cost === undefined ? undefined : costRefusal(cost);
}

/** What is refused wherever it stands. Parts of writes are there only where they are explained and not run. */
export function checkNodes(root: Node, context: ReadContext, explainsWrite = false): Refusal | undefined {
  const heads = explainsWrite ? [...HEADS, ...WRITE_PARTS] : HEADS;
  let refusal: Refusal | undefined;
  walk(root, (node) => {
    // Heads are looked at by `checkHead`; what is explained stands directly below.
    if (refusal === undefined && !((node === root || node.kind === 'account' || explainsWrite) && heads.includes(node.kind)))
      refusal = checkPart(node, context, ONLY_READS);
    return refusal === undefined ? undefined : false;
  });
  return refusal;
}

const WRITE_PARTS = ['insert', 'update', 'delete', 'insertRows', 'insertSet', 'setClause', 'defaultValue'];
const HEADS = ['show', 'describe', 'explain', 'help', 'maintenance', 'account'];

/** Judges one node, whatever is below it. */
export function checkPart(node: Node, context: ReadContext, advice: Advice): Refusal | undefined {
  if (HARMLESS.has(node.kind)) return undefined;
  switch (node.kind) {
    case 'select':
      return checkSelect(node as Select);
    case 'setOperation':
      return checkSetOperation(node as SetOperation, context.dialect);
    case 'call': {
      const verdict = checkCall(node as Call, context);
      return 'what' in verdict ? verdict : undefined;
    }
    case 'special':
      return checkSpecial(node as SpecialCall, context);
    case 'aggregate':
      return checkFunction((node as AggregateCall).name, node, context);
    case 'sequence':
      return checkSequence(node as SequenceCall);
    case 'hint':
      return checkHint(node as Hint);
    case 'locking':
      return refuse(lockingText(node as Locking), node, 'leaveOut.locking');
    case 'into':
      return refuse((node as Into).target === 'VARIABLES' ? 'INTO' : `INTO ${(node as Into).target}`, node, 'leaveOut.into');
    case 'assignment':
      return refuse('An assignment (:=)', node, 'write.windowFunction');
    case 'procedure':
      return refuse('PROCEDURE ANALYSE', node, 'leaveOut.clause');
    case 'parameter':
      return refuse('A ? without a value', node, 'statement.passValues');
    default:
      return refuse(headOf(node), node, advice);
  }
}

export function headOf(node: Node): string {
  if ('head' in node && typeof node.head === 'string') return node.head;
  if ('verb' in node && typeof node.verb === 'string') return node.verb;
  return VERBS.get(node.kind) ?? node.kind.toUpperCase();
}

const VERBS: ReadonlyMap<string, string> = new Map([
  ['query', 'SELECT'],
  ['callStatement', 'CALL'],
  ['setTransaction', 'SET TRANSACTION'],
  ['setStatement', 'SET STATEMENT'],
  ['lockTables', 'LOCK TABLES'],
  ['createTable', 'CREATE'],
  ['alterTable', 'ALTER'],
  ['createIndex', 'CREATE'],
  ['database', 'CREATE'],
  ['trigger', 'CREATE'],
  ['routine', 'CREATE'],
  ['alterRoutine', 'ALTER'],
  ['renameTable', 'RENAME'],
  ['block', 'BEGIN'],
  ['getDiagnostics', 'GET DIAGNOSTICS'],
]);

function checkHead(statement: Statement, context: ReadContext): StatementKind | Refusal {
  switch (statement.kind) {
    case 'query':
      return 'read';
    case 'show':
      return checkShow(statement, context) ?? (statement.subject.startsWith('CREATE ') ? 'plan' : 'structure');
    case 'describe':
    case 'help':
      return 'structure';
    case 'explain':
      return checkExplain(statement, context);
    case 'maintenance':
      return checkMaintenance(statement);
    default: {
      const verb = headOf(statement);
      return refuse(verb, statement, ADVICE.get(verb.split(' ')[0] ?? '') ?? ONLY_READS);
    }
  }
}

function checkMaintenance(statement: TableMaintenance): StatementKind | Refusal {
  if (statement.verb === 'CHECKSUM') return 'checksum';
  return refuse(`${statement.verb} ${statement.object}`, statement, ADVICE.get(statement.verb) ?? ONLY_READS);
}

function checkExplain({ statement, analyze, into, connection, start }: Explain, context: ReadContext): StatementKind | Refusal {
  const here = { start };
  if (into !== undefined) return refuse('EXPLAIN INTO', into, 'leaveOut.planInto');
  if (connection !== undefined && context.isTableDenied !== undefined)
    return refuse('A plan of another session', here, 'explain.ownStatement');
  switch (statement?.kind) {
    case undefined:
      return connection === undefined ? refuse('This form of EXPLAIN', here, 'explain.knownForm') : 'structure';
    case 'query':
      return 'read';
    case 'insert':
    case 'update':
    case 'delete':
      return analyze ? refuse('EXPLAIN ANALYZE of a write', statement, 'explain.unmeasured') : 'plan';
    default:
      return refuse('This form of EXPLAIN', statement, 'explain.knownForm');
  }
}

function checkSelect(select: Select): Refusal | undefined {
  const unknown = select.options.find((option) => !SELECT_OPTIONS.has(option));
  return unknown === undefined ? undefined : refuse(`SELECT ${unknown}`, select, 'leaveOut.it');
}

function checkSpecial(call: SpecialCall, context: ReadContext): Refusal | undefined {
  if (call.name === 'VALUES') return undefined; // NULL outside of ON DUPLICATE KEY UPDATE
  if (call.name === 'AS') return undefined; // `COLUMN_GET(a, 'b' AS CHAR)`: a type, and no call
  return checkFunction(call.name, call, context);
}

function checkSequence(call: SequenceCall): Refusal | undefined {
  if (call.operation === 'LASTVAL') return undefined;
  return refuse(call.operation, call, 'write.previousValue');
}

function lockingText({ strength }: Locking): string {
  return strength === 'LOCK IN SHARE MODE' ? strength : `FOR ${strength}`;
}
