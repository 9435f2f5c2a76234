import type { Words } from '../phrase.ts';
import type { QualifiedName } from '../sql/identifiers.ts';
import type { Effect } from './effect.ts';
import type { WayBack } from './rewrite.ts';
import type { Way } from './wayKinds.ts';

/** What a server would do with a statement of a script, after those before it. */
export interface Forecast {
  /** As written. */
  readonly text: string;
  readonly verb: string;
  readonly outcome: Outcome;
  /** True where the server has done it on an empty copy; else the reason why it was not tried, undefined where such statements never are. */
  readonly tried?: true | Words | undefined;
  /** The table that is changed, with its size where it has rows. */
  readonly table: TableFacts | undefined;
  readonly notes: readonly Words[];
  /** With the clauses that make the server refuse a dearer way; undefined where there are none. */
  readonly rewritten: string | undefined;
  readonly wayBack: WayBack | undefined;
  readonly effects: readonly Effect[];
}

export type Outcome =
  | { readonly kind: 'way'; readonly way: Way }
  /** It takes no such clauses. */
  | { readonly kind: 'runs' }
  | { readonly kind: 'fails'; readonly errno: number; readonly reason: Words }
  | { readonly kind: 'unknown'; readonly reason: Words };

export interface TableFacts extends QualifiedName {
  readonly rows: number | undefined;
  readonly bytes: number | undefined;
}
