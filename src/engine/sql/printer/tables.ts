import type { BaseTable, JsonTableColumn, SystemTime, TableReference } from '../ast/queries.ts';
import { printResponses, printType } from './calls.ts';
import { quoteName } from '../identifiers.ts';
import { printNames, printString } from './literals.ts';
import { joinWords, type Printer, type TablePart } from './printer.ts';

export function printTableReferences(printer: Printer, tables: readonly TableReference[]): string[] {
  return tables.map((table) => printTableReference(printer, table));
}

function printTableReference(printer: Printer, node: TableReference): string {
  switch (node.kind) {
    case 'join': {
      const parts = [printTableReference(printer, node.first)];
      for (const { type, table, on, using } of node.parts) {
        parts.push(type, printTableReference(printer, table));
        if (on !== undefined) parts.push('ON', printer.expression(on));
        if (using !== undefined) parts.push(`USING (${printNames(using)})`);
      }
      return parts.join(' ');
    }
    case 'nestedTables':
      return `(${printTableReferences(printer, node.tables).join(', ')})`;
    case 'odbcJoin':
      return `{OJ ${printTableReference(printer, node.table)}}`;
    case 'dual':
      return 'DUAL';
    case 'derived':
      return joinWords(
        node.lateral && 'LATERAL',
        printer.subquery(node.query, true),
        node.alias && `AS ${quoteName(node.alias.name)}`,
        node.columns.length > 0 && `(${printNames(node.columns)})`,
      );
    case 'jsonTable':
      return joinWords(
        `JSON_TABLE(${printer.expression(node.document)}, ${printString(node.path, printer.dialect)} ${printJsonColumns(printer, node.columns)})`,
        node.alias && `AS ${quoteName(node.alias.name)}`,
      );
    case 'table': {
      const part = printer.options.part?.(node.table);
      if (part !== undefined) return printPart(printer, node, part);
      return joinWords(
        printer.objectName(node.table, node),
        node.partitions.length > 0 && `PARTITION (${printNames(node.partitions)})`,
        node.systemTime && printSystemTime(printer, node.systemTime),
        node.sample && `TABLESAMPLE ${node.sample.method} (${printer.expression(node.sample.percentage)})`,
        node.alias && `AS ${quoteName(node.alias.name)}`,
        ...node.indexHints.map(({ action, purpose, indexes }) =>
          joinWords(action, 'INDEX', purpose && `FOR ${purpose}`, `(${printNames(indexes)})`),
        ),
      );
    }
  }
}

/** In the place of a table: a query that has only this part of it, under its name. */
function printPart(printer: Printer, node: BaseTable, { columns, where }: TablePart): string {
  const query = joinWords(`SELECT ${columns.join(', ')} FROM ${printer.objectName(node.table, node)}`, where && `WHERE ${where}`);
  return `(${query}) AS ${quoteName((node.alias ?? node.table.name).name)}`;
}

function printSystemTime(printer: Printer, { form, points }: SystemTime): string {
  const texts = points.map(({ unit, value }) => joinWords(unit, printer.expression(value, 7)));
  return joinWords('FOR SYSTEM_TIME', form, texts.join(form === 'FROM' ? ' TO ' : ' AND '));
}

function printJsonColumns(printer: Printer, columns: readonly JsonTableColumn[]): string {
  const texts = columns.map((column) => {
    const path = column.path && printString(column.path, printer.dialect);
    if (column.form === 'NESTED') return joinWords('NESTED PATH', path, printJsonColumns(printer, column.columns));
    const name = column.name && quoteName(column.name.name);
    if (column.form === 'ORDINALITY') return joinWords(name, 'FOR ORDINALITY');
    return joinWords(name, printType(printer, column.type), column.form, path, printResponses(printer, column.onEmpty, column.onError));
  });
  return `COLUMNS (${texts.join(', ')})`;
}
