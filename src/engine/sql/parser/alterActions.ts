import type { AlterAction } from '../ast/definitions.ts';
import type { Name } from '../ast/expressions.ts';
import { parseCollation } from './collations.ts';
import { isConstraint, parseColumn, parseColumnBehindName, parseConstraint, parseElement, parseEnforced } from './columns.ts';
import { parseTableOption } from './options.ts';
import { parseOrderItem } from './ordering.ts';
import { parsePartitions } from './partitions.ts';
import type { Parser } from './parser.ts';
import { parseCharset, parseNumber, takeCharset } from './types.ts';

type Details = Partial<Omit<AlterAction, 'kind' | 'action' | 'start' | 'end'>>;
type ParsedPart = [action: AlterAction['action'], details?: Details] | undefined;

export function parseAlterAction(p: Parser): AlterAction {
  const { start } = p.token;
  for (const parse of [parsePartitionAction, parseAdd, parseColumnChange, parseDrop, parseAlterPart, parseRename, parseOther]) {
    const found: ParsedPart = parse(p);
    if (found !== undefined) return { kind: 'alterAction', action: found[0], ...found[1], ...p.span(start) };
  }
  throw p.unexpected('a change');
}

function parseAdd(p: Parser): ParsedPart {
  if (!p.take('ADD')) return undefined;
  if (p.isMariadb && p.take('SYSTEM', 'VERSIONING')) return ['ADD SYSTEM VERSIONING'];
  if (isConstraint(p)) return ['ADD CONSTRAINT', { constraint: parseConstraint(p) }];
  p.take('COLUMN');
  const ifExists = p.isMariadb && p.take('IF', 'NOT', 'EXISTS');
  if (p.isOperator('(')) return ['ADD COLUMN', { ifExists, elements: p.parenthesized(() => parseElement(p)) }];
  return ['ADD COLUMN', { ifExists, column: parseColumn(p), position: parsePosition(p) }];
}

function parsePosition(p: Parser): 'FIRST' | Name | undefined {
  if (p.take('FIRST')) return 'FIRST';
  return p.take('AFTER') ? p.name('the name of a column') : undefined;
}

function parseColumnChange(p: Parser): ParsedPart {
  const verb = p.takeAny('MODIFY', 'CHANGE');
  if (verb === undefined) return undefined;
  p.take('COLUMN');
  const ifExists = p.isMariadb && p.take('IF', 'EXISTS');
  if (verb === 'MODIFY') return ['MODIFY COLUMN', { ifExists, column: parseColumn(p), position: parsePosition(p) }];
  const name = p.name('the name of a column');
  const { start } = p.token;
  const column = parseColumnBehindName(p, p.name('the name of a column'), start);
  return ['CHANGE COLUMN', { ifExists, name, column, position: parsePosition(p) }];
}

function parseDrop(p: Parser): ParsedPart {
  if (!p.take('DROP')) return undefined;
  if (p.take('PRIMARY', 'KEY')) return ['DROP PRIMARY KEY'];
  if (p.isMariadb && p.take('SYSTEM', 'VERSIONING')) return ['DROP SYSTEM VERSIONING'];
  if (p.isMariadb && p.take('PERIOD', 'FOR')) return ['DROP PERIOD', { name: p.name('the name of a period') }];
  const ifExists = (): boolean => p.isMariadb && p.take('IF', 'EXISTS');
  if (p.takeAny('INDEX', 'KEY') !== undefined) return ['DROP INDEX', { ifExists: ifExists(), name: p.name('the name of an index') }];
  if (p.take('FOREIGN', 'KEY')) return ['DROP FOREIGN KEY', { ifExists: ifExists(), name: p.name('the name of a foreign key') }];
  const constraint = p.takeAny('CHECK', 'CONSTRAINT');
  if (constraint !== undefined) return [`DROP ${constraint}`, { ifExists: ifExists(), name: p.name('the name of a constraint') }];
  p.take('COLUMN');
  const details = { ifExists: ifExists(), name: p.name('the name of a column') };
  p.takeAny('RESTRICT', 'CASCADE');
  return ['DROP COLUMN', details];
}

const COLUMN_CHANGES = [
  ['DROP', 'DEFAULT'],
  ['SET', 'VISIBLE'],
  ['SET', 'INVISIBLE'],
] as const;

function parseAlterPart(p: Parser): ParsedPart {
  if (!p.take('ALTER')) return undefined;
  if (p.takeAny('INDEX', 'KEY') !== undefined) {
    const ifExists = p.isMariadb && p.take('IF', 'EXISTS');
    const name = p.name('the name of an index');
    const change = [['VISIBLE'], ['INVISIBLE'], ['IGNORED'], ['NOT', 'IGNORED']].find((words) => p.takePhrase(words));
    if (change === undefined) throw p.unexpected('VISIBLE or INVISIBLE');
    return ['ALTER INDEX', { ifExists, name, change: change.join(' ') }];
  }
  const constraint = p.takeAny('CHECK', 'CONSTRAINT');
  if (constraint !== undefined) {
    const name = p.name('the name of a constraint');
    const enforced = parseEnforced(p);
    if (enforced === undefined) throw p.unexpected('ENFORCED');
    return [`ALTER ${constraint}`, { name, change: enforced ? 'ENFORCED' : 'NOT ENFORCED' }];
  }
  p.take('COLUMN');
  const ifExists = p.isMariadb && p.take('IF', 'EXISTS');
  const name = p.name('the name of a column');
  const change = COLUMN_CHANGES.find((words) => p.takePhrase(words));
  if (change !== undefined) return ['ALTER COLUMN', { ifExists, name, change: change.join(' ') }];
  p.expect('SET', 'DEFAULT');
  return ['ALTER COLUMN', { ifExists, name, change: 'SET DEFAULT', value: p.grammar.bitExpression(p) }];
}

function parseRename(p: Parser): ParsedPart {
  if (!p.take('RENAME')) return undefined;
  const part = p.takeAny('INDEX', 'KEY', 'COLUMN');
  if (part !== undefined) {
    const ifExists = p.isMariadb && p.take('IF', 'EXISTS');
    const name = p.name();
    p.expect('TO');
    return [part === 'COLUMN' ? 'RENAME COLUMN' : 'RENAME INDEX', { ifExists, name, newName: p.name() }];
  }
  if (p.takeAny('TO', 'AS') === undefined) p.takeOperator('=');
  return ['RENAME TO', { table: p.objectName('the name of a table') }];
}

const WORDS = [
  ['DISABLE', 'KEYS'],
  ['ENABLE', 'KEYS'],
  ['DISCARD', 'TABLESPACE'],
  ['IMPORT', 'TABLESPACE'],
  ['FORCE'],
  ['WITH', 'VALIDATION'],
  ['WITHOUT', 'VALIDATION'],
] as const;

function parseOther(p: Parser): ParsedPart {
  const words = WORDS.find((candidate) => p.takePhrase(candidate));
  if (words !== undefined) return [words.join(' ') as AlterAction['action']];
  const setting = p.takeAny('ALGORITHM', 'LOCK');
  if (setting !== undefined) {
    p.takeOperator('=');
    const word = p.takeAny('DEFAULT', 'INSTANT', 'INPLACE', 'COPY', 'NOCOPY', 'NONE', 'SHARED', 'EXCLUSIVE');
    if (word === undefined) throw p.unexpected('an ALTER TABLE action');
    return [setting, { word }];
  }
  if (p.take('CONVERT', 'TO')) {
    if (!takeCharset(p)) throw p.unexpected('CHARACTER SET');
    const newName = parseCharset(p);
    return ['CONVERT TO CHARACTER SET', { newName, collation: p.take('COLLATE') ? parseCollation(p) : undefined }];
  }
  if (p.take('ORDER', 'BY')) return ['ORDER BY', { orderBy: p.list(() => parseOrderItem(p)) }];
  const option = parseTableOption(p);
  return option === undefined ? undefined : ['OPTION', { option }];
}

function parsePartitionAction(p: Parser): ParsedPart {
  if (p.take('ADD', 'PARTITION')) {
    const ifExists = p.isMariadb && p.take('IF', 'NOT', 'EXISTS');
    takeLocal(p);
    if (p.take('PARTITIONS')) return ['ADD PARTITION', { ifExists, word: parseNumber(p) }];
    return ['ADD PARTITION', { ifExists, definitions: parsePartitions(p) }];
  }
  if (p.take('COALESCE', 'PARTITION')) {
    takeLocal(p);
    return ['COALESCE PARTITION', { word: parseNumber(p) }];
  }
  if (p.take('EXCHANGE', 'PARTITION')) {
    const name = p.name('the name of a partition');
    p.expect('WITH', 'TABLE');
    const table = p.objectName('the name of a table');
    const validation = p.take('WITH', 'VALIDATION')
      ? 'WITH VALIDATION'
      : p.take('WITHOUT', 'VALIDATION')
        ? 'WITHOUT VALIDATION'
        : undefined;
    return ['EXCHANGE PARTITION', { name, table, word: validation }];
  }
  if (p.take('REORGANIZE', 'PARTITION')) {
    takeLocal(p);
    if (!p.isName()) return ['REORGANIZE PARTITION'];
    const partitions = p.list(() => p.name('the name of a partition'));
    p.expect('INTO');
    return ['REORGANIZE PARTITION', { partitions, definitions: parsePartitions(p) }];
  }
  const isListed = p.peek().keyword === 'PARTITION';
  const verb = isListed
    ? p.takeAny('DROP', 'TRUNCATE', 'ANALYZE', 'CHECK', 'OPTIMIZE', 'REBUILD', 'REPAIR', 'DISCARD', 'IMPORT')
    : undefined;
  if (verb === undefined) return undefined;
  p.expect('PARTITION');
  const ifExists = p.isMariadb && p.take('IF', 'EXISTS');
  takeLocal(p);
  const word = p.take('ALL') ? 'ALL' : undefined;
  const partitions = word === undefined ? p.list(() => p.name('the name of a partition')) : undefined;
  if (verb === 'DISCARD' || verb === 'IMPORT') {
    p.expect('TABLESPACE');
    return [`${verb} PARTITION TABLESPACE`, { partitions, word }];
  }
  return [`${verb} PARTITION`, { ifExists, partitions, word }];
}

/** LOCAL keeps the statement out of the binary log: what is sent does not say it. */
function takeLocal(p: Parser): void {
  if (p.is('LOCAL') || p.is('NO_WRITE_TO_BINLOG')) throw p.unexpected();
}
