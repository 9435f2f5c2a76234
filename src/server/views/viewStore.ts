import * as z from 'zod';
import type { ShownTable, View } from '../../broker/viewContract.ts';
import { PilotError } from '../../engine/errors.ts';
import { chartOf, type Chart, type ChartKind } from '../../engine/query/results/chart.ts';
import { orderRows, rowAt, shownRows } from '../../engine/query/results/rowOrder.ts';
import { cut } from '../../engine/text.ts';

/** All rows of all of them are in memory. */
const MAX_VIEWS = 5;
/** The most rows that are sent at once. */
const MAX_ROWS = 1000;
/** A cell of a grid has room for so much; who copies or exports asks for all of it. */
const SHOWN_CHARACTERS = 300;
/** Of one answer: clients end at a message of 10 MiB. */
const MAX_ANSWER_CHARACTERS = 1_000_000;

const ReadSchema = z.strictObject({
  view: z.string().max(40),
  start: z.int().min(0).default(0),
  count: z.int().min(0).max(MAX_ROWS).default(0),
  sort: z.strictObject({ column: z.int().min(0), descending: z.boolean() }).optional(),
  filter: z.string().max(10_000).default(''),
  /** Cells as they are, not cut. */
  whole: z.boolean().default(false),
});

/** What an app is told of its view. */
export interface ReadView {
  readonly kind: 'grid' | 'chart';
  readonly title: string;
  readonly sql: string;
  readonly columns: readonly { readonly name: string; readonly align: 'start' | 'end' }[];
  readonly total: number;
  /** Rows that the filter leaves. */
  readonly shown: number;
  readonly truncated: boolean;
  /** From `start` on: fewer than asked for where they are too large for one answer. */
  readonly rows: readonly (readonly (string | null)[])[];
  readonly chart?: (Chart & { readonly kind: ChartKind }) | undefined;
}

interface Kept {
  readonly view: View;
  readonly content: Extract<View['content'], { kind: 'grid' | 'chart' }>;
  order: { readonly key: string; readonly shown: Uint32Array | undefined };
}

/** Results that are shown in apps, by the number that the client was given. Reads nothing from a database. */
export class ViewStore {
  /** The oldest first. */
  readonly #views = new Map<string, Kept>();

  keep(view: View): string {
    const { content } = view;
    if (content.kind !== 'grid' && content.kind !== 'chart') throw new Error('No app can show this.');
    const id = crypto.randomUUID();
    this.#views.set(id, { view, content, order: { key: '', shown: undefined } });
    for (const oldest of this.#views.keys()) {
      if (this.#views.size <= MAX_VIEWS) break;
      this.#views.delete(oldest);
    }
    return id;
  }

  /** Drops the views of other profiles. */
  retain(profiles: ReadonlySet<string>): void {
    for (const [id, { view }] of this.#views) if (!profiles.has(view.profile)) this.#views.delete(id);
  }

  read(input: unknown): ReadView {
    const parsed = ReadSchema.safeParse(input);
    const kept = parsed.success ? this.#views.get(parsed.data.view) : undefined;
    if (!parsed.success || kept === undefined) {
      throw new PilotError('input.invalid', 'This view is no longer in memory.', { nextStep: 'Call mysql_show again.' });
    }
    const { start, count, sort, filter, whole } = parsed.data;
    const { view, content } = kept;
    const { table } = content;
    const key = sort === undefined && filter.trim() === '' ? '' : JSON.stringify([sort, filter]);
    if (kept.order.key !== key) kept.order = { key, shown: orderRows(table, { sort, filter }) };
    const ordered = { result: table, shown: kept.order.shown };
    const shown = shownRows(ordered);
    const chart = content.kind === 'chart' && start === 0 && count === 0 ? chartOf(table) : undefined;
    return {
      ...{ kind: content.kind, title: view.title ?? '', sql: content.sql, total: table.rows.length, shown },
      columns: columnsOf(table),
      truncated: table.cutBy !== undefined,
      rows: rowsOf(start, Math.min(start + count, shown), (place) => rowAt(ordered, place) ?? [], whole),
      ...(chart === undefined || content.kind !== 'chart' ? {} : { chart: { ...chart, kind: content.chart } }),
    };
  }
}

function columnsOf({ columns }: ShownTable): ReadView['columns'] {
  return columns.map(({ name, numeric }) => ({
    name: cut(name, SHOWN_CHARACTERS),
    align: numeric === undefined ? ('start' as const) : ('end' as const),
  }));
}

function rowsOf(from: number, to: number, rowOf: (place: number) => readonly (string | null)[], whole: boolean): (string | null)[][] {
  const rows: (string | null)[][] = [];
  let characters = 0;
  for (let place = from; place < to; place++) {
    const row = rowOf(place).map((cell) =>
      cell === null || whole || cell.length <= SHOWN_CHARACTERS ? cell : cut(cell, SHOWN_CHARACTERS),
    );
    for (const cell of row) characters += cell?.length ?? 0;
    if (characters > MAX_ANSWER_CHARACTERS && rows.length > 0) break;
    rows.push(row);
  }
  return rows;
}
