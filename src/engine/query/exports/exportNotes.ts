import { hasTimestamps, type Column } from '../../driver/values.ts';
import type { WriterOptions } from './rowWriter.ts';

/** The protocol's number. */
const FLOAT = 4;

/** What a file can't say by itself, a sentence each. */
export function exportNotes(
  columns: readonly Column[],
  { format, timeZone, charset }: Pick<WriterOptions, 'format' | 'timeZone' | 'charset'>,
): string[] {
  const floats = columns.filter(({ type }) => type === FLOAT).map(({ name }) => name);
  return [
    // The server shows six digits of a FLOAT, which may have nine.
    ...(floats.length === 0
      ? []
      : [`FLOAT values have the six digits that the server shows (${floats.join(', ')}): select them + 0e0 for all digits.`]),
    ...(charset === undefined
      ? []
      : [`Texts have the characters of ${charset}, which the session has set; others are question marks: run SET NAMES utf8mb4 for all.`]),
    ...(timeZone === undefined || !hasTimestamps(columns) ? [] : zoneNotes(timeZone, format)),
  ];
}

/** An SQL file sets its zone. A named zone has an hour that comes twice a year, and SYSTEM is another one elsewhere. */
function zoneNotes(timeZone: string, format: WriterOptions['format']): string[] {
  if (timeZone === '+00:00') return format === 'csv' || format === 'jsonl' ? ['TIMESTAMP values are in UTC.'] : [];
  const told =
    format === 'sql' ? [] : [`TIMESTAMP values are in the time zone ${timeZone}${format === 'parquet' ? ', and not in UTC' : ''}.`];
  if (/^[+-]\d\d:\d\d$/.test(timeZone)) return told;
  return timeZone === 'SYSTEM'
    ? [
        "TIMESTAMP values are in the time zone of the server's system (SYSTEM): load them on a server with the same, or run SET time_zone = '+00:00' before the statement.",
      ]
    : [
        ...told,
        "Where clocks go back, an hour comes twice and is not told apart: run SET time_zone = '+00:00' before the statement to avoid that.",
      ];
}
