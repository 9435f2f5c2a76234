import type { AdviceCode } from '../../advice.ts';
import { checkFunctionBody, checkFunctionReading } from '../../guard/functionBody.ts';
import type { ReadContext } from '../../guard/readContext.ts';
import type { Statement } from '../../sql/ast/statements.ts';
import { dialectOf } from '../../sql/lexer/dialect.ts';
import { parseRoutineBody } from '../../sql/parser/parse.ts';
import type { FoundFunction } from './objectCatalog.ts';
import { excerptAt, type ObjectProblem } from './objectProblem.ts';

export const READ_BELOW = 'read.tablesBelow';
const UNREADABLE: ObjectProblem = { code: 'unreadable' };

type JudgedFunction = readonly [
  body: { readonly tree: Statement; readonly context: ReadContext } | undefined,
  problem: { readonly why: string; readonly advice: AdviceCode; readonly problem: ObjectProblem } | undefined,
];

/** Parses and judges the body of a stored function. */
export function judgeFunction(found: FoundFunction, context: ReadContext): JudgedFunction {
  if (found.language !== 'SQL')
    return [undefined, { why: `is a function in ${found.language}, which can't be checked`, advice: READ_BELOW, problem: UNREADABLE }];
  const { definition } = found;
  if (definition === undefined) {
    const advice = 'rights.showRoutine';
    return [undefined, { why: "is a function whose definition this account can't see", advice, problem: { code: 'hidden' } }];
  }
  const unreadable = checkFunctionReading(found);
  const dialect = dialectOf(context.dialect.flavor, context.dialect.version, found.sqlMode);
  if (unreadable !== undefined || dialect === undefined)
    return [undefined, { why: `can't be checked: ${unreadable ?? 'its sql_mode is ORACLE'}`, advice: READ_BELOW, problem: UNREADABLE }];
  try {
    const tree = parseRoutineBody(definition, dialect);
    const inside = { ...context, dialect, database: found.database };
    const refusal = checkFunctionBody(tree, found.parameters, inside);
    if (refusal !== undefined) {
      const problem: ObjectProblem = { code: 'contains', value: excerptAt(definition, refusal.position) };
      return [undefined, { why: `is a function that contains: ${refusal.what}`, advice: READ_BELOW, problem }];
    }
    return [{ tree, context: inside }, undefined];
  } catch {
    return [undefined, { why: "is a function whose definition can't be parsed reliably", advice: READ_BELOW, problem: UNREADABLE }];
  }
}
