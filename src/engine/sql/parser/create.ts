import type { CreateDatabase, CreateIndex, CreateTable } from '../ast/definitions.ts';
import type { Statement } from '../ast/statements.ts';
import { parseElement, parseIndexType, parseKeyPart } from './columns.ts';
import { parseAlgorithmOptions, parseCharsetOption, parseIndexOption, parseIndexOptions, parseTableOptions } from './options.ts';
import { parsePartitioning } from './partitions.ts';
import type { Parser } from './parser.ts';
import { parseEvent, parseRoutine, parseTrigger } from './routines.ts';
import { parseSequence } from './sequences.ts';
import { parseUnsupported } from './utilities.ts';
import { parseHead, parseView } from './views.ts';

/** Every CREATE; kinds that nothing here prints are `unsupported`. */
export function parseCreate(p: Parser): Statement {
  const { start } = p.token;
  const head = headOf(p);
  switch (head) {
    case 'TABLE':
      return parseCreateTable(p, start);
    case 'SEQUENCE':
      return p.isMariadb ? parseSequence(p, start) : parseUnsupported(p);
    case 'INDEX':
    case 'UNIQUE':
    case 'FULLTEXT':
    case 'SPATIAL':
    case 'VECTOR':
      return parseCreateIndex(p, start);
    case 'DATABASE':
    case 'SCHEMA':
      return parseCreateDatabase(p, start);
    case 'VIEW':
      return parseView(p, parseHead(p), start);
    case 'TRIGGER':
      return parseTrigger(p, parseHead(p), start);
    case 'FUNCTION':
    case 'PROCEDURE':
    case 'AGGREGATE':
      return parseRoutine(p, parseHead(p), start);
    case 'EVENT':
      return parseEvent(p, parseHead(p), start);
    default:
      return parseUnsupported(p);
  }
}

/** The word that tells what is created, behind the words that may stand before it. */
function headOf(p: Parser): string {
  let at = 1;
  if (p.peek(at).keyword === 'OR') at += 2;
  if (p.peek(at).keyword === 'TEMPORARY') at++;
  if (p.peek(at).keyword === 'ALGORITHM') at += 3;
  if (p.peek(at).keyword === 'DEFINER') {
    at += 2;
    at += p.isOperator('(', at + 1) ? 3 : p.peek(at + 1).kind === 'userVariable' ? 2 : 1;
  }
  if (p.peek(at).keyword === 'SQL') at += 3;
  if (p.peek(at).keyword === 'ALGORITHM') at += 3;
  const { keyword } = p.peek(at);
  // A loadable function has no parameters: CREATE FUNCTION f RETURNS INT SONAME '…'.
  const isFunction = keyword === 'FUNCTION' || keyword === 'AGGREGATE';
  return isFunction && isLoadable(p, at) ? '' : keyword;
}

function isLoadable(p: Parser, at: number): boolean {
  for (let i = at; i < at + 10; i++) {
    if (p.peek(i).keyword === 'SONAME') return true;
    if (p.isOperator('(', i)) return false;
  }
  return false;
}

function parseCreateTable(p: Parser, start: number): CreateTable {
  p.expect('CREATE');
  const orReplace = p.take('OR', 'REPLACE');
  const temporary = p.take('TEMPORARY');
  p.expect('TABLE');
  const ifNotExists = p.take('IF', 'NOT', 'EXISTS');
  const table = p.objectName('the name of a table');
  const base = { kind: 'createTable', orReplace, temporary, ifNotExists, table } as const;
  if (p.take('LIKE')) {
    return { ...base, like: p.objectName('the name of a table'), elements: [], options: [], ...p.span(start) };
  }
  if (p.isOperator('(') && p.peek().keyword === 'LIKE') {
    p.next();
    p.next();
    const like = p.objectName('the name of a table');
    p.expectOperator(')');
    return { ...base, like, elements: [], options: [], ...p.span(start) };
  }
  const elements = p.isOperator('(') && !p.opensQuery ? p.parenthesized(() => parseElement(p)) : [];
  const options = parseTableOptions(p);
  const partitioning = p.is('PARTITION') ? parsePartitioning(p) : undefined;
  const duplicates = p.takeAny('IGNORE', 'REPLACE');
  const hasQuery = p.take('AS') || p.is('SELECT') || p.is('WITH') || p.is('TABLE') || p.is('VALUES') || p.isOperator('(');
  const query = hasQuery ? p.nested(() => p.grammar.query(p)) : undefined;
  return { ...base, elements, options, partitioning, duplicates, query, ...p.span(start) };
}

function parseCreateIndex(p: Parser, start: number): CreateIndex {
  p.expect('CREATE');
  const orReplace = p.take('OR', 'REPLACE');
  const { start: constraintStart } = p.token;
  const type = parseIndexType(p);
  const ifNotExists = p.take('IF', 'NOT', 'EXISTS');
  const name = p.name('the name of an index');
  const options = [];
  for (let found = parseIndexOption(p); found !== undefined; found = parseIndexOption(p)) options.push(found);
  p.expect('ON');
  const table = p.objectName('the name of a table');
  const parts = p.parenthesized(() => parseKeyPart(p));
  options.push(...parseIndexOptions(p));
  const constraint = { kind: 'constraint', type, ifNotExists, name, parts, options, ...p.span(constraintStart) } as const;
  return { kind: 'createIndex', orReplace, constraint, table, options: parseAlgorithmOptions(p), ...p.span(start) };
}

export function parseCreateDatabase(p: Parser, start: number): CreateDatabase {
  const verb = p.takeAny('CREATE', 'ALTER') ?? 'CREATE';
  const orReplace = p.take('OR', 'REPLACE');
  if (p.takeAny('DATABASE', 'SCHEMA') === undefined) throw p.unexpected('DATABASE');
  const ifNotExists = p.take('IF', 'NOT', 'EXISTS');
  const name = p.isName() ? p.name() : undefined;
  const options = [];
  for (;;) {
    const { start: optionStart } = p.token;
    const found = parseCharsetOption(p);
    if (found !== undefined) options.push(found);
    else if (p.is('COMMENT') || p.is('READ', 'ONLY')) {
      const optionName = p.take('READ', 'ONLY') ? 'READ ONLY' : p.next().keyword;
      p.takeOperator('=');
      const { start: valueStart, kind, text } = p.next();
      if (kind !== 'string' && kind !== 'number' && kind !== 'word') throw p.unexpected('a value');
      const value =
        kind === 'string'
          ? ({ kind: 'string', value: text, ...p.span(valueStart) } as const)
          : ({ kind: 'name', name: text, quoted: false, ...p.span(valueStart) } as const);
      options.push({ kind: 'option', name: optionName, value, ...p.span(optionStart) } as const);
    } else return { kind: 'database', verb, orReplace, ifNotExists, name, options, ...p.span(start) };
  }
}
