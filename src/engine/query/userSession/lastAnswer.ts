import type { StreamEnd } from '../../driver/session.ts';

/** No statement of the person: what the session tells is of one of ours, or of one that broke off. */
const OURS = -1;

/** What FOUND_ROWS(), ROW_COUNT() and the warnings of a person's session are of. */
export class LastAnswer {
  #count = 0;
  #of = 0;
  #isQuiet = false;

  get of(): number {
    return this.#of;
  }

  /** It gave rows and no warning: SHOW CREATE TABLE leaves no trace then, which clears warnings and the number of changed rows and nothing else. */
  get isQuiet(): boolean {
    return this.#isQuiet;
  }

  get isOurs(): boolean {
    return this.#of === OURS;
  }

  begin(): void {
    this.#of = ++this.#count;
    this.#isQuiet = false;
  }

  ended({ complete, changed, warnings }: StreamEnd, hasRows: boolean): void {
    this.#isQuiet = complete && hasRows && changed === undefined && warnings === 0;
  }

  replace(): void {
    this.#of = OURS;
    this.#isQuiet = false;
  }

  /** The session tells of a statement of the person again. */
  repeated(of: number, end: StreamEnd): void {
    if (end.complete) this.#of = of;
    this.ended(end, true);
  }
}
