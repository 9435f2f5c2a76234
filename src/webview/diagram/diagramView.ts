import { element } from '../dom.ts';
import { boxOf, drawRelation, drawTable, type ShownColumns } from './drawing.ts';
import { layOut, type PlacedBox } from './layout.ts';
import type { Diagram, DiagramRelation, DiagramStrings } from './messages.ts';
import { svg } from './svg.ts';
import { READABLE, Viewport } from './viewport.ts';

export interface DiagramEvents {
  readonly scaled: (scale: number) => void;
  readonly open: (table: string) => void;
  readonly fill: (text: string, ...values: readonly (string | number)[]) => string;
}

/** The drawing: tables that can be chosen, found and read, near and from afar. */
export class DiagramView {
  readonly element: HTMLElement;
  readonly content = svg('g', {});
  readonly #strings: DiagramStrings;
  readonly #events: DiagramEvents;
  readonly #viewport: Viewport;
  #diagram: Diagram = { title: '', tables: [], relations: [], partial: false };
  #relations: readonly DiagramRelation[] = [];
  #boxes = new Map<string, PlacedBox>();
  #shown: ShownColumns | undefined;
  #size = { width: 0, height: 0 };
  #chosen: string | undefined;
  #matches: readonly string[] = [];
  #match = 0;

  constructor(strings: DiagramStrings, events: DiagramEvents) {
    this.#strings = strings;
    this.#events = events;
    const surface = svg('svg', { class: 'surface' }, this.content);
    this.element = element('main', { 'aria-label': strings.diagram, onkeydown: this.#press, ondblclick: this.#open });
    this.element.append(surface);
    this.#viewport = new Viewport(surface, this.content, (scale) => {
      surface.classList.toggle('afar', scale < READABLE);
      events.scaled(scale);
    });
    surface.addEventListener('click', (event) => {
      const name = tableAt(event.target);
      if (name !== undefined) this.#choose(name);
    });
    this.element.addEventListener('focusin', (event) => {
      const name = tableAt(event.target);
      if (name !== undefined && name !== this.#chosen) this.#choose(name);
    });
  }

  /** Undefined before something was shown. */
  get columns(): ShownColumns | undefined {
    return this.#shown;
  }

  get size(): { readonly width: number; readonly height: number } {
    return this.#size;
  }

  show(diagram: Diagram, shown: ShownColumns, supposed: boolean): void {
    this.#diagram = diagram;
    this.#chosen = undefined;
    this.change(shown, supposed);
    this.fit();
  }

  /** Draws anew, at the same place. */
  change(shown: ShownColumns, supposed: boolean): void {
    const before = this.#shown;
    this.#shown = shown;
    const { tables } = this.#diagram;
    this.#relations = this.#diagram.relations.filter(({ declared }) => supposed || declared);
    const measure = measurer(this.element);
    const placed = layOut(
      tables.map((table) => ({ name: table.name, ...boxOf(table, shown, measure) })),
      this.#relations,
      this.#viewport.shape,
    );
    this.#size = placed;
    this.#boxes = new Map(placed.boxes.map((box) => [box.name, box]));
    const byName = new Map(tables.map((table) => [table.name, table]));
    const lines = this.#relations.flatMap((relation) => {
      const [from, to, table] = [this.#boxes.get(relation.from), this.#boxes.get(relation.to), byName.get(relation.from)];
      return from === undefined || to === undefined || table === undefined ? [] : [drawRelation(relation, from, to, shown, table)];
    });
    const boxes = tables.flatMap((table) => {
      const box = this.#boxes.get(table.name);
      return box === undefined ? [] : [drawTable(table, shown, box, this.#label(table.name, table.columns.length))];
    });
    this.element.classList.toggle('dense', lines.length > DENSE);
    this.content.replaceChildren(...lines, ...boxes);
    this.#tabStop(this.#chosen ?? tables[0]?.name);
    this.#mark();
    if (before === undefined || before === shown) return;
    const chosen = this.#boxes.get(this.#chosen ?? '');
    if (chosen === undefined) this.fit();
    else this.#viewport.reveal(chosen, true);
  }

  zoom(factor: number): void {
    this.#viewport.zoom(factor);
  }

  fit(): void {
    this.#viewport.fit(this.#size.width, this.#size.height);
  }

  /** Marks the tables whose name, or a column's, holds the text, and goes `step` matches on. */
  search(text: string, step: number): { count: number; index: number } {
    const wanted = text.trim().toLowerCase();
    const named = this.#diagram.tables.filter(({ name }) => name.toLowerCase().includes(wanted));
    const inside = this.#diagram.tables.filter(
      (table) => !named.includes(table) && table.columns.some(({ name }) => name.toLowerCase().includes(wanted)),
    );
    this.#matches = wanted === '' ? [] : [...named, ...inside].map(({ name }) => name);
    this.#match = step === 0 ? 0 : (this.#match + step + this.#matches.length) % Math.max(1, this.#matches.length);
    for (const table of this.#tables()) {
      const name = table.dataset['table'] ?? '';
      table.classList.toggle('match', this.#matches.includes(name));
      table.classList.toggle('dim', this.#matches.length > 0 && !this.#matches.includes(name));
      table.classList.toggle('current', name === this.#matches[this.#match]);
    }
    const box = this.#boxes.get(this.#matches[this.#match] ?? '');
    if (box !== undefined) this.#viewport.reveal(box, step !== 0);
    return { count: this.#matches.length, index: this.#match };
  }

  #tables(): SVGGElement[] {
    return [...this.content.querySelectorAll<SVGGElement>('.table')];
  }

  #label(name: string, columns: number): string {
    const { fill } = this.#events;
    const to = this.#relations.filter((relation) => relation.from === name).map((relation) => relation.to);
    const by = this.#relations.filter((relation) => relation.to === name).map((relation) => relation.from);
    return [
      fill(this.#strings.label, name, columns),
      ...(to.length === 0 ? [] : [fill(this.#strings.refersTo, [...new Set(to)].join(', '))]),
      ...(by.length === 0 ? [] : [fill(this.#strings.referredBy, [...new Set(by)].join(', '))]),
    ].join('. ');
  }

  #choose(name: string | undefined): void {
    this.#chosen = name;
    this.#tabStop(name);
    this.#mark();
  }

  /** The chosen table with its lines and neighbors stands out. */
  #mark(): void {
    const name = this.#chosen;
    const near = new Set(this.#relations.flatMap(({ from, to }) => (from === name ? [to] : to === name ? [from] : [])));
    for (const table of this.#tables()) {
      const one = table.dataset['table'] ?? '';
      table.classList.toggle('chosen', one === name);
      table.classList.toggle('near-chosen', near.has(one));
      table.setAttribute('aria-current', String(one === name));
    }
    for (const line of this.content.querySelectorAll<SVGGElement>('.relation')) {
      const touches = line.dataset['from'] === name || line.dataset['to'] === name;
      line.classList.toggle('strong', touches);
      line.classList.toggle('weak', name !== undefined && !touches);
    }
  }

  #tabStop(name: string | undefined): void {
    for (const table of this.#tables()) table.setAttribute('tabindex', table.dataset['table'] === name ? '0' : '-1');
  }

  #go(direction: readonly [number, number]): void {
    const from = this.#boxes.get(this.#chosen ?? this.#diagram.tables[0]?.name ?? '');
    if (from === undefined) return;
    const next = nearestIn(from, [...this.#boxes.values()], direction);
    if (next === undefined) return;
    this.#tables()
      .find((table) => table.dataset['table'] === next.name)
      ?.focus({ preventScroll: true });
    this.#viewport.reveal(next, false);
  }

  readonly #open = (event: Event): void => {
    const name = tableAt(event.target);
    if (name !== undefined) this.#events.open(name);
  };

  readonly #press = (event: KeyboardEvent): void => {
    const [dx, dy] = ARROWS[event.key] ?? [0, 0];
    if (dx !== 0 || dy !== 0) {
      if (event.shiftKey) this.#viewport.move(-dx * STEP, -dy * STEP);
      else this.#go([dx, dy]);
    } else if (event.key === '+' || event.key === '=') this.zoom(1.25);
    else if (event.key === '-') this.zoom(1 / 1.25);
    else if (event.key === '0') this.fit();
    else if (event.key === 'Enter' || event.key === ' ') this.#open(event);
    else if (event.key === 'Escape') this.#choose(undefined);
    else return;
    event.preventDefault();
  };
}

const STEP = 80;
/** With more lines each is drawn fainter. */
const DENSE = 120;
const ARROWS: Readonly<Record<string, readonly [number, number]>> = {
  ArrowLeft: [-1, 0],
  ArrowRight: [1, 0],
  ArrowUp: [0, -1],
  ArrowDown: [0, 1],
};

function tableAt(target: EventTarget | null): string | undefined {
  return target instanceof Element ? target.closest<SVGGElement>('.table')?.dataset['table'] : undefined;
}

/** The box that lies best in a direction: what is beside the way counts twice. */
function nearestIn(from: PlacedBox, boxes: readonly PlacedBox[], [dx, dy]: readonly [number, number]): PlacedBox | undefined {
  const middle = (box: PlacedBox): [number, number] => [box.x + box.width / 2, box.y + box.height / 2];
  const [x, y] = middle(from);
  let best: { box: PlacedBox; far: number } | undefined;
  for (const box of boxes) {
    const [toX, toY] = middle(box);
    const ahead = (toX - x) * dx + (toY - y) * dy;
    const aside = Math.abs((toX - x) * dy) + Math.abs((toY - y) * dx);
    const far = ahead + 2 * aside;
    if (ahead > 0 && (best === undefined || far < best.far)) best = { box, far };
  }
  return best?.box;
}

/** Widths of texts in the font of the drawing. */
function measurer(within: HTMLElement): (text: string) => number {
  const context = document.createElement('canvas').getContext('2d');
  if (context === null) return (text) => text.length * 7.3;
  context.font = `12px ${getComputedStyle(within).getPropertyValue('--vscode-editor-font-family') || 'monospace'}`;
  return (text) => context.measureText(text).width;
}
