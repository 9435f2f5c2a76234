import type { AdviceCode } from '../../advice.ts';
import type { Refusal } from '../../guard/makeRefusal.ts';
import { PilotError } from '../../errors.ts';
import { cutLine } from '../../text.ts';

/**
 * Why something that a statement reaches is refused, by name: `contains` something that does more than read, `hidden` from this account, `unreadable` for us, of an `engine` that reaches
 * outside, of the server's own `system` functions, or `unchecked` for another reason. The window words it for people.
 */
export type ObjectProblemCode = 'contains' | 'hidden' | 'unreadable' | 'engine' | 'system' | 'unchecked';

/** `value`: the SQL that it contains, or the name of the engine. */
export interface ObjectProblem {
  readonly code: ObjectProblemCode;
  readonly value?: string | undefined;
}

/** As much of a statement as a person needs to find the place. */
const MAX_EXCERPT = 100;

/** The SQL at a place of a text, on one line, up to the end of its statement. */
export function excerptAt(text: string, position: number): string {
  return cutLine(text.slice(position, position + 4 * MAX_EXCERPT).replace(/;[^]*/, ''), MAX_EXCERPT);
}

/** A refusal with the way to the object that it is about, from the statement on. Its evidence is worded for agents. */
export class ObjectRefusal extends PilotError {
  readonly path: readonly string[];
  readonly problem: ObjectProblem;

  constructor(path: readonly string[], why: string, advice: AdviceCode, problem: ObjectProblem) {
    const evidence = `${path.join(' → ')} ${why}.`;
    super('statement.refused', 'The statement uses objects that are not allowed. Nothing was run.', { advice, evidence });
    this.path = path;
    this.problem = problem;
  }
}

/** A refusal that whoever has the text words with its line and column. */
export class PlacedRefusal extends Error {
  override readonly name = 'PlacedRefusal';
  readonly refusal: Refusal;

  constructor(refusal: Refusal) {
    super(refusal.what);
    this.refusal = refusal;
  }
}
