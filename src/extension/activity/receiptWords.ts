import type { Receipt, ReceiptTable } from '../../broker/receiptContract.ts';
import { markdownCode } from '../../engine/foreignText.ts';
import { number } from '../../review/reviewHeadline.ts';
import type { Translate } from '../../review/translate.ts';

/** Of the program that has seen it. */
export function agentNameOf({ client }: Receipt, t: Translate): string {
  return client ?? t('(unnamed agent)');
}

export function connectionNameOf({ connection }: Receipt, t: Translate): string {
  return connection === '' ? t('exported files') : connection;
}

/** How much it is: rows, then tables. */
export function amountsOf({ rows, tables, moreTables, structure, facts }: Receipt, t: Translate): string[] {
  const read = tables.length + moreTables;
  return [
    ...(rows.answer === 0 ? [] : [rows.answer === 1 ? t('1 row returned') : t('{0} rows returned', number(rows.answer))]),
    ...(rows.file === 0 ? [] : [rows.file === 1 ? t('1 row exported') : t('{0} rows exported', number(rows.file))]),
    ...(rows.person === 0 ? [] : [rows.person === 1 ? t('1 row shown to you') : t('{0} rows shown to you', number(rows.person))]),
    ...(read === 0 ? [] : [read === 1 ? t('1 table read') : t('{0} tables read', number(read))]),
    ...(read === 0 && structure.length > 0 ? [t('structure only')] : []),
    ...(read === 0 && structure.length === 0 && facts.length > 0 ? [t('server information only')] : []),
  ];
}

/** The columns of a table in a line. */
export function columnsOf({ all, columns, maybe }: ReceiptTable, t: Translate): string {
  const parts = [
    ...(all ? [t('all columns that agents see')] : columns),
    ...(maybe.length === 0 ? [] : [t('possibly {0}', maybe.join(', '))]),
  ];
  return parts.length === 0 ? t('no named columns') : parts.join(', ');
}

/** The protected ones; undefined where there are none. */
export function protectedOf({ protected: ruled }: ReceiptTable, t: Translate): string | undefined {
  if (ruled.length === 0) return undefined;
  return ruled.map(({ column, action }) => (action === 'mask' ? t('{0} (masked)', column) : t('{0} (pseudonym)', column))).join(', ');
}

/** What of the structure was described. */
export function structureOf({ structure, moreStructure }: Receipt, t: Translate): string[] {
  const places = structure.map(({ database, name }) => {
    if (database === '') return t('names of databases');
    if (database === '*') return t('all databases');
    return name === '' ? t('database {0}', database) : `${database}.${name}`;
  });
  return [...places, ...moreOf(moreStructure, t)];
}

function moreOf(count: number, t: Translate): string[] {
  return count === 0 ? [] : [t('and {0} more', number(count))];
}

/** By the names in receipts; what SHOW was asked for stands as it is. */
export function factsOf({ facts }: Receipt, t: Translate): string[] {
  return facts.map((fact) => {
    switch (fact) {
      case 'health':
        return t('server health');
      case 'workload':
        return t('statement digests, without values');
      case 'procedure':
        return t('results of stored procedures (tables unknown)');
      case 'exports':
        return t('content of exported files');
      default:
        return fact;
    }
  });
}

/** A receipt in a line. */
export function receiptSummary(receipt: Receipt, t: Translate): string {
  const { tables, moreTables } = receipt;
  const read = tables.map((one) => {
    const ruled = protectedOf(one, t);
    return `${one.database}.${one.name} (${[columnsOf(one, t), ...(ruled === undefined ? [] : [t('protected: {0}', ruled)])].join('; ')})`;
  });
  const more = moreTables === 0 ? [] : [t('and {0} more tables', number(moreTables))];
  return [...amountsOf(receipt, t), ...read, ...more, ...structureOf(receipt, t), ...factsOf(receipt, t)].join(' · ');
}

/** For a ticket: Markdown in which every name stands as code. */
export function receiptMarkdown(receipt: Receipt, t: Translate): string {
  const { session, since, calls, rows, tables, moreTables } = receipt;
  const structure = structureOf(receipt, t).map(markdownCode);
  const facts = factsOf(receipt, t).map(markdownCode);
  const line = (label: string, value: string): string => `- ${label}: ${value}`;
  const lines = [
    `## ${t('What an agent has seen')}`,
    '',
    line(t('Agent'), markdownCode(agentNameOf(receipt, t))),
    line(t('Connection'), markdownCode(connectionNameOf(receipt, t))),
    line(t('Session'), `${markdownCode(session)}, ${t('since {0}', since)}`),
    line(t('Calls'), number(calls)),
    line(t('Rows returned'), number(rows.answer)),
    line(t('Rows exported to files'), number(rows.file)),
    line(t('Rows shown to the user'), number(rows.person)),
    ...(structure.length === 0 ? [] : [line(t('Structure'), structure.join(', '))]),
    ...(facts.length === 0 ? [] : [line(t('Server information'), facts.join(', '))]),
  ];
  if (tables.length === 0) return `${lines.join('\n')}\n`;
  const cell = (text: string): string => (text === '' ? '' : markdownCode(text).replaceAll('|', String.raw`\|`));
  const table = [
    `| ${t('Table')} | ${t('Columns read')} | ${t('Protected columns')} |`,
    '| --- | --- | --- |',
    ...tables.map((one) => `| ${cell(`${one.database}.${one.name}`)} | ${cell(columnsOf(one, t))} | ${cell(protectedOf(one, t) ?? '')} |`),
  ];
  const more = moreTables === 0 ? [] : ['', t('and {0} more tables', number(moreTables))];
  return `${[...lines, '', ...table, ...more].join('\n')}\n`;
}
