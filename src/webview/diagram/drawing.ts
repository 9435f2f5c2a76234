import type { PlacedBox } from './layout.ts';
import type { DiagramColumn, DiagramRelation, DiagramTable } from './messages.ts';
import { svg } from './svg.ts';

export type ShownColumns = 'all' | 'keys' | 'none';

const HEAD = 28;
const LINE = 20;
const PAD = 10;
const BETWEEN = 14;
const LONGEST = 340;

function shownColumns({ columns }: DiagramTable, shown: ShownColumns): readonly DiagramColumn[] {
  if (shown === 'all') return columns;
  return shown === 'none' ? [] : columns.filter(({ primary, foreign }) => primary || foreign);
}

function markOf({ primary, foreign }: DiagramColumn): string {
  return primary ? (foreign ? 'PK FK' : 'PK') : foreign ? 'FK' : '';
}

/** The room for marks before the names. */
function markWidth(columns: readonly DiagramColumn[]): number {
  return columns.some(({ primary, foreign }) => primary && foreign) ? 42 : 28;
}

/** How large the box of a table is; `measure` gives the width of a text. */
export function boxOf(table: DiagramTable, shown: ShownColumns, measure: (text: string) => number): { width: number; height: number } {
  const lines = shownColumns(table, shown);
  const widest = Math.max(
    measure(table.name) * 1.1 + 2 * PAD,
    ...lines.map(({ name, type }) => markWidth(lines) + measure(name) + BETWEEN + measure(typeText(type)) + 2 * PAD),
  );
  return { width: Math.min(Math.max(Math.ceil(widest), 110), LONGEST), height: HEAD + (lines.length === 0 ? 0 : lines.length * LINE + 6) };
}

/** A long list of values says little in a picture. */
function typeText(type: string): string {
  return type.length > 22 ? `${type.slice(0, 21)}…` : type;
}

/** The box of a table; `label` is what a screen reader says. */
export function drawTable(table: DiagramTable, shown: ShownColumns, box: PlacedBox, label: string): SVGGElement {
  const { width, height } = box;
  const columns = shownColumns(table, shown);
  const indent = PAD + markWidth(columns);
  const lines = columns.map((column, i) => {
    const y = HEAD + i * LINE + 16;
    return svg(
      'g',
      { class: 'column' },
      svg('text', { class: 'mark', x: PAD, y }, markOf(column)),
      svg('text', { class: 'name', x: indent, y }, column.name),
      svg('text', { class: 'type', x: width - PAD, y, 'text-anchor': 'end' }, typeText(column.type)),
    );
  });
  const clip = `clip-${encodeURIComponent(table.name)}`;
  // From afar only the name is read: as large as the box allows.
  const far = Math.max(13, Math.min((width - PAD) / (table.name.length * 0.62), height * 0.8, 64));
  const name = svg(
    'text',
    { class: 'far', 'aria-hidden': 'true', x: width / 2, y: height / 2, 'text-anchor': 'middle', 'dominant-baseline': 'central' },
    table.name,
  );
  name.style.fontSize = `${String(Math.round(far))}px`;
  return svg(
    'g',
    {
      ...{ class: table.columns.length === 0 ? 'table elsewhere' : 'table', 'data-table': table.name },
      ...{ role: 'group', tabindex: -1, 'aria-label': label, transform: `translate(${at(box.x)},${at(box.y)})` },
    },
    svg('clipPath', { id: clip }, svg('rect', { width, height })),
    svg('rect', { class: 'box', width, height, rx: 3 }),
    svg('path', { class: 'head', d: `M0 ${String(HEAD)}V3a3 3 0 0 1 3-3H${String(width - 3)}a3 3 0 0 1 3 3V${String(HEAD)}z` }),
    svg('g', { class: 'near', 'clip-path': `url(#${clip})` }, svg('text', { class: 'title', x: PAD, y: 19 }, table.name), ...lines),
    name,
  );
}

/** The line of a relation, with a crow's foot at the table that refers. */
export function drawRelation(
  relation: DiagramRelation,
  from: PlacedBox,
  to: PlacedBox,
  shown: ShownColumns,
  table: DiagramTable,
): SVGGElement {
  const line = shownColumns(table, shown).findIndex(({ name }) => name === relation.columns[0]);
  const start = { x: 0, y: from.y + (line < 0 ? Math.min(HEAD, from.height) / 2 : HEAD + line * LINE + 11) };
  const end = { x: 0, y: to.y + HEAD / 2 };
  const [fromSide, toSide] = sides(from, to);
  start.x = fromSide < 0 ? from.x : from.x + from.width;
  end.x = toSide < 0 ? to.x : to.x + to.width;
  const bend = Math.max(34, Math.min(Math.abs(end.x - start.x) / 2, 140));
  const foot = 10 * fromSide;
  const curve =
    `M${at(start.x + foot)} ${at(start.y)}C${at(start.x + bend * fromSide)} ${at(start.y)} ` +
    `${at(end.x + bend * toSide)} ${at(end.y)} ${at(end.x)} ${at(end.y)}`;
  const crow = [-5, 0, 5].map((dy) => `M${at(start.x + foot)} ${at(start.y)}L${at(start.x)} ${at(start.y + dy)}`).join('');
  const one = `M${at(end.x + 8 * toSide)} ${at(end.y - 5)}v10`;
  const text = `${relation.from}(${relation.columns.join(', ')}) → ${relation.to}(${relation.toColumns.join(', ')})`;
  return svg(
    'g',
    { class: relation.declared ? 'relation' : 'relation supposed', 'data-from': relation.from, 'data-to': relation.to },
    svg('title', {}, text),
    svg('path', { class: 'hit', d: curve }),
    svg('path', { class: 'line', d: curve }),
    svg('path', { class: 'end', d: crow + one }),
  );
}

/** On which side a line leaves and arrives: 1 is right, -1 is left. Boxes above each other are joined on their right. */
function sides(from: PlacedBox, to: PlacedBox): [number, number] {
  if (to.x + to.width < from.x) return [-1, 1];
  return from.x + from.width < to.x ? [1, -1] : [1, 1];
}

function at(value: number): string {
  return String(Math.round(value * 10) / 10);
}
