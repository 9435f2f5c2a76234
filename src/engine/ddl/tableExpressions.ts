import { phrase } from '../phrase.ts';
import type { Node } from '../sql/walk.ts';
import { walk } from '../sql/walk.ts';
import type { DdlContext } from './ddlContext.ts';
import { failsOn, type StatementFails } from './statementFails.ts';
import type { CheckModel, TableModel } from './tableModel.ts';

const QUERIES = new Set<Node['kind']>(['subquery', 'exists', 'quantified']);
const VARIABLES = new Set<Node['kind']>(['userVariable', 'systemVariable']);

/** A check computes from the row alone. Throws StatementFails. */
export function checkExpressions(table: TableModel, before: TableModel | undefined, { flavor, versionNumber }: DdlContext): void {
  if (flavor === 'mysql' && versionNumber < 80_016) return; // it ignores them
  for (const check of table.checks) {
    const failure = before?.checks.includes(check) === true ? undefined : failureOf(check, flavor);
    if (failure !== undefined) throw failure;
  }
}

function failureOf({ name, expression }: CheckModel, flavor: 'mysql' | 'mariadb'): StatementFails | undefined {
  let found: StatementFails | undefined;
  walk(expression, (node) => {
    // MySQL looks at these first, MariaDB at queries.
    if (node.kind === 'aggregate') {
      const aggregate = failsOn(flavor, { mysql: 1111, mariadb: 1901 }, phrase('check {0} has an aggregate function', name));
      found = flavor === 'mysql' ? aggregate : (found ?? aggregate);
    }
    if (QUERIES.has(node.kind)) found ??= failsOn(flavor, { mysql: 3815, mariadb: 1970 }, phrase('check {0} has a query', name));
    if (VARIABLES.has(node.kind)) found ??= failsOn(flavor, { mysql: 3816, mariadb: 1901 }, phrase('check {0} has a variable', name));
    return undefined;
  });
  return found;
}
