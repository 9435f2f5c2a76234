import type { RowSink } from '../../driver/session.ts';
import type { Cell, Column } from '../../driver/values.ts';

/** Hands rows on; where they are no longer taken, the statement is stopped and what still comes is dropped, so that the session stays. */
export class StoppableSink implements RowSink {
  readonly rowsOfAnySize = true;
  readonly #sink: RowSink;
  readonly #stop: () => void;
  #failure: { readonly error: unknown } | undefined;
  #enough = false;

  constructor(sink: RowSink, stop: () => void) {
    this.#sink = sink;
    this.#stop = stop;
  }

  get enough(): boolean {
    return this.#enough;
  }

  check(): void {
    if (this.#failure !== undefined) throw this.#failure.error;
  }

  columns(columns: readonly Column[]): void {
    try {
      this.#sink.columns(columns);
    } catch (error) {
      this.#fail(error);
    }
  }

  row(cells: Cell[]): true | Promise<unknown> {
    if (this.#enough) return true;
    try {
      const taken = this.#sink.row(cells);
      if (taken === true) return true;
      if (taken === false) this.#end();
      else
        return taken.catch((error: unknown) => {
          this.#fail(error);
        });
    } catch (error) {
      this.#fail(error);
    }
    return true;
  }

  /** Never called: rows of any size are wanted. */
  tooLarge(): boolean {
    return true;
  }

  #fail(error: unknown): void {
    this.#failure ??= { error };
    this.#end();
  }

  #end(): void {
    this.#enough = true;
    this.#stop();
  }
}
