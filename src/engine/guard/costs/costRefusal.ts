/**
 * `texts`: the functions of one row make longer texts together than a server should hold. `rows`: an aggregate keeps all rows of a recursive
 * query. `copies`: each use of a table expression is a copy of it, and the copies multiply. `levels`: an expression goes too
 * deep through inner queries. `paths`: too many JSON paths. The others name the argument that a server parses or works on without an end in sight: `path`, `document`, `shape`, `format`,
 * `search`, `replacement`, `digest`.
 */
export type CostReason =
  'texts' | 'rows' | 'copies' | 'levels' | 'paths' | 'path' | 'document' | 'shape' | 'format' | 'search' | 'replacement' | 'digest';

export interface CostRefusal {
  readonly reason: CostReason;
  /** The function, upper case. */
  readonly name: string;
  /** UTF-16 offset in the text that was parsed. */
  readonly position: number;
}
