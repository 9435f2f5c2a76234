import type {
  CreateDatabase,
  CreateRoutine,
  CreateTable,
  CreateView,
  Drop,
  EventDefinition,
  DefinitionStatement,
  CreateTrigger,
} from '../ast/definitions.ts';
import type { Account } from '../ast/statements.ts';
import { printAlterTable } from './alter.ts';
import { printType } from './calls.ts';
import { quoteName } from '../identifiers.ts';
import { printNames, printString } from './literals.ts';
import { joinWords, type Printer } from './printer.ts';
import { printAccount } from './show.ts';
import { indexWords, printElement, printKeyParts, printOptions, printPartitioning } from './tableElements.ts';

export function printDefinition(printer: Printer, node: DefinitionStatement): string {
  switch (node.kind) {
    case 'createTable':
      return printCreateTable(printer, node);
    case 'alterTable':
      return printAlterTable(printer, node);
    case 'createIndex': {
      const { constraint } = node;
      return joinWords(
        'CREATE',
        node.orReplace && 'OR REPLACE',
        indexWords(constraint),
        constraint.ifNotExists && 'IF NOT EXISTS',
        constraint.name && quoteName(constraint.name.name),
        `ON ${printer.objectName(node.table)} (${printKeyParts(printer, constraint.parts)})`,
        printOptions(printer, constraint.options, ' '),
        printOptions(printer, node.options, ' '),
      );
    }
    case 'database':
      return printDatabase(printer, node);
    case 'view':
      return printView(printer, node);
    case 'trigger':
      return printTrigger(printer, node);
    case 'routine':
      return printRoutine(printer, node);
    case 'alterRoutine':
      return joinWords('ALTER', node.type, printer.objectName(node.routine), printCharacteristics(printer, node.characteristics));
    case 'event':
      return printEvent(printer, node);
    case 'sequenceDefinition':
      return joinWords(
        node.verb,
        node.orReplace && 'OR REPLACE',
        node.temporary && 'TEMPORARY',
        'SEQUENCE',
        node.ifNotExists && (node.verb === 'CREATE' ? 'IF NOT EXISTS' : 'IF EXISTS'),
        printer.objectName(node.sequence),
        printOptions(printer, node.options, ' '),
      );
    case 'drop':
      return printDrop(printer, node);
    case 'renameTable':
      return `RENAME TABLE ${node.ifExists ? 'IF EXISTS ' : ''}${node.pairs.map(({ from, to }) => `${printer.objectName(from)} TO ${printer.objectName(to)}`).join(', ')}`;
  }
}

function printCreateTable(printer: Printer, node: CreateTable): string {
  return joinWords(
    'CREATE',
    node.orReplace && 'OR REPLACE',
    node.temporary && 'TEMPORARY',
    'TABLE',
    node.ifNotExists && 'IF NOT EXISTS',
    printer.objectName(node.table),
    node.like && `LIKE ${printer.objectName(node.like)}`,
    node.elements.length > 0 && `(${node.elements.map((element) => printElement(printer, element)).join(', ')})`,
    printOptions(printer, node.options, ' '),
    node.partitioning && printPartitioning(printer, node.partitioning),
    node.duplicates,
    node.query && `AS ${printer.query(node.query, true)}`,
  );
}

function printDatabase(printer: Printer, node: CreateDatabase): string {
  return joinWords(
    node.verb,
    node.orReplace && 'OR REPLACE',
    'DATABASE',
    node.ifNotExists && 'IF NOT EXISTS',
    node.name && quoteName(node.name.name),
    printOptions(printer, node.options, ' '),
  );
}

function printDefiner(definer: Account | undefined, printer: Printer): string {
  return definer === undefined ? '' : `DEFINER = ${printAccount(definer, printer.dialect)}`;
}

function printView(printer: Printer, node: CreateView): string {
  return joinWords(
    node.verb,
    node.orReplace && 'OR REPLACE',
    node.algorithm && `ALGORITHM = ${node.algorithm}`,
    printDefiner(node.definer, printer),
    node.security && `SQL SECURITY ${node.security}`,
    'VIEW',
    node.ifNotExists && 'IF NOT EXISTS',
    printer.objectName(node.view),
    node.columns.length > 0 && `(${printNames(node.columns)})`,
    'AS',
    printer.query(node.query, true),
    node.check && `WITH ${node.check} CHECK OPTION`,
  );
}

function printTrigger(printer: Printer, node: CreateTrigger): string {
  return joinWords(
    'CREATE',
    node.orReplace && 'OR REPLACE',
    printDefiner(node.definer, printer),
    'TRIGGER',
    node.ifNotExists && 'IF NOT EXISTS',
    printer.objectName(node.trigger),
    node.time,
    node.events.join(' OR '),
    `ON ${printer.objectName(node.table)} FOR EACH ROW`,
    node.order && `${node.order.place} ${quoteName(node.order.trigger.name)}`,
    printer.statement(node.body),
  );
}

function printRoutine(printer: Printer, node: CreateRoutine): string {
  const parameters = node.parameters.map(({ mode, name, type }) => joinWords(mode, quoteName(name.name), printType(printer, type)));
  return joinWords(
    'CREATE',
    node.orReplace && 'OR REPLACE',
    printDefiner(node.definer, printer),
    node.aggregate && 'AGGREGATE',
    node.type,
    node.ifNotExists && 'IF NOT EXISTS',
    `${printer.objectName(node.routine)}(${parameters.join(', ')})`,
    node.returns && `RETURNS ${printType(printer, node.returns)}`,
    printCharacteristics(printer, node.characteristics),
    printer.statement(node.body),
  );
}

function printCharacteristics(printer: Printer, characteristics: CreateRoutine['characteristics']): string {
  return characteristics.map(({ name, text }) => joinWords(name, text && printString(text, printer.dialect))).join(' ');
}

function printEvent(printer: Printer, node: EventDefinition): string {
  const { every, preserve } = node;
  const schedule =
    node.at !== undefined
      ? `ON SCHEDULE AT ${printer.expression(node.at)}`
      : every &&
        joinWords(
          `ON SCHEDULE EVERY ${printer.expression(every.value)} ${every.unit}`,
          node.starts && `STARTS ${printer.expression(node.starts)}`,
          node.ends && `ENDS ${printer.expression(node.ends)}`,
        );
  return joinWords(
    node.verb,
    node.orReplace && 'OR REPLACE',
    printDefiner(node.definer, printer),
    'EVENT',
    node.ifNotExists && 'IF NOT EXISTS',
    printer.objectName(node.event),
    schedule,
    preserve !== undefined && `ON COMPLETION ${preserve ? '' : 'NOT '}PRESERVE`,
    node.renameTo && `RENAME TO ${printer.objectName(node.renameTo)}`,
    node.state,
    node.comment && `COMMENT ${printString(node.comment, printer.dialect)}`,
    node.body && `DO ${printer.statement(node.body)}`,
  );
}

function printDrop(printer: Printer, node: Drop): string {
  return joinWords(
    'DROP',
    node.temporary && 'TEMPORARY',
    node.object,
    node.ifExists && 'IF EXISTS',
    node.names
      .map((name) => (node.object === 'INDEX' || node.object === 'DATABASE' ? quoteName(name.name.name) : printer.objectName(name)))
      .join(', '),
    node.table && `ON ${printer.objectName(node.table)}`,
    node.behavior,
    printOptions(printer, node.options, ' '),
  );
}
