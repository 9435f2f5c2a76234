import type { Name } from '../ast/expressions.ts';
import type { Administration, AdministrationWord, Help, TableMaintenance, Unsupported, Use } from '../ast/statements.ts';
import type { Parser } from './parser.ts';
import type { TokenKind } from '../lexer/tokens.ts';
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

const ADMINISTRATION = new Set(['GRANT', 'REVOKE', 'FLUSH', 'PURGE', 'KILL']);
const OF_ACCOUNTS = new Set([
  'CREATE USER',
  'CREATE ROLE',
  'ALTER USER',
  'DROP USER',
  'DROP ROLE',
  'RENAME USER',
  'SET PASSWORD',
  'SET DEFAULT',
]);

const WORD_TYPES: Readonly<Partial<Record<TokenKind, AdministrationWord['type']>>> = {
  word: 'word',
  quotedName: 'name',
  userVariable: 'host',
  string: 'string',
  number: 'number',
  hexString: 'hexString',
  hexNumber: 'hexNumber',
  operator: 'operator',
};
/** Operators that stand in no statement of administration. */
const NO_WORDS = new Set(['@@', '?', ':=', '{', '}']);

function parseAdministration(p: Parser, head: string): Administration {
  const { start } = p.token;
  const words: AdministrationWord[] = [];
  while (!p.isKind('end') && !p.isOperator(';')) {
    const { kind, text, keyword } = p.token;
    const type = WORD_TYPES[kind];
    if (type === undefined || (kind === 'operator' && NO_WORDS.has(text))) throw p.unexpected();
    const { start: wordStart } = p.next();
    words.push({ kind: 'administrationWord', type: kind === 'word' && keyword === '' ? 'name' : type, text, ...p.span(wordStart) });
  }
  return { kind: 'administration', head, words, ...p.span(start) };
}

/** Every statement whose grammar is not known here: one of administration is kept as its words, any other is refused whatever it says. */
export function parseUnsupported(p: Parser): Administration | Unsupported {
  const { start, keyword } = p.token;
  if (keyword === '') throw p.unexpected('a statement');
  if (ADMINISTRATION.has(keyword)) return parseAdministration(p, keyword);
  const head = `${keyword} ${p.peek(p.peek().keyword === 'OR' ? 3 : 1).keyword}`;
  if (OF_ACCOUNTS.has(head)) return parseAdministration(p, head);
  const words: string[] = [];
  while (!p.isKind('end') && !p.isOperator(';')) {
    const word = p.next().keyword;
    if (words.length < 2 && (word !== '' || words.length === 0)) words.push(word);
  }
  return { kind: 'unsupported', head: words.filter((word) => word !== '').join(' '), ...p.span(start) };
}
