import * as z from 'zod';
import { ReceiptSchema, type Receipt } from '../../broker/receiptContract.ts';

/** One line of the audit log, as `engine/observability/auditLog.ts` writes it. A program may have changed the file since. */
const EntrySchema = z.object({
  time: z.iso.datetime(),
  session: z.string(),
  client: z.string().optional(),
  event: z.enum(['call', 'verdict', 'preview', 'decision', 'intent', 'outcome']),
  call: z.number(),
  tool: z.string(),
  connection: z.string().optional(),
  target: z.string().optional(),
  sql: z.string().optional(),
  decision: z.string().optional(),
  outcome: z.enum(['committed', 'exported', 'undone', 'unknown']).optional(),
  rows: z.number().optional(),
  milliseconds: z.number().optional(),
  error: z.string().optional(),
  undoes: z.string().optional(),
});

type Entry = z.infer<typeof EntrySchema>;

/** What a session had seen of a connection when it ended. */
const ReceiptEntrySchema = ReceiptSchema.extend({ time: z.iso.datetime(), event: z.literal('receipt') });

/** Where a call begins in the audit log. */
export interface AuditPlace {
  readonly file: string;
  /** Counted from 0. */
  readonly line: number;
}

/** Who decided about a write or export: a person, or nobody, because nobody is asked. */
export type AuditDecision = 'approved' | 'unasked' | 'rejected' | 'expired' | 'asked';

/** `failed` has an error code. `unfinished`: no end of it is recorded, and nothing has run. `ended`: of a session, in a receipt. */
export type AuditOutcome = 'ended' | 'succeeded' | 'committed' | 'previewed' | 'unknown' | 'unfinished' | 'failed';

/** A call, from all of its lines, or the receipt of a session. */
export interface AuditCall {
  readonly time: string;
  readonly session: string;
  /** 0 for a receipt. */
  readonly call: number;
  readonly agent: string | undefined;
  readonly tool: string;
  readonly connection: string | undefined;
  readonly target: string | undefined;
  readonly sql: string | undefined;
  readonly decision: AuditDecision | undefined;
  readonly outcome: AuditOutcome;
  readonly error: string | undefined;
  /** Rows that a write has changed, that are in a file, or that a session has seen. */
  readonly rows: number | undefined;
  /** Of the statement of a write that has run, else of the call. */
  readonly milliseconds: number | undefined;
  /** Of an undo, which a person has asked for: number of the preview of the write that it undoes. */
  readonly undoes: string | undefined;
  /** What the session had seen of the connection. */
  readonly receipt?: Receipt | undefined;
  readonly place: AuditPlace;
}

/** It writes what its call says, unless that says an error. */
const EXPORT_TOOL = 'mysql_export';

/** Longer statements are cut in the table; the audit log has all of them. */
const MAX_STATEMENT = 20_000;

/** The calls of an audit log, from its lines in their order. */
export class AuditCalls {
  readonly #calls = new Map<string, AuditCall>();
  #unreadable = 0;

  /** How many lines are none of the audit log: torn ones, or what somebody else has written. */
  get unreadable(): number {
    return this.#unreadable;
  }

  add(line: string, place: AuditPlace): void {
    if (line.trim() === '') return;
    const written = parsed(line);
    const receipt = ReceiptEntrySchema.safeParse(written);
    if (receipt.success) {
      this.#calls.set(`${place.file}:${String(place.line)}`, receiptCall(receipt.data, place));
      return;
    }
    const entry = EntrySchema.safeParse(written);
    if (!entry.success) {
      this.#unreadable++;
      return;
    }
    const key = `${entry.data.session}/${String(entry.data.call)}`;
    this.#calls.set(key, merged(this.#calls.get(key) ?? begun(entry.data, place), entry.data));
  }

  /** The last one first. */
  newestFirst(): AuditCall[] {
    return [...this.#calls.values()].reverse().sort((a, b) => (a.time === b.time ? 0 : a.time < b.time ? 1 : -1));
  }
}

function parsed(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}

function receiptCall({ time, event: _, ...receipt }: z.infer<typeof ReceiptEntrySchema>, place: AuditPlace): AuditCall {
  const { session, client, connection, rows } = receipt;
  const begin = begun({ time, session, call: 0, tool: '' }, place);
  return { ...begin, agent: client, connection, outcome: 'ended', rows: rows.answer + rows.file + rows.person, receipt };
}

function begun({ time, session, call, tool }: Pick<Entry, 'time' | 'session' | 'call' | 'tool'>, place: AuditPlace): AuditCall {
  return {
    ...{ time, session, call, tool, place, agent: undefined, connection: undefined, target: undefined, sql: undefined },
    ...{ decision: undefined, outcome: 'unfinished', error: undefined, rows: undefined, milliseconds: undefined, undoes: undefined },
  };
}

function merged(before: AuditCall, entry: Entry): AuditCall {
  const { client, connection, target, sql, milliseconds, undoes } = entry;
  const about = {
    ...before,
    agent: client ?? before.agent,
    connection: connection ?? before.connection,
    target: target ?? before.target,
    undoes: undoes ?? before.undoes,
    sql: sql === undefined ? before.sql : sql.slice(0, MAX_STATEMENT),
  };
  switch (entry.event) {
    case 'verdict':
      return failedOr(about, entry, {});
    case 'preview':
      return failedOr(about, entry, { outcome: 'previewed', decision: undefined, error: undefined });
    case 'decision':
      return failedOr({ ...about, decision: decisionOf(entry) }, entry, { outcome: 'unfinished' });
    case 'intent':
      return { ...about, outcome: 'unknown' }; // until its outcome is there: it may have been committed
    case 'outcome':
      return { ...about, ...outcomeOf(entry), milliseconds };
    case 'call':
      return ended(about, entry);
  }
}

function failedOr(about: AuditCall, { error }: Entry, otherwise: Partial<AuditCall>): AuditCall {
  return error === undefined ? { ...about, ...otherwise } : { ...about, outcome: 'failed', error };
}

function decisionOf({ decision, error }: Entry): AuditDecision | undefined {
  if (error === 'approval.expired') return 'expired';
  if (error !== undefined) return 'rejected';
  if (decision === 'run, and the session' || decision === 'run, approved for the session') return 'approved';
  return decision === 'run' ? 'approved' : decision === 'run, unasked' ? 'unasked' : decision === 'asked' ? 'asked' : undefined;
}

function outcomeOf({ outcome, rows, error }: Entry): Pick<AuditCall, 'outcome' | 'error' | 'rows'> {
  if (outcome === 'committed') return { outcome, rows, error: undefined };
  if (outcome === 'exported') return { outcome: 'succeeded', rows, error: undefined };
  return outcome === 'undone' ? { outcome: 'failed', rows: undefined, error } : { outcome: 'unknown', rows: undefined, error };
}

/** The end of a call says less of a write than its own lines do. */
function ended(about: AuditCall, { error, milliseconds }: Entry): AuditCall {
  const took = { ...about, milliseconds: about.milliseconds ?? milliseconds };
  if (about.outcome === 'committed' || about.outcome === 'unknown') return took;
  if (error !== undefined) return { ...took, outcome: 'failed', error };
  // An export that nobody was asked about has its call alone, which has ended well.
  const isOver = about.decision === undefined || about.tool === EXPORT_TOOL;
  return about.outcome === 'unfinished' && isOver ? { ...took, outcome: 'succeeded' } : took;
}
