import { element } from '../dom.ts';
import type { Pieces, ReviewStrings, ShownCell } from './messages.ts';

/** Each piece is an element that keeps its direction of writing to itself: none reorders or covers what stands beside it. */
export function drawPieces(pieces: Pieces, strings: ReviewStrings): HTMLElement[] {
  return pieces.map(({ kind, text, escape }) =>
    element('span', { class: escape === true ? `${kind} escape` : kind, title: escape === true ? strings.escape : undefined }, text),
  );
}

/** Before and after, told apart by words, lines and an arrow, and by color besides. */
export function drawCell({ changed, before, after }: ShownCell, strings: ReviewStrings): HTMLElement[] {
  const old = before === undefined ? [] : drawPieces(before, strings);
  if (!changed) return [element('span', { class: 'kept' }, ...old)];
  const next = after === undefined ? [] : drawPieces(after, strings);
  if (before === undefined) return [element('ins', {}, ...next)];
  if (after === undefined) return [element('del', {}, ...old)];
  return [
    element('del', {}, ...old),
    element('span', { class: 'arrow', 'aria-hidden': 'true' }, ' → '),
    element('span', { class: 'unseen' }, ` ${strings.changedTo} `),
    element('ins', {}, ...next),
  ];
}
