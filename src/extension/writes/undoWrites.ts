import { readFile } from 'node:fs/promises';
import path from 'node:path';
import * as vscode from 'vscode';
import type { Recording, WriteFinished } from '../../broker/contracts.ts';
import type { DatabaseCache } from '../../engine/connection/databaseCache.ts';
import type { ConnectionProfile } from '../../engine/driver/profile.ts';
import { isPilotError, PilotError } from '../../engine/errors.ts';
import { UNDO_FOLDER, undoDigest } from '../../engine/writes/undoFolder.ts';
import { parseUndoRecord, type UndoObstacle, type UndoRecord } from '../../engine/writes/undoRecord.ts';
import type { UndoOutcome } from '../../engine/writes/undoRun.ts';
import { undoReview } from '../../engine/writes/undoReview.ts';
import type { CommandTools } from '../connections/commandTools.ts';
import { errorText } from '../messages/errorText.ts';
import { showError, showInformation, withProgress } from '../ui/dialogs.ts';
import { number } from '../../review/reviewHeadline.ts';
import { plain } from '../../review/reviewPieces.ts';
import { UndoAudit } from './undoAudit.ts';
import { undoObstacleText } from '../../review/undoWords.ts';
import type { UnfinishedWork } from './unfinishedWork.ts';
import type { UserReviews } from './userReviews.ts';

export interface UndoWritesOptions {
  readonly databases: DatabaseCache;
  readonly reviews: UserReviews;
  readonly unfinished: UnfinishedWork;
  /** Below it the servers keep what can be undone. */
  readonly recording: () => Promise<Recording>;
  /** The connection as it is now. */
  readonly profile: (id: string) => Promise<ConnectionProfile>;
  /** Throws where the rights on a connection are not those that the review was opened with. */
  readonly stillAsConfirmed: CommandTools['stillAsConfirmed'];
  readonly undone: (id: string) => void;
  readonly warn: (message: string, error: unknown) => void;
}

/** A write that was committed. */
export interface UndoableWrite {
  /** Number of its preview. */
  readonly id: string;
  readonly profile: string;
  readonly undo: NonNullable<WriteFinished['undo']>;
}

const OPTIONS = { timeoutMs: 60_000, signal: undefined } as const;

/** Undoes writes of agents: each is reviewed like any other change, checked against what is there now, and undone once. */
export class UndoWrites {
  readonly #options: UndoWritesOptions;
  readonly #undone = new Set<string>();
  /** A review of them is open. */
  readonly #open = new Set<string>();
  readonly #audit: UndoAudit;

  constructor(options: UndoWritesOptions) {
    this.#options = options;
    this.#audit = new UndoAudit({ ...options, t: vscode.l10n.t });
  }

  dispose(): void {
    this.#audit.close().catch((error: unknown) => {
      this.#options.warn("The audit log of undos couldn't be closed.", error);
    });
  }

  isUndone(id: string): boolean {
    return this.#undone.has(id);
  }

  /** Never rejects: what goes wrong is shown. */
  async undo(write: UndoableWrite): Promise<void> {
    if (this.#open.has(write.id)) return;
    this.#open.add(write.id);
    try {
      await this.#undo(write);
    } catch (error) {
      void showError(isPilotError(error, 'write.unknown') ? unknownText() : errorText(error));
    } finally {
      this.#open.delete(write.id);
    }
  }

  async #undo(write: UndoableWrite): Promise<void> {
    const { t } = vscode.l10n;
    if (this.isUndone(write.id)) {
      void showInformation(t('This write has already been undone.'));
      return;
    }
    const { databases, reviews } = this.#options;
    const profile = await this.#options.profile(write.profile);
    if (profile.readOnly === true)
      throw new PilotError('input.invalid', t('The connection is read-only for everyone.'), {
        nextStep: t('To change data, turn off "Read-only for everyone" with "Edit Connection…".'),
      });
    const record = await this.#read(write);
    const database = await databases.get(profile);
    const preview = await withProgress({ location: vscode.ProgressLocation.Window, title: t('Checking what can be undone…') }, () =>
      database.writes.previewUndo(record, OPTIONS),
    );
    if ('code' in preview) {
      void showError(undoObstacleText(preview, t));
      return;
    }
    const { label, account } = preview.identity;
    const rows = record.tables.reduce((sum, { changes }) => sum + changes.length, 0);
    const statements = undoReview(record, preview);
    const isWanted = await reviews.decide({
      ...{ profile, database: undefined, server: label, account, warnings: [], statements },
      headline: [plain(rows === 1 ? t('Undo changes to 1 row') : t('Undo changes to {0} rows', number(rows)))],
      run: rows === 1 ? t('Undo 1 Row') : t('Undo {0} Rows', number(rows)),
      verified: t(
        "The undo runs as one transaction. It is committed only if these rows haven't changed since the write and have their previous values again.",
      ),
    });
    if (!isWanted) return;
    await this.#options.stillAsConfirmed(profile);
    const again = await this.#read(write); // the file may be another one by now
    const sql = statements.map((one) => one.sql).join(';\n');
    const outcome = await withProgress({ location: vscode.ProgressLocation.Window, title: t('Undoing…') }, () =>
      this.#audit.run({ profile, sql, undoes: write.id }, () => this.#run(profile, again)),
    );
    if ('code' in outcome) {
      void showError(undoObstacleText(outcome, t));
      return;
    }
    this.#undone.add(write.id);
    this.#options.undone(write.id);
    void showInformation(
      t('Undone on "{0}" in {1} ms. Rows reverted: {2}.', profile.name, number(outcome.elapsedMs), number(outcome.rows)),
    );
  }

  async #run({ id, name }: ConnectionProfile, record: UndoRecord): Promise<UndoOutcome | UndoObstacle> {
    const { databases, unfinished } = this.#options;
    const work = unfinished.begin({ kind: 'undo', connection: name });
    try {
      return await (await databases.get(await this.#options.profile(id))).writes.runUndo(record, OPTIONS);
    } finally {
      work.end();
    }
  }

  /** Takes no file from elsewhere, and none that another program has changed since the write. */
  async #read({ undo: { file, digest } }: UndoableWrite): Promise<UndoRecord> {
    const { t } = vscode.l10n;
    if (path.dirname(path.resolve(file)) !== path.join(path.resolve((await this.#options.recording()).folder), UNDO_FOLDER))
      throw new PilotError('file.failed', t('The undo record is missing.'), {
        nextStep: t('Undo the change with your own statement.'),
      });
    const content = await readFile(file).catch(() => undefined);
    const record = content === undefined || undoDigest(content) !== digest ? undefined : parseUndoRecord(content.toString('utf8'));
    if (record !== undefined) return record;
    throw new PilotError('file.failed', t('The undo record was changed or deleted after the write.'), {
      nextStep: t('Undo the change with your own statement.'),
    });
  }
}

function unknownText(): string {
  return vscode.l10n.t("OUTCOME UNKNOWN: the server didn't confirm the undo. Check the rows.");
}
