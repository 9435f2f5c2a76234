import type { Account, Describe, Explain, Show, TableMaintenance } from '../ast/statements.ts';
import type { Dialect } from '../lexer/dialect.ts';
import { printUserVariable } from './expressions.ts';
import { quoteName } from '../identifiers.ts';
import { printNames, printString, quoteString } from './literals.ts';
import { clause, joinWords, type Printer } from './printer.ts';
import { printLimit } from './queries.ts';

/** Subjects whose word is another one on servers that do not know the newer one. */
const NAMES: ReadonlyMap<string, (dialect: Dialect) => string> = new Map<string, (dialect: Dialect) => string>([
  ['BINARY LOG STATUS', ({ flavor, version }) => (flavor === 'mysql' && version >= 80200 ? 'BINARY LOG STATUS' : 'MASTER STATUS')],
  ['REPLICA STATUS', ({ flavor, version }) => (flavor === 'mysql' && version >= 80022 ? 'REPLICA STATUS' : 'SLAVE STATUS')],
  ['REPLICAS', ({ flavor, version }) => (flavor === 'mysql' && version >= 80022 ? 'REPLICAS' : 'SLAVE HOSTS')],
]);

export function printShow(printer: Printer, node: Show): string {
  const { dialect } = printer;
  const { subject, modifiers } = node;
  const text = NAMES.get(subject)?.(dialect) ?? subject;
  const filter = joinWords(
    node.like && `LIKE ${printString(node.like, dialect)}`,
    node.where && `WHERE ${printer.expression(node.where)}`,
    node.limit && printLimit(printer, node.limit),
  );
  const object = node.object && printer.objectName(node.object);
  switch (subject) {
    case 'COLUMNS':
    case 'INDEX':
      return joinWords('SHOW', ...modifiers, text, 'FROM', object, filter);
    case 'CREATE DATABASE':
      return joinWords('SHOW', text, ...modifiers, node.database && quoteName(node.database.name));
    case 'WARNINGS':
    case 'ERRORS':
      return modifiers.length > 0 ? `SHOW COUNT(*) ${text}` : joinWords('SHOW', text, filter);
    case 'PROFILE':
      return joinWords('SHOW', text, modifiers.join(', '), node.name && `FOR QUERY ${node.name}`, filter);
    case 'EXPLAIN':
    case 'ANALYZE': {
      const format = node.format && `FORMAT=${quoteString(node.format, dialect)}`;
      return joinWords('SHOW', text, format, 'FOR', node.position && printer.expression(node.position));
    }
    case 'ENGINE STATUS':
    case 'ENGINE MUTEX':
    case 'ENGINE LOGS': {
      const name = node.name?.toUpperCase() === 'ALL' ? 'ALL' : quoteName(node.name ?? '');
      return joinWords('SHOW ENGINE', name, subject.slice('ENGINE '.length));
    }
    case 'BINLOG EVENTS':
    case 'RELAYLOG EVENTS':
      return joinWords(
        'SHOW',
        text,
        node.name !== undefined && `IN ${quoteString(node.name, dialect)}`,
        node.position && `FROM ${printer.expression(node.position)}`,
        filter,
        printChannel(node, dialect),
      );
    case 'REPLICA STATUS': {
      const [first = '', second = ''] = text.split(' ');
      if (modifiers.includes('ALL')) return 'SHOW ALL SLAVES STATUS';
      return joinWords('SHOW', first, node.name !== undefined && quoteString(node.name, dialect), second, printChannel(node, dialect));
    }
    case 'PLUGINS SONAME':
      return joinWords('SHOW', text, node.name !== undefined && quoteString(node.name, dialect), filter);
    case 'GRANTS': {
      const roles = node.roles.map((role) => printAccount(role, dialect));
      return joinWords('SHOW', text, node.account && `FOR ${printAccount(node.account, dialect)}`, clause('USING', roles));
    }
    case 'CREATE USER':
      return joinWords('SHOW', text, node.account && printAccount(node.account, dialect));
    default:
      return joinWords('SHOW', ...modifiers, text, object, node.database && `FROM ${quoteName(node.database.name)}`, filter);
  }
}

function printChannel({ format }: Show, dialect: Dialect): string {
  return format === undefined ? '' : `FOR CHANNEL ${quoteString(format, dialect)}`;
}

export function printAccount({ user, host, current }: Account, dialect: Dialect): string {
  if (current !== undefined) return current;
  return `${quoteString(user ?? '', dialect)}${host === undefined ? '' : `@${quoteString(host, dialect)}`}`;
}

export function printDescribe(printer: Printer, { table, column, pattern }: Describe): string {
  return joinWords(
    'DESCRIBE',
    printer.objectName(table),
    column && quoteName(column.name),
    pattern && printString(pattern, printer.dialect),
  );
}

export function printExplain(printer: Printer, node: Explain): string {
  return joinWords(
    node.verb,
    node.verb === 'EXPLAIN' && node.analyze && 'ANALYZE',
    ...node.options,
    node.format !== undefined && `FORMAT=${printFormat(node.format, printer.dialect)}`,
    node.into && `INTO ${printUserVariable(node.into.name)}`,
    node.connection && `FOR CONNECTION ${printer.expression(node.connection)}`,
    node.schema && `FOR SCHEMA ${quoteName(node.schema.name)}`,
    node.statement && printer.statement(node.statement),
  );
}

function printFormat(format: string, dialect: Dialect): string {
  return /^[A-Z_]+$/.test(format) ? format : quoteString(format, dialect);
}

export function printMaintenance(printer: Printer, node: TableMaintenance): string {
  const histogram = node.options.find((option) => option.endsWith('HISTOGRAM'));
  return joinWords(
    node.verb,
    node.local && 'LOCAL',
    node.object,
    node.tables.map((table) => printer.objectName(table)).join(', '),
    histogram === undefined ? node.options.join(' ') : joinWords(histogram, 'ON', printNames(node.columns)),
    node.buckets !== undefined && `WITH ${node.buckets} BUCKETS`,
  );
}
