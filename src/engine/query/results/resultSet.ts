import type { ServerWarning } from '../../driver/session.ts';
import type { Cell, Column } from '../../driver/values.ts';
import type { ReadSources } from './readSources.ts';

export interface ResultLimits {
  readonly maxRows: number;
  /** Upper bound of the text of all cells, one unit more for each, in UTF-16 units. */
  readonly maxCharacters: number;
  /** Longer cells are cut to this; none are if it is left out. */
  readonly maxCellCharacters?: number | undefined;
  /** How much of rows that are too large is read and dropped before the result ends, in bytes; 64 MiB if it is left out. */
  readonly maxSkippedBytes?: number | undefined;
}

/** Columns and rows as the server gave them, up to a limit. */
export interface ResultSet {
  readonly columns: readonly Column[];
  readonly rows: readonly (readonly Cell[])[];
  /** Which limit cut the result off, if one did. */
  readonly cutBy: 'rows' | 'size' | undefined;
  /** How many cells were cut; each of them ends in `…` and its whole length. */
  readonly cutCells: number;
  /** How many rows there were, where all of them were read but only the first are kept. */
  readonly total?: number | undefined;
  /** Length of all cells, as for the limit. */
  readonly characters: number;
  readonly elapsedMs: number;
  /** Statements of others that were seen waiting for a lock on its tables. */
  readonly blockedStatements: readonly string[];
  /** What the server remarked, the first of it. */
  readonly warnings: readonly ServerWarning[];
  /** Where a cut result goes on. */
  readonly rest: Rest | undefined;
  /** Set where this is not of one moment with the result before it: `rerun` for a cursor whose rows were no longer kept. */
  readonly moment: 'rerun' | 'later' | undefined;
  /** Set where this comes from the cache: milliseconds since it was read. */
  readonly ageMs?: number | undefined;
  /** From where it is, where somebody wants to know. */
  readonly sources?: ReadSources | undefined;
}

export interface Rest {
  readonly cursor: string;
  /** How many there are, where that is known; else how many there are at least. */
  readonly rows: number;
  readonly known: boolean;
}

export type ResultTable = Pick<ResultSet, 'columns' | 'rows'>;
