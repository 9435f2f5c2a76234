import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Column } from '../../engine/driver/values.ts';
import { visibleLine } from '../../engine/foreignText.ts';
import { toCsv } from '../../engine/query/results/csv.ts';
import { escapeFormula } from '../../engine/query/results/formulas.ts';
import { cut } from '../../engine/text.ts';
import type { Translate } from '../../review/translate.ts';
import { receiptMarkdown, receiptSummary } from '../activity/receiptWords.ts';
import { failureName } from '../messages/failureName.ts';
import type { AuditCall } from './auditCalls.ts';

/** A call, and its cells as they are shown: what agents and databases have written is text, and what can't be seen in it is an escape. */
export interface AuditRow {
  readonly call: AuditCall;
  readonly cells: readonly string[];
}

/** The place of a column in each row. */
export const COLUMN = { connection: 1, agent: 2, statement: 4, outcome: 6 } as const;

const TEXT_TYPE = 253;
const NUMBER_TYPE = 8;
const NUMBER = { unsigned: true, precision: 20, scale: 0 };
const SHOWN_NAME = 200;
/** Rows that are made without a pause: the window goes on between them. */
const PIECE = 1000;

export function auditColumns(t: Translate): readonly Column[] {
  const text = (name: string): Column => ({ name, type: TEXT_TYPE, binary: false });
  const number = (name: string): Column => ({ name, type: NUMBER_TYPE, binary: false, numeric: NUMBER });
  return [
    ...[t('Time'), t('Connection'), t('Agent'), t('Tool'), t('Statement'), t('Decision'), t('Outcome')].map(text),
    ...[t('Rows'), t('Duration (ms)')].map(number),
  ];
}

/** The statement of a call, or what a receipt says; in whole. */
export function auditText({ sql = '', receipt }: AuditCall, t: Translate): string {
  return receipt === undefined ? sql : receiptMarkdown(receipt, t);
}

/** In the order of the calls. */
export async function auditRows(calls: readonly AuditCall[], t: Translate): Promise<readonly AuditRow[]> {
  const rows: AuditRow[] = [];
  for (const call of calls) {
    rows.push({ call, cells: cellsOf(call, t) });
    if (rows.length % PIECE === 0) await nextTurn();
  }
  return rows;
}

/** For spreadsheets: as the table shows it, with times as the audit log has them. */
export function auditCsv(rows: readonly AuditRow[], t: Translate): string {
  const cells = rows.map(({ call, cells }) => [call.time, ...cells.slice(1).map(escapeFormula)]);
  return toCsv({ columns: auditColumns(t), rows: cells });
}

/** For programs: one object a line, its values as codes. */
export function auditJsonLines(rows: readonly AuditRow[]): string {
  return rows.map(({ call: { place: _, ...call } }) => `${JSON.stringify(call)}\n`).join('');
}

function cellsOf(call: AuditCall, t: Translate): string[] {
  return [
    localTime(call.time),
    shownName(call.connection),
    // An undo is the person's own write; a saved query may have its name.
    call.undoes === undefined ? agentName(call.agent, t) : t('(you)'),
    call.receipt === undefined ? shownName(call.tool) : t('(receipt)'),
    visibleLine(closeLines(call.receipt === undefined ? (call.sql ?? '') : receiptSummary(call.receipt, t))),
    decisionName(call, t),
    outcomeName(call, t),
    call.rows === undefined ? '' : String(call.rows),
    call.milliseconds === undefined ? '' : String(Math.round(call.milliseconds)),
  ];
}

/** The lines of a statement without their indentation, and without empty ones. */
function closeLines(sql: string): string {
  return sql
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '')
    .join('\n');
}

/** Programs choose their own names: one that is called as the person stands in quotes. */
function agentName(name: string | undefined, t: Translate): string {
  const shown = shownName(name);
  return shown.trim() === t('(you)') ? `"${shown}"` : shown;
}

function shownName(name = ''): string {
  return visibleLine(cut(name, SHOWN_NAME));
}

function decisionName({ decision }: AuditCall, t: Translate): string {
  switch (decision) {
    case 'approved':
      return t('approved');
    case 'unasked':
      return t('not required');
    case 'rejected':
      return t('rejected');
    case 'expired':
      return t('expired');
    case 'asked':
      return t('decided in the client');
    case undefined:
      return '';
  }
}

function outcomeName({ outcome, error }: AuditCall, t: Translate): string {
  switch (outcome) {
    case 'ended':
      return t('session ended');
    case 'succeeded':
      return t('succeeded');
    case 'committed':
      return t('committed');
    case 'previewed':
      return t('previewed only');
    case 'unknown':
      return t('outcome unknown');
    case 'unfinished':
      return t('no outcome recorded');
    case 'failed':
      return failureName(error ?? '', t);
  }
}

/** Sorts as text: `2026-11-28 14:33:25`. */
function localTime(time: string): string {
  const at = new Date(time);
  const two = (value: number): string => String(value).padStart(2, '0');
  const date = [at.getFullYear(), two(at.getMonth() + 1), two(at.getDate())].join('-');
  const clock = [at.getHours(), at.getMinutes(), at.getSeconds()].map(two).join(':');
  return `${date} ${clock}`;
}
