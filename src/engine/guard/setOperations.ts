import type { QueryBody, Select, SetOperation } from '../sql/ast/queries.ts';
import type { Dialect } from '../sql/lexer/dialect.ts';
import { walk } from '../sql/walk.ts';
import { refuse, type Refusal } from './makeRefusal.ts';

/**
 * Refuses what ends MySQL itself: an INTERSECT or EXCEPT whose right side is a set operation in parentheses, with an aggregate or a window in there. MySQL 9.7.4 crashes, wherever the
 * query stands, and with EXPLAIN, too (`SELECT id FROM t INTERSECT (SELECT MAX(id) FROM t UNION SELECT id FROM t)`; found by our generator of queries). Any function may be an aggregate.
 */
export function checkSetOperation({ operands, operators }: SetOperation, { flavor }: Dialect): Refusal | undefined {
  if (flavor !== 'mysql') return undefined;
  for (const [i, { operator }] of operators.entries()) {
    const right = operands[i + 1];
    if (operator !== 'UNION' && right !== undefined && nestsSetOperation(right) && computes(right))
      return refuse(
        `A set operation with functions or groups in parentheses after ${operator}, which can crash MySQL,`,
        right,
        'read.derivedOperand',
      );
  }
  return undefined;
}

function nestsSetOperation(body: QueryBody): boolean {
  if (body.kind === 'setOperation') return true;
  return body.kind === 'nestedQuery' && nestsSetOperation(body.query.body);
}

const COMPUTING = new Set(['aggregate', 'call', 'special', 'sequence', 'groupBy', 'window', 'namedWindow']);

function computes(body: QueryBody): boolean {
  let found = false;
  walk(body, (node) => {
    found ||= COMPUTING.has(node.kind) || (node.kind === 'select' && (node as Select).having !== undefined);
    return found ? false : undefined;
  });
  return found;
}
