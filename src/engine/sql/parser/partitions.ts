import type { Expression, Name } from '../ast/expressions.ts';
import type { Partition, Partitioning, PartitionMethod } from '../ast/tableElements.ts';
import { parseTableOption } from './options.ts';
import type { Parser } from './parser.ts';
import { parseNumber } from './types.ts';

export function parsePartitioning(p: Parser): Partitioning {
  const { start } = p.token;
  p.expect('PARTITION', 'BY');
  const method = parseMethod(p);
  const count = p.take('PARTITIONS') ? parseNumber(p) : undefined;
  let subpartition: PartitionMethod | undefined;
  let subpartitionCount: string | undefined;
  if (p.take('SUBPARTITION')) {
    p.expect('BY');
    subpartition = parseMethod(p);
    if (p.take('SUBPARTITIONS')) subpartitionCount = parseNumber(p);
  }
  const partitions = p.isOperator('(') ? parsePartitions(p) : [];
  return { kind: 'partitioning', method, count, subpartition, subpartitionCount, partitions, ...p.span(start) };
}

function parseMethod(p: Parser): PartitionMethod {
  const { start } = p.token;
  const linear = p.take('LINEAR');
  const method = p.takeAny('HASH', 'KEY', 'RANGE', 'LIST', 'SYSTEM_TIME');
  const base = { kind: 'partitionMethod', linear } as const;
  if (method === 'HASH') return { ...base, method, expression: parseParenthesizedExpression(p), columns: [], ...p.span(start) };
  if (method === 'KEY') {
    let algorithm: string | undefined;
    if (p.take('ALGORITHM')) {
      p.takeOperator('=');
      algorithm = parseNumber(p);
    }
    return { ...base, method, algorithm, columns: parseColumns(p), ...p.span(start) };
  }
  if (method === 'RANGE' || method === 'LIST') {
    if (p.take('COLUMNS')) return { ...base, method: `${method} COLUMNS`, columns: parseColumns(p), ...p.span(start) };
    return { ...base, method, expression: parseParenthesizedExpression(p), columns: [], ...p.span(start) };
  }
  if (method === undefined || !p.isMariadb) throw p.unexpected('HASH, KEY, RANGE or LIST');
  let expression: Expression | undefined;
  if (p.take('INTERVAL')) expression = parseHistoryInterval(p, start);
  else if (p.take('LIMIT')) expression = p.grammar.expression(p);
  return { ...base, method, expression, columns: [], ...p.span(start) };
}

function parseHistoryInterval(p: Parser, start: number): Expression {
  const value = p.grammar.expression(p);
  return { kind: 'interval', value, unit: p.next().keyword, ...p.span(start) };
}

function parseParenthesizedExpression(p: Parser): Expression {
  p.expectOperator('(');
  const expression = p.nested(() => p.grammar.expression(p));
  p.expectOperator(')');
  return expression;
}

function parseColumns(p: Parser): Name[] {
  p.expectOperator('(');
  const columns = p.isOperator(')') ? [] : p.list(() => p.name('the name of a column'));
  p.expectOperator(')');
  return columns;
}

/** Definitions of partitions in parentheses. */
export function parsePartitions(p: Parser): Partition[] {
  return p.parenthesized(() => parsePartition(p, 'PARTITION'));
}

function parsePartition(p: Parser, word: 'PARTITION' | 'SUBPARTITION'): Partition {
  const { start } = p.token;
  p.expect(word);
  const name = p.name('the name of a partition');
  let lessThan: Expression[] | undefined;
  let values: Expression[] | undefined;
  let special: Partition['special'];
  if (p.take('VALUES', 'LESS', 'THAN')) lessThan = p.isOperator('(') ? p.parenthesized(() => parseBound(p)) : [parseBound(p)];
  else if (p.take('VALUES', 'IN')) values = p.parenthesized(() => parseBound(p));
  else if (p.isMariadb) special = p.takeAny('DEFAULT', 'HISTORY', 'CURRENT');
  const options = [];
  p.take('STORAGE');
  for (let found = parseTableOption(p); found !== undefined; found = parseTableOption(p)) options.push(found);
  const subpartitions = word === 'PARTITION' && p.isOperator('(') ? p.parenthesized(() => parsePartition(p, 'SUBPARTITION')) : [];
  return { kind: 'partition', name, lessThan, in: values, special, options, subpartitions, ...p.span(start) };
}

/** A value or MAXVALUE. */
function parseBound(p: Parser): Expression {
  const { start } = p.token;
  if (p.is('MAXVALUE')) {
    const name = p.anyName();
    return { kind: 'column', name, ...p.span(start) };
  }
  return p.grammar.expression(p);
}
