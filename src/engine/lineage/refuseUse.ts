import type { ColumnAction } from './baseColumn.ts';
import { ColumnRefusal } from './columnRefusal.ts';

/** What agents can't do with a protected column. */
export function refuseUse(action: ColumnAction, column: string, at: { readonly start: number }): ColumnRefusal {
  switch (action) {
    case 'hide':
      return new ColumnRefusal(`The hidden column ${column}`, at, 'columns.hidden');
    case 'mask':
      return new ColumnRefusal(`A comparison or computation with the masked column ${column}`, at, 'columns.masked');
    case 'pseudonym':
      return new ColumnRefusal(`A comparison or computation with the pseudonym column ${column}`, at, 'columns.pseudonym');
  }
}
