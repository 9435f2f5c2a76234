import type { Describe, Explain, Statement } from '../ast/statements.ts';
import { parseSingleString } from './literals.ts';
import type { Parser } from './parser.ts';

const EXPLAINABLE = new Set(['SELECT', 'INSERT', 'REPLACE', 'UPDATE', 'DELETE', 'WITH', 'TABLE', 'VALUES']);

/** EXPLAIN, DESCRIBE, DESC and MariaDB's ANALYZE: a plan, or the columns of a table. */
export function parseExplain(p: Parser): Explain | Describe {
  const { start, keyword } = p.next();
  const verb = keyword === 'ANALYZE' ? 'ANALYZE' : 'EXPLAIN';
  let analyze = verb === 'ANALYZE';
  if (!p.isMariadb && p.is('ANALYZE') && p.since({ mysql: 80018 })) {
    p.next();
    analyze = true;
  }
  const options: string[] = [];
  let format: string | undefined;
  let into: Explain['into'];
  let schema: Explain['schema'];
  if (p.isMariadb || p.dialect.version < 80012) {
    const option = p.is('EXTENDED') || p.is('PARTITIONS') ? (isTableNext(p) ? undefined : p.takeAny('EXTENDED', 'PARTITIONS')) : undefined;
    if (option !== undefined) options.push(option);
  }
  if (p.is('FORMAT') && p.isOperator('=', 1)) {
    p.next();
    p.next();
    if (!p.isKind('string') && !p.isName()) throw p.unexpected('a format');
    format = p.next().text.toUpperCase();
  }
  if (p.since({ mysql: 80100 }) && p.take('INTO')) {
    if (!p.isKind('userVariable')) throw p.unexpected('a user variable');
    const { start: variableStart, text } = p.next();
    into = { kind: 'userVariable', name: text, ...p.span(variableStart) };
  }
  if (p.take('FOR', 'CONNECTION')) {
    const connection = p.grammar.expression(p);
    return { kind: 'explain', verb, analyze, options, format, into, schema, connection, ...p.span(start) };
  }
  if (p.since({ mysql: 80200 }) && (p.take('FOR', 'SCHEMA') || p.take('FOR', 'DATABASE'))) schema = p.name('the name of a database');
  if (p.isAny(EXPLAINABLE) || p.isOperator('(')) {
    const statement: Statement = p.nested(() => p.grammar.statement(p));
    return { kind: 'explain', verb, analyze, options, format, into, schema, statement, ...p.span(start) };
  }
  const isPlain = !analyze && options.length === 0 && format === undefined && into === undefined && schema === undefined;
  if (!isPlain) throw p.unexpected('SELECT');
  return parseDescribe(p, start);
}

/** True for `EXPLAIN extended`, a table of that name. */
function isTableNext(p: Parser): boolean {
  const behind = p.peek();
  return behind.kind === 'end' || p.isOperator(';', 1) || p.isOperator('.', 1);
}

function parseDescribe(p: Parser, start: number): Describe {
  const table = p.objectName('the name of a table');
  if (p.isKind('string')) return { kind: 'describe', table, pattern: parseSingleString(p), ...p.span(start) };
  const column = p.isName() ? p.name() : undefined;
  return { kind: 'describe', table, column, ...p.span(start) };
}
