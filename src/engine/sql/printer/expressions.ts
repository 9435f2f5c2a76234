import type { Chain, ChainOperator, ColumnReference, Expression, SystemVariable, Unary } from '../ast/expressions.ts';
import { printAggregate, printCall, printSpecial } from './calls.ts';
import { quoteName } from '../identifiers.ts';
import { printLiteral, printString } from './literals.ts';
import { joinWords, type Printer } from './printer.ts';

/** How tightly operators bind, as in the parser; a row of operators stands in parentheses inside another of its own level. */
const LEVELS: Readonly<Record<ChainOperator, number>> = {
  OR: 1,
  XOR: 2,
  AND: 3,
  '=': 5,
  '<=>': 5,
  '>=': 5,
  '>': 5,
  '<=': 5,
  '<': 5,
  '<>': 5,
  '|': 7,
  '&': 8,
  '<<': 9,
  '>>': 9,
  '+': 10,
  '-': 10,
  '*': 11,
  '/': 11,
  DIV: 11,
  MOD: 11,
  '%': 11,
  '^': 12,
  '||': 13,
};
const NOT = 4;
const COMPARISON = 5;
const PREDICATE = 6;
const BITS = 7;
const SIMPLE = 14;
const COLLATED = 15;
const PRIMARY = 16;

function levelOf(node: Expression): number {
  switch (node.kind) {
    case 'assignment':
      return 0;
    case 'chain':
      return LEVELS[node.operators[0] ?? '^'];
    case 'unary':
      return node.operator === 'NOT' ? NOT : SIMPLE;
    case 'is':
      return COMPARISON;
    case 'like':
    case 'between':
    case 'in':
    case 'memberOf':
      return PREDICATE;
    case 'collate':
      return COLLATED;
    default:
      return PRIMARY;
  }
}

export function printExpression(printer: Printer, node: Expression, level: number): string {
  const text = printBare(printer, node);
  return levelOf(node) < level ? `(${text})` : text;
}

function printBare(printer: Printer, node: Expression): string {
  switch (node.kind) {
    case 'string':
    case 'number':
    case 'hex':
    case 'bit':
    case 'null':
    case 'boolean':
    case 'temporal':
      return printLiteral(node, printer.dialect);
    case 'parameter':
      return '?';
    case 'defaultValue':
      return node.word ?? 'DEFAULT';
    case 'column':
      return printColumn(node);
    case 'userVariable':
      return printUserVariable(node.name);
    case 'systemVariable':
      return printSystemVariable(node);
    case 'assignment':
      return `${printUserVariable(node.variable.name)} := ${printer.expression(node.value)}`;
    case 'paren':
      return `(${printer.expression(node.expression)})`;
    case 'row':
      return `${node.keyword ? 'ROW' : ''}(${printer.expressions(node.items)})`;
    case 'unary':
      return printUnary(printer, node);
    case 'chain':
      return printChain(printer, node);
    case 'collate':
      return `${printer.expression(node.operand, COLLATED)} COLLATE ${quoteName(node.collation.name)}`;
    case 'subquery':
      return printer.subquery(node.query);
    case 'quantified':
      return `${node.quantifier} ${printer.subquery(node.query)}`;
    case 'exists':
      return `EXISTS ${printer.subquery(node.query)}`;
    case 'interval':
      return `INTERVAL ${printer.expression(node.value)} ${node.unit}`;
    case 'jsonPath':
      return `${printColumn(node.column)}${node.unquote ? '->>' : '->'}${printString(node.path, printer.dialect)}`;
    case 'call':
      return printCall(printer, node);
    case 'special':
      return printSpecial(printer, node);
    case 'aggregate':
      return printAggregate(printer, node);
    case 'sequence':
      return `${node.operation}(${[printer.objectName(node.sequence), ...node.args.map((arg) => printer.expression(arg))].join(', ')})`;
    case 'case':
      return joinWords(
        'CASE',
        node.operand && printer.expression(node.operand),
        ...node.branches.map(({ when, result }) => `WHEN ${printer.expression(when)} THEN ${printer.expression(result)}`),
        node.otherwise && `ELSE ${printer.expression(node.otherwise)}`,
        'END',
      );
    default:
      return printTest(printer, node);
  }
}

/** Predicates, and tests with IS. */
function printTest(printer: Printer, node: Extract<Expression, { kind: 'is' | 'like' | 'between' | 'in' | 'memberOf' }>): string {
  if (node.kind === 'is') return joinWords(printer.expression(node.operand, PREDICATE), 'IS', node.not && 'NOT', node.test);
  const operand = printer.expression(node.operand, BITS);
  switch (node.kind) {
    case 'memberOf':
      return `${operand} MEMBER OF (${printer.expression(node.array)})`;
    case 'in': {
      const list = 'kind' in node.list ? printer.subquery(node.list.query) : `(${printer.expressions(node.list)})`;
      return joinWords(operand, node.not && 'NOT', 'IN', list);
    }
    case 'between':
      return joinWords(
        operand,
        node.not && 'NOT',
        `BETWEEN ${printer.expression(node.low, BITS)} AND ${printer.expression(node.high, BITS)}`,
      );
    case 'like': {
      const level = node.operator === 'LIKE' ? SIMPLE : BITS;
      const escape = node.escape && `ESCAPE ${printer.expression(node.escape, SIMPLE)}`;
      return joinWords(operand, node.not && 'NOT', node.operator, printer.expression(node.pattern, level), escape);
    }
  }
}

function printUnary(printer: Printer, { operator, operand }: Unary): string {
  if (operator === 'NOT') return `NOT ${printer.expression(operand, printer.dialect.highNotPrecedence ? SIMPLE : NOT)}`;
  const text = printer.expression(operand, SIMPLE);
  // Two signs side by side would begin a comment.
  const blank = operator === 'BINARY' || /^[-+~!]/.test(text) ? ' ' : '';
  return `${operator}${blank}${text}`;
}

function printChain(printer: Printer, { operands, operators }: Chain): string {
  const [first] = operands;
  if (operators[0] === '||' && !printer.dialect.pipesAsConcat) return `CONCAT(${printer.expressions(operands)})`;
  const level = LEVELS[operators[0] ?? '^'] + 1;
  // Behind an interval that comes first, only a simple operand can stand without parentheses.
  const others = first?.kind === 'interval' ? SIMPLE : level;
  const parts = operands.map((operand, i) => printer.expression(operand, i === 0 ? level : others));
  let text = parts[0] ?? '';
  for (const [i, operator] of operators.entries()) text += ` ${operator} ${parts[i + 1] ?? ''}`;
  return text;
}

export function printColumn({ database, table, name }: ColumnReference): string {
  const prefix = table === undefined ? '' : `${database === undefined ? '' : `${quoteName(database.name)}.`}${quoteName(table.name)}.`;
  return prefix + quoteName(name.name);
}

export function printUserVariable(name: string): string {
  return `@${quoteName(name)}`;
}

export function printSystemVariable({ scope, base, name }: SystemVariable): string {
  const parts = [scope, base && quoteName(base.name), name.name.toUpperCase() === 'DEFAULT' ? 'DEFAULT' : quoteName(name.name)];
  return `@@${parts.filter((part) => part !== undefined).join('.')}`;
}
