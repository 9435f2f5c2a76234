import type { Expression } from '../ast/expressions.ts';
import type { Statement } from '../ast/statements.ts';
import type { Dialect } from '../lexer/dialect.ts';
import { printExpression } from './expressions.ts';
import { Printer, type PrintOptions, type Printers } from './printer.ts';
import { printQuery } from './queries.ts';
import { printStatement } from './statements.ts';

const PRINTERS: Printers = { expression: printExpression, query: printQuery, statement: printStatement };

/**
 * The text of a statement or expression: one line, keywords in upper case, names quoted, no comments but the hints of the tree. It means to
 * the server of the dialect what the tree means. Throws for statements that are never sent (`unsupported`).
 */
export function print(node: Statement | Expression, dialect: Dialect, options: PrintOptions = {}): string {
  const printer = new Printer(dialect, options, PRINTERS);
  return isExpression(node) ? printer.expression(node) : printer.statement(node);
}

const EXPRESSIONS: Readonly<Record<Expression['kind'], true>> = {
  string: true,
  number: true,
  hex: true,
  bit: true,
  null: true,
  boolean: true,
  temporal: true,
  parameter: true,
  defaultValue: true,
  column: true,
  userVariable: true,
  systemVariable: true,
  assignment: true,
  paren: true,
  row: true,
  unary: true,
  chain: true,
  collate: true,
  is: true,
  like: true,
  between: true,
  in: true,
  memberOf: true,
  subquery: true,
  quantified: true,
  exists: true,
  case: true,
  interval: true,
  jsonPath: true,
  call: true,
  special: true,
  aggregate: true,
  sequence: true,
};

function isExpression(node: Statement | Expression): node is Expression {
  return Object.hasOwn(EXPRESSIONS, node.kind);
}
