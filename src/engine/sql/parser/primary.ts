import type {
  Argument,
  Call,
  ColumnReference,
  Expression,
  JsonPath,
  Name,
  ObjectName,
  SystemVariable,
  TemporalLiteral,
} from '../ast/expressions.ts';
import { AGGREGATES, parseAggregate } from './aggregates.ts';
import { isIntroducer, parseLiteral, parseSingleString } from './literals.ts';
import type { Parser } from './parser.ts';
import { isSpecialName, parseSpecial } from './specialFunctions.ts';
import { upperCase } from '../lexer/rules.ts';

/** An expression without operators. */
export function parsePrimary(p: Parser): Expression {
  const { kind, text } = p.token;
  switch (kind) {
    case 'word':
      return parseWord(p);
    case 'quotedName':
      return parseReference(p);
    case 'userVariable':
      return parseUserVariable(p);
    case 'operator':
      return parseOperator(p, text);
    case 'end':
    case 'hints':
      throw p.unexpected('an expression');
    default:
      return parseLiteral(p);
  }
}

function parseOperator(p: Parser, text: string): Expression {
  const { start } = p.token;
  switch (text) {
    case '(':
      return parseParentheses(p);
    case '@@':
      return parseSystemVariable(p);
    case '?':
      p.next();
      return { kind: 'parameter', ...p.span(start) };
    case '{':
      return parseOdbc(p);
    case '.':
      if (p.isMariadb && p.isName(1)) return parseReference(p);
      throw p.unexpected('an expression');
    default:
      throw p.unexpected('an expression');
  }
}

function parseParentheses(p: Parser): Expression {
  const { start } = p.token;
  const isQuery = p.opensQuery;
  p.expectOperator('(');
  if (isQuery) {
    const query = p.nested(() => p.grammar.query(p));
    p.expectOperator(')');
    return { kind: 'subquery', query, ...p.span(start) };
  }
  const items = p.nested(() => p.list(() => p.grammar.expression(p)));
  p.expectOperator(')');
  const [expression] = items;
  if (items.length === 1 && expression !== undefined) return { kind: 'paren', expression, ...p.span(start) };
  return { kind: 'row', keyword: false, items, ...p.span(start) };
}

const ODBC_TYPES: ReadonlyMap<string, TemporalLiteral['type']> = new Map([
  ['d', 'DATE'],
  ['t', 'TIME'],
  ['ts', 'TIMESTAMP'],
]);

/** `{d '2024-01-31'}`, `{fn NOW()}`: ODBC's escapes. */
function parseOdbc(p: Parser): Expression {
  const { start } = p.token;
  p.expectOperator('{');
  // The server tells these letters from capital ones.
  const type = ODBC_TYPES.get(p.name().name);
  if (type !== undefined && p.isKind('string')) {
    const value = p.next().text;
    p.expectOperator('}');
    return { kind: 'temporal', type, value, ...p.span(start) };
  }
  const expression = p.nested(() => p.grammar.expression(p));
  p.expectOperator('}');
  return { kind: 'paren', expression, ...p.span(start) };
}

function parseUserVariable(p: Parser): Expression {
  const { start, text } = p.next();
  const variable = { kind: 'userVariable', name: text, ...p.span(start) } as const;
  if (!p.takeOperator(':=')) return variable;
  const value = p.nested(() => p.grammar.expression(p));
  return { kind: 'assignment', variable, value, ...p.span(start) };
}

const SCOPES: ReadonlyMap<string, SystemVariable['scope']> = new Map([
  ['GLOBAL', 'GLOBAL'],
  ['SESSION', 'SESSION'],
  ['LOCAL', 'LOCAL'],
  ['PERSIST', 'PERSIST'],
  ['PERSIST_ONLY', 'PERSIST_ONLY'],
]);

export function parseSystemVariable(p: Parser): SystemVariable {
  const { start } = p.token;
  p.expectOperator('@@');
  const scope = p.isKind('word') && p.isOperator('.', 1) ? SCOPES.get(upperCase(p.token.text)) : undefined;
  if (scope !== undefined) {
    p.next();
    p.expectOperator('.');
  }
  const first = p.is('DEFAULT') ? p.anyName() : p.name('the name of a system variable');
  if (!p.takeOperator('.')) return { kind: 'systemVariable', scope, name: first, ...p.span(start) };
  return { kind: 'systemVariable', scope, base: first, name: p.name('the name of a system variable'), ...p.span(start) };
}

function parseWord(p: Parser): Expression {
  const { start, keyword, end } = p.token;
  if (keyword === '') return parseReference(p);
  switch (keyword) {
    case 'NULL':
      p.next();
      return { kind: 'null', ...p.span(start) };
    case 'TRUE':
    case 'FALSE':
      p.next();
      return { kind: 'boolean', value: keyword === 'TRUE', ...p.span(start) };
    case 'CASE':
      return parseCase(p);
    case 'EXISTS':
      return parseExists(p);
    case 'ROW':
      if (p.isOperator('(', 1)) return parseRow(p);
      break;
    case 'DATE':
    case 'TIME':
    case 'TIMESTAMP':
      if (p.peek().kind === 'string') {
        p.next();
        return { kind: 'temporal', type: keyword, value: parseSingleString(p).value, ...p.span(start) };
      }
      break;
  }
  if (isIntroducer(p)) return parseLiteral(p);
  const blankBefore = p.peek().start !== end;
  if (p.isOperator('(', 1) && AGGREGATES.has(keyword) && isAggregateHere(p, keyword, blankBefore)) return parseAggregate(p);
  if (isSpecialName(p, keyword, blankBefore)) return parseSpecial(p);
  return parseReference(p);
}

/** Most aggregates are names like others where a blank stands before the parenthesis. */
function isAggregateHere(p: Parser, keyword: string, blankBefore: boolean): boolean {
  return AGGREGATES.get(keyword)?.(p.dialect, blankBefore) ?? false;
}

function parseExists(p: Parser): Expression {
  const { start } = p.next();
  if (!p.opensQuery) throw p.unexpected('a subquery');
  p.expectOperator('(');
  const query = p.nested(() => p.grammar.query(p));
  p.expectOperator(')');
  return { kind: 'exists', query, ...p.span(start) };
}

function parseRow(p: Parser): Expression {
  const { start } = p.next();
  const items = p.nested(() => p.parenthesized(() => p.grammar.expression(p)));
  return { kind: 'row', keyword: true, items, ...p.span(start) };
}

function parseCase(p: Parser): Expression {
  const { start } = p.next();
  return p.nested(() => {
    const operand = p.is('WHEN') ? undefined : p.grammar.expression(p);
    const branches = [];
    while (p.is('WHEN')) {
      const { start: branchStart } = p.next();
      const when = p.grammar.expression(p);
      p.expect('THEN');
      const result = p.grammar.expression(p);
      branches.push({ kind: 'caseBranch', when, result, ...p.span(branchStart) } as const);
    }
    if (branches.length === 0) throw p.unexpected('WHEN');
    const otherwise = p.take('ELSE') ? p.grammar.expression(p) : undefined;
    p.expect('END');
    return { kind: 'case', operand, branches, otherwise, ...p.span(start) };
  });
}

/** A column, or a call in the generic form. */
function parseReference(p: Parser): Expression {
  const { start } = p.token;
  const leadingDot = p.takeOperator('.');
  const first = p.name('an expression');
  if (leadingDot && !p.isOperator('.')) throw p.unexpected();
  if (p.isOperator('(') && !leadingDot) return parseCall(p, undefined, first);
  if (!p.isOperator('.')) return withJsonPath(p, { kind: 'column', name: first, ...p.span(start) });
  p.next();
  const second = p.name('the name of a column');
  if (p.isOperator('(') && !leadingDot) return parseCall(p, first, second);
  if (!p.takeOperator('.')) return withJsonPath(p, { kind: 'column', table: first, name: second, ...p.span(start) });
  if (leadingDot) throw p.unexpected();
  const name = p.name('the name of a column');
  return withJsonPath(p, { kind: 'column', database: first, table: second, name, ...p.span(start) });
}

function withJsonPath(p: Parser, column: ColumnReference): ColumnReference | JsonPath {
  if (!p.isOperator('->') && !p.isOperator('->>')) return column;
  const unquote = p.next().text === '->>';
  if (!p.isKind('string')) throw p.unexpected('a JSON path');
  return { kind: 'jsonPath', column, unquote, path: parseSingleString(p), ...p.span(column.start) };
}

function parseCall(p: Parser, database: Name | undefined, name: Name): Expression {
  const start = database?.start ?? name.start;
  if (database === undefined && p.isMariadb && !name.quoted) {
    const sequence = parseSequenceCall(p, upperCase(name.name), start);
    if (sequence !== undefined) return sequence;
  }
  const blankBefore = p.token.start !== name.end;
  p.expectOperator('(');
  const args = p.isOperator(')') ? [] : p.nested(() => p.list(() => parseArgument(p)));
  p.expectOperator(')');
  const call: Call = { kind: 'call', database, name, args, blankBefore, ...p.span(start) };
  return call;
}

/** `expr`, or `expr AS name` for loadable functions. */
function parseArgument(p: Parser): Argument {
  const { start } = p.token;
  const value = p.grammar.expression(p);
  let alias: Name | undefined;
  if (p.take('AS')) alias = p.isKind('string') ? p.anyName() : p.name();
  else if (p.isName() || p.isKind('string')) alias = p.anyName();
  return { kind: 'argument', value, alias, ...p.span(start) };
}

/** MariaDB: NEXTVAL(s), LASTVAL(s), SETVAL(s, …). */
function parseSequenceCall(p: Parser, operation: string, start: number): Expression | undefined {
  if (operation !== 'NEXTVAL' && operation !== 'LASTVAL' && operation !== 'SETVAL') return undefined;
  p.expectOperator('(');
  const sequence: ObjectName = p.objectName('the name of a sequence');
  const args: Expression[] = [];
  while (operation === 'SETVAL' && p.takeOperator(',')) args.push(p.nested(() => p.grammar.expression(p)));
  p.expectOperator(')');
  return { kind: 'sequence', operation, sequence, args, ...p.span(start) };
}
