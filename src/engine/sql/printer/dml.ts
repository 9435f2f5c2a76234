import type { Expression } from '../ast/expressions.ts';
import type { SelectItem } from '../ast/queries.ts';
import type { Delete, Insert, SetClause, Update } from '../ast/statements.ts';
import { printOrderBy } from './calls.ts';
import { printColumn } from './expressions.ts';
import { quoteName } from '../identifiers.ts';
import { printNames } from './literals.ts';
import { clause, joinWords, type Printer } from './printer.ts';
import { printHints, printLimit, printSelectItem, printWith } from './queries.ts';
import { printTableReferences } from './tables.ts';

export function printInsert(printer: Printer, node: Insert): string {
  const { source } = node;
  const row = (values: readonly Expression[]): string => `(${printer.expressions(values)})`;
  return joinWords(
    node.verb,
    printHints(node.hints),
    ...node.options,
    'INTO',
    printer.objectName(node.table),
    node.partitions.length > 0 && `PARTITION (${printNames(node.partitions)})`,
    node.columns && `(${node.columns.map((column) => printColumn(column)).join(', ')})`,
    source.kind === 'query' && printer.query(source, false),
    source.kind === 'insertRows' && `VALUES ${source.rows.map(row).join(', ')}`,
    source.kind === 'insertSet' && printSet(printer, 'SET', source.set),
    node.alias && `AS ${quoteName(node.alias.name)}${node.aliasColumns.length === 0 ? '' : ` (${printNames(node.aliasColumns)})`}`,
    node.onDuplicate.length > 0 && printSet(printer, 'ON DUPLICATE KEY UPDATE', node.onDuplicate),
    printReturning(printer, node.returning),
  );
}

function printSet(printer: Printer, word: string, set: readonly SetClause[]): string {
  return clause(
    word,
    set.map(({ column, value }) => `${printColumn(column)} = ${printer.expression(value)}`),
  );
}

function printReturning(printer: Printer, items: readonly SelectItem[]): string {
  return clause(
    'RETURNING',
    items.map((item) => printSelectItem(printer, item, true)),
  );
}

export function printUpdate(printer: Printer, node: Update): string {
  return joinWords(
    node.with && printWith(printer, node.with),
    'UPDATE',
    printHints(node.hints),
    ...node.options,
    printTableReferences(printer, node.tables).join(', '),
    printSet(printer, 'SET', node.set),
    printEnd(printer, node),
  );
}

export function printDelete(printer: Printer, node: Delete): string {
  const targets = node.targets.map((target) => printer.objectName(target)).join(', ');
  const tables = printTableReferences(printer, node.tables).join(', ');
  return joinWords(
    node.with && printWith(printer, node.with),
    'DELETE',
    printHints(node.hints),
    ...node.options,
    node.form === 'from' && `${targets} FROM`,
    node.form === 'using' && `FROM ${targets} USING`,
    node.form === 'single' ? `FROM ${printSingle(printer, node)}` : tables,
    printEnd(printer, node),
  );
}

/** The one table: MySQL has its alias before the partitions. */
function printSingle(printer: Printer, { tables }: Delete): string {
  const [table] = tables;
  const isMoved = table?.kind === 'table' && table.alias !== undefined && table.partitions.length > 0 && printer.dialect.flavor === 'mysql';
  if (!isMoved) return printTableReferences(printer, tables).join(', ');
  const { alias, partitions } = table;
  const [name = ''] = printTableReferences(printer, [{ ...table, partitions: [], alias: undefined }]);
  return joinWords(name, alias && `AS ${quoteName(alias.name)}`, `PARTITION (${printNames(partitions)})`);
}

function printEnd(printer: Printer, node: Update | Delete): string {
  return joinWords(
    node.where && `WHERE ${printer.expression(node.where)}`,
    printOrderBy(printer, node.orderBy),
    node.limit && printLimit(printer, node.limit),
    printReturning(printer, node.returning),
  );
}
