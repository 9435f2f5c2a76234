import type { ColumnAction } from '../../sql/columnRule.ts';

/** What happens to each column of a result; undefined for one that is shown as it is. */
export type OutputActions = readonly (ColumnAction | undefined)[];
