import type { Statement } from '../ast/statements.ts';
import { printAdministration } from './administration.ts';
import { printDefinition } from './definitions.ts';
import { printDelete, printInsert, printUpdate } from './dml.ts';
import { quoteName } from '../identifiers.ts';
import { quoteString } from './literals.ts';
import type { Printer } from './printer.ts';
import { printProgram } from './programs.ts';
import { printAssignments, printLockTables, printSetTransaction, printTransaction } from './settings.ts';
import { printDescribe, printExplain, printMaintenance, printShow } from './show.ts';

export function printStatement(printer: Printer, node: Statement): string {
  switch (node.kind) {
    case 'query':
      return printer.query(node, true);
    case 'insert':
      return printInsert(printer, node);
    case 'update':
      return printUpdate(printer, node);
    case 'delete':
      return printDelete(printer, node);
    case 'truncate':
      return `TRUNCATE TABLE ${printer.objectName(node.table)}`;
    case 'callStatement':
      return `CALL ${printer.objectName(node.routine)}(${printer.expressions(node.args)})`;
    case 'do':
      return `DO ${printer.expressions(node.expressions)}`;
    case 'show':
      return printShow(printer, node);
    case 'describe':
      return printDescribe(printer, node);
    case 'explain':
      return printExplain(printer, node);
    case 'help':
      return `HELP ${quoteString(node.topic, printer.dialect)}`;
    case 'maintenance':
      return printMaintenance(printer, node);
    case 'use':
      return `USE ${quoteName(node.database.name)}`;
    case 'set':
      return `SET ${printAssignments(printer, node.assignments)}`;
    case 'setTransaction':
      return printSetTransaction(node);
    case 'setStatement':
      return `SET STATEMENT ${printAssignments(printer, node.assignments)} FOR ${printer.statement(node.statement)}`;
    case 'transaction':
      return printTransaction(node);
    case 'lockTables':
      return printLockTables(printer, node);
    case 'kill':
      return `KILL ${node.target} ${printer.expression(node.id)}`;
    case 'createTable':
    case 'alterTable':
    case 'createIndex':
    case 'database':
    case 'view':
    case 'trigger':
    case 'routine':
    case 'alterRoutine':
    case 'event':
    case 'sequenceDefinition':
    case 'drop':
    case 'renameTable':
      return printDefinition(printer, node);
    case 'administration':
      return printAdministration(node, printer.dialect);
    case 'unsupported':
      throw new Error(`${node.head} statements are never sent.`);
    default:
      return printProgram(printer, node);
  }
}
