import { element, icon, setText } from '../dom.ts';
import type { CellPlace } from './gridSelection.ts';
import type { GridColumn, GridSort, ShownCell } from './messages.ts';

export interface ColumnPlace {
  readonly index: number;
  readonly start: number;
  readonly size: number;
}

export interface CellLook {
  readonly row: number;
  /** Undefined while it is not here yet. */
  readonly value: ShownCell | undefined;
  readonly align: GridColumn['align'];
  readonly selected: boolean;
  readonly active: boolean;
}

/** The name of a column, with the order of the rows. */
export function drawHead(at: ColumnPlace, column: GridColumn | undefined, sort: GridSort | undefined, active: boolean): HTMLElement {
  const { name = '', align = 'start' } = column ?? {};
  const head = element(
    'div',
    {
      ...{ class: `cell ${align}`, role: 'columnheader', title: name },
      'aria-colindex': at.index + 2,
      'aria-sort': sort === undefined ? 'none' : sort.descending ? 'descending' : 'ascending',
      'data-row': '-1',
      'data-column': at.index,
      tabindex: active ? '0' : '-1',
    },
    element('span', { class: 'text' }, name),
    ...(sort === undefined ? [] : [icon(sort.descending ? 'arrow-down' : 'arrow-up')]),
    element('span', { class: 'resizer', 'data-resizes': at.index }),
  );
  place(head, at);
  return head;
}

/** The number of a row; without one the corner above them. */
export function drawRowHead(width: number, row: number | undefined, text: string): HTMLElement {
  const head =
    row === undefined
      ? element('div', { class: 'rowhead corner', role: 'columnheader', 'aria-colindex': '1' }, element('span', { class: 'unseen' }, text))
      : element('div', { class: 'rowhead', role: 'rowheader', 'aria-colindex': '1', 'data-rowhead': row }, text);
  head.style.width = `${String(width)}px`;
  return head;
}

/** NULL differs from the text in color and slant; line ends are signs. */
export function drawCell(at: ColumnPlace, { row, value, align, selected, active }: CellLook): HTMLElement {
  const look = value === undefined ? 'loading' : value === null ? `null ${align}` : align;
  const cell = element('div', {
    ...{ class: `cell ${look}${selected ? ' selected' : ''}`, role: 'gridcell' },
    'aria-colindex': at.index + 2,
    'aria-selected': String(selected),
    'data-row': row,
    'data-column': at.index,
    tabindex: active ? '0' : '-1',
  });
  setText(cell, value === undefined ? '…' : value === null ? 'NULL' : value.replaceAll(/\r\n|\r|\n/g, '⏎'));
  place(cell, at);
  return cell;
}

/** The cell with the keyboard is drawn wherever it is: else the keyboard would be lost when it scrolls out of sight. */
export function withActive(from: number, to: number, active: number): number[] {
  const indices = Array.from({ length: Math.max(0, to - from + 1) }, (_, i) => from + i);
  if (active >= 0 && active < from) return [active, ...indices];
  return active > to ? [...indices, active] : indices;
}

function place(cell: HTMLElement, { start, size }: ColumnPlace): void {
  cell.style.left = `${String(start)}px`;
  cell.style.width = `${String(size)}px`;
}

export function placeOf(target: EventTarget | null): CellPlace | undefined {
  const cell = target instanceof HTMLElement ? target.closest<HTMLElement>('[data-row]') : null;
  return cell === null ? undefined : { row: Number(cell.dataset['row']), column: Number(cell.dataset['column']) };
}

/** Of the font that cells have; digits and letters differ little in it. */
export function characterWidth(root: HTMLElement): number {
  const context = document.createElement('canvas').getContext('2d');
  if (context === null) return 8;
  context.font = getComputedStyle(root).font;
  return context.measureText('0123456789abcdefghij').width / 20;
}
