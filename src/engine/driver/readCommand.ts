import type { QueryError, ResultSetHeader } from 'mysql2';
import type { Charset } from './charset/charset.ts';
import { readColumn } from './columnReader.ts';
import type { GeometryStyle } from './geometry.ts';
import type { CutCell } from './largeRow.ts';
import { DriverCommandBase, type DriverPacket, type DriverConnection } from './mysql2Internals.ts';
import { readLength, type Packet } from './packet.ts';
import { RowReader } from './rowReader.ts';
import type { Cell, Column } from './values.ts';

/** What comes of one statement, in this order; `failed` and `ended` are the last. None of them may throw. */
export interface Answer {
  /** Of each result set; none where a statement has no rows. */
  columns(columns: readonly Column[]): void;
  row(cells: Cell[]): void;
  /** Where given, it is called instead of `row`. */
  readonly packet?: ((packet: Packet) => void) | undefined;
  /** Called instead of both for a row that was too large, whose cells are cut. */
  large(row: CutRow): void;
  cutsIn(buffer: Buffer): readonly CutCell[] | undefined;
  /** The server's last word on a statement without a result set. */
  changed(header: ResultSetHeader): void;
  /** Of the result set that came last: warnings, and the flags of the session. */
  warnings(count: number, status: number): void;
  failed(error: Error): void;
  ended(): void;
}

export interface CutRow {
  readonly cells: Cell[];
  /** At least one. */
  readonly cuts: readonly CutCell[];
}

/** How the texts of a session are written where they are not in UTF-8. */
export interface Wording {
  /** The statement in the character set in which the server reads it. */
  readonly statement?: Buffer | undefined;
  /** The character set of names and messages in the answer. */
  readonly results?: Charset | undefined;
}

/** The numbers of utf8mb4 and latin1: in the latter the driver sends each character as the byte of its number. */
const UTF8MB4 = 45;
const LATIN1 = 8;

/** First bytes of an answer. @see https://dev.mysql.com/doc/dev/mysql-server/latest/page_protocol_com_query_response.html */
const OK = 0;
const WANTS_FILE = 0xfb;
/** `SERVER_MORE_RESULTS_EXISTS`. @see https://dev.mysql.com/doc/dev/mysql-server/latest/mysql__com_8h.html */
const MORE_RESULTS = 8;

/**
 * A statement whose rows are wanted one by one, as text. The driver's own command makes an object of each column's description, a program that reads the rows, and an event
 * of everything: half of what the driver costs in a short call.
 */
export class ReadCommand extends DriverCommandBase {
  readonly #geometry: GeometryStyle;
  readonly #answer: Answer;
  readonly #wording: Wording;
  #awaited: 'turn' | 'header' | 'column' | 'endOfColumns' | 'row' | 'nothing' = 'turn';
  #columnCount = 0;
  #columns: Column[] = [];
  #reader: RowReader | undefined;

  constructor(sql: string, geometry: GeometryStyle, answer: Answer, wording: Wording = {}) {
    super({ sql: wording.statement?.toString('latin1') ?? sql });
    this.#geometry = geometry;
    this.#answer = answer;
    this.#wording = wording;
  }

  execute(packet: DriverPacket | undefined, wire: DriverConnection): boolean {
    if (packet === undefined) {
      wire._resetSequenceId();
      // The driver would go by what the server last said of the session's character set, and has no encoder for most of them.
      wire.config.charsetNumber = this.#wording.statement === undefined ? UTF8MB4 : LATIN1;
      this.start(undefined, wire);
      this.#awaited = 'header';
    } else if (packet.isError()) {
      this.#answer.failed(this.#error(packet));
      this.#awaited = 'nothing';
      return true;
    } else this.#take(packet, wire);
    if (this.#awaited !== 'nothing') return false;
    this.#answer.ended();
    return true;
  }

  override doneInsert(header: ResultSetHeader): void {
    this.#answer.columns([]);
    this.#answer.changed(header);
    this.#endResult(header.serverStatus);
  }

  #take(packet: DriverPacket, wire: DriverConnection): void {
    switch (this.#awaited) {
      case 'header':
        this.#begin(packet, wire);
        break;
      case 'column':
        this.#columns.push(readColumn(packet, this.#geometry, wire._mariadbExtendedMetadata, this.#wording.results));
        if (this.#columns.length === this.#columnCount) this.#awaited = 'endOfColumns';
        break;
      case 'endOfColumns':
        if (!packet.isEOF()) throw new Error('The server sent more columns than it announced.');
        this.#reader = new RowReader(this.#columns);
        this.#answer.columns(this.#columns);
        this.#awaited = 'row';
        break;
      default:
        if (packet.isEOF()) {
          const status = packet.eofStatusFlags(); // which the driver reads behind the warnings
          this.#answer.warnings(packet.eofWarningCount(), status);
          this.#endResult(status);
          break;
        }
        this.#row(packet);
    }
  }

  #row(packet: DriverPacket): void {
    const cuts = this.#answer.cutsIn(packet.buffer);
    if (cuts !== undefined) this.#answer.large({ cells: this.#reader?.readCut(packet, cuts) ?? [], cuts });
    else if (this.#answer.packet !== undefined) this.#answer.packet(packet);
    else this.#answer.row(this.#reader?.read(packet) ?? []);
  }

  /** The driver decodes messages by the character set of the login. */
  #error(packet: DriverPacket): QueryError {
    const { results } = this.#wording;
    if (results === undefined) return packet.asError('utf8');
    const error = packet.asError('latin1');
    error.message = results.decode(Buffer.from(error.message, 'latin1'));
    return error;
  }

  #begin(packet: DriverPacket, wire: DriverConnection): void {
    const { buffer, offset } = packet;
    const first = buffer[offset] ?? 0;
    // We do not offer this, so only a server that means harm asks for it.
    if (first === WANTS_FILE) throw new Error('The server requested a file from this machine. The connection was closed.');
    if (first === OK) {
      this.resultsetHeader(packet, wire);
      return;
    }
    this.#columnCount = readLength(buffer, offset).length;
    this.#columns = [];
    this.#awaited = 'column';
  }

  #endResult(status: number): void {
    this.#awaited = (status & MORE_RESULTS) === 0 ? 'nothing' : 'header';
  }
}
