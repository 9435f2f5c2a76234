import type { LockTables, SetTransaction, Transaction, VariableAssignment } from '../ast/statements.ts';
import { printColumn, printSystemVariable, printUserVariable } from './expressions.ts';
import { quoteName } from '../identifiers.ts';
import { clause, joinWords, type Printer } from './printer.ts';

export function printAssignments(printer: Printer, assignments: readonly VariableAssignment[]): string {
  return assignments.map((assignment) => printAssignment(printer, assignment)).join(', ');
}

function printAssignment(printer: Printer, { target, scope, form, value, collation }: VariableAssignment): string {
  const text = printer.expression(value);
  if (form === 'names') return joinWords('NAMES', text, collation && `COLLATE ${quoteName(collation.name)}`);
  if (form === 'charset') return `CHARACTER SET ${text}`;
  return `${joinWords(scope, printTarget(target))} = ${text}`;
}

function printTarget(target: VariableAssignment['target']): string {
  switch (target.kind) {
    case 'userVariable':
      return printUserVariable(target.name);
    case 'systemVariable':
      return printSystemVariable(target);
    case 'column':
      return target.table?.name.toUpperCase() === 'DEFAULT' ? `DEFAULT.${quoteName(target.name.name)}` : printColumn(target);
    case 'name':
      return quoteName(target.name);
  }
}

export function printSetTransaction({ scope, characteristics }: SetTransaction): string {
  return joinWords('SET', scope, 'TRANSACTION', characteristics.join(', '));
}

export function printTransaction({ verb, options, savepoint }: Transaction): string {
  const name = savepoint && quoteName(savepoint.name);
  switch (verb) {
    case 'START':
      return joinWords('START TRANSACTION', options.join(', '));
    case 'ROLLBACK TO':
      return joinWords('ROLLBACK TO SAVEPOINT', name);
    case 'RELEASE':
      return joinWords('RELEASE SAVEPOINT', name);
    default:
      return joinWords(verb, ...options, name);
  }
}

export function printLockTables(printer: Printer, { unlock, locks }: LockTables): string {
  if (unlock) return 'UNLOCK TABLES';
  return clause(
    'LOCK TABLES',
    locks.map(({ table, alias, mode }) => joinWords(printer.objectName(table), alias && `AS ${quoteName(alias.name)}`, mode)),
  );
}
