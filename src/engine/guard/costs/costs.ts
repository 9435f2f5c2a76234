import { type CostRefusal } from './costRefusal.ts';
import type { Expression, Star } from '../../sql/ast/expressions.ts';
import type { Statement } from '../../sql/ast/statements.ts';
import type { Dialect } from '../../sql/lexer/dialect.ts';
import { walk, type Node } from '../../sql/walk.ts';
import { checkCall, checkPath, nestsShapes, type CostCheck } from './calls.ts';
import { countCopies } from './copies.ts';
import { inOrder, type Visit } from './inOrder.ts';
import { countLevels } from './levels.ts';
import { nestsTooDeeply } from './documents.ts';
import { ALL_TEXT_BYTES, COMPUTED_DOCUMENT_BYTES, COPIES, EXPRESSION_LEVELS, RECURSIVE_ROWS } from './limits.ts';
import { nameOf } from './numberBound.ts';
import { TextBounds } from './textBound.ts';

/** They make long texts of short ones. */
const MAKING = new Set(['REPEAT', 'SPACE', 'LPAD', 'RPAD', 'LPAD_ORACLE', 'RPAD_ORACLE', 'UNCOMPRESS']);
const COLLECTS = new Set(['JSON_ARRAYAGG', 'JSON_OBJECTAGG']);

/**
 * Refuses what crashes a server, holds it although the statement is killed, or takes gigabytes, whatever its limits are. Only what the text
 * itself makes is counted: long values in tables are their owner's.
 */
export function checkCosts(statement: Statement, dialect: Dialect): CostRefusal | undefined {
  if (isCheap(statement)) return undefined;
  const visits = inOrder(statement);
  const facts = collectFacts(visits);
  const bounds = new TextBounds();
  const check: CostCheck = { dialect, bounds, ...facts };
  const tooMuch = checkSize(statement, visits);
  if (tooMuch !== undefined) return tooMuch;
  let total = 0;
  const { columns } = bounds;
  for (const { node, leaving } of visits) {
    if (!leaving) {
      columns.enter(node);
      continue;
    }
    if (node.kind === 'selectItem') {
      const { value } = node as unknown as { readonly value: Expression | Star };
      columns.take(bounds.of(value));
    } else if (node.kind === 'values') {
      const { rows } = node as unknown as { readonly rows: readonly (readonly Expression[])[] };
      for (const value of rows.flat()) columns.take(bounds.of(value));
    } else if (node.kind === 'query') {
      columns.leaveQuery();
    } else if (isExpression(node)) {
      const { kind } = node;
      if (kind === 'call' || kind === 'special' || (kind === 'chain' && node.operators[0] === '||')) total += bounds.of(node);
      if (total > ALL_TEXT_BYTES) return { reason: 'texts', name: kind === 'chain' ? '||' : functionName(node), position: node.start };
      const refusal = kind === 'aggregate' ? checkAggregate(node, facts, bounds) : checkCall(node, check);
      if (refusal !== undefined) return refusal;
    } else if (node.kind === 'jsonTable' || node.kind === 'jsonColumn') {
      const { path, document } = node as unknown as { readonly path?: Expression; readonly document?: Expression };
      // Its columns are pieces of the document.
      if (document !== undefined) columns.reachable = Math.max(columns.reachable, bounds.of(document));
      const refusal = path === undefined ? undefined : checkPath(path, 'JSON_TABLE');
      if (refusal !== undefined) return refusal;
    }
  }
  return undefined;
}

const COSTLY = new Set(['call', 'special', 'aggregate', 'jsonPath', 'like', 'jsonTable', 'jsonColumn', 'with']);

/** True where no part of a statement has a cost of its own and so few nodes cannot be too deep: each adds one level at most. */
function isCheap(statement: Statement): boolean {
  let nodes = 0;
  walk(statement, (node) => {
    nodes += COSTLY.has(node.kind) || isConcatenation(node) ? EXPRESSION_LEVELS + 1 : 1;
    return nodes > EXPRESSION_LEVELS ? false : undefined;
  });
  return nodes <= EXPRESSION_LEVELS;
}

function isConcatenation(node: Node): boolean {
  return isExpression(node) && node.kind === 'chain' && node.operators[0] === '||';
}

function checkSize(statement: Statement, visits: readonly Visit[]): CostRefusal | undefined {
  if (visits.some(({ node }) => node.kind === 'with') && countCopies(statement) > COPIES)
    return { reason: 'copies', name: 'WITH', position: statement.start };
  return countLevels(visits) > EXPRESSION_LEVELS ? { reason: 'levels', name: 'SELECT', position: statement.start } : undefined;
}

interface Facts {
  readonly recursive: boolean;
  /** Recursive tables are read more than once outside of their own definition. */
  readonly multiplied: boolean;
  /** It makes long texts or holds nested ones, which a server may put in the place of a column that is compared with them. */
  readonly deepTexts: boolean;
  readonly collections: number;
}

function collectFacts(visits: readonly Visit[]): Facts {
  const recursive = new Set<string>();
  const read: string[] = [];
  let deepTexts = false;
  let collections = 0;
  const bounds = new TextBounds();
  for (const { node, leaving } of visits) {
    if (leaving) continue;
    if (node.kind === 'string') deepTexts ||= nestsTooDeeply((node as unknown as { readonly value: string }).value);
    if (isExpression(node) && nestsShapes(node)) collections++;
    if (isExpression(node) && (node.kind === 'call' || node.kind === 'special') && MAKING.has(nameOf(node)))
      deepTexts ||= bounds.of(node) > COMPUTED_DOCUMENT_BYTES;
    if (node.kind === 'with') {
      const clause = node as unknown as {
        readonly recursive: boolean;
        readonly expressions: readonly { readonly name: { readonly name: string } }[];
      };
      if (clause.recursive) for (const { name } of clause.expressions) recursive.add(name.name.toLowerCase());
    } else if (node.kind === 'objectName') {
      const object = node as unknown as { readonly database?: unknown; readonly name: { readonly name: string } };
      if (object.database === undefined) read.push(object.name.name.toLowerCase());
    }
  }
  // Each definition reads itself once.
  const reads = read.filter((name) => recursive.has(name)).length;
  return { recursive: recursive.size > 0, multiplied: reads > 2 * recursive.size, deepTexts, collections };
}

function checkAggregate(node: Extract<Expression, { kind: 'aggregate' }>, facts: Facts, bounds: TextBounds): CostRefusal | undefined {
  const collects = COLLECTS.has(node.name);
  if (!facts.recursive || !(collects || node.distinct)) return undefined;
  const bytes = node.args.reduce((sum, argument) => sum + bounds.of(argument), 0);
  const tooLong = bytes * RECURSIVE_ROWS > ALL_TEXT_BYTES / 2;
  return tooLong || (collects && facts.multiplied) ? { reason: 'rows', name: node.name, position: node.start } : undefined;
}

function functionName(node: Expression): string {
  if (node.kind === 'call') return node.name.name.toUpperCase();
  return node.kind === 'special' ? node.name : '';
}

const EXPRESSIONS = new Set<string>(['call', 'special', 'aggregate', 'chain', 'jsonPath', 'like']);

/** Of the expressions only those that cost something. */
function isExpression(
  node: Node,
): node is Node & Extract<Expression, { kind: 'call' | 'special' | 'aggregate' | 'chain' | 'jsonPath' | 'like' }> {
  return EXPRESSIONS.has(node.kind);
}
