import { elementScroll, observeElementOffset, observeElementRect, Virtualizer } from '@tanstack/virtual-core';
import { element } from '../dom.ts';
import { characterWidth, drawCell, drawHead, drawRowHead, placeOf, withActive } from './gridParts.ts';
import { fitColumns } from './columnWidths.ts';
import { GridSelection, type CellPlace, type GridSize } from './gridSelection.ts';
import type { CellRange, GridSort, GridTab, ResultsStrings, ShownCell } from './messages.ts';
import { RowCache } from './rowCache.ts';

export interface GridEvents {
  ask(start: number, count: number): void;
  sort(sort: GridSort | undefined): void;
  selected(ranges: readonly CellRange[]): void;
  copy(): void;
  view(): void;
  edit(): void;
}

/** What somebody has made of a grid, which a new drawing of the same result begins with. */
export interface GridPlace {
  readonly version: number;
  readonly active: CellPlace;
  readonly scroll: { readonly top: number; readonly left: number };
  /** Undefined where the rows that they fit had not come yet. */
  readonly widths: readonly number[] | undefined;
}

const ROW_HEIGHT = 22;
const MIN_WIDTH = 32;
const DOUBLE_CLICK_MS = 400;

/** A result set as an ARIA grid of which only what is in sight is drawn. The cell with the keyboard has the focus, so that a screen reader reads it. */
export class Grid {
  readonly root: HTMLElement;
  readonly #tab: GridTab;
  readonly #events: GridEvents;
  readonly #strings: ResultsStrings;
  readonly #cache: RowCache;
  readonly #selection = new GridSelection();
  readonly #head = element('div', { class: 'head', role: 'row', 'aria-rowindex': '1' });
  readonly #body = element('div', { class: 'body', role: 'rowgroup' });
  readonly #rows: Virtualizer<HTMLElement, HTMLElement>;
  readonly #columns: Virtualizer<HTMLElement, HTMLElement>;
  readonly #stopObserving: (() => void)[] = [];
  #widths: number[];
  #fitted: boolean;
  readonly #before: GridPlace | undefined;
  #dragging = false;
  #pressed: { readonly at: CellPlace; readonly time: number } | undefined;

  /** `before`: of the same result; in another order the rows begin at the top, and the columns stay where they are. */
  constructor(tab: GridTab, strings: ResultsStrings, before: GridPlace | undefined, events: GridEvents) {
    this.#tab = tab;
    this.#strings = strings;
    this.#events = events;
    this.#before = before;
    if (before !== undefined) {
      const { row, column } = before.active;
      this.#selection.select({ row: this.#isSameOrder ? row : Math.min(row, 0), column });
    }
    this.#cache = new RowCache((start, count) => {
      events.ask(start, count);
    });
    this.#fitted = before?.widths?.length === tab.columns.length;
    this.#widths = this.#fitted ? [...(before?.widths ?? [])] : fitColumns(tab.columns, [], 8);
    this.root = element(
      'div',
      {
        class: 'grid',
        role: 'grid',
        'aria-label': tab.title,
        'aria-rowcount': tab.shown + 1,
        'aria-colcount': tab.columns.length + 1,
        'aria-multiselectable': 'true',
        'data-vscode-context': JSON.stringify({ webviewSection: 'grid', preventDefaultContextMenuItems: true }),
      },
      element('div', { role: 'rowgroup', class: 'headgroup' }, this.#head),
      this.#body,
    );
    const common = { getScrollElement: () => this.root, observeElementOffset, observeElementRect, scrollToFn: elementScroll };
    const draw = (): void => {
      this.#draw();
    };
    this.#rows = new Virtualizer<HTMLElement, HTMLElement>({
      ...common,
      count: tab.shown,
      estimateSize: () => ROW_HEIGHT,
      overscan: 8,
      paddingStart: ROW_HEIGHT,
      scrollPaddingStart: ROW_HEIGHT,
      onChange: draw,
      rangeExtractor: ({ startIndex, endIndex, overscan }) =>
        withActive(Math.max(0, startIndex - overscan), Math.min(tab.shown - 1, endIndex + overscan), this.#selection.active.row),
    });
    this.#columns = new Virtualizer<HTMLElement, HTMLElement>({
      ...common,
      horizontal: true,
      count: tab.columns.length,
      estimateSize: (i) => this.#widths[i] ?? MIN_WIDTH,
      overscan: 2,
      paddingStart: this.#rowHeadWidth,
      scrollPaddingStart: this.#rowHeadWidth,
      onChange: draw,
      rangeExtractor: ({ startIndex, endIndex, overscan }) =>
        withActive(
          Math.max(0, startIndex - overscan),
          Math.min(tab.columns.length - 1, endIndex + overscan),
          this.#selection.active.column,
        ),
    });
    this.#listen();
  }

  /** To be called when the grid stands in the page. */
  mount(): void {
    for (const virtualizer of [this.#rows, this.#columns]) {
      this.#stopObserving.push(virtualizer._didMount());
      virtualizer._willUpdate();
    }
    this.#draw();
    if (this.#before !== undefined) {
      const { top, left } = this.#before.scroll;
      this.root.scrollTo({ top: this.#isSameOrder ? top : 0, left });
    }
    this.#events.selected(this.#selection.ranges);
  }

  dispose(): void {
    for (const stop of this.#stopObserving) stop();
    this.root.remove();
  }

  get place(): GridPlace {
    const { scrollTop: top, scrollLeft: left } = this.root;
    return {
      ...{ version: this.#tab.version, active: this.#selection.active, scroll: { top, left } },
      widths: this.#fitted ? [...this.#widths] : undefined,
    };
  }

  addRows(start: number, rows: readonly (readonly ShownCell[])[]): void {
    this.#cache.add(start, rows);
    if (!this.#fitted && start === 0) {
      this.#fitted = true;
      this.#widths = fitColumns(this.#tab.columns, rows, characterWidth(this.root));
      this.#columns.measure();
    }
    this.#draw();
  }

  /** Leaves in sight what a grid before had in sight. */
  focus(): void {
    if (this.#before === undefined) this.#focusActive();
    else this.#activeElement()?.focus({ preventScroll: true });
  }

  selectAll(): void {
    this.#selection.selectAll(this.#size);
    this.#changed();
  }

  get #isSameOrder(): boolean {
    return this.#before?.version === this.#tab.version;
  }

  get #size(): GridSize {
    return {
      rows: this.#tab.shown,
      columns: this.#tab.columns.length,
      page: Math.max(1, Math.floor(this.root.clientHeight / ROW_HEIGHT) - 2),
    };
  }

  get #rowHeadWidth(): number {
    return Math.max(36, String(this.#tab.shown).length * 9 + 18);
  }

  #draw(): void {
    const columns = this.#columns.getVirtualItems();
    const width = this.#columns.getTotalSize();
    const hadFocus = this.root.contains(document.activeElement);
    this.#head.style.width = `${String(width)}px`;
    this.#body.style.width = `${String(width)}px`;
    this.#body.style.height = `${String(Math.max(0, this.#rows.getTotalSize() - ROW_HEIGHT))}px`;
    this.#head.replaceChildren(
      drawRowHead(this.#rowHeadWidth, undefined, this.#strings.rowNumber),
      ...columns.map((column) => {
        const { index } = column;
        const sort = this.#tab.sort?.column === index ? this.#tab.sort : undefined;
        return drawHead(column, this.#tab.columns[index], sort, this.#isActive(-1, index));
      }),
    );
    this.#body.replaceChildren(
      ...this.#rows.getVirtualItems().map(({ index, start }) => {
        const cells = this.#cache.row(index);
        const row = element('div', { class: index % 2 === 1 ? 'row odd' : 'row', role: 'row', 'aria-rowindex': index + 2 });
        row.style.top = `${String(start - ROW_HEIGHT)}px`;
        row.append(
          drawRowHead(this.#rowHeadWidth, index, String(index + 1)),
          ...columns.map((column) => {
            const selected = this.#selection.holds(index, column.index);
            const value = cells === undefined ? undefined : (cells[column.index] ?? null);
            const align = this.#tab.columns[column.index]?.align ?? 'start';
            return drawCell(column, { row: index, value, align, selected, active: this.#isActive(index, column.index) });
          }),
        );
        return row;
      }),
    );
    if (hadFocus) this.#activeElement()?.focus({ preventScroll: true });
  }

  #isActive(row: number, column: number): boolean {
    return this.#selection.active.row === row && this.#selection.active.column === column;
  }

  #activeElement(): HTMLElement | null {
    const { row, column } = this.#selection.active;
    return this.root.querySelector(`[data-row="${String(row)}"][data-column="${String(column)}"]`);
  }

  #focusActive(): void {
    const { row, column } = this.#selection.active;
    if (row >= 0) this.#rows.scrollToIndex(row, { align: 'auto' });
    this.#columns.scrollToIndex(column, { align: 'auto' });
    this.#draw();
    this.#activeElement()?.focus({ preventScroll: true });
  }

  #changed(): void {
    this.#focusActive();
    this.#events.selected(this.#selection.ranges);
  }

  #listen(): void {
    this.root.addEventListener('keydown', (event) => {
      if (!this.#press(event)) return;
      event.preventDefault();
      event.stopPropagation();
    });
    this.root.addEventListener('pointerdown', (event) => {
      this.#point(event);
    });
    this.root.addEventListener('pointermove', (event) => {
      const at = placeOf(event.target);
      if (!this.#dragging || at === undefined || at.row < 0) return;
      this.#selection.select(at, { extend: true });
      this.#changed();
    });
    this.root.addEventListener('pointerup', () => {
      this.#dragging = false;
    });
  }

  #press(event: KeyboardEvent): boolean {
    const control = event.ctrlKey || event.metaKey;
    const { row, column } = this.#selection.active;
    if (control && event.key.toLowerCase() === 'c') this.#events.copy();
    else if (event.key === 'Enter' && row >= 0) this.#events.view();
    else if (event.key === 'F2' && row >= 0) this.#events.edit();
    else if ((event.key === 'Enter' || event.key === ' ') && row < 0) this.#sort(column);
    else if (this.#selection.press(event, this.#size)) this.#changed();
    else return false;
    return true;
  }

  #point(event: PointerEvent): void {
    if (!(event.target instanceof HTMLElement)) return;
    const { resizes, rowhead } = event.target.dataset;
    if (resizes !== undefined) {
      this.#resize(Number(resizes), event);
      return;
    }
    const add = event.ctrlKey || event.metaKey;
    if (rowhead !== undefined) {
      const row = Number(rowhead);
      this.#selection.selectRows(event.shiftKey ? this.#selection.anchorRow : row, row, this.#tab.columns.length);
      this.#changed();
      event.preventDefault();
      return;
    }
    const at = placeOf(event.target);
    if (at === undefined) return;
    event.preventDefault();
    if (this.#isDoubleClick(at, event)) {
      this.#events.view();
      return;
    }
    if (at.row < 0) {
      if (add) this.#selection.selectColumn(at.column, this.#tab.shown);
      else this.#selection.select(at); // the keyboard goes on from there
      this.#changed();
      if (!add) this.#sort(at.column);
      return;
    }
    if (event.button !== 0 && this.#selection.holds(at.row, at.column)) return; // the menu is about what is selected
    this.#dragging = event.button === 0;
    this.#selection.select(at, { extend: event.shiftKey, add });
    this.#changed();
  }

  /** By hand: the browser finds none, since the first click draws the cell anew. */
  #isDoubleClick(at: CellPlace, { timeStamp: time, button }: PointerEvent): boolean {
    const last = this.#pressed;
    this.#pressed = button === 0 && at.row >= 0 ? { at, time } : undefined;
    return this.#pressed !== undefined && last?.at.row === at.row && last.at.column === at.column && time - last.time < DOUBLE_CLICK_MS;
  }

  /** Up, then down, then as it came. */
  #sort(column: number): void {
    const { sort } = this.#tab;
    const next = sort?.column !== column ? { column, descending: false } : sort.descending ? undefined : { column, descending: true };
    this.#events.sort(next);
  }

  #resize(column: number, { clientX: from }: PointerEvent): void {
    const before = this.#widths[column] ?? MIN_WIDTH;
    const move = ({ clientX }: PointerEvent): void => {
      this.#widths[column] = Math.max(MIN_WIDTH, before + clientX - from);
      this.#columns.measure();
      this.#draw();
    };
    const end = (): void => {
      window.removeEventListener('pointermove', move);
    };
    window.addEventListener('pointermove', move);
    window.addEventListener('pointerup', end, { once: true });
  }
}
