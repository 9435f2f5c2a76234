import { isPilotError } from '../errors.ts';
import type { ReadPath } from '../query/reads/runReads.ts';
import { streamRead, type StreamOptions } from '../query/reads/streamRead.ts';
import { RowSnapshot } from './rowSnapshot.ts';

/** The number that a derived SELECT COUNT(*) gives; undefined where it is not one that the server, or the guard, takes, or takes too long. */
export async function countRows(path: ReadPath, sql: string, options: StreamOptions): Promise<number | undefined> {
  const images = new RowSnapshot(1);
  try {
    await streamRead(path, sql, images, options);
  } catch (error) {
    if (isPilotError(error, 'statement.failed') || isPilotError(error, 'statement.refused') || isPilotError(error, 'statement.timeout'))
      return undefined;
    throw error;
  }
  const count = images.table.rows[0]?.[0];
  return count === undefined || count === null ? undefined : Number(count);
}
