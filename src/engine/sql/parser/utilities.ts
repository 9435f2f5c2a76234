import type { Name } from '../ast/expressions.ts';
import type { Help, TableMaintenance, Unsupported, Use } from '../ast/statements.ts';
import type { Parser } from './parser.ts';
import { parseNumber } from './types.ts';

export function parseUse(p: Parser): Use {
  const { start } = p.next();
  return { kind: 'use', database: p.name('the name of a database'), ...p.span(start) };
}

export function parseHelp(p: Parser): Help {
  const { start } = p.next();
  if (!p.isKind('string') && !p.isName()) throw p.unexpected('a topic');
  return { kind: 'help', topic: p.next().text, ...p.span(start) };
}

const MAINTENANCE_OPTIONS = ['QUICK', 'FAST', 'MEDIUM', 'EXTENDED', 'CHANGED', 'USE_FRM', 'FORCE'] as const;

export function parseMaintenance(p: Parser): TableMaintenance {
  const { start } = p.token;
  const verb = p.takeAny('CHECKSUM', 'CHECK', 'ANALYZE', 'OPTIMIZE', 'REPAIR');
  if (verb === undefined) throw p.unexpected();
  const local = p.takeAny('LOCAL', 'NO_WRITE_TO_BINLOG') !== undefined;
  const object = p.isMariadb && p.take('VIEW') ? 'VIEW' : 'TABLE';
  if (object === 'TABLE' && p.takeAny('TABLE', 'TABLES') === undefined) throw p.unexpected('TABLE');
  const tables = p.list(() => p.objectName('the name of a table'));
  const options: string[] = [];
  let columns: Name[] = [];
  let buckets: string | undefined;
  if (verb === 'ANALYZE' && !p.isMariadb && p.is('UPDATE', 'HISTOGRAM', 'ON')) {
    p.expect('UPDATE', 'HISTOGRAM', 'ON');
    options.push('UPDATE HISTOGRAM');
    columns = p.list(() => p.name('the name of a column'));
    if (p.take('WITH')) {
      buckets = parseNumber(p);
      p.expect('BUCKETS');
    }
  } else if (verb === 'ANALYZE' && !p.isMariadb && p.take('DROP', 'HISTOGRAM', 'ON')) {
    options.push('DROP HISTOGRAM');
    columns = p.list(() => p.name('the name of a column'));
  } else if (verb === 'ANALYZE' && p.isMariadb && p.take('PERSISTENT', 'FOR', 'ALL')) {
    options.push('PERSISTENT FOR ALL');
  }
  for (;;) {
    const option = p.take('FOR', 'UPGRADE') ? 'FOR UPGRADE' : p.takeAny(...MAINTENANCE_OPTIONS);
    if (option === undefined) break;
    options.push(option);
  }
  return { kind: 'maintenance', verb, local, object, tables, options, columns, buckets, ...p.span(start) };
}

/** A statement of a kind that is refused whatever it says: its words are passed over up to the separator. */
export function parseUnsupported(p: Parser): Unsupported {
  const { start, keyword } = p.token;
  if (keyword === '') throw p.unexpected('a statement');
  const words: string[] = [];
  while (!p.isKind('end') && !p.isOperator(';')) {
    const word = p.next().keyword;
    if (words.length < 2 && (word !== '' || words.length === 0)) words.push(word);
  }
  return { kind: 'unsupported', head: words.filter((word) => word !== '').join(' '), ...p.span(start) };
}
