import type { View } from '../../broker/viewContract.ts';

/** Puts a view in front of the person. */
export interface Viewer {
  show(view: View): Promise<void>;
}
