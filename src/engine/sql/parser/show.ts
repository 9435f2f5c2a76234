import type { Name, ObjectName } from '../ast/expressions.ts';
import type { Account, Show } from '../ast/statements.ts';
import { parseAccount } from './accounts.ts';
import { parseSingleString } from './literals.ts';
import { parseLimit } from './ordering.ts';
import type { Parser } from './parser.ts';
import { parseNumber, takeCharset } from './types.ts';

type Details = Partial<Omit<Show, 'kind' | 'subject' | 'start' | 'end'>>;

/** Every SHOW that a client may send. A word that is missing here is refused. */
export function parseShow(p: Parser): Show {
  const { start } = p.next();
  const show = (subject: string, details: Details = {}): Show => ({
    kind: 'show',
    subject,
    modifiers: [],
    roles: [],
    ...details,
    ...p.span(start),
  });
  if (p.take('CREATE')) return show(...parseCreate(p));
  const counted = parseCount(p);
  if (counted !== undefined) return show(counted, { modifiers: ['COUNT'] });
  for (const parse of [parsePlain, parseStatus, parseTables, parseColumns, parseReplication, parseOthers]) {
    const found = parse(p);
    if (found !== undefined) return show(...found);
  }
  throw p.unexpected('a keyword of SHOW');
}

type ParsedPart = [subject: string, details?: Details];

function parseCreate(p: Parser): ParsedPart {
  if (p.takeAny('DATABASE', 'SCHEMA') !== undefined) {
    const modifiers = p.take('IF', 'NOT', 'EXISTS') ? ['IF NOT EXISTS'] : [];
    return ['CREATE DATABASE', { modifiers, database: p.name('the name of a database') }];
  }
  if (p.take('USER')) return ['CREATE USER', p.isKind('end') || p.isOperator(';') ? {} : { account: parseAccount(p) }];
  const packageBody = p.isMariadb && p.take('PACKAGE', 'BODY') ? 'PACKAGE BODY' : undefined;
  const object =
    packageBody ?? p.takeAny('TABLE', 'VIEW', 'PROCEDURE', 'FUNCTION', 'TRIGGER', 'EVENT', 'SEQUENCE', 'PACKAGE', 'LIBRARY', 'SERVER');
  if (object === undefined) throw p.unexpected('an object type');
  return [`CREATE ${object}`, { object: p.objectName() }];
}

/** SHOW COUNT(*) WARNINGS. */
function parseCount(p: Parser): string | undefined {
  if (!p.is('COUNT') || !p.isOperator('(', 1) || !p.isOperator('*', 2) || !p.isOperator(')', 3)) return undefined;
  for (let i = 0; i < 4; i++) p.next();
  const subject = p.takeAny('WARNINGS', 'ERRORS');
  if (subject === undefined) throw p.unexpected('WARNINGS or ERRORS');
  return subject;
}

/** LIKE or WHERE. */
function parseFilter(p: Parser): Details {
  if (p.take('LIKE')) return { like: parseSingleString(p) };
  return p.take('WHERE') ? { where: p.grammar.expression(p) } : {};
}

function parseDatabase(p: Parser): Name | undefined {
  return p.takeAny('FROM', 'IN') === undefined ? undefined : p.name('the name of a database');
}

function parsePlain(p: Parser): ParsedPart | undefined {
  if (p.takeAny('DATABASES', 'SCHEMAS') !== undefined) return ['DATABASES', parseFilter(p)];
  if (takeCharset(p)) return ['CHARACTER SET', parseFilter(p)];
  const filtered = p.takeAny('COLLATION', 'LOCALES');
  if (filtered !== undefined) return [filtered, parseFilter(p)];
  if (p.take('STORAGE', 'ENGINES') || p.take('ENGINES')) return ['ENGINES'];
  const plain = p.takeAny('PRIVILEGES', 'PROFILES', 'AUTHORS', 'CONTRIBUTORS', 'PLUGINS');
  if (plain === 'PLUGINS' && p.isMariadb && p.take('SONAME')) {
    return ['PLUGINS SONAME', p.isKind('string') ? { name: p.next().text } : parseFilter(p)];
  }
  if (plain !== undefined) return [plain];
  const messages = p.takeAny('WARNINGS', 'ERRORS');
  if (messages !== undefined) return [messages, { limit: parseLimit(p) }];
  const full = p.is('FULL', 'PROCESSLIST') && p.take('FULL') ? ['FULL'] : [];
  return p.take('PROCESSLIST') ? ['PROCESSLIST', { modifiers: full, ...parseFilter(p) }] : undefined;
}

function parseStatus(p: Parser): ParsedPart | undefined {
  for (const scope of ['GLOBAL', 'SESSION', 'LOCAL', undefined]) {
    for (const subject of ['STATUS', 'VARIABLES']) {
      const found = scope === undefined ? p.take(subject) : p.take(scope, subject);
      if (found) return [subject, { modifiers: scope === undefined ? [] : [scope === 'LOCAL' ? 'SESSION' : scope], ...parseFilter(p) }];
    }
  }
  return undefined;
}

function parseTables(p: Parser): ParsedPart | undefined {
  const modifiers = p.is('EXTENDED') || p.is('FULL') ? parseModifiers(p, ['TABLES', 'TRIGGERS', 'EVENTS']) : [];
  const subject = p.takeAny('TABLES', 'TRIGGERS', 'EVENTS');
  if (subject !== undefined) return [subject, { modifiers, database: parseDatabase(p), ...parseFilter(p) }];
  if (p.take('TABLE', 'STATUS')) return ['TABLE STATUS', { database: parseDatabase(p), ...parseFilter(p) }];
  if (p.take('OPEN', 'TABLES')) return ['OPEN TABLES', { database: parseDatabase(p), ...parseFilter(p) }];
  return undefined;
}

/** EXTENDED and FULL, if one of these words comes behind. */
function parseModifiers(p: Parser, subjects: readonly string[]): string[] {
  const extended = p.is('EXTENDED') ? 1 : 0;
  const full = p.peek(extended).keyword === 'FULL' ? 1 : 0;
  if (!subjects.includes(p.peek(extended + full).keyword)) return [];
  const modifiers: string[] = [];
  if (p.take('EXTENDED')) modifiers.push('EXTENDED');
  if (p.take('FULL')) modifiers.push('FULL');
  return modifiers;
}

function parseColumns(p: Parser): ParsedPart | undefined {
  const modifiers = parseModifiers(p, ['COLUMNS', 'FIELDS', 'INDEX', 'INDEXES', 'KEYS']);
  const columns = p.takeAny('COLUMNS', 'FIELDS') !== undefined;
  if (!columns && p.takeAny('INDEX', 'INDEXES', 'KEYS') === undefined) return undefined;
  if (p.takeAny('FROM', 'IN') === undefined) throw p.unexpected('FROM');
  const table = p.objectName('the name of a table');
  const database = parseDatabase(p);
  const object: ObjectName = database === undefined ? table : { ...table, database };
  return [columns ? 'COLUMNS' : 'INDEX', { modifiers, object, ...parseFilter(p) }];
}

function parseReplication(p: Parser): ParsedPart | undefined {
  if (p.takeAny('BINARY', 'MASTER') !== undefined) {
    if (p.take('LOGS')) return ['BINARY LOGS'];
    if (p.take('LOG', 'STATUS') || p.take('STATUS')) return ['BINARY LOG STATUS'];
    throw p.unexpected('LOGS or STATUS');
  }
  if (p.take('BINLOG', 'STATUS')) return ['BINARY LOG STATUS'];
  const events = p.take('BINLOG', 'EVENTS') ? 'BINLOG EVENTS' : p.take('RELAYLOG', 'EVENTS') ? 'RELAYLOG EVENTS' : undefined;
  if (events !== undefined) return [events, parseEvents(p)];
  if (p.takeAny('REPLICAS') !== undefined || p.take('SLAVE', 'HOSTS') || p.take('REPLICA', 'HOSTS')) return ['REPLICAS'];
  if (p.take('ALL', 'SLAVES', 'STATUS') || p.take('ALL', 'REPLICAS', 'STATUS')) return ['REPLICA STATUS', { modifiers: ['ALL'] }];
  if (!p.take('REPLICA') && !p.take('SLAVE')) return undefined;
  const name = p.isMariadb && p.isKind('string') ? p.next().text : undefined;
  p.expect('STATUS');
  return ['REPLICA STATUS', { name, ...parseChannel(p) }];
}

function parseEvents(p: Parser): Details {
  const name = p.take('IN') ? parseSingleString(p).value : undefined;
  const position = p.take('FROM') ? p.grammar.expression(p) : undefined;
  return { name, position, limit: parseLimit(p), ...parseChannel(p) };
}

function parseChannel(p: Parser): Details {
  return p.take('FOR', 'CHANNEL') ? { format: parseSingleString(p).value } : {};
}

const PROFILE_TYPES = ['ALL', 'CPU', 'IPC', 'MEMORY', 'SOURCE', 'SWAPS'] as const;

function parseOthers(p: Parser): ParsedPart | undefined {
  if (p.take('ENGINE')) {
    const name = p.isKind('string') || p.is('ALL') ? p.next().text : p.name('an engine').name;
    const what = p.takeAny('STATUS', 'MUTEX', 'LOGS');
    if (what === undefined) throw p.unexpected('STATUS');
    return [`ENGINE ${what}`, { name }];
  }
  if (p.take('GRANTS')) {
    const account = p.take('FOR') ? parseAccount(p) : undefined;
    const roles: Account[] = account !== undefined && p.take('USING') ? p.list(() => parseAccount(p)) : [];
    return ['GRANTS', { account, roles }];
  }
  for (const routine of ['PROCEDURE', 'FUNCTION'] as const) {
    if (p.take(routine, 'STATUS')) return [`${routine} STATUS`, parseFilter(p)];
    if (p.take(routine, 'CODE')) return [`${routine} CODE`, { object: p.objectName() }];
  }
  if (p.take('LIBRARY', 'STATUS')) return ['LIBRARY STATUS', parseFilter(p)];
  if (p.take('PACKAGE', 'STATUS')) return ['PACKAGE STATUS', parseFilter(p)];
  if (p.take('PACKAGE', 'BODY', 'STATUS')) return ['PACKAGE BODY STATUS', parseFilter(p)];
  if (p.take('PARSE_TREE')) throw p.unexpected();
  if (p.isMariadb && (p.is('EXPLAIN', 'FOR') || p.is('ANALYZE', 'FOR') || p.is('EXPLAIN', 'FORMAT') || p.is('ANALYZE', 'FORMAT'))) {
    const subject = p.next().keyword;
    let format: string | undefined;
    if (p.take('FORMAT')) {
      p.expectOperator('=');
      format = p.next().text.toUpperCase();
    }
    p.expect('FOR');
    return [subject, { format, position: p.grammar.expression(p) }];
  }
  if (p.take('PROFILE')) return ['PROFILE', parseProfile(p)];
  if (p.isMariadb) return parseStatistics(p);
  return undefined;
}

function parseProfile(p: Parser): Details {
  const modifiers: string[] = [];
  const parseProfileType = (): string => {
    for (const words of [
      ['BLOCK', 'IO'],
      ['CONTEXT', 'SWITCHES'],
      ['PAGE', 'FAULTS'],
    ])
      if (p.takePhrase(words)) return words.join(' ');
    const type = p.takeAny(...PROFILE_TYPES);
    if (type === undefined) throw p.unexpected('a type of SHOW PROFILE');
    return type;
  };
  if (!p.is('FOR') && !p.is('LIMIT') && !p.isKind('end') && !p.isOperator(';')) modifiers.push(...p.list(parseProfileType));
  const name = p.take('FOR', 'QUERY') ? parseNumber(p) : undefined;
  return { modifiers, name, limit: parseLimit(p) };
}

/** MariaDB's statistics plugins. */
function parseStatistics(p: Parser): ParsedPart | undefined {
  const subject = p.takeAny(
    'USER_STATISTICS',
    'CLIENT_STATISTICS',
    'INDEX_STATISTICS',
    'TABLE_STATISTICS',
    'QUERY_RESPONSE_TIME',
    'USER_VARIABLES',
    'WSREP_STATUS',
    'WSREP_MEMBERSHIP',
  );
  return subject === undefined ? undefined : [subject, parseFilter(p)];
}
