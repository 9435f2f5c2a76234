import type { CutRow } from '../../driver/readCommand.ts';
import type { RowSink } from '../../driver/session.ts';
import type { Cell, Column } from '../../driver/values.ts';
import { cut } from '../../text.ts';
import { hideCredentials } from '../../policy/credentials.ts';
import type { ResultLimits, ResultSet } from './resultSet.ts';

/** The largest rows of an answer cost no more than this. */
const MAX_SKIPPED_BYTES = 64 * 1024 * 1024;

/** Takes rows until a limit is passed; the row that would pass it is left out. */
export class ResultCollector implements RowSink {
  readonly #limits: ResultLimits;
  readonly #started = performance.now();
  readonly #rows: Cell[][] = [];
  readonly #hides: boolean;
  #columns: readonly Column[] = [];
  #characters = 0;
  #skippedBytes = 0;
  #cutCells = 0;
  #cutBy: ResultSet['cutBy'];
  #blockedStatements: readonly string[] = [];

  /** `verb` is the statement's: the answer to SHOW GRANTS may hold the hash of a password. */
  constructor(limits: ResultLimits, verb = 'SELECT') {
    this.#limits = limits;
    this.#hides = verb === 'SHOW';
  }

  columns(columns: readonly Column[]): void {
    this.#columns = columns;
  }

  row(whole: Cell[]): boolean {
    const refusal = this.#refusal();
    if (refusal !== undefined) return refusal;
    const { maxCellCharacters = Infinity } = this.#limits;
    const isCut = this.#hides || whole.some((cell) => cell !== null && cell.length > maxCellCharacters);
    return this.#keep(isCut ? whole.map((cell) => this.#shown(cell)) : whole);
  }

  /** Its cells are kept as far as they were read. */
  tooLarge({ cells, cuts }: CutRow): boolean {
    if (this.#skippedBytes > (this.#limits.maxSkippedBytes ?? MAX_SKIPPED_BYTES)) this.#cutBy ??= 'size';
    const refusal = this.#refusal();
    if (refusal !== undefined) return refusal;
    const lengths = new Map(cuts.map(({ column, bytes }) => [column, bytes]));
    for (const bytes of lengths.values()) this.#skippedBytes += bytes;
    return this.#keep(cells.map((cell, column) => this.#shown(cell, lengths.get(column))));
  }

  /** What is answered to a row that has no place; undefined where it has one. */
  #refusal(): boolean | undefined {
    if (this.#cutBy !== undefined) return false;
    if (this.#rows.length < this.#limits.maxRows) return undefined;
    // Sessions end a result at one row more than is wanted: if that was it, nothing has to be stopped.
    this.#cutBy = 'rows';
    return true;
  }

  #keep(cells: Cell[]): boolean {
    let length = cells.length; // with what stands between cells
    for (const cell of cells) length += cell?.length ?? 0;
    if (this.#characters + length > this.#limits.maxCharacters) {
      this.#cutBy = 'size';
      return false;
    }
    this.#characters += length;
    this.#rows.push(cells);
    return true;
  }

  /** `bytes` is the length of a cell that was not read whole. */
  #shown(whole: Cell, bytes?: number): Cell {
    if (whole === null) return null;
    const cell = this.#hides ? hideCredentials(whole) : whole;
    const limit = this.#limits.maxCellCharacters ?? Infinity;
    if (cell.length <= limit && bytes === undefined) return cell;
    this.#cutCells++;
    const kept = cell.length > limit ? cut(cell, limit) : `${cell}…`;
    return bytes === undefined ? `${kept} (${String(cell.length)} characters)` : `${kept} (${String(bytes)} bytes)`;
  }

  get rowCount(): number {
    return this.#rows.length;
  }

  get resultColumns(): readonly Column[] {
    return this.#columns;
  }

  get cut(): boolean {
    return this.#cutBy !== undefined;
  }

  blockedStatements(statements: readonly string[]): void {
    this.#blockedStatements = statements;
  }

  result(more: Partial<Pick<ResultSet, 'warnings' | 'rest' | 'moment' | 'total' | 'sources'>> = {}): ResultSet {
    return {
      warnings: [],
      rest: undefined,
      moment: undefined,
      ...more,
      columns: this.#columns,
      rows: this.#rows,
      cutBy: this.#cutBy,
      cutCells: this.#cutCells,
      characters: this.#characters,
      elapsedMs: Math.round(performance.now() - this.#started),
      blockedStatements: this.#blockedStatements,
    };
  }
}
