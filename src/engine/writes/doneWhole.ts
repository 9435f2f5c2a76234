import type { Statement } from '../sql/ast/statements.ts';
import type { Dialect } from '../sql/lexer/dialect.ts';

/** Errors of the look at rights and names, before anything is done: `ER_DBACCESS_DENIED_ERROR`, `ER_TABLEACCESS_DENIED_ERROR`, `ER_SPECIFIC_ACCESS_DENIED_ERROR`, `ER_PARSE_ERROR`. */
const BEFORE_IT_BEGINS: ReadonlySet<number> = new Set([1044, 1142, 1227, 1064]);

/**
 * True for a statement that commits by itself and has done nothing where the server answers with this error. Since MySQL 8.0 definitions and statements about accounts are done whole or not at
 * all; before it and in MariaDB a list of names is worked off one by one. A procedure may have committed before it failed.
 * @see https://dev.mysql.com/doc/refman/8.4/en/atomic-ddl.html
 * @see https://mariadb.com/docs/server/reference/sql-statements/data-definition/atomic-ddl
 */
export function isDoneWhole(statement: Statement, { flavor, version }: Dialect, errno: number): boolean {
  if (statement.kind === 'callStatement') return false;
  if (BEFORE_IT_BEGINS.has(errno) || (flavor === 'mysql' && version >= 80_000)) return true;
  switch (statement.kind) {
    case 'drop':
      return statement.object !== 'DATABASE' && statement.names.length === 1;
    case 'renameTable':
      return statement.pairs.length === 1;
    case 'administration':
    case 'database':
    case 'maintenance':
      return false;
    default:
      return true;
  }
}
