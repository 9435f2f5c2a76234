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
      : [`FLOAT values have only the six digits that the server shows (${floats.join(', ')}). For all digits, select them + 0e0.`]),
    ...(charset === undefined
      ? []
      : [
          `Characters outside of ${charset}, the character set of the session, are question marks. To export all characters, run SET NAMES utf8mb4.`,
        ]),
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
        "TIMESTAMP values are in the time zone of the server's system (SYSTEM). Load them on a server with the same time zone, or run SET time_zone = '+00:00' before the statement.",
      ]
    : [
        ...told,
        "When clocks are set back, an hour occurs twice and is ambiguous. To avoid this, run SET time_zone = '+00:00' before the statement.",
      ];
}
