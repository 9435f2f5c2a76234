import { isUntrusted, toPilotError, type PilotError } from '../../engine/errors.ts';
import { visibleBlock } from '../../engine/foreignText.ts';
import { cut } from '../../engine/text.ts';
import { adviceForAgent } from './adviceWords.ts';

/** A caller gets back what it sent, and a false server may send megabytes: so much says what is wrong. */
const MAX_MESSAGE = 4000;

/** An error in words for an agent: code, errno, cause, next step. `mark` puts a boundary around what comes from a database; `writes` is false for a client without a tool that writes. */
export function describeError(error: unknown, mark = (text: string): string => text, writes = true): string {
  const known = toPilotError(error);
  const { code, errno, evidence } = known;
  const number = errno === undefined ? '' : ` (MySQL error ${String(errno)})`;
  const message = cut(known.message, MAX_MESSAGE);
  // What the server says may hold rows and names, too: UPDATEXML repeats what it cannot read. The rest is on lines of its own, as we write them.
  const cause = isUntrusted(known) ? mark(message) : visibleBlock(message);
  const step = nextStepOf(known, writes);
  return `${code}${number}: ${cause}${evidence === undefined ? '' : `\n${mark(evidence)}`}${step === '' ? '' : `\nNext step: ${visibleBlock(step)}`}`;
}

/** What an agent is told to do. */
export function nextStepOf({ advice, nextStep = '' }: Pick<PilotError, 'advice' | 'nextStep'>, writes = true): string {
  return advice === undefined ? nextStep : adviceForAgent(advice, writes);
}
