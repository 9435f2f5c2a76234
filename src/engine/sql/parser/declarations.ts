import type { Condition, ConditionValue, Cursor, Declare, Handler, Signal } from '../ast/programs.ts';
import { parseSingleString } from './literals.ts';
import type { Parser } from './parser.ts';
import { parseNumber, parseParameterType } from './types.ts';

/** DECLARE of variables, a condition, a cursor or a handler. */
export function parseDeclare(p: Parser): Declare | Condition | Cursor | Handler {
  const { start } = p.next();
  const action = p.peek().keyword === 'HANDLER' ? p.takeAny('CONTINUE', 'EXIT', 'UNDO') : undefined;
  if (action !== undefined) {
    p.expect('HANDLER', 'FOR');
    const conditions = p.list(() => parseConditionValue(p));
    const statement = p.nested(() => p.grammar.statement(p));
    return { kind: 'handler', action, conditions, statement, ...p.span(start) };
  }
  const first = p.name('a name');
  if (p.take('CONDITION')) {
    p.expect('FOR');
    return { kind: 'condition', name: first, value: parseConditionValue(p), ...p.span(start) };
  }
  if (p.take('CURSOR')) {
    const parameters =
      p.isMariadb && p.isOperator('(')
        ? p.parenthesized(() => {
            p.take('IN');
            return { name: p.name('a parameter'), type: parseParameterType(p) };
          })
        : [];
    p.expect('FOR');
    const query = p.nested(() => p.grammar.query(p));
    return { kind: 'cursor', name: first, parameters, query, ...p.span(start) };
  }
  const names = [first];
  while (p.takeOperator(',')) names.push(p.name('a variable'));
  const typeOf = p.isMariadb ? parseTypeOf(p) : undefined;
  const type = typeOf === undefined ? parseParameterType(p) : undefined;
  const value = p.take('DEFAULT') || (p.isMariadb && p.takeOperator(':=')) ? p.grammar.expression(p) : undefined;
  return { kind: 'declare', names, type, typeOf, value, ...p.span(start) };
}

/** MariaDB: `TYPE OF t.c`, `ROW TYPE OF t`. */
function parseTypeOf(p: Parser): Declare['typeOf'] {
  const row = p.take('ROW', 'TYPE', 'OF');
  if (!row && !p.take('TYPE', 'OF')) return undefined;
  const parts = [p.name()];
  while (p.takeOperator('.')) parts.push(p.name());
  return { row, parts };
}

function parseConditionValue(p: Parser): ConditionValue {
  const { start } = p.token;
  if (p.take('SQLSTATE')) {
    p.take('VALUE');
    return { kind: 'conditionValue', form: 'SQLSTATE', state: parseSingleString(p), ...p.span(start) };
  }
  if (p.take('NOT', 'FOUND')) return { kind: 'conditionValue', form: 'NOT FOUND', ...p.span(start) };
  const form = p.takeAny('SQLWARNING', 'SQLEXCEPTION');
  if (form !== undefined) return { kind: 'conditionValue', form, ...p.span(start) };
  if (p.isKind('number')) return { kind: 'conditionValue', form: 'code', code: parseNumber(p), ...p.span(start) };
  return { kind: 'conditionValue', form: 'name', name: p.name('a condition'), ...p.span(start) };
}

export function parseSignal(p: Parser): Signal {
  const { start, keyword } = p.next();
  const verb = keyword === 'SIGNAL' ? 'SIGNAL' : 'RESIGNAL';
  const hasCondition = verb === 'SIGNAL' || p.is('SQLSTATE') || p.isName();
  const condition = hasCondition ? parseConditionValue(p) : undefined;
  const items = p.take('SET')
    ? p.list(() => {
        const name = p.name('the name of an item').name.toUpperCase();
        p.expectOperator('=');
        return { name, value: p.grammar.expression(p) };
      })
    : [];
  return { kind: 'signal', verb, condition, items, ...p.span(start) };
}
