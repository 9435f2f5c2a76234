import type { Cell } from '../engine/driver/values.ts';
import type { Piece } from '../webview/review/messages.ts';
import { elided, piecesOf } from './reviewPieces.ts';

/** Of one cell beside others. */
const SHOWN = 120;
/** Of a cell among the details of its row. */
const SHOWN_IN_DETAIL = 20_000;
/** What is left before the first difference of two long values. */
const LEAD = 20;

/** Texts that would look like something else: NULL, nothing at all, blanks at an end, or a text that is quoted already. */
const UNCLEAR = /^(?:null|\s.*|.*\s|'.*')?$/isu;

function quoted(text: string): string {
  return UNCLEAR.test(text) ? `'${text.replaceAll("'", "''")}'` : text;
}

/** A boundary that splits no character of two units. */
function boundary(text: string, at: number): number {
  return at > 0 && at < text.length && /[\uDC00-\uDFFF]/.test(text.charAt(at)) ? at - 1 : at;
}

function windowOf(cell: Cell, start: number, length: number): Piece[] {
  if (cell === null) return [{ kind: 'null', text: 'NULL' }];
  if (cell.length <= length) return piecesOf(quoted(cell), 'cell');
  const from = boundary(cell, start);
  const to = boundary(cell, Math.min(cell.length, from + length));
  return [
    ...(from > 0 ? [elided(from)] : []),
    ...piecesOf(cell.slice(from, to), 'cell'),
    ...(to < cell.length ? [elided(cell.length - to)] : []),
  ];
}

export function cellPieces(cell: Cell, detailed = false): Piece[] {
  return windowOf(cell, 0, detailed ? SHOWN_IN_DETAIL : SHOWN);
}

/** Two values around their first difference, wherever in a long text that is. */
export function changedPieces(before: Cell, after: Cell, detailed = false): readonly [before: Piece[], after: Piece[]] {
  const length = detailed ? SHOWN_IN_DETAIL : SHOWN;
  const at = before === null || after === null ? 0 : firstDifference(before, after);
  const start = at > length / 2 ? at - LEAD : 0;
  return [windowOf(before, start, length), windowOf(after, start, length)];
}

function firstDifference(a: string, b: string): number {
  let i = 0;
  while (i < a.length && i < b.length && a.charCodeAt(i) === b.charCodeAt(i)) i++;
  return i;
}
