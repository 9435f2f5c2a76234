/** A column of a base table, spelled as in the catalog. */
export interface BaseColumn {
  readonly database: string;
  readonly table: string;
  readonly column: string;
  /** Of its type: values of one kind are compared as they are. */
  readonly kind?: string;
}

/** What agents see of a protected column: nothing, a mask, or a keyed token in the place of its values. */
export type ColumnAction = 'hide' | 'mask' | 'pseudonym';
