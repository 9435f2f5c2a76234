import type { Drop, RenameTable } from '../ast/definitions.ts';
import type { ObjectName } from '../ast/expressions.ts';
import type { Statement } from '../ast/statements.ts';
import { parseAlgorithmOptions } from './options.ts';
import type { Parser } from './parser.ts';
import { parseUnsupported } from './utilities.ts';

const OBJECTS: ReadonlyMap<string, Drop['object']> = new Map([
  ['TABLE', 'TABLE'],
  ['TABLES', 'TABLE'],
  ['VIEW', 'VIEW'],
  ['VIEWS', 'VIEW'],
  ['DATABASE', 'DATABASE'],
  ['SCHEMA', 'DATABASE'],
  ['INDEX', 'INDEX'],
  ['TRIGGER', 'TRIGGER'],
  ['FUNCTION', 'FUNCTION'],
  ['PROCEDURE', 'PROCEDURE'],
  ['EVENT', 'EVENT'],
  ['SEQUENCE', 'SEQUENCE'],
]);
const LISTS = new Set<Drop['object']>(['TABLE', 'VIEW', 'SEQUENCE']);

export function parseDrop(p: Parser): Statement {
  const temporary = p.peek().keyword === 'TEMPORARY';
  const object = OBJECTS.get(p.peek(temporary ? 2 : 1).keyword);
  if (object === undefined || (object === 'SEQUENCE' && !p.isMariadb)) return parseUnsupported(p);
  const { start } = p.next();
  if (temporary) p.next();
  p.next();
  const ifExists = p.take('IF', 'EXISTS');
  const parseName = (): ObjectName => {
    if (object !== 'INDEX' || !p.is('PRIMARY')) return p.objectName();
    const name = p.anyName();
    return { kind: 'objectName', name, start: name.start, end: name.end };
  };
  const names = LISTS.has(object) ? p.list(parseName) : [parseName()];
  const table = object === 'INDEX' && p.take('ON') ? p.objectName('the name of a table') : undefined;
  if (object === 'INDEX' && table === undefined) throw p.unexpected('ON');
  const behavior = LISTS.has(object) ? p.takeAny('RESTRICT', 'CASCADE') : undefined;
  const options = object === 'INDEX' ? parseAlgorithmOptions(p) : [];
  const drop: Drop = { kind: 'drop', object, temporary, ifExists, names, table, behavior, options, ...p.span(start) };
  return drop;
}

export function parseRename(p: Parser): Statement {
  const { keyword } = p.peek();
  if (keyword !== 'TABLE' && keyword !== 'TABLES') return parseUnsupported(p);
  const { start } = p.next();
  p.next();
  const ifExists = p.isMariadb && p.take('IF', 'EXISTS');
  const pairs = p.list(() => {
    const from = p.objectName('the name of a table');
    p.expect('TO');
    return { from, to: p.objectName('the name of a table') };
  });
  const rename: RenameTable = { kind: 'renameTable', ifExists, pairs, ...p.span(start) };
  return rename;
}
