import type { Name } from '../ast/expressions.ts';
import type {
  Block,
  CaseStatement,
  CursorOperation,
  ForLoop,
  GetDiagnostics,
  If,
  Loop,
  ProgramBranch,
  ProgramStatement,
} from '../ast/programs.ts';
import type { Statement } from '../ast/statements.ts';
import { parseDeclare, parseSignal } from './declarations.ts';
import { parseInto } from './into.ts';
import type { Parser } from './parser.ts';
import { parseSubquery } from './subqueries.ts';
import { parseNumber } from './types.ts';
import { parseUserVariable } from './variables.ts';

const HEADS: ReadonlyMap<string, (p: Parser) => ProgramStatement> = new Map<string, (p: Parser) => ProgramStatement>([
  ['BEGIN', (p) => parseBlock(p, undefined, p.token.start)],
  ['IF', parseIf],
  ['CASE', parseCase],
  ['LOOP', (p) => parseLoop(p, undefined, p.token.start)],
  ['WHILE', (p) => parseLoop(p, undefined, p.token.start)],
  ['REPEAT', (p) => parseLoop(p, undefined, p.token.start)],
  ['FOR', (p) => parseFor(p, undefined, p.token.start)],
  ['LEAVE', parseJump],
  ['ITERATE', parseJump],
  ['RETURN', parseReturn],
  ['DECLARE', parseDeclare],
  ['OPEN', parseCursorOperation],
  ['FETCH', parseCursorOperation],
  ['CLOSE', parseCursorOperation],
  ['SIGNAL', parseSignal],
  ['RESIGNAL', parseSignal],
  ['GET', parseGetDiagnostics],
]);

/** True for statements that stand in bodies of routines, triggers and events only. */
export function isProgramStatement(p: Parser): boolean {
  if (!p.inProgram) return false;
  return HEADS.has(p.token.keyword) || (p.isName() && p.isOperator(':', 1));
}

export function parseProgramStatement(p: Parser): ProgramStatement {
  return p.nested(() => {
    const parse = HEADS.get(p.token.keyword);
    if (parse !== undefined && !p.isOperator(':', 1)) return parse(p);
    const { start } = p.token;
    const label = p.name('a label');
    p.expectOperator(':');
    if (p.is('BEGIN')) return parseBlock(p, label, start);
    if (p.is('FOR')) return parseFor(p, label, start);
    return parseLoop(p, label, start);
  });
}

/** Statements with their separators, up to a word that ends or divides the surrounding one. */
function parseStatements(p: Parser, ends: readonly string[]): Statement[] {
  const statements: Statement[] = [];
  while (!ends.some((word) => p.is(word))) {
    statements.push(p.grammar.statement(p));
    p.expectOperator(';');
  }
  return statements;
}

/** The label behind END, which must be that of the beginning. */
function takeEndLabel(p: Parser, label: Name | undefined): void {
  if (label !== undefined && p.isName()) p.name();
}

function parseBlock(p: Parser, label: Name | undefined, start: number): Block {
  p.expect('BEGIN');
  const notAtomic = p.isMariadb && p.take('NOT', 'ATOMIC');
  const statements = parseStatements(p, ['END']);
  p.expect('END');
  takeEndLabel(p, label);
  return { kind: 'block', label, notAtomic, statements, ...p.span(start) };
}

function parseIf(p: Parser): If {
  const { start } = p.token;
  const branches: ProgramBranch[] = [];
  do {
    const { start: branchStart } = p.next();
    const condition = p.grammar.expression(p);
    p.expect('THEN');
    const statements = parseStatements(p, ['ELSEIF', 'ELSE', 'END']);
    branches.push({ kind: 'branch', condition, statements, ...p.span(branchStart) });
  } while (p.is('ELSEIF'));
  const otherwise = p.take('ELSE') ? parseStatements(p, ['END']) : undefined;
  p.expect('END', 'IF');
  return { kind: 'if', branches, otherwise, ...p.span(start) };
}

function parseCase(p: Parser): CaseStatement {
  const { start } = p.next();
  const operand = p.is('WHEN') ? undefined : p.grammar.expression(p);
  const branches: ProgramBranch[] = [];
  while (p.is('WHEN')) {
    const { start: branchStart } = p.next();
    const condition = p.grammar.expression(p);
    p.expect('THEN');
    const statements = parseStatements(p, ['WHEN', 'ELSE', 'END']);
    branches.push({ kind: 'branch', condition, statements, ...p.span(branchStart) });
  }
  if (branches.length === 0) throw p.unexpected('WHEN');
  const otherwise = p.take('ELSE') ? parseStatements(p, ['END']) : undefined;
  p.expect('END', 'CASE');
  return { kind: 'caseStatement', operand, branches, otherwise, ...p.span(start) };
}

function parseLoop(p: Parser, label: Name | undefined, start: number): Loop {
  const form = p.takeAny('LOOP', 'WHILE', 'REPEAT');
  if (form === undefined) throw p.unexpected('BEGIN, LOOP, WHILE or REPEAT');
  let condition;
  if (form === 'WHILE') {
    condition = p.grammar.expression(p);
    p.expect('DO');
  }
  const statements = parseStatements(p, form === 'REPEAT' ? ['UNTIL'] : ['END']);
  if (form === 'REPEAT') {
    p.expect('UNTIL');
    condition = p.grammar.expression(p);
  }
  p.expect('END', form);
  takeEndLabel(p, label);
  return { kind: 'loop', form, label, condition, statements, ...p.span(start) };
}

/** MariaDB's FOR, over numbers or the rows of a cursor or query. */
function parseFor(p: Parser, label: Name | undefined, start: number): ForLoop {
  if (!p.isMariadb) throw p.unexpected();
  p.expect('FOR');
  const variable = p.name('a variable');
  p.expect('IN');
  const reverse = p.take('REVERSE');
  const source = parseForSource(p);
  p.expect('DO');
  const statements = parseStatements(p, ['END']);
  p.expect('END', 'FOR');
  takeEndLabel(p, label);
  return { kind: 'forLoop', label, variable, reverse, ...source, statements, ...p.span(start) };
}

function parseForSource(p: Parser): Pick<ForLoop, 'from' | 'to' | 'cursor' | 'args' | 'query'> {
  if (p.isOperator('(') && p.opensQuery) return { query: parseSubquery(p).query, args: [] };
  if (p.isName() && p.peek().keyword === 'DO') return { cursor: p.name(), args: [] };
  if (p.isName() && p.isOperator('(', 1) && p.behindParenthesis(1).keyword === 'DO') {
    return { cursor: p.name(), args: p.parenthesized(() => p.grammar.expression(p)) };
  }
  const from = p.grammar.expression(p);
  p.expectOperator('..');
  return { from, to: p.grammar.expression(p), args: [] };
}

function parseJump(p: Parser): ProgramStatement {
  const { start, keyword } = p.next();
  return { kind: 'jump', verb: keyword === 'LEAVE' ? 'LEAVE' : 'ITERATE', label: p.name('a label'), ...p.span(start) };
}

function parseReturn(p: Parser): ProgramStatement {
  const { start } = p.next();
  return { kind: 'return', value: p.grammar.expression(p), ...p.span(start) };
}

function parseCursorOperation(p: Parser): CursorOperation {
  const { start, keyword } = p.next();
  const verb = keyword === 'OPEN' || keyword === 'FETCH' ? keyword : 'CLOSE';
  if (verb === 'FETCH' && !p.take('NEXT', 'FROM')) p.take('FROM');
  const cursor = p.name('the name of a cursor');
  const args = verb === 'OPEN' && p.isOperator('(') ? p.parenthesized(() => p.grammar.expression(p)) : [];
  const into = verb === 'FETCH' ? parseInto(p) : undefined;
  return { kind: 'cursorOperation', verb, cursor, args, into, ...p.span(start) };
}

function parseGetDiagnostics(p: Parser): GetDiagnostics {
  const { start } = p.next();
  const area = p.takeAny('CURRENT', 'STACKED');
  p.expect('DIAGNOSTICS');
  const condition = p.take('CONDITION') ? (p.isKind('userVariable') ? parseUserVariable(p) : parseConditionNumber(p)) : undefined;
  const items = p.list(() => {
    const target = p.isKind('userVariable') ? parseUserVariable(p) : parseVariable(p);
    p.expectOperator('=');
    return { target, name: p.name('the name of an item').name.toUpperCase() };
  });
  return { kind: 'getDiagnostics', area, condition, items, ...p.span(start) };
}

function parseConditionNumber(p: Parser) {
  if (p.isName()) return parseVariable(p);
  const { start } = p.token;
  return { kind: 'number', text: parseNumber(p), ...p.span(start) } as const;
}

function parseVariable(p: Parser) {
  const { start } = p.token;
  return { kind: 'column', name: p.name('a variable'), ...p.span(start) } as const;
}
