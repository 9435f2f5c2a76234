import type { Receipt, ReceiptTable } from '../../broker/receiptContract.ts';

/** An agent knows what it has read; a status reminds it. */
const SHOWN_TABLES = 10;
const SHOWN_COLUMNS = 10;

/** What a session has seen of a connection, in a line. */
export function receiptLine({ connection, rows, tables, moreTables, structure, moreStructure, facts }: Receipt): string {
  const parts = [
    ...some(rows.answer, 'row', 'rows'),
    ...some(rows.file, 'row exported', 'rows exported'),
    ...some(rows.person, 'row shown to the user', 'rows shown to the user'),
    ...listed('read', tables.map(tableText), moreTables),
    ...listed('structure of', structure.map(placeText), moreStructure),
    ...(facts.length === 0 ? [] : [`server: ${facts.join(', ')}`]),
  ];
  return `${connection === '' ? 'exported files' : connection}: ${parts.join('; ')}`;
}

function listed(what: string, texts: readonly string[], more: number): string[] {
  if (texts.length === 0) return [];
  const left = texts.length - SHOWN_TABLES + more;
  return [`${what} ${texts.slice(0, SHOWN_TABLES).join(', ')}${left > 0 ? ` and ${String(left)} more` : ''}`];
}

function tableText({ database, name, all, columns, maybe, protected: ruled }: ReceiptTable): string {
  const parts = [
    ...(all ? ['all columns'] : names(columns)),
    ...(maybe.length === 0 ? [] : [`maybe ${names(maybe).join(', ')}`]),
    ...(ruled.length === 0 ? [] : [`protected ${names(ruled.map(({ column }) => column)).join(', ')}`]),
  ];
  return `${database}.${name}${parts.length === 0 ? '' : ` (${parts.join(', ')})`}`;
}

function names(columns: readonly string[]): string[] {
  const left = columns.length - SHOWN_COLUMNS;
  return left <= 0 ? [...columns] : [...columns.slice(0, SHOWN_COLUMNS), `${String(left)} more`];
}

function placeText({ database, name }: Receipt['structure'][number]): string {
  if (database === '') return '(database names)';
  if (database === '*') return '(all databases)';
  return name === '' ? database : `${database}.${name}`;
}

function some(of: number, one: string, several: string): string[] {
  return of === 0 ? [] : [`${String(of)} ${of === 1 ? one : several}`];
}
