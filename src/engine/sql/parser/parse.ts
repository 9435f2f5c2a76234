import type { Expression } from '../ast/expressions.ts';
import type { Query } from '../ast/queries.ts';
import type { Statement } from '../ast/statements.ts';
import type { Dialect } from '../lexer/dialect.ts';
import { parseBitExpression, parseExpression as expression } from './expressions.ts';
import { Parser, type Grammar } from './parser.ts';
import { parseQuery as query } from './queries.ts';
import { parseStatement as statement } from './statements.ts';

const GRAMMAR: Grammar = { expression, bitExpression: parseBitExpression, query, statement };

/** The statements of a text, without the empty ones between separators. Throws ParseError. */
export function parseStatements(sql: string, dialect: Dialect): Statement[] {
  const p = new Parser(sql, dialect, GRAMMAR);
  const found: Statement[] = [];
  while (!p.isKind('end')) {
    if (p.takeOperator(';')) continue;
    found.push(statement(p));
    if (!p.isKind('end') && !p.isOperator(';')) throw p.unexpected();
  }
  return found;
}

/** Heads of the compound statements that MariaDB runs without a routine around them. */
const PROGRAMS = new Set(['BEGIN', 'IF', 'CASE', 'LOOP', 'WHILE', 'REPEAT', 'FOR']);

/** The statements of a text as a server runs it by itself: on MariaDB it may also be one that others know in routines only. Throws ParseError. */
export function parseRunnable(sql: string, dialect: Dialect): readonly Statement[] {
  const p = new Parser(sql, dialect, GRAMMAR);
  const isProgram = dialect.flavor === 'mariadb' && PROGRAMS.has(p.token.keyword) && (!p.is('BEGIN') || p.is('BEGIN', 'NOT'));
  return isProgram ? [parseRoutineBody(sql, dialect)] : parseStatements(sql, dialect);
}

/** A query by itself: the text of a view. */
export function parseQuery(sql: string, dialect: Dialect): Query {
  return parseWhole(sql, dialect, query);
}

/** An expression by itself: that of a generated column or a CHECK. */
export function parseExpression(sql: string, dialect: Dialect): Expression {
  return parseWhole(sql, dialect, expression);
}

/** The body of a routine, trigger or event. */
export function parseRoutineBody(sql: string, dialect: Dialect): Statement {
  return parseWhole(sql, dialect, (p) => p.body());
}

function parseWhole<T>(sql: string, dialect: Dialect, parse: (p: Parser) => T): T {
  const p = new Parser(sql, dialect, GRAMMAR);
  const found = parse(p);
  while (p.takeOperator(';'));
  if (!p.isKind('end')) throw p.unexpected();
  return found;
}
