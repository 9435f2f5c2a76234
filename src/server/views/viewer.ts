import type { View } from '../../broker/viewContract.ts';

/** Puts a view in front of the person. */
export interface Viewer {
  /** Which kinds of content it has a view for. */
  readonly kinds: ReadonlySet<View['content']['kind']>;
  /** Resolves to the number of the view, where the client shows it itself and asks for its rows. */
  show(view: View): Promise<string | undefined>;
}
