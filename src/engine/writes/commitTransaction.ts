import type { Session } from '../driver/session.ts';
import { isPilotError, type PilotError } from '../errors.ts';
import { withTimeout } from '../timeout.ts';

/** A COMMIT that takes longer has an unknown outcome; it waits for the disk, or for replicas. */
export const COMMIT_MS = 60_000;

/** Throws what `unknown` makes of it where the server has not answered; every other error means that it has refused, and rolled back. */
export async function commitTransaction(session: Session, unknown: (why: 'lost' | 'late', cause?: unknown) => PilotError): Promise<void> {
  const done = session.command('COMMIT').then(() => true);
  const answered = await withTimeout(COMMIT_MS, done).catch((error: unknown) => {
    throw isPilotError(error, 'connection.lost') ? unknown('lost', error) : error;
  });
  if (answered !== true) throw unknown('late');
}
