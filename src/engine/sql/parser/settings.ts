import type { Expression, Name } from '../ast/expressions.ts';
import type { SetStatement, SetTransaction, SetVariables, Statement, VariableAssignment } from '../ast/statements.ts';
import { parseCollation } from './collations.ts';
import type { Parser } from './parser.ts';
import { parseSystemVariable } from './primary.ts';
import { parseCharset, takeCharset } from './types.ts';
import { parseUnsupported } from './utilities.ts';

const SCOPES = ['GLOBAL', 'SESSION', 'LOCAL', 'PERSIST', 'PERSIST_ONLY'] as const;

/** Every SET, except those of accounts. */
export function parseSet(p: Parser): Statement {
  const { keyword } = p.peek();
  const isAccount = (keyword === 'ROLE' || keyword === 'RESOURCE') && !p.isOperator('=', 2) && !p.isOperator(':=', 2);
  // Without quotes SET PASSWORD is a statement of its own, whatever is declared.
  if (isAccount || keyword === 'PASSWORD' || (keyword === 'DEFAULT' && p.peek(2).keyword === 'ROLE')) return parseUnsupported(p);
  const { start } = p.next();
  if (p.isMariadb && p.take('STATEMENT')) return parseSetStatement(p, start);
  const transaction = parseSetTransaction(p, start);
  if (transaction !== undefined) return transaction;
  const set: SetVariables = { kind: 'set', assignments: p.list(() => parseAssignment(p)), ...p.span(start) };
  return set;
}

function parseSetStatement(p: Parser, start: number): SetStatement {
  const assignments = p.list(() => parseAssignment(p));
  p.expect('FOR');
  const statement = p.nested(() => p.grammar.statement(p));
  return { kind: 'setStatement', assignments, statement, ...p.span(start) };
}

function parseSetTransaction(p: Parser, start: number): SetTransaction | undefined {
  let scope: SetTransaction['scope'];
  if (p.is('TRANSACTION')) p.next();
  else if (p.take('GLOBAL', 'TRANSACTION')) scope = 'GLOBAL';
  else if (p.take('SESSION', 'TRANSACTION') || p.take('LOCAL', 'TRANSACTION')) scope = 'SESSION';
  else return undefined;
  const characteristics = p.list(() => parseCharacteristic(p));
  return { kind: 'setTransaction', scope, characteristics, ...p.span(start) };
}

const CHARACTERISTICS = [
  ['READ', 'ONLY'],
  ['READ', 'WRITE'],
  ['ISOLATION', 'LEVEL', 'READ', 'UNCOMMITTED'],
  ['ISOLATION', 'LEVEL', 'READ', 'COMMITTED'],
  ['ISOLATION', 'LEVEL', 'REPEATABLE', 'READ'],
  ['ISOLATION', 'LEVEL', 'SERIALIZABLE'],
] as const;

function parseCharacteristic(p: Parser): string {
  const found = CHARACTERISTICS.find((words) => p.takePhrase(words));
  if (found === undefined) throw p.unexpected('READ ONLY, READ WRITE or ISOLATION LEVEL');
  return found.join(' ');
}

function parseAssignment(p: Parser): VariableAssignment {
  const { start } = p.token;
  if (p.is('NAMES') && !p.isOperator('=', 1) && !p.isOperator(':=', 1)) return parseNames(p, start);
  if ((p.is('CHARACTER', 'SET') || p.is('CHAR', 'SET') || p.is('CHARSET')) && takeCharset(p)) {
    const value = parseCharsetValue(p);
    return { kind: 'variableAssignment', target: word('CHARACTER SET', start, p.lastEnd), form: 'charset', value, ...p.span(start) };
  }
  const scope = p.isOperator('=', 1) || p.isOperator(':=', 1) ? undefined : p.takeAny(...SCOPES);
  const target = parseTarget(p);
  if (!p.takeOperator('=') && !p.takeOperator(':=')) throw p.unexpected('"="');
  return { kind: 'variableAssignment', target, scope, form: 'variable', value: parseSetValue(p), ...p.span(start) };
}

function word(name: string, start: number, end: number): Name {
  return { kind: 'name', name, quoted: false, start, end };
}

function parseNames(p: Parser, start: number): VariableAssignment {
  p.expect('NAMES');
  const value = parseCharsetValue(p);
  const collation = p.take('COLLATE') ? parseCollation(p) : undefined;
  return { kind: 'variableAssignment', target: word('NAMES', start, p.lastEnd), form: 'names', value, collation, ...p.span(start) };
}

function parseCharsetValue(p: Parser): Expression {
  const { start } = p.token;
  if (p.take('DEFAULT')) return { kind: 'defaultValue', ...p.span(start) };
  return { kind: 'string', value: parseCharset(p).name, ...p.span(start) };
}

function parseTarget(p: Parser): VariableAssignment['target'] {
  const { start } = p.token;
  if (p.isKind('userVariable')) {
    const { text } = p.next();
    return { kind: 'userVariable', name: text, ...p.span(start) };
  }
  if (p.isOperator('@@')) return parseSystemVariable(p);
  const first = p.is('DEFAULT') && p.isOperator('.', 1) ? p.anyName() : p.name('a variable');
  if (!p.takeOperator('.')) return first;
  return { kind: 'column', table: first, name: p.name('a variable'), ...p.span(start) };
}

/** Words that stand for a value of a variable. */
const VALUE_WORDS = ['ON', 'ALL', 'BINARY', 'ROW', 'SYSTEM'] as const;

function parseSetValue(p: Parser): Expression {
  const { start } = p.token;
  if (p.is('DEFAULT') && !p.isOperator('(', 1)) {
    p.next();
    return { kind: 'defaultValue', ...p.span(start) };
  }
  const behind = p.peek();
  const isLast = behind.kind === 'end' || p.isOperator(',', 1) || p.isOperator(';', 1) || behind.keyword === 'FOR';
  const value = isLast ? p.takeAny(...VALUE_WORDS) : undefined;
  if (value !== undefined) return { kind: 'defaultValue', word: value, ...p.span(start) };
  return p.grammar.expression(p);
}
