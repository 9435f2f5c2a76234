import type { ReadContext } from '../../guard/readContext.ts';
import { checkWrite } from '../../guard/writePolicy.ts';
import type { Statement } from '../../sql/ast/statements.ts';
import type { Dialect } from '../../sql/lexer/dialect.ts';
import { parseStatements } from '../../sql/parser/parse.ts';
import { print } from '../../sql/printer/print.ts';

/** What is sent must be one statement that is judged and printed as the tree was: a fault of the printer must not change what is sent unseen. */
export function requireSame(sql: string, statement: Statement, context: ReadContext): void {
  const [again, second] = parseStatements(sql, context.dialect);
  const before = checkWrite(statement, context);
  const after = again === undefined ? undefined : checkWrite(again, context);
  const isSame =
    again !== undefined &&
    second === undefined &&
    again.kind === statement.kind &&
    'classes' in before &&
    after !== undefined &&
    'classes' in after &&
    before.classes.join() === after.classes.join() &&
    print(again, context.dialect) === sql;
  if (!isSame) throw new Error('The printed statement is not the one that was judged.');
}

/** MySQL since 8.0.32 writes a tree, or what the server is set to, where no format is asked for: it says nothing of access types, which whoever asks for a plan looks for first. */
export function withAccessTypes(statement: Statement, { flavor, version }: Dialect): Statement {
  if (statement.kind !== 'explain' || flavor !== 'mysql' || version < 80_032) return statement;
  const isPlain = !statement.analyze && statement.format === undefined && statement.into === undefined;
  return isPlain ? { ...statement, format: 'TRADITIONAL' } : statement;
}
