import type { Do, Kill, LockTables, TableLock, Transaction, Truncate } from '../ast/statements.ts';
import type { CallStatement } from '../ast/programs.ts';
import type { Parser } from './parser.ts';
import { parseAlias } from './tableReferences.ts';

export function parseTransaction(p: Parser): Transaction {
  const { start, keyword } = p.next();
  const transaction = (verb: Transaction['verb'], options: readonly string[] = []): Transaction => ({
    kind: 'transaction',
    verb,
    options,
    ...p.span(start),
  });
  switch (keyword) {
    case 'START':
      p.expect('TRANSACTION');
      return transaction('START', p.is('READ') || p.is('WITH') ? p.list(() => parseStartOption(p)) : []);
    case 'BEGIN':
      p.take('WORK');
      return transaction('START');
    case 'SAVEPOINT':
      return { ...transaction('SAVEPOINT'), savepoint: p.name('the name of a savepoint'), end: p.lastEnd };
    case 'RELEASE':
      p.expect('SAVEPOINT');
      return { ...transaction('RELEASE'), savepoint: p.name('the name of a savepoint'), end: p.lastEnd };
    default: {
      p.take('WORK');
      if (keyword === 'ROLLBACK' && p.take('TO')) {
        p.take('SAVEPOINT');
        return { ...transaction('ROLLBACK TO'), savepoint: p.name('the name of a savepoint'), end: p.lastEnd };
      }
      const options = COMPLETIONS.filter((words) => p.takePhrase(words)).map((words) => words.join(' '));
      return transaction(keyword === 'COMMIT' ? 'COMMIT' : 'ROLLBACK', options);
    }
  }
}

const COMPLETIONS = [['AND', 'CHAIN'], ['AND', 'NO', 'CHAIN'], ['RELEASE'], ['NO', 'RELEASE']] as const;
const START_OPTIONS = [
  ['READ', 'ONLY'],
  ['READ', 'WRITE'],
  ['WITH', 'CONSISTENT', 'SNAPSHOT'],
] as const;

function parseStartOption(p: Parser): string {
  const found = START_OPTIONS.find((words) => p.takePhrase(words));
  if (found === undefined) throw p.unexpected('READ ONLY or READ WRITE');
  return found.join(' ');
}

export function parseLockTables(p: Parser): LockTables {
  const { start, keyword } = p.next();
  if (p.takeAny('TABLES', 'TABLE') === undefined) throw p.unexpected('TABLES');
  if (keyword === 'UNLOCK') return { kind: 'lockTables', unlock: true, locks: [], ...p.span(start) };
  return { kind: 'lockTables', unlock: false, locks: p.list(() => parseLock(p)), ...p.span(start) };
}

function parseLock(p: Parser): TableLock {
  const { start } = p.token;
  const table = p.objectName('the name of a table');
  const alias = parseAlias(p);
  const low = p.take('LOW_PRIORITY') ? 'LOW_PRIORITY ' : '';
  const mode = p.takeAny('READ', 'WRITE');
  if (mode === undefined) throw p.unexpected('READ or WRITE');
  const suffix =
    mode === 'READ' && p.take('LOCAL') ? ' LOCAL' : mode === 'WRITE' && p.isMariadb && p.take('CONCURRENT') ? ' CONCURRENT' : '';
  return { kind: 'tableLock', table, alias, mode: `${low}${mode}${suffix}`, ...p.span(start) };
}

export function parseKill(p: Parser): Kill {
  const { start } = p.next();
  const target = p.takeAny('CONNECTION', 'QUERY') ?? 'CONNECTION';
  return { kind: 'kill', target, id: p.grammar.expression(p), ...p.span(start) };
}

export function parseTruncate(p: Parser): Truncate {
  const { start } = p.next();
  p.take('TABLE');
  return { kind: 'truncate', table: p.objectName('the name of a table'), ...p.span(start) };
}

export function parseDo(p: Parser): Do {
  const { start } = p.next();
  return { kind: 'do', expressions: p.list(() => p.grammar.expression(p)), ...p.span(start) };
}

export function parseCallStatement(p: Parser): CallStatement {
  const { start } = p.next();
  const routine = p.objectName('the name of a procedure');
  const args = [];
  if (p.takeOperator('(')) {
    if (!p.isOperator(')')) args.push(...p.list(() => p.grammar.expression(p)));
    p.expectOperator(')');
  }
  return { kind: 'callStatement', routine, args, ...p.span(start) };
}
