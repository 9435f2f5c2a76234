import path from 'node:path';
import type { Recording } from '../../broker/contracts.ts';
import { describeTarget, type ConnectionProfile } from '../../engine/driver/profile.ts';
import { PilotError, toPilotError, isPilotError, type ErrorCode } from '../../engine/errors.ts';
import { AuditLog, type AuditEntry } from '../../engine/observability/auditLog.ts';
import { normalize } from '../../engine/sql/normalize.ts';
import { cut } from '../../engine/text.ts';
import type { UndoObstacle } from '../../engine/writes/undoRecord.ts';
import type { UndoOutcome } from '../../engine/writes/undoRun.ts';
import type { Translate } from '../../review/translate.ts';

/** In characters, of statements that are recorded with their values. */
const MAX_STATEMENT = 1_000_000;

export interface ApprovedUndo {
  readonly profile: ConnectionProfile;
  readonly sql: string;
  /** Number of the preview of the write that it undoes. */
  readonly undoes: string;
}

export interface UndoAuditOptions {
  readonly recording: () => Promise<Recording>;
  readonly warn: (message: string, error: unknown) => void;
  readonly t: Translate;
}

/** Records undos in the audit log, as the writes that they undo. The window keeps a file of its own there, as each server does. */
export class UndoAudit {
  readonly #recording: () => Promise<Recording>;
  readonly #log: AuditLog;
  readonly #warn: UndoAuditOptions['warn'];
  readonly #t: Translate;
  #calls = 0;

  constructor({ recording, warn, t }: UndoAuditOptions) {
    [this.#recording, this.#warn, this.#t] = [recording, warn, t];
    const session = `${String(process.pid)}-${crypto.randomUUID().slice(0, 8)}`;
    const folder = async (): Promise<string> => path.join((await recording()).folder, 'audit');
    this.#log = new AuditLog(folder, { session: () => session, client: () => undefined });
  }

  /** Runs an undo that the person has approved. Nothing runs where that can't be recorded. Rejects as `run`. */
  async run(undo: ApprovedUndo, run: () => Promise<UndoOutcome | UndoObstacle>): Promise<UndoOutcome | UndoObstacle> {
    const call = ++this.#calls;
    const about = { call, tool: 'undo', connection: undo.profile.name, preview: crypto.randomUUID(), undoes: undo.undoes };
    await this.#begin(about, undo);
    const started = performance.now();
    try {
      const outcome = await run();
      const ended = 'code' in outcome ? { outcome: 'undone' as const, error: codeOf(outcome) } : committed(outcome);
      await this.#end({ ...about, event: 'outcome', milliseconds: elapsed(started), ...ended });
      return outcome;
    } catch (error) {
      const outcome = isPilotError(error, 'write.unknown') ? 'unknown' : 'undone';
      await this.#end({ ...about, event: 'outcome', milliseconds: elapsed(started), outcome, error: toPilotError(error).code });
      throw error;
    }
  }

  async close(): Promise<void> {
    await this.#log.close();
  }

  async #begin(about: Omit<AuditEntry, 'event'>, { profile, sql }: ApprovedUndo): Promise<void> {
    try {
      const { fullStatements } = await this.#recording();
      const statement = fullStatements ? cut(sql, MAX_STATEMENT) : normalize(sql);
      await Promise.all([
        this.#log.write({ ...about, event: 'verdict', target: describeTarget(profile), sql: statement, decision: 'ask' }),
        this.#log.write({ ...about, event: 'decision', decision: 'run' }),
        this.#log.write({ ...about, event: 'intent' }, true),
      ]);
    } catch (error) {
      throw new PilotError('file.failed', this.#t("The audit log can't be written ({0}). Nothing was changed.", (error as Error).message), {
        nextStep: this.#t("Check the free disk space and the permissions of the extension's folder, then try again."),
        cause: error,
      });
    }
  }

  /** The undo has ended: a record that can't be written now must not look as if it had not. */
  async #end(entry: AuditEntry): Promise<void> {
    await this.#log.write(entry, true).catch((error: unknown) => {
      this.#warn('The outcome of an undo was not recorded.', error);
    });
  }
}

function committed({ rows, elapsedMs }: UndoOutcome): Pick<AuditEntry, 'outcome' | 'rows' | 'milliseconds'> {
  return { outcome: 'committed', rows, milliseconds: elapsedMs };
}

function elapsed(since: number): number {
  return Math.round(performance.now() - since);
}

/** In the codes of the audit log. */
function codeOf({ code }: UndoObstacle): ErrorCode {
  switch (code) {
    case 'server':
    case 'changedTable':
    case 'changedRows':
    case 'done':
      return 'write.changed';
    case 'refused':
      return 'statement.failed';
    default:
      return 'statement.refused';
  }
}
