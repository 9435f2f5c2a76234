import { element, icon } from '../dom.ts';
import type { FromReview, ReviewStrings, ShownDetail, ShownPage, ShownRow, ShownTable } from './messages.ts';
import { drawCell, drawPieces } from './pieces.ts';

const SIGNS = { changed: '~', same: '=', deleted: '−', added: '+', unknown: '?' } as const;
const PAGE = 20;

/** The rows of one statement: a page of them, and all columns of a row on demand. */
export class RowTable {
  readonly element: HTMLElement;
  readonly #statement: number;
  readonly #ticket: string;
  readonly #strings: ReviewStrings;
  readonly #say: (message: FromReview) => void;
  readonly #place = element('div', { class: 'rows', tabindex: '0', role: 'group' });
  readonly #bar = element('div', { class: 'pages' });
  /** Rows whose columns are all shown. */
  readonly #open = new Map<number, HTMLElement>();

  constructor(
    { title, remarks, first }: ShownTable,
    { statement, ticket, strings, say }: { statement: number; ticket: string; strings: ReviewStrings; say: (message: FromReview) => void },
  ) {
    this.#statement = statement;
    this.#ticket = ticket;
    this.#strings = strings;
    this.#say = say;
    this.#place.setAttribute('aria-label', title);
    this.element = element(
      'section',
      { class: 'table' },
      element('h3', {}, title),
      ...remarks.map((text) => element('p', { class: 'remark' }, text)),
      this.#place,
      this.#bar,
    );
    this.show(first);
  }

  show(page: ShownPage): void {
    this.#open.clear();
    const { heads, rows, total } = page;
    const head = element(
      'tr',
      {},
      element('th', { scope: 'col', class: 'sign' }, element('span', { class: 'unseen' }, this.#strings.state)),
      ...heads.map(({ text, key }) =>
        element(
          'th',
          { scope: 'col' },
          ...drawPieces(text, this.#strings),
          ...(key ? [element('span', { class: 'key' }, ` ${this.#strings.key}`)] : []),
        ),
      ),
      element('th', { class: 'more' }, element('span', { class: 'unseen' }, this.#strings.showAll)),
    );
    this.#place.replaceChildren(
      element('table', {}, element('thead', {}, head), element('tbody', {}, ...rows.map((row) => this.#row(row)))),
    );
    this.#place.scrollTo(0, 0);
    this.#bar.replaceChildren(...(total > PAGE ? this.#pages(page) : []));
  }

  detail({ row, columns }: ShownDetail): void {
    const below = this.#open.get(row);
    if (below === undefined) return;
    const list = columns.map(({ text, cell }) =>
      element(
        'tr',
        {},
        element('th', { scope: 'row' }, ...drawPieces(text, this.#strings)),
        element('td', {}, ...drawCell(cell, this.#strings)),
      ),
    );
    below.replaceChildren(element('td', { colspan: 1000 }, element('table', { class: 'detail' }, element('tbody', {}, ...list))));
  }

  #row({ index, state, label, cells }: ShownRow): HTMLElement {
    const toggle = element('button', { type: 'button', class: 'icon', 'aria-expanded': 'false' }, icon('chevron-right'));
    const name = (open: boolean): void => {
      const text = open ? this.#strings.hideAll : this.#strings.showAll;
      toggle.title = text;
      toggle.setAttribute('aria-label', text);
      toggle.setAttribute('aria-expanded', String(open));
      toggle.replaceChildren(icon(open ? 'chevron-down' : 'chevron-right'));
    };
    name(false);
    const row = element(
      'tr',
      { class: state, 'data-row': index },
      element(
        'td',
        { class: 'sign' },
        element('span', { 'aria-hidden': 'true' }, SIGNS[state]),
        element('span', { class: 'unseen' }, label),
      ),
      ...cells.map((cell) => element('td', { class: cell.changed ? 'changed' : '' }, ...drawCell(cell, this.#strings))),
      element('td', { class: 'more' }, toggle),
    );
    toggle.addEventListener('click', () => {
      const open = this.#open.get(index);
      name(open === undefined);
      if (open === undefined) {
        const below = element('tr', { class: 'below' });
        row.after(below);
        this.#open.set(index, below);
        this.#say({ type: 'detail', ticket: this.#ticket, statement: this.#statement, row: index });
      } else {
        open.remove();
        this.#open.delete(index);
      }
    });
    return row;
  }

  #pages({ from, total, label }: ShownPage): HTMLElement[] {
    const go = (text: string, name: string, to: number, possible: boolean): HTMLElement =>
      element(
        'button',
        {
          ...{ type: 'button', class: 'text', disabled: !possible },
          onclick: () => {
            this.#say({ type: 'page', ticket: this.#ticket, statement: this.#statement, from: to });
          },
        },
        icon(name),
        text,
      );
    return [
      go(this.#strings.previous, 'arrow-left', from - PAGE, from > 0),
      element('span', { role: 'status' }, label),
      go(this.#strings.next, 'arrow-right', from + PAGE, from + PAGE < total),
    ];
  }
}
