import type { RowSink } from '../driver/session.ts';
import type { Cell, Column } from '../driver/values.ts';

export interface ResultLimits {
  readonly maxRows: number;
  /** Upper bound of the cells' text, in UTF-16 units. */
  readonly maxCharacters: number;
}

export interface ResultSet {
  readonly columns: readonly Column[];
  readonly rows: readonly (readonly Cell[])[];
  /** Which limit cut the result off, if one did. */
  readonly cutBy: 'rows' | 'size' | undefined;
  /** Length of all cells. */
  readonly characters: number;
  readonly elapsedMs: number;
  /** Statements of others that were seen waiting for a lock on its tables. */
  readonly heldUp: readonly string[];
}

/** Takes rows until a limit is passed; the row that would pass it is left out. */
export class ResultCollector implements RowSink {
  readonly #limits: ResultLimits;
  readonly #started = performance.now();
  readonly #rows: Cell[][] = [];
  readonly #show: (cell: Cell) => Cell;
  #columns: readonly Column[] = [];
  #characters = 0;
  #cutBy: ResultSet['cutBy'];
  #heldUp: readonly string[] = [];

  /** `verb` is the statement's: the answer to SHOW GRANTS may hold the hash of a password. */
  constructor(limits: ResultLimits, verb = 'SELECT') {
    this.#limits = limits;
    this.#show = verb === 'SHOW' ? hideCredentials : (cell) => cell;
  }

  columns(columns: readonly Column[]): void {
    this.#columns = columns;
  }

  row(cells: Cell[]): boolean {
    if (this.#cutBy !== undefined) return false;
    if (this.#rows.length >= this.#limits.maxRows) {
      // Sessions end a result at one row more than is wanted: if that was it, nothing has to be stopped.
      this.#cutBy = 'rows';
      return true;
    }
    const length = cells.reduce((sum, cell) => sum + (cell?.length ?? 0), 0);
    if (this.#characters + length > this.#limits.maxCharacters) {
      this.#cutBy = 'size';
      return false;
    }
    this.#characters += length;
    this.#rows.push(cells.map(this.#show));
    return true;
  }

  tooLarge(): void {
    this.#cutBy = 'size';
  }

  heldUp(statements: readonly string[]): void {
    this.#heldUp = statements;
  }

  result(): ResultSet {
    return {
      columns: this.#columns,
      rows: this.#rows,
      cutBy: this.#cutBy,
      characters: this.#characters,
      elapsedMs: Math.round(performance.now() - this.#started),
      heldUp: this.#heldUp,
    };
  }
}

/** SHOW GRANTS of MariaDB tells how its own account logs in, SHOW CREATE TABLE how a table elsewhere is reached. */
function hideCredentials(cell: Cell): Cell {
  if (cell?.startsWith('GRANT ')) {
    return cell.replace(/ IDENTIFIED (?:BY PASSWORD|VIA|WITH) .*?(?= REQUIRE | WITH |$)/s, ' IDENTIFIED BY <hidden>');
  }
  if (cell?.startsWith('CREATE ')) {
    return cell
      .replaceAll(/\bCONNECTION='(?:[^'\\]|''|\\.)*'/gs, 'CONNECTION=<hidden>')
      .replaceAll(/\bpassword "[^"]*"/gi, 'password <hidden>');
  }
  return cell;
}
