/** What a statement may not do: what, where (UTF-16 offset in the whole text) and what to do instead. */
export interface Refusal {
  readonly what: string;
  readonly position: number;
  readonly instead: string;
}

/** A refusal that points to a part of the statement. */
export function refuse(what: string, at: { readonly start: number } | undefined, instead: string): Refusal {
  return { what, position: at?.start ?? 0, instead };
}
