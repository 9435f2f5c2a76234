import path from 'node:path';
import type { CallFinished, CallStarted, Recording } from '../../broker/contracts.ts';
import { AuditLog, type AuditEntry } from '../../engine/observability/auditLog.ts';
import type { ConnectionSource } from '../connections/connectionSource.ts';
import type { Receipt } from '../../broker/receiptContract.ts';
import { ReceiptBook } from '../receipts/receiptBook.ts';
import type { Sighting } from '../receipts/sightings.ts';
import { normalize } from '../../engine/sql/normalize.ts';
import { cut } from '../../engine/text.ts';

/** In characters: of one that is longer nothing has run. */
const MAX_STATEMENT = 1_000_000;
/** The window hears of a receipt that changed after so long, in milliseconds. */
const TELL_MS = 100;

export interface JournalOptions {
  readonly warn: (message: string, error: unknown) => void;
  /** False where only writes go into the record. */
  readonly recordReads: boolean;
}

/** Tells the window of each call, and keeps the record on disk. */
export class CallJournal {
  readonly #source: ConnectionSource;
  readonly #audit: AuditLog;
  readonly #recordReads: boolean;
  readonly #warn: (message: string, error: unknown) => void;
  readonly #receipts: ReceiptBook;
  /** Connections whose receipts the window does not know yet. */
  readonly #untold = new Set<string>();
  #known: Recording | undefined;
  #session: string | undefined;

  constructor(source: ConnectionSource, client: string | undefined, { warn, recordReads }: JournalOptions) {
    this.#recordReads = recordReads;
    this.#source = source;
    this.#warn = warn;
    this.#receipts = new ReceiptBook(() => this.session, client);
    this.#audit = new AuditLog(async () => path.join((await this.settings()).folder, 'audit'), {
      session: () => this.session,
      client: () => client,
    });
  }

  /** In every line of the record and of the log. Made with the first call: it asks for the whole of Node's cryptography. */
  get session(): string {
    return (this.#session ??= `${String(process.pid)}-${crypto.randomUUID().slice(0, 8)}`);
  }

  /** Where the window wants the record, and how much of it. What it said last holds while it is gone: a write may be on its way. */
  async settings(): Promise<Recording> {
    this.#known ??= await this.#source.getRecording();
    return this.#known;
  }

  /** To be called when the window may have other settings now. */
  async refresh(): Promise<void> {
    if (this.#known !== undefined) this.#known = await this.#source.getRecording().catch(() => this.#known);
  }

  /** As was said last. */
  get tagsStatements(): boolean {
    return this.#known?.statementTags !== false;
  }

  started(call: CallStarted): void {
    void this.#source.announceCall(call);
  }

  /** Never throws: a read that cannot be recorded is answered all the same, and that is told in the server's own log. */
  finished(call: CallFinished, sql: string | undefined, signs: readonly string[]): void {
    void this.#source.reportCall(call);
    const { call: number, tool, connection, milliseconds, error } = call;
    if (error === 'broker.unavailable' || !this.#recordReads) return; // no window could say where; a write has its own lines
    this.record({
      event: 'call',
      call: number,
      tool,
      connection,
      milliseconds,
      error,
      sql,
      ...(signs.length === 0 ? {} : { signs }),
    }).catch((reason: unknown) => {
      this.#warn("A call couldn't be recorded.", reason);
    });
  }

  /** Statements go into the record without their values unless the user wants them whole. */
  async record(entry: AuditEntry, flush = false): Promise<void> {
    const { fullStatements } = this.#known ?? (await this.settings());
    const sql = entry.sql === undefined ? undefined : fullStatements ? cut(entry.sql, MAX_STATEMENT) : normalize(entry.sql);
    await this.#audit.write({ ...entry, sql }, flush);
  }

  /** What a call has got, by connection. Never throws. */
  saw(found: ReadonlyMap<string, readonly Sighting[]>): void {
    for (const [connection, sightings] of found) {
      this.#receipts.add(connection, sightings);
      if (this.#untold.size === 0) setTimeout(this.#tellReceipts, TELL_MS).unref();
      this.#untold.add(connection);
    }
  }

  receipts(): readonly Receipt[] {
    return this.#receipts.all();
  }

  /** What is told holds all that was told before: many calls need one message. */
  readonly #tellReceipts = (): void => {
    for (const receipt of this.#receipts.all()) if (this.#untold.delete(receipt.connection)) void this.#source.reportReceipt(receipt);
    this.#untold.clear();
  };

  /** The session is over: what it has seen goes into the record. Never rejects. */
  async close(): Promise<void> {
    this.#tellReceipts();
    try {
      if (this.#recordReads) await this.#recordReceipts();
    } catch (error) {
      this.#warn("A receipt couldn't be recorded.", error);
    }
    await this.#audit.close();
  }

  async #recordReceipts(): Promise<void> {
    const written = this.#receipts
      .all()
      .map(({ session: _, client: __, ...receipt }) => this.#audit.write({ event: 'receipt', ...receipt }, true));
    await Promise.all(written);
  }
}
