import type { Advice } from '../advice.ts';
import { refuse, type Refusal } from '../guard/makeRefusal.ts';

/** Thrown inside of a judgement, which returns the refusal. */
export class ColumnRefusal extends Error {
  override readonly name = 'ColumnRefusal';
  readonly refusal: Refusal;

  constructor(what: string, at: { readonly start: number } | undefined, advice: Advice) {
    super(what);
    this.refusal = refuse(what, at, advice);
  }
}

/** For what the resolver can't tell for certain. */
export function untraced(what: string, at: { readonly start: number } | undefined): ColumnRefusal {
  return new ColumnRefusal(what, at, 'columns.trace');
}
