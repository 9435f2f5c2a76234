import type { ConnectionProfile } from '../../engine/driver/profile.ts';
import { describeTarget } from '../../engine/driver/profile.ts';
import type { AgentDatabase } from '../../engine/connection/database.ts';
import { isPilotError, PilotError, toPilotError } from '../../engine/errors.ts';
import { allowsWrites } from '../../engine/policy/access.ts';
import type { AuditEntry } from '../../engine/observability/auditLog.ts';
import type { WriteOutcome } from '../../engine/writes/approvedRun.ts';
import type { WritePreview } from '../../engine/writes/writePreview.ts';
import type { JudgedWrite, WriteOptions } from '../../engine/writes/writer.ts';
import { previewWithoutRows } from '../../engine/writes/withoutRows.ts';
import { tellOutcome, tellPreview } from '../../engine/writes/previewSources.ts';
import { reviewOf } from '../../engine/writes/writeReview.ts';
import { cautions, previewDocument, summarize } from '../../engine/writes/previewText.ts';
import type { WriteFinished } from '../../broker/contracts.ts';
import { isDecisionPending, type Approver } from './approver.ts';
import { waitFor } from './waitFor.ts';
import type { KeptUndo, UndoFolder } from '../../engine/writes/undoFolder.ts';

export interface WriteFlowOptions {
  readonly approver: Approver;
  readonly undo: UndoFolder;
  /** Writes one line of the record; with `flush` it is on the disk when this resolves. */
  readonly record: (entry: Omit<AuditEntry, 'call' | 'tool'>, flush?: boolean) => Promise<void>;
  /** Throws where the rights on a connection are no longer those of this profile. */
  readonly requireUnchanged: (profile: ConnectionProfile) => Promise<void>;
  readonly client: string | undefined;
  readonly signal: AbortSignal;
  /** Told what became of a write, whoever has decided. */
  readonly told: (write: WriteFinished) => void;
  /** Keeps a client from giving up while a person thinks. */
  readonly progress: (done: number, message: string) => void;
}

export interface WriteTarget {
  readonly profile: ConnectionProfile;
  readonly database: AgentDatabase;
}

export interface WrittenStatements {
  readonly preview: WritePreview;
  readonly outcome: WriteOutcome;
  /** What brings the rows back. */
  readonly undo: KeptUndo | undefined;
}

/** The data may change while a person looks; after so many new previews something is wrong. */
const MAX_ROUNDS = 3;

/** One write from its text to its effect: judged, shown, decided, run, and every step of it recorded before the next. */
export class WriteFlow {
  readonly #options: WriteFlowOptions;
  /** Undefined where nobody was asked. */
  #decidedMs: number | undefined;

  constructor(options: WriteFlowOptions) {
    this.#options = options;
  }

  /** Looks only. Throws as `Writer.preview`. */
  async preview(target: WriteTarget, sql: string, options: WriteOptions): Promise<WritePreview> {
    const judged = await this.#judge(target, sql, options);
    const preview = await this.#look(target, judged, options);
    target.database.writes.reject(preview.id);
    const told = toldPreview(target.profile, preview);
    tellPreview(told, target.database.seen, 'answer');
    return told;
  }

  async run(target: WriteTarget, sql: string, options: WriteOptions): Promise<WrittenStatements> {
    const judged = await this.#judge(target, sql, options);
    for (let round = 1; ; round++) {
      const preview = await this.#look(target, judged, options, judged.mode === 'allow');
      if (judged.mode === 'ask') await this.#ask(target, preview, round > 1);
      else await this.#record({ event: 'decision', preview: preview.id, decision: 'run, unasked' });
      try {
        const written = await this.#commit(target, preview, options);
        await this.#tell(written);
        return written;
      } catch (error) {
        const again = isPilotError(error, 'write.changed') && round < MAX_ROUNDS && judged.mode === 'ask';
        await this.#tell({ preview, error, again });
        if (!again) throw error;
      }
    }
  }

  async #judge({ profile, database }: WriteTarget, sql: string, options: WriteOptions): Promise<JudgedWrite> {
    const about = { event: 'verdict', connection: profile.name, target: describeTarget(profile), sql } as const;
    try {
      const judged = await database.writes.judge(sql, options);
      if (!allowsWrites(profile)) throw refusedHere(this.#options.client); // the connection lets some client write, and not this one
      await this.#record({ ...about, classes: judged.classes, decision: judged.mode });
      return judged;
    } catch (error) {
      await this.#record({ ...about, error: toPilotError(error).code });
      throw error;
    }
  }

  async #look({ database }: WriteTarget, judged: JudgedWrite, options: WriteOptions, unseen = false): Promise<WritePreview> {
    try {
      const preview = await database.writes.preview(judged, options, unseen);
      const rows = preview.statements.reduce((sum, one) => sum + (one.rows ?? 0), 0);
      await this.#record({ event: 'preview', preview: preview.id, rows });
      return preview;
    } catch (error) {
      await this.#record({ event: 'preview', error: toPilotError(error).code });
      throw error;
    }
  }

  async #ask({ profile, database }: WriteTarget, preview: WritePreview, again: boolean): Promise<void> {
    const { approver, client, signal, progress } = this.#options;
    const changed = again ? ['The data changed after the preview. This is its current state.'] : [];
    const connection = `${JSON.stringify(profile.name)}${profile.environment === undefined ? '' : ` (${profile.environment})`}, ${describeTarget(profile)}`;
    const told = toldPreview(profile, preview);
    const request = {
      id: preview.id,
      content: `${profile.id} ${preview.content}`,
      profile: profile.id,
      connection: profile,
      summary: [summarize(told), ...changed, ...cautions(told)],
      document: previewDocument(told, connection),
      review: reviewOf(preview, again),
      client,
    };
    this.#decidedMs = undefined;
    const asked = performance.now();
    try {
      const decision = approver.approve(request, signal, () => {
        database.writes.renew(preview.id);
      });
      await waitFor(decision, progress);
      this.#decidedMs = Math.round(performance.now() - asked);
      await this.#record({ event: 'decision', preview: preview.id, decision: 'run' }).catch(async (error: unknown) => {
        await this.#tell({ preview, error, again: false });
        throw error;
      });
    } catch (error) {
      database.writes.reject(preview.id);
      if (isDecisionPending(error)) {
        await this.#record({ event: 'decision', preview: preview.id, decision: 'asked' });
        throw error;
      }
      const { code } = toPilotError(error);
      if (this.#decidedMs === undefined) {
        const outcome = code === 'approval.expired' ? 'expired' : 'rejected';
        this.#options.told({ id: preview.id, outcome, milliseconds: 0, decidedMs: Math.round(performance.now() - asked) });
      }
      await this.#record({ event: 'decision', preview: preview.id, decision: 'not run', error: code });
      throw error;
    } finally {
      if (approver.passesClient !== false) tellPreview(told, database.seen, 'person');
    }
  }

  async #commit({ profile, database }: WriteTarget, preview: WritePreview, options: WriteOptions): Promise<WrittenStatements> {
    const { signal, undo } = this.#options;
    const about = { preview: preview.id, connection: profile.name };
    const started = performance.now();
    let outcome: WriteOutcome;
    try {
      outcome = await database.writes.run(preview.id, {
        database: options.database,
        timeoutMs: options.timeoutMs,
        signal,
        // The session is open and nothing has run in it: the last moment at which rights that were taken away can count.
        intent: async () => {
          await this.#options.requireUnchanged(profile);
          await this.#record({ event: 'intent', ...about }, true);
        },
      });
    } catch (error) {
      const unknown = isPilotError(error, 'write.unknown');
      const milliseconds = Math.round(performance.now() - started);
      await this.#record(
        { event: 'outcome', ...about, outcome: unknown ? 'unknown' : 'undone', error: toPilotError(error).code, milliseconds },
        true,
      );
      throw error;
    }
    const rows = outcome.effects.reduce((sum, { affected }) => sum + affected, 0);
    // The change is made: a record that cannot be written now must not look as if it were not.
    await this.#record({ event: 'outcome', ...about, outcome: 'committed', rows, milliseconds: outcome.elapsedMs }, true).catch(
      () => undefined,
    );
    const kept =
      outcome.record === undefined
        ? undefined
        : await undo
            .keep(outcome.record, protectsColumns(profile) ? undefined : outcome.undo, { connection: profile.name, preview: preview.id })
            .catch(() => undefined); // offered, not owed
    tellOutcome({ preview, outcome, isScriptKept: kept?.script !== undefined }, database.seen);
    return { preview, outcome, undo: kept };
  }

  /** Tells the window, and whoever has approved it. `again`: the write is shown once more, as it is now. */
  async #tell(written: Ended): Promise<void> {
    const { approver, told } = this.#options;
    const finished = { ...finishedWrite(written), decidedMs: this.#decidedMs };
    told(finished);
    // The change is made: a window that cannot be told must not look as if it were not.
    if (this.#decidedMs !== undefined) await approver.finished?.(finished).catch(() => undefined);
  }

  async #record(entry: Omit<AuditEntry, 'call' | 'tool'>, flush = false): Promise<void> {
    try {
      await this.#options.record(entry, flush);
    } catch (error) {
      throw new PilotError('file.failed', `The audit log can't be written (${(error as Error).message}). Nothing was changed.`, {
        nextStep: "Ask the user to check the disk and the permissions of the extension's folder.",
        cause: error,
      });
    }
  }
}

/** What goes to the client: an agent may read all of it. A window shows its person the rows. */
function toldPreview(profile: ConnectionProfile, preview: WritePreview): WritePreview {
  return protectsColumns(profile) ? previewWithoutRows(preview) : preview;
}

function protectsColumns({ columns = [] }: ConnectionProfile): boolean {
  return columns.length > 0;
}

type Ended = WrittenStatements | { readonly preview: WritePreview; readonly error: unknown; readonly again: boolean };

function finishedWrite(written: Ended): WriteFinished {
  const { id } = written.preview;
  if ('error' in written) {
    const { code } = toPilotError(written.error);
    return { id, outcome: written.again ? 'changed' : code === 'write.unknown' ? 'unknown' : 'failed', milliseconds: 0, error: code };
  }
  const { outcome, undo } = written;
  const { notUndone } = outcome;
  return {
    ...{ id, outcome: 'committed', milliseconds: outcome.elapsedMs },
    rows: outcome.effects.reduce((sum, { affected }) => sum + affected, 0),
    undo: undo?.record,
    notUndone: notUndone === undefined ? undefined : { code: notUndone.code, about: [...notUndone.about] },
  };
}

function refusedHere(client: string | undefined): PilotError {
  const itself = client === undefined ? 'It has no name.' : `Its name is ${JSON.stringify(client.slice(0, 100))}.`;
  return new PilotError('statement.refused', `This MCP client is not allowed to write. ${itself} Nothing was run.`, {
    nextStep: 'Give the statement to the user to run, or ask them to add this client to `writesFrom` (MYSQL_WRITES_FROM).',
  });
}
