import type { Name } from '../ast/expressions.ts';
import type {
  ColumnAttribute,
  ColumnDefinition,
  Constraint,
  KeyPart,
  Partition,
  Partitioning,
  PartitionMethod,
  References,
  TableOption,
} from '../ast/tableElements.ts';
import { printType } from './calls.ts';
import { quoteName } from '../identifiers.ts';
import { printNames, printString } from './literals.ts';
import { joinWords, type Printer } from './printer.ts';

export function printElement(printer: Printer, node: ColumnDefinition | Constraint): string {
  return node.kind === 'constraint' ? printConstraint(printer, node) : printColumnDefinition(printer, node);
}

export function printColumnDefinition(printer: Printer, { name, type, attributes }: ColumnDefinition): string {
  return joinWords(quoteName(name.name), printType(printer, type), ...attributes.map((attribute) => printAttribute(printer, attribute)));
}

function printAttribute(printer: Printer, node: ColumnAttribute): string {
  const { attribute, text } = node;
  const value = node.value && printer.expression(node.value, 7);
  const string = text && printString(text, printer.dialect);
  switch (attribute) {
    case 'DEFAULT':
    case 'ON UPDATE':
      return joinWords(attribute, value);
    case 'GENERATED':
      return joinWords('GENERATED ALWAYS AS', `(${node.value === undefined ? '' : printer.expression(node.value)})`, node.stored);
    case 'GENERATED ROW START':
    case 'GENERATED ROW END':
      return attribute.replace('GENERATED', 'GENERATED ALWAYS AS');
    case 'COMMENT':
      return joinWords(attribute, string);
    case 'ENGINE_ATTRIBUTE':
    case 'SECONDARY_ENGINE_ATTRIBUTE':
      return joinWords(attribute, '=', string);
    case 'COLLATE':
      return joinWords(attribute, node.name && quoteName(node.name.name));
    case 'REF_SYSTEM_ID':
      return joinWords(attribute, '=', node.word);
    case 'CHECK':
      return printCheck(printer, { name: node.name?.name, value: node.value, enforced: node.enforced });
    case 'REFERENCES':
      return joinWords(
        node.name && `CONSTRAINT ${quoteName(node.name.name)}`,
        node.references && printReferences(printer, node.references),
      );
    default:
      return joinWords(attribute, node.word);
  }
}

interface PrintedCheck {
  readonly name: string | undefined;
  readonly ifNotExists?: boolean;
  readonly value: ColumnAttribute['value'];
  readonly enforced: boolean | undefined;
}

function printCheck(printer: Printer, { name, ifNotExists = false, value, enforced }: PrintedCheck): string {
  return joinWords(
    name !== undefined && joinWords('CONSTRAINT', ifNotExists && 'IF NOT EXISTS', quoteName(name)),
    `CHECK (${value === undefined ? '' : printer.expression(value)})`,
    enforced !== undefined && (enforced ? 'ENFORCED' : 'NOT ENFORCED'),
  );
}

function printReferences(printer: Printer, { table, columns, match, onDelete, onUpdate }: References): string {
  return joinWords(
    'REFERENCES',
    printer.objectName(table),
    columns.length > 0 && `(${printNames(columns)})`,
    match && `MATCH ${match}`,
    onDelete && `ON DELETE ${onDelete}`,
    onUpdate && `ON UPDATE ${onUpdate}`,
  );
}

const INDEX_WORDS: Partial<Record<Constraint['type'], string>> = {
  UNIQUE: 'UNIQUE INDEX',
  FULLTEXT: 'FULLTEXT INDEX',
  SPATIAL: 'SPATIAL INDEX',
  VECTOR: 'VECTOR INDEX',
  PERIOD: 'PERIOD FOR',
};

export function indexWords({ type }: Constraint): string {
  return INDEX_WORDS[type] ?? type;
}

function printConstraint(printer: Printer, node: Constraint): string {
  const { type, constraint, parts, options } = node;
  if (type === 'CHECK') {
    const { check: value, enforced, ifNotExists } = node;
    return printCheck(printer, { name: constraint?.name, ifNotExists, value, enforced });
  }
  return joinWords(
    constraint && `CONSTRAINT ${quoteName(constraint.name)}`,
    indexWords(node),
    node.ifNotExists && 'IF NOT EXISTS',
    node.name && (type === 'PERIOD' && isSystemTime(node.name) ? 'SYSTEM_TIME' : quoteName(node.name.name)),
    `(${printKeyParts(printer, parts)})`,
    node.references && printReferences(printer, node.references),
    printOptions(printer, options, ' '),
  );
}

/** The period that system versioning knows; in quotes it would be one of the application. */
function isSystemTime({ name, quoted }: Name): boolean {
  return !quoted && name.toUpperCase() === 'SYSTEM_TIME';
}

export function printKeyParts(printer: Printer, parts: readonly KeyPart[]): string {
  const texts = parts.map(({ column, length, expression, direction, withoutOverlaps }) =>
    joinWords(
      column
        ? `${quoteName(column.name)}${length === undefined ? '' : `(${length})`}`
        : `(${expression === undefined ? '' : printer.expression(expression)})`,
      withoutOverlaps && 'WITHOUT OVERLAPS',
      direction,
    ),
  );
  return texts.join(', ');
}

export function printOptions(printer: Printer, options: readonly TableOption[], separator: string): string {
  return options.map((option) => printOption(printer, option)).join(separator);
}

/** Options whose value stands behind a blank. */
const PLAIN = new Set(['USING', 'WITH PARSER', 'COMMENT', 'START', 'INCREMENT', 'MINVALUE', 'MAXVALUE', 'CACHE', 'RESTART']);

export function printOption(printer: Printer, { name, value, tables }: TableOption): string {
  if (tables !== undefined) return `${name} = (${tables.map((table) => printer.objectName(table)).join(', ')})`;
  if (value === undefined) return name;
  let text: string;
  if (value.kind === 'name') text = !value.quoted && /^[A-Za-z_][A-Za-z0-9_]*$/.test(value.name) ? value.name : quoteName(value.name);
  else text = printer.expression(value, 7);
  return PLAIN.has(name) ? `${name} ${text}` : `${name} = ${text}`;
}

export function printPartitioning(printer: Printer, node: Partitioning): string {
  return joinWords(
    'PARTITION BY',
    printMethod(printer, node.method),
    node.count !== undefined && `PARTITIONS ${node.count}`,
    node.subpartition && `SUBPARTITION BY ${printMethod(printer, node.subpartition)}`,
    node.subpartitionCount !== undefined && `SUBPARTITIONS ${node.subpartitionCount}`,
    node.partitions.length > 0 && printPartitions(printer, node.partitions),
  );
}

function printMethod(printer: Printer, { method, linear, algorithm, expression, columns }: PartitionMethod): string {
  const head = joinWords(linear && 'LINEAR', method);
  if (method === 'SYSTEM_TIME') {
    if (expression === undefined) return head;
    return joinWords(head, expression.kind !== 'interval' && 'LIMIT', printer.expression(expression));
  }
  const algorithmText = algorithm === undefined ? '' : ` ALGORITHM = ${algorithm}`;
  return `${head}${algorithmText} (${expression === undefined ? printNames(columns) : printer.expression(expression)})`;
}

export function printPartitions(printer: Printer, partitions: readonly Partition[]): string {
  return `(${partitions.map((partition) => printPartition(printer, partition, 'PARTITION')).join(', ')})`;
}

function printPartition(printer: Printer, node: Partition, word: string): string {
  const { lessThan, in: values, options, subpartitions } = node;
  // MAXVALUE is a word, not a column.
  const list = (bounds: NonNullable<Partition['in']>): string =>
    bounds
      .map((bound) =>
        bound.kind === 'column' && !bound.name.quoted && bound.name.name.toUpperCase() === 'MAXVALUE'
          ? 'MAXVALUE'
          : printer.expression(bound),
      )
      .join(', ');
  const isMaximum = lessThan?.length === 1 && list(lessThan) === 'MAXVALUE';
  return joinWords(
    word,
    quoteName(node.name.name),
    lessThan && `VALUES LESS THAN ${isMaximum ? 'MAXVALUE' : `(${list(lessThan)})`}`,
    values && `VALUES IN (${list(values)})`,
    node.special,
    printOptions(printer, options, ' '),
    subpartitions.length > 0 && `(${subpartitions.map((part) => printPartition(printer, part, 'SUBPARTITION')).join(', ')})`,
  );
}
