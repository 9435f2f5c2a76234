import { withTimeout } from '../../engine/timeout.ts';

/** A window that is there answers at once; a list of tools does not wait for one that is not. */
const ANSWER_MS = 300;

/** What a source answers at once; undefined where it fails, or takes longer: then `late` is called with what comes after all. Never rejects. */
export async function promptAnswer<T>(reading: Promise<T>, late: (answer: T) => void): Promise<T | undefined> {
  const answer = await withTimeout(ANSWER_MS, reading).catch(() => undefined); // the next call tells what is wrong
  if (answer === undefined) reading.then(late, () => undefined);
  return answer;
}
