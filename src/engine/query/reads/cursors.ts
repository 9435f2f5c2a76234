import { randomBytes } from 'node:crypto';
import { PilotError } from '../../errors.ts';
import { ResultCollector } from '../results/resultCollector.ts';
import type { ReadSources } from '../results/readSources.ts';
import type { ResultLimits, ResultSet } from '../results/resultSet.ts';
import type { Spool } from './spool.ts';

/** How long rows are kept on disk. */
const KEEP_MS = 10 * 60_000;
const MAX_SPOOLS = 16;
/** Handles whose rows are gone still know their statement. */
const MAX_CURSORS = 200;

export interface CutStatement {
  readonly sql: string;
  readonly verb: string;
  readonly database: string | undefined;
  readonly sources?: ReadSources | undefined;
}

interface Entry extends CutStatement {
  spool: Spool | undefined;
  readonly timer: NodeJS.Timeout;
}

export interface CursorPosition extends CutStatement {
  /** Rows that came before. */
  readonly from: number;
  readonly spool: Spool | undefined;
}

/** The handles of results that were cut. A handle names a row, so that a call that is repeated gets the same page. */
export class Cursors {
  readonly #entries = new Map<string, Entry>();

  /**
   * Takes rows that are kept from the one that the cursor names. Undefined where they are not kept: then the statement
   * has to run again, without its first `from` rows.
   */
  async read(cursor: string, limits: ResultLimits): Promise<ResultSet | undefined> {
    const { spool, from, verb, sources } = this.find(cursor);
    await spool?.settled();
    if (spool === undefined || from < spool.first || from > spool.next || (from === spool.next && !spool.whole)) return undefined;
    const collector = new ResultCollector(limits, verb);
    await spool.read(from, collector);
    const next = from + collector.rowCount;
    const rest =
      collector.cut || !spool.whole ? { cursor: handle(idOf(cursor), next), rows: spool.next - next, known: spool.whole } : undefined;
    return collector.result({ rest, sources });
  }

  /** The handle of the rows behind the first `from`. */
  keep(cut: CutStatement, from: number, spool: Spool | undefined): string {
    const id = randomBytes(4).toString('hex');
    const timer = setTimeout(() => {
      this.#dropRows(id);
    }, KEEP_MS);
    timer.unref();
    this.#entries.set(id, { ...cut, spool, timer });
    const spooled = [...this.#entries].filter(([, entry]) => entry.spool !== undefined).map(([key]) => key);
    for (const key of spooled.slice(0, -MAX_SPOOLS)) this.#dropRows(key);
    const [oldest] = this.#entries.keys();
    if (oldest !== undefined && this.#entries.size > MAX_CURSORS) this.#forget(oldest);
    return handle(id, from);
  }

  has(cursor: string): boolean {
    return this.#entries.has(idOf(cursor));
  }

  /** Throws `cursor.unknown`. */
  find(cursor: string): CursorPosition {
    const [, id = '', from = ''] = /^([0-9a-f]{8})\.(\d{1,15})$/.exec(cursor) ?? [];
    const entry = this.#entries.get(id);
    if (entry === undefined) {
      throw new PilotError('cursor.unknown', `The cursor ${cursor} is unknown or expired.`, {
        advice: 'statement.cursorGone',
      });
    }
    const { sql, verb, database, spool, sources } = entry;
    return { sql, verb, database, spool, sources, from: Number(from) };
  }

  close(): void {
    for (const id of [...this.#entries.keys()]) this.#forget(id);
  }

  #forget(id: string): void {
    this.#dropRows(id);
    clearTimeout(this.#entries.get(id)?.timer);
    this.#entries.delete(id);
  }

  #dropRows(id: string): void {
    const entry = this.#entries.get(id);
    void entry?.spool?.close(); // never rejects
    if (entry !== undefined) entry.spool = undefined;
  }
}

function handle(id: string, from: number): string {
  return `${id}.${String(from)}`;
}

function idOf(cursor: string): string {
  return cursor.slice(0, cursor.indexOf('.'));
}
