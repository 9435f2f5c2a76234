import type { QueryBody, SetOperation } from '../sql/ast/queries.ts';
import type { Dialect } from '../sql/lexer/dialect.ts';
import { refuse, type Refusal } from './makeRefusal.ts';

/**
 * Refuses what ends MySQL itself: an INTERSECT or EXCEPT whose right side is a set operation in parentheses. With an aggregate or a window in there MySQL 9.7.4 reads through a null
 * pointer, wherever the query stands, and with EXPLAIN, too (`SELECT id FROM t INTERSECT (SELECT MAX(id) FROM t UNION SELECT id FROM t)`; found by our generator of queries).
 */
export function checkSetOperation({ operands, operators }: SetOperation, { flavor }: Dialect): Refusal | undefined {
  if (flavor !== 'mysql') return undefined;
  for (const [i, { operator }] of operators.entries()) {
    const right = operands[i + 1];
    if (operator !== 'UNION' && right !== undefined && nestsSetOperation(right))
      return refuse(`A set operation in parentheses behind ${operator}, which can crash MySQL`, right, 'read.derivedOperand');
  }
  return undefined;
}

function nestsSetOperation(body: QueryBody): boolean {
  if (body.kind === 'setOperation') return true;
  return body.kind === 'nestedQuery' && nestsSetOperation(body.query.body);
}
