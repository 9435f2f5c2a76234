import type { Cell } from '../engine/driver/values.ts';
import type { ReviewedRows } from '../engine/writes/writeReview.ts';
import type { Piece, ShownCell, ShownDetail, ShownHead, ShownPage, ShownRow } from '../webview/review/messages.ts';
import type { Translate } from './translate.ts';
import { cellPieces, changedPieces } from './reviewCells.ts';
import { elided, namePieces, piecesOf } from './reviewPieces.ts';

const PAGE = 20;
/** Besides the key; the others are among the details of a row. */
const MAX_COLUMNS = 12;

type Row = readonly Cell[];

/** The rows of a statement side by side: key first, then only what changes. */
export class RowReview {
  readonly #rows: ReviewedRows;
  readonly #t: Translate;
  /** Of each row before, by its key. */
  readonly #after: ReadonlyMap<string, Row>;
  readonly #keys: readonly number[];
  readonly #shown: readonly number[];
  readonly changed: readonly number[];

  constructor(rows: ReviewedRows, t: Translate) {
    this.#rows = rows;
    this.#t = t;
    this.#keys = rows.columns.flatMap(({ key }, i) => (key ? [i] : []));
    this.#after = new Map(rows.kind === 'changed' ? rows.after.map((row) => [this.#keyOf(row), row]) : []);
    this.changed = this.#changedColumns();
    this.#shown = [...this.#keys, ...this.changed.filter((i) => !this.#keys.includes(i)).slice(0, MAX_COLUMNS)];
  }

  get total(): number {
    return this.#rows.kind === 'added' ? this.#rows.after.length : this.#rows.before.length;
  }

  /** A row can't be found again by its key. */
  get setsKey(): boolean {
    return this.#keys.some((i) => this.#rows.columns[i]?.assigned !== undefined);
  }

  /** Columns that change, or are written, and stand among the details of a row alone. */
  get hidden(): number {
    return this.changed.filter((i) => !this.#shown.includes(i)).length;
  }

  page(from: number): ShownPage {
    const start = Math.max(0, Math.min(from, this.total - 1));
    const end = Math.min(this.total, start + PAGE);
    const rows = Array.from({ length: end - start }, (_, i) => this.#row(start + i));
    const number = (value: number): string => value.toLocaleString('en-US');
    const label = this.#t('{0}–{1} of {2}', number(start + 1), number(end), number(this.total));
    return { from: start, total: this.total, label, heads: this.#shown.map((i) => this.#head(i)), rows };
  }

  detail(row: number): ShownDetail | undefined {
    if (row < 0 || row >= this.total) return undefined;
    const pairs = this.#pair(row);
    return { row, columns: this.#rows.columns.map((_, i) => ({ ...this.#head(i), cell: this.#cell(pairs, i, true) })) };
  }

  #row(index: number): ShownRow {
    const pair = this.#pair(index);
    const cells = this.#shown.map((i) => this.#cell(pair, i, false));
    const state = this.#stateOf(pair);
    return { index, state, label: this.#label(state), cells };
  }

  #stateOf({ before, after }: Pair): ShownRow['state'] {
    const { kind } = this.#rows;
    if (kind !== 'changed') return kind;
    if (before === undefined || after === undefined) return 'unknown';
    return before.every((cell, i) => cell === after[i]) ? 'same' : 'changed';
  }

  #label(state: ShownRow['state']): string {
    const t = this.#t;
    switch (state) {
      case 'changed':
        return t('Changed');
      case 'same':
        return t('Unchanged');
      case 'deleted':
        return t('Deleted');
      case 'added':
        return t('Added');
      case 'unknown':
        return this.setsKey || this.#after.size > 0 ? t('Not matched') : t('No dry run');
    }
  }

  #pair(index: number): Pair {
    if (this.#rows.kind === 'added') return { before: undefined, after: this.#rows.after[index] };
    const before = this.#rows.before[index];
    return { before, after: before === undefined ? undefined : this.#after.get(this.#keyOf(before)) };
  }

  #cell({ before, after }: Pair, column: number, detailed: boolean): ShownCell {
    const { kind, columns, queried } = this.#rows;
    const old = before?.[column] ?? null;
    const next = after?.[column] ?? null;
    if (kind === 'added') return { changed: true, after: queried === true ? cellPieces(next, detailed) : expression(next) };
    if (kind === 'deleted') return { changed: true, before: cellPieces(old, detailed) };
    if (after === undefined) {
      const assigned = columns[column]?.assigned;
      const value = cellPieces(old, detailed);
      return assigned === undefined ? { changed: false, before: value } : { changed: true, before: value, after: expression(assigned) };
    }
    if (old === next) return { changed: false, before: cellPieces(old, detailed) };
    const [left, right] = changedPieces(old, next, detailed);
    return { changed: true, before: left, after: right };
  }

  #head(column: number): ShownHead {
    const { name = '', key = false } = this.#rows.columns[column] ?? {};
    return { text: namePieces([name]), key };
  }

  /** In the order of the table; all of them for rows that come or go. */
  #changedColumns(): number[] {
    const { kind, columns, before } = this.#rows;
    const all = columns.map((_, i) => i);
    if (kind !== 'changed') return all;
    const assigned = all.filter((i) => columns[i]?.assigned !== undefined);
    if (this.#after.size === 0) return assigned;
    const different = new Set<number>();
    for (const row of before) {
      const after = this.#after.get(this.#keyOf(row));
      if (after !== undefined) for (const i of all) if (row[i] !== after[i]) different.add(i);
    }
    return different.size === 0 ? assigned : all.filter((i) => different.has(i));
  }

  #keyOf(row: Row): string {
    return JSON.stringify(this.#keys.map((i) => row[i] ?? null));
  }
}

interface Pair {
  readonly before: Row | undefined;
  readonly after: Row | undefined;
}

const SHOWN_EXPRESSION = 400;

/** What the statement says, and not a value. */
function expression(sql: string | null): Piece[] {
  const text = sql ?? 'NULL';
  const rest = text.length - SHOWN_EXPRESSION;
  return [...piecesOf(text.slice(0, SHOWN_EXPRESSION), 'code'), ...(rest > 0 ? [elided(rest)] : [])];
}
