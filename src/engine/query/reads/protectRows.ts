import { randomBytes } from 'node:crypto';
import type { RowSink } from '../../driver/session.ts';
import type { OutputActions } from '../results/outputActions.ts';
import { ProtectedSink } from '../results/protectedSink.ts';
import { pseudonymOf } from '../results/pseudonym.ts';
import type { ReadPath } from './runReads.ts';

/** The sink that gets the rows of a statement: behind masks and pseudonyms where it has protected columns. */
export async function protectedSink(
  { protect }: Pick<ReadPath, 'protect'>,
  sink: RowSink,
  outputs: OutputActions | undefined,
): Promise<RowSink> {
  if (outputs === undefined || outputs.every((action) => action === undefined)) return sink;
  if (protect === undefined) throw new Error('Protected columns would be shown.');
  return protect(sink, outputs);
}

/** Puts masks and pseudonyms in the place of values. Without a key of its own a connection has one until this process ends. */
export function createProtection(
  readKey: () => Promise<string | undefined> = () => Promise.resolve(undefined),
): NonNullable<ReadPath['protect']> {
  let own: string | undefined;
  return async (sink, outputs) => {
    const key = outputs.includes('pseudonym') ? ((await readKey()) ?? (own ??= randomBytes(32).toString('hex'))) : '';
    return new ProtectedSink(sink, outputs, (value) => pseudonymOf(key, value));
  };
}
