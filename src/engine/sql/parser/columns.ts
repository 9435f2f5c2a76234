import type { Name } from '../ast/expressions.ts';
import type { ColumnAttribute, ColumnDefinition, Constraint, KeyPart, References, ReferentialAction } from '../ast/tableElements.ts';
import { parseCollation } from './collations.ts';
import { parseSingleString } from './literals.ts';
import { parseIndexOption, parseIndexOptions } from './options.ts';
import type { Parser } from './parser.ts';
import { parseNumber, parseType } from './types.ts';

/** A column, or an index or constraint. */
export function parseElement(p: Parser): ColumnDefinition | Constraint {
  return isConstraint(p) ? parseConstraint(p) : parseColumn(p);
}

const CONSTRAINTS = new Set(['CONSTRAINT', 'PRIMARY', 'UNIQUE', 'FOREIGN', 'FULLTEXT', 'SPATIAL', 'CHECK', 'INDEX', 'KEY']);

export function isConstraint(p: Parser): boolean {
  const { keyword } = p.token;
  if (CONSTRAINTS.has(keyword)) return true;
  if (keyword === 'VECTOR') return p.is('VECTOR', 'INDEX') || p.is('VECTOR', 'KEY');
  return p.isMariadb && p.is('PERIOD', 'FOR');
}

export function parseColumn(p: Parser): ColumnDefinition {
  const { start } = p.token;
  return parseColumnBehindName(p, p.name('the name of a column'), start);
}

export function parseColumnBehindName(p: Parser, name: Name, start: number): ColumnDefinition {
  // A generated column of MariaDB may leave out its type.
  const type = p.is('AS') || p.is('GENERATED') ? undefined : parseType(p);
  const attributes: ColumnAttribute[] = [];
  for (let found = parseAttribute(p); found !== undefined; found = parseAttribute(p)) attributes.push(found);
  return { kind: 'columnDefinition', name, type, attributes, ...p.span(start) };
}

type Details = Partial<Omit<ColumnAttribute, 'kind' | 'attribute' | 'start' | 'end'>>;

const SIMPLE: readonly (readonly string[])[] = [
  ['NOT', 'NULL'],
  ['NULL'],
  ['AUTO_INCREMENT'],
  ['SERIAL', 'DEFAULT', 'VALUE'],
  ['PRIMARY', 'KEY'],
  ['VISIBLE'],
  ['INVISIBLE'],
  ['NOT', 'SECONDARY'],
  ['WITH', 'SYSTEM', 'VERSIONING'],
  ['WITHOUT', 'SYSTEM', 'VERSIONING'],
  ['GENERATED', 'ALWAYS', 'AS', 'ROW', 'START'],
  ['GENERATED', 'ALWAYS', 'AS', 'ROW', 'END'],
  ['COMPRESSED'],
];

function parseAttribute(p: Parser): ColumnAttribute | undefined {
  const { start } = p.token;
  const attribute = (name: ColumnAttribute['attribute'], details: Details = {}): ColumnAttribute => ({
    kind: 'columnAttribute',
    attribute: name,
    ...details,
    ...p.span(start),
  });
  const simple = SIMPLE.find((words) => p.takePhrase(words));
  if (simple !== undefined) return attribute(simple.join(' ').replace('ALWAYS AS ', '') as ColumnAttribute['attribute']);
  if (p.take('DEFAULT')) return attribute('DEFAULT', { value: p.grammar.bitExpression(p) });
  if (p.take('ON', 'UPDATE')) return attribute('ON UPDATE', { value: p.grammar.bitExpression(p) });
  if (p.take('UNIQUE')) {
    p.take('KEY');
    return attribute('UNIQUE');
  }
  if (p.take('KEY')) return attribute('KEY');
  if (p.take('COMMENT')) return attribute('COMMENT', { text: parseSingleString(p) });
  if (p.take('COLLATE')) return attribute('COLLATE', { name: parseCollation(p) });
  const word = p.takeAny('COLUMN_FORMAT', 'STORAGE');
  if (word !== undefined) return attribute(word, { word: p.next().keyword });
  const engine = p.takeAny('ENGINE_ATTRIBUTE', 'SECONDARY_ENGINE_ATTRIBUTE');
  if (engine !== undefined) {
    p.takeOperator('=');
    return attribute(engine, { text: parseSingleString(p) });
  }
  if (p.take('SRID')) return attribute('SRID', { word: parseNumber(p) });
  if (p.take('REF_SYSTEM_ID')) {
    p.takeOperator('=');
    return attribute('REF_SYSTEM_ID', { word: parseNumber(p) });
  }
  if (p.take('GENERATED', 'ALWAYS', 'AS') || p.take('AS')) {
    p.expectOperator('(');
    const value = p.nested(() => p.grammar.expression(p));
    p.expectOperator(')');
    return attribute('GENERATED', { value, stored: p.takeAny('STORED', 'VIRTUAL', 'PERSISTENT') });
  }
  if (p.is('CONSTRAINT') || p.is('CHECK')) return parseCheckAttribute(p, attribute);
  if (p.is('REFERENCES')) return attribute('REFERENCES', { references: parseReferences(p) });
  return undefined;
}

function parseCheckAttribute(
  p: Parser,
  attribute: (name: ColumnAttribute['attribute'], details: Details) => ColumnAttribute,
): ColumnAttribute {
  const name = p.take('CONSTRAINT') && !p.is('CHECK') ? p.name('the name of a constraint') : undefined;
  if (p.is('REFERENCES') && name !== undefined) return attribute('REFERENCES', { name, references: parseReferences(p) });
  const value = parseCheck(p);
  return attribute('CHECK', { name, value, enforced: parseEnforced(p) });
}

function parseCheck(p: Parser) {
  p.expect('CHECK');
  p.expectOperator('(');
  const value = p.nested(() => p.grammar.expression(p));
  p.expectOperator(')');
  return value;
}

export function parseEnforced(p: Parser): boolean | undefined {
  if (p.take('ENFORCED')) return true;
  return p.take('NOT', 'ENFORCED') ? false : undefined;
}

function parseReferences(p: Parser): References {
  const { start } = p.token;
  p.expect('REFERENCES');
  const table = p.objectName('the name of a table');
  const columns = p.isOperator('(') ? p.parenthesized(() => p.name('the name of a column')) : [];
  const match = p.take('MATCH') ? p.takeAny('FULL', 'PARTIAL', 'SIMPLE') : undefined;
  let onDelete: ReferentialAction | undefined;
  let onUpdate: ReferentialAction | undefined;
  for (;;) {
    if (p.take('ON', 'DELETE')) onDelete = parseAction(p);
    else if (p.take('ON', 'UPDATE')) onUpdate = parseAction(p);
    else return { kind: 'references', table, columns, match, onDelete, onUpdate, ...p.span(start) };
  }
}

function parseAction(p: Parser): ReferentialAction {
  if (p.take('SET', 'NULL')) return 'SET NULL';
  if (p.take('NO', 'ACTION')) return 'NO ACTION';
  if (p.take('SET', 'DEFAULT')) return 'SET DEFAULT';
  const action = p.takeAny('RESTRICT', 'CASCADE');
  if (action === undefined) throw p.unexpected('CASCADE, SET NULL, RESTRICT or NO ACTION');
  return action;
}

/** PRIMARY KEY, UNIQUE, INDEX, FULLTEXT, SPATIAL, FOREIGN KEY, CHECK, with its words. */
export function parseConstraint(p: Parser): Constraint {
  const { start } = p.token;
  if (p.isMariadb && p.take('PERIOD', 'FOR')) {
    const name = p.name('the name of a period');
    const parts = p.parenthesized(() => parseKeyPart(p));
    return { kind: 'constraint', type: 'PERIOD', ifNotExists: false, name, parts, options: [], ...p.span(start) };
  }
  let constraint: Name | undefined;
  let isConditional = false;
  if (p.take('CONSTRAINT')) {
    isConditional = p.isMariadb && p.take('IF', 'NOT', 'EXISTS');
    if (p.isName()) constraint = p.name();
    if (isConditional && !p.is('CHECK')) p.expect('CHECK');
  }
  if (p.is('CHECK')) {
    const check = parseCheck(p);
    const enforced = parseEnforced(p);
    const rest = { ifNotExists: isConditional, parts: [], options: [], check, enforced } as const;
    return { kind: 'constraint', type: 'CHECK', constraint, ...rest, ...p.span(start) };
  }
  if (p.take('FOREIGN', 'KEY')) {
    const ifNotExists = p.take('IF', 'NOT', 'EXISTS');
    const name = p.isName() ? p.name() : undefined;
    const parts = p.parenthesized(() => parseKeyPart(p));
    const references = parseReferences(p);
    return { kind: 'constraint', type: 'FOREIGN KEY', constraint, ifNotExists, name, parts, options: [], references, ...p.span(start) };
  }
  return parseIndex(p, parseIndexType(p), constraint, start);
}

export function parseIndexType(p: Parser): Constraint['type'] {
  if (p.take('PRIMARY', 'KEY')) return 'PRIMARY KEY';
  const type = p.takeAny('UNIQUE', 'FULLTEXT', 'SPATIAL', 'VECTOR');
  const hasWord = p.takeAny('INDEX', 'KEY') !== undefined;
  if (type === undefined && !hasWord) throw p.unexpected('a constraint type');
  return type ?? 'INDEX';
}

function parseIndex(p: Parser, type: Constraint['type'], constraint: Name | undefined, start: number): Constraint {
  const ifNotExists = p.take('IF', 'NOT', 'EXISTS');
  const name = p.isName() && !(p.is('TYPE') && !p.isOperator('(', 1)) ? p.name() : undefined;
  const options = [];
  for (let found = p.isOperator('(') ? undefined : parseIndexOption(p); found !== undefined; found = parseIndexOption(p))
    options.push(found);
  const parts = p.parenthesized(() => parseKeyPart(p));
  options.push(...parseIndexOptions(p));
  return { kind: 'constraint', type, constraint, ifNotExists, name, parts, options, ...p.span(start) };
}

export function parseKeyPart(p: Parser): KeyPart {
  const { start } = p.token;
  if (p.isOperator('(')) {
    p.expectOperator('(');
    const expression = p.nested(() => p.grammar.expression(p));
    p.expectOperator(')');
    return { kind: 'keyPart', expression, direction: p.takeAny('ASC', 'DESC'), ...p.span(start) };
  }
  const column = p.name('the name of a column');
  let length: string | undefined;
  if (p.takeOperator('(')) {
    length = parseNumber(p);
    p.expectOperator(')');
  }
  const withoutOverlaps = (p.isMariadb && p.take('WITHOUT', 'OVERLAPS')) || undefined;
  return { kind: 'keyPart', column, length, direction: p.takeAny('ASC', 'DESC'), withoutOverlaps, ...p.span(start) };
}
