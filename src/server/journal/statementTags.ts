import { AsyncLocalStorage } from 'node:async_hooks';
import { statementTag, type StatementOrigin } from '../../engine/driver/statementTag.ts';

interface Current {
  readonly tag: string;
  readonly isOn: () => boolean;
}

/** Which call a statement runs for. It is followed through all that the call waits for, because caches and pools that calls share send its statements. */
export class StatementTags {
  readonly #current = new AsyncLocalStorage<Current>();

  /** `isOn` is asked with each statement: what turns tags off may be known only when a connection is open. */
  run<T>(origin: StatementOrigin, isOn: () => boolean, work: () => T): T {
    return this.#current.run({ tag: statementTag(origin), isOn }, work);
  }

  /** Undefined where no call is under way, or its statements have no tag. */
  get current(): string | undefined {
    const now = this.#current.getStore();
    return now?.isOn() === true ? now.tag : undefined;
  }
}
