/** A column of a base table, spelled as in the catalog. */
export interface BaseColumn {
  readonly database: string;
  readonly table: string;
  readonly column: string;
}

/** What agents see of a protected column: nothing, a mask, or a keyed token in the place of its values. */
export type ColumnAction = 'hide' | 'mask' | 'pseudonym';
