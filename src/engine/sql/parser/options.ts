import type { TableOption } from '../ast/tableElements.ts';
import { parseCollation } from './collations.ts';
import { parseTextLiteral } from './literals.ts';
import type { Parser } from './parser.ts';
import { parseCharset, takeCharset } from './types.ts';

type Value = TableOption['value'];

/** Options of a table that take a word, number or string behind an equals sign that may be left out. */
const TABLE_OPTIONS: ReadonlySet<string> = new Set(
  `ENGINE AUTO_INCREMENT AVG_ROW_LENGTH CHECKSUM TABLE_CHECKSUM COMMENT COMPRESSION CONNECTION DELAY_KEY_WRITE ENCRYPTION ENGINE_ATTRIBUTE
  SECONDARY_ENGINE_ATTRIBUTE SECONDARY_ENGINE INSERT_METHOD KEY_BLOCK_SIZE MAX_ROWS MIN_ROWS PACK_KEYS PASSWORD ROW_FORMAT STATS_AUTO_RECALC
  STATS_PERSISTENT STATS_SAMPLE_PAGES TABLESPACE AUTOEXTEND_SIZE PAGE_CHECKSUM TRANSACTIONAL SEQUENCE NODEGROUP`.split(/\s+/),
);
const INDEX_OPTIONS: ReadonlySet<string> = new Set(
  'KEY_BLOCK_SIZE COMMENT ENGINE_ATTRIBUTE SECONDARY_ENGINE_ATTRIBUTE CLUSTERING M DISTANCE'.split(' '),
);

function option(p: Parser, start: number, name: string, value?: Value): TableOption {
  return { kind: 'option', name, value, ...p.span(start) };
}

/** A word, number, string or DEFAULT. */
function parseValue(p: Parser, takesNull = false): Value {
  p.takeOperator('=');
  if (p.isKind('string') || p.isKind('hexNumber') || p.isKind('hexString')) return parseTextLiteral(p);
  if (p.isKind('number')) {
    const { start, text } = p.next();
    return { kind: 'number', text, ...p.span(start) };
  }
  return p.is('DEFAULT') || p.is('FORCE') || (takesNull && p.is('NULL')) ? p.anyName() : p.name('a value');
}

/** Options of a table, with commas between them or without. */
export function parseTableOptions(p: Parser): TableOption[] {
  const options: TableOption[] = [];
  for (let found = parseTableOption(p); found !== undefined; found = parseTableOption(p)) {
    options.push(found);
    // A comma divides options only where another one follows; in ALTER TABLE it may divide actions.
    if (p.isOperator(',') && isTableOption(p, 1)) p.next();
  }
  return options;
}

function isTableOption(p: Parser, distance = 0): boolean {
  const { keyword } = p.peek(distance);
  if (TABLE_OPTIONS.has(keyword) || keyword === 'CHARACTER' || keyword === 'CHARSET' || keyword === 'COLLATE') return true;
  const next = p.peek(distance + 1).keyword;
  if (keyword === 'CHAR' || keyword === 'DEFAULT') return true;
  if (keyword === 'DATA' || keyword === 'INDEX') return next === 'DIRECTORY';
  return keyword === 'UNION' || (p.isMariadb && keyword !== '' && p.isName(distance) && p.isOperator('=', distance + 1));
}

export function parseTableOption(p: Parser): TableOption | undefined {
  const { start } = p.token;
  const charset = parseCharsetOption(p);
  if (charset !== undefined) return charset;
  const { keyword } = p.token;
  if (TABLE_OPTIONS.has(keyword)) {
    p.next();
    const found = option(p, start, keyword, parseValue(p, keyword === 'SECONDARY_ENGINE'));
    if (keyword === 'TABLESPACE' && p.take('STORAGE')) p.takeAny('DISK', 'MEMORY');
    return { ...found, end: p.lastEnd };
  }
  for (const name of ['DATA', 'INDEX'] as const) if (p.take(name, 'DIRECTORY')) return option(p, start, `${name} DIRECTORY`, parseValue(p));
  if (p.take('START', 'TRANSACTION')) return option(p, start, 'START TRANSACTION');
  if (p.is('UNION') && (p.isOperator('=', 1) || p.isOperator('(', 1))) {
    p.next();
    p.takeOperator('=');
    p.expectOperator('(');
    const tables = p.isOperator(')') ? [] : p.list(() => p.objectName('the name of a table'));
    p.expectOperator(')');
    return { ...option(p, start, 'UNION'), tables };
  }
  if (p.isMariadb && p.take('WITH', 'SYSTEM', 'VERSIONING')) return option(p, start, 'WITH SYSTEM VERSIONING');
  return parseEngineOption(p);
}

/** MariaDB: engines have options of their own. */
function parseEngineOption(p: Parser): TableOption | undefined {
  const { start, keyword } = p.token;
  if (!p.isMariadb || keyword === '' || !p.isName() || !p.isOperator('=', 1)) return undefined;
  p.next();
  return option(p, start, keyword, parseValue(p));
}

/** CHARACTER SET and COLLATE, maybe behind DEFAULT; of tables and databases. */
export function parseCharsetOption(p: Parser): TableOption | undefined {
  const { start } = p.token;
  const isDefault = p.is('DEFAULT') && ['CHARACTER', 'CHAR', 'CHARSET', 'COLLATE', 'ENCRYPTION'].includes(p.peek().keyword);
  if (isDefault) p.next();
  if (takeCharset(p)) {
    p.takeOperator('=');
    return option(p, start, 'CHARACTER SET', parseCharset(p));
  }
  if (p.take('COLLATE')) {
    p.takeOperator('=');
    return option(p, start, 'COLLATE', parseCollation(p));
  }
  if (p.take('ENCRYPTION')) return option(p, start, 'ENCRYPTION', parseValue(p));
  if (isDefault) throw p.unexpected('CHARACTER SET or COLLATE');
  return undefined;
}

export function parseIndexOptions(p: Parser): TableOption[] {
  const options: TableOption[] = [];
  for (let found = parseIndexOption(p); found !== undefined; found = parseIndexOption(p)) options.push(found);
  return options;
}

export function parseIndexOption(p: Parser): TableOption | undefined {
  const { start, keyword } = p.token;
  if (keyword === 'USING' || keyword === 'TYPE') {
    p.next();
    const type = p.takeAny('BTREE', 'HASH', 'RTREE');
    if (type === undefined) throw p.unexpected('BTREE or HASH');
    return option(p, start, 'USING', { kind: 'name', name: type, quoted: false, ...p.span(start) });
  }
  if (p.take('WITH', 'PARSER')) return option(p, start, 'WITH PARSER', p.name('the name of a parser'));
  for (const words of [['VISIBLE'], ['INVISIBLE'], ['IGNORED'], ['NOT', 'IGNORED']])
    if (p.takePhrase(words)) return option(p, start, words.join(' '));
  if (INDEX_OPTIONS.has(keyword) && (p.isOperator('=', 1) || keyword !== 'M')) {
    p.next();
    return option(p, start, keyword, parseValue(p));
  }
  return parseEngineOption(p);
}

/** ALGORITHM and LOCK of CREATE and DROP INDEX. */
export function parseAlgorithmOptions(p: Parser): TableOption[] {
  const options: TableOption[] = [];
  for (;;) {
    const { start } = p.token;
    const name = p.takeAny('ALGORITHM', 'LOCK');
    if (name === undefined) return options;
    options.push(option(p, start, name, parseValue(p)));
  }
}
