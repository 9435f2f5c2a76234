import * as dagre from '@dagrejs/dagre';

/** What is used of the package. Its own types name their files without endings, which Node's resolution does not find. */
interface Dagre {
  readonly Graph: new (options: { multigraph: boolean }) => DagreGraph;
  readonly layout: (graph: DagreGraph) => void;
}
interface DagreGraph {
  setGraph(options: { rankdir: 'LR'; nodesep: number; ranksep: number; edgesep: number }): void;
  setDefaultEdgeLabel(label: () => object): void;
  setNode(name: string, size: { width: number; height: number }): void;
  setEdge(from: string, to: string, label: object, name: string): void;
  /** With the middle of the node, once the graph is laid out. */
  node(name: string): { x?: number; y?: number };
}
const { Graph, layout } = dagre as unknown as Dagre;

export interface Box {
  readonly name: string;
  readonly width: number;
  readonly height: number;
}

/** A box at its place; `x` and `y` of its upper left corner. */
export interface PlacedBox extends Box {
  readonly x: number;
  readonly y: number;
}

export interface Link {
  readonly from: string;
  readonly to: string;
}

/** All boxes at their places, and how large the whole is. */
export interface Placed {
  readonly boxes: readonly PlacedBox[];
  readonly width: number;
  readonly height: number;
}

/** Between boxes of a column; low boxes stand closer. */
const MAX_GAP = 28;
/** Between columns of boxes, for the lines. */
const COLUMN_GAP = 90;
/** A layered drawing that is this many times as tall as it should be is folded. */
const TOO_TALL = 2;

/** Places boxes so that those with lines between them are near each other, and the whole has about the wanted `shape`, width to height. */
export function layOut(boxes: readonly Box[], links: readonly Link[], shape = 1.6): Placed {
  const gap = Math.min(MAX_GAP, ...boxes.map(({ height }) => height / 2));
  const parts = connected(boxes, links).map((part) => (part.length === 1 ? single(part) : layered(part, links, gap, shape)));
  return shelves(parts, gap, shape);
}

/** Boxes that lines join, directly or over others; larger parts first, and those alone by name. */
function connected(boxes: readonly Box[], links: readonly Link[]): Box[][] {
  const root = new Map(boxes.map(({ name }) => [name, name]));
  const find = (name: string): string => {
    let at = name;
    for (let up = root.get(at); up !== undefined && up !== at; up = root.get(at)) at = up;
    root.set(name, at);
    return at;
  };
  for (const { from, to } of links) if (root.has(from) && root.has(to)) root.set(find(from), find(to));
  const parts = [...Map.groupBy(boxes, ({ name }) => find(name)).values()];
  return parts.sort((a, b) => b.length - a.length || (a[0]?.name ?? '').localeCompare(b[0]?.name ?? ''));
}

function single(part: readonly Box[]): Placed {
  const [box] = part;
  return box === undefined ? { boxes: [], width: 0, height: 0 } : { boxes: [{ ...box, x: 0, y: 0 }], width: box.width, height: box.height };
}

/** In layers from what is referred to, on the left, to what refers. */
function layered(part: readonly Box[], links: readonly Link[], gap: number, shape: number): Placed {
  const graph = new Graph({ multigraph: true });
  graph.setGraph({ rankdir: 'LR', nodesep: gap, ranksep: COLUMN_GAP, edgesep: 8 });
  graph.setDefaultEdgeLabel(() => ({}));
  for (const { name, width, height } of part) graph.setNode(name, { width, height });
  const names = new Set(part.map(({ name }) => name));
  for (const [i, { from, to }] of links.entries()) {
    if (from !== to && names.has(from) && names.has(to)) graph.setEdge(to, from, {}, String(i));
  }
  layout(graph);
  const placed = part.map((box) => {
    const { x = 0, y = 0 } = graph.node(box.name);
    return { ...box, x: x - box.width / 2, y: y - box.height / 2 };
  });
  const whole = extent(placed);
  return whole.height * shape > whole.width * TOO_TALL && part.length > 6 ? folded(whole, gap, shape) : whole;
}

/** The layers of a drawing that is too tall, each in as many columns as it takes; the order within a layer stays. */
function folded({ boxes }: Placed, gap: number, shape: number): Placed {
  const layers = [...Map.groupBy(boxes, ({ x, width }) => Math.round(x + width / 2))]
    .sort(([a], [b]) => a - b)
    .map(([, layer]) => layer.sort((a, b) => a.y - b.y));
  const area = boxes.reduce((sum, { width, height }) => sum + (width + COLUMN_GAP) * (height + gap), 0);
  const limit = Math.max(Math.sqrt(area / shape), ...boxes.map(({ height }) => height));
  const columns = layers.flatMap((layer) => {
    const heights = layer.reduce((sum, { height }) => sum + height + gap, 0);
    const count = Math.ceil(heights / limit);
    const made: PlacedBox[][] = [];
    let filled = 0;
    for (const box of layer) {
      const column = Math.min(count - 1, Math.floor((filled / heights) * count));
      (made[column] ??= []).push(box);
      filled += box.height + gap;
    }
    return made.filter((column) => column.length > 0);
  });
  const heightOf = (column: readonly Box[]): number => column.reduce((sum, { height }) => sum + height + gap, -gap);
  const tallest = Math.max(...columns.map(heightOf));
  let x = 0;
  return extent(
    columns.flatMap((column) => {
      let y = (tallest - heightOf(column)) / 2;
      const left = x;
      x += Math.max(...column.map(({ width }) => width)) + COLUMN_GAP;
      return column.map((box) => {
        const at = { ...box, x: left, y };
        y += box.height + gap;
        return at;
      });
    }),
  );
}

/** Moved so that the upper left corner is at 0, 0. */
function extent(boxes: readonly PlacedBox[]): Placed {
  const left = Math.min(...boxes.map(({ x }) => x));
  const top = Math.min(...boxes.map(({ y }) => y));
  return {
    boxes: boxes.map((box) => ({ ...box, x: box.x - left, y: box.y - top })),
    width: Math.max(...boxes.map(({ x, width }) => x + width)) - left,
    height: Math.max(...boxes.map(({ y, height }) => y + height)) - top,
  };
}

/** One part after the other in rows that are about as wide as the largest part, or as a screen would want it. */
function shelves(parts: readonly Placed[], gap: number, shape: number): Placed {
  const between = 2 * gap;
  const area = parts.reduce((sum, { width, height }) => sum + (width + between) * (height + between), 0);
  const wide = Math.max(Math.sqrt(area * shape), ...parts.map(({ width }) => width));
  const boxes: PlacedBox[] = [];
  let [x, y, shelf, width] = [0, 0, 0, 0];
  for (const part of parts) {
    if (x > 0 && x + part.width > wide) [x, y, shelf] = [0, y + shelf + between, 0];
    boxes.push(...part.boxes.map((box) => ({ ...box, x: box.x + x, y: box.y + y })));
    width = Math.max(width, x + part.width);
    x += part.width + between;
    shelf = Math.max(shelf, part.height);
  }
  return { boxes, width, height: y + shelf };
}
