import type { AlterAction, AlterTable } from '../ast/definitions.ts';
import type { Name } from '../ast/expressions.ts';
import { quoteName } from '../identifiers.ts';
import { printNames } from './literals.ts';
import { joinWords, type Printer } from './printer.ts';
import { printColumnDefinition, printElement, printOption, printPartitioning, printPartitions } from './tableElements.ts';

export function printAlterTable(printer: Printer, node: AlterTable): string {
  const { partitioning } = node;
  return joinWords(
    'ALTER',
    ...node.options,
    'TABLE',
    node.ifExists && 'IF EXISTS',
    printer.objectName(node.table),
    node.actions.map((action) => printAction(printer, action)).join(', '),
    partitioning && (partitioning === 'REMOVE' ? 'REMOVE PARTITIONING' : printPartitioning(printer, partitioning)),
  );
}

function printPeriod(name: Name | undefined): string {
  const isSystemTime = name?.quoted === false && name.name.toUpperCase() === 'SYSTEM_TIME';
  return `FOR ${isSystemTime ? 'SYSTEM_TIME' : quoteName(name?.name ?? '')}`;
}

function printAction(printer: Printer, node: AlterAction): string {
  const { action, name, newName, column, position, word, partitions, definitions } = node;
  const ifExists = node.ifExists === true && (action.startsWith('ADD') ? 'IF NOT EXISTS' : 'IF EXISTS');
  const quoted = name && quoteName(name.name);
  const place = position && (position === 'FIRST' ? 'FIRST' : `AFTER ${quoteName(position.name)}`);
  switch (action) {
    case 'ADD COLUMN':
    case 'MODIFY COLUMN':
    case 'CHANGE COLUMN': {
      const elements = node.elements && `(${node.elements.map((element) => printElement(printer, element)).join(', ')})`;
      return joinWords(action, ifExists, quoted, elements, column && printColumnDefinition(printer, column), place);
    }
    case 'ADD CONSTRAINT':
      return joinWords('ADD', node.constraint && printElement(printer, node.constraint));
    case 'ALTER COLUMN':
    case 'ALTER INDEX':
    case 'ALTER CHECK':
    case 'ALTER CONSTRAINT':
      return joinWords(action, ifExists, quoted, node.change, node.value && printer.expression(node.value, 7));
    case 'RENAME COLUMN':
    case 'RENAME INDEX':
      return joinWords(action, ifExists, quoted, newName && `TO ${quoteName(newName.name)}`);
    case 'RENAME TO':
      return joinWords(action, node.table && printer.objectName(node.table));
    case 'CONVERT TO CHARACTER SET': {
      const charset = newName && (!newName.quoted && newName.name.toUpperCase() === 'DEFAULT' ? 'DEFAULT' : quoteName(newName.name));
      return joinWords(action, charset, node.collation && `COLLATE ${quoteName(node.collation.name)}`);
    }
    case 'ORDER BY': {
      const items = node.orderBy?.map(({ value, direction }) => joinWords(printer.expression(value), direction)) ?? [];
      return joinWords(action, items.join(', '));
    }
    case 'ALGORITHM':
    case 'LOCK':
      return `${action} = ${word ?? ''}`;
    case 'OPTION':
      return node.option === undefined ? '' : printOption(printer, node.option);
    case 'ADD PARTITION':
      return joinWords(action, ifExists, word && `PARTITIONS ${word}`, definitions && printPartitions(printer, definitions));
    case 'EXCHANGE PARTITION':
      return joinWords(action, quoted, node.table && `WITH TABLE ${printer.objectName(node.table)}`, word);
    case 'REORGANIZE PARTITION':
      return joinWords(action, partitions && printNames(partitions), definitions && `INTO ${printPartitions(printer, definitions)}`);
    case 'DISCARD PARTITION TABLESPACE':
    case 'IMPORT PARTITION TABLESPACE':
      return joinWords(action.replace(' TABLESPACE', ''), word, partitions && printNames(partitions), 'TABLESPACE');
    default:
      return joinWords(action, ifExists, action === 'DROP PERIOD' ? printPeriod(name) : quoted, word, partitions && printNames(partitions));
  }
}
