import type { Advice } from '../advice.ts';

/** What a statement may not do: what, where (UTF-16 offset in the whole text) and what can be done instead. */
export interface Refusal {
  readonly what: string;
  readonly position: number;
  readonly advice: Advice;
}

export function refuse(what: string, at: { readonly start: number } | undefined, advice: Advice): Refusal {
  return { what, position: at?.start ?? 0, advice };
}
