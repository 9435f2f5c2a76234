import type { ExportAccess, ExportReview } from '../../broker/exportContract.ts';
import type { WriteFinished } from '../../broker/contracts.ts';
import { describeTarget, rightsKey } from '../../engine/driver/profile.ts';
import { PilotError, toPilotError } from '../../engine/errors.ts';
import type { AuditEntry } from '../../engine/observability/auditLog.ts';
import type { ExportOptions, ExportedRead } from '../../engine/query/exports/exportRead.ts';
import { isDecisionPending, type ToApprove } from '../writes/approver.ts';
import { waitFor } from '../writes/waitFor.ts';
import type { WriteFlowOptions, WriteTarget } from '../writes/writeFlow.ts';
import { summaryOf } from './exportText.ts';
import type { ExportedFile, ExportFolder, ExportPlace } from './exportFolder.ts';

/** A person is asked, and told what came of it, as of a write. */
export interface ExportFlowOptions extends Omit<WriteFlowOptions, 'undo'> {
  readonly folder: ExportFolder;
  readonly access: () => Promise<ExportAccess>;
  /** Connections of which the person has allowed exports for this session, by `rightsKey`. */
  readonly allowed: Set<string>;
  /** False where each request of the client stands for itself. */
  readonly hasSession: boolean;
}

export interface ExportRequest extends Pick<ExportOptions, 'database' | 'format' | 'table' | 'timeoutMs'> {
  readonly sql: string;
  /** With its extension. */
  readonly file: string;
}

/** A file that was made, and what is in it. */
export type MadeExport = ExportedFile & { readonly path: string; readonly written: ExportedRead };

/** What was decided, and how long it took. */
interface Asked {
  readonly id: string;
  readonly forSession: boolean;
  readonly decidedMs: number;
}

/** One export from its text to its file: checked, shown, decided and written. There is no file, and no folder, before the decision. */
export class ExportFlow {
  readonly #options: ExportFlowOptions;

  constructor(options: ExportFlowOptions) {
    this.#options = options;
  }

  /** Throws `statement.refused` where the person lets agents export nothing, `approval.denied` and `approval.expired` as an approver. */
  async run(target: WriteTarget, request: ExportRequest): Promise<MadeExport> {
    const access = await this.#options.access();
    if (access === 'deny') throw refused();
    const isAllowed = this.#options.allowed.has(rightsKey(target.profile));
    const place = await this.#options.folder.place(request.file);
    if (access === 'ask' && !isAllowed) return this.#runAsked(target, request, place);
    await this.#record({ ...aboutOf(target, request), decision: isAllowed ? 'run, approved for the session' : 'run, unasked' });
    const made = await this.#write(target, request, place);
    const { rows, elapsedMs: milliseconds } = made.written;
    this.#options.told({ id: newId(), outcome: 'exported', rows, milliseconds });
    return made;
  }

  async #runAsked(target: WriteTarget, request: ExportRequest, place: ExportPlace): Promise<MadeExport> {
    const asked = await this.#ask(target, request, place);
    const { id, forSession } = asked;
    try {
      await this.#record({ ...aboutOf(target, request), preview: id, decision: forSession ? 'run, and the session' : 'run' });
      await this.#options.requireUnchanged(target.profile);
      if ((await this.#options.access()) === 'deny') throw refused(); // said since
      if (forSession) this.#options.allowed.add(rightsKey(target.profile));
      const made = await this.#write(target, request, place);
      const { rows, elapsedMs: milliseconds } = made.written;
      await this.#record({ event: 'outcome', preview: id, outcome: 'exported', rows, milliseconds }).catch(() => undefined); // the file is there
      await this.#tell(asked, { outcome: 'exported', rows, milliseconds });
      return made;
    } catch (error) {
      const { code } = toPilotError(error);
      await this.#record({ event: 'outcome', preview: id, outcome: 'undone', error: code }).catch(() => undefined); // what went wrong first is told
      await this.#tell(asked, { outcome: 'failed', milliseconds: 0, error: code });
      throw error;
    }
  }

  async #ask(target: WriteTarget, request: ExportRequest, place: ExportPlace): Promise<Asked> {
    const { approver, hasSession, told, signal, progress } = this.#options;
    const toApprove = await this.#look(target, request, place);
    const { id } = toApprove;
    const about = { ...aboutOf(target, request), preview: id };
    const started = performance.now();
    const since = (): number => Math.round(performance.now() - started);
    try {
      const { forSession } = await waitFor(approver.approve(toApprove, signal), progress);
      return { id, forSession: forSession && hasSession, decidedMs: since() };
    } catch (error) {
      if (isDecisionPending(error)) {
        await this.#record({ ...about, decision: 'asked' });
        throw error;
      }
      const { code } = toPilotError(error);
      told({ id, outcome: code === 'approval.expired' ? 'expired' : 'rejected', milliseconds: 0, decidedMs: since() });
      await this.#record({ ...about, decision: 'not run', error: code });
      throw error;
    }
  }

  /** Everything that the person is asked about; what would be refused is refused before. */
  async #look({ profile, database }: WriteTarget, request: ExportRequest, place: ExportPlace): Promise<ToApprove> {
    const { client, signal } = this.#options;
    const { sql, database: named, format, timeoutMs } = request;
    const checked = await database.reads.checkExport(sql, { database: named, timeoutMs, signal });
    const review: ExportReview = {
      kind: 'export',
      database: named ?? profile.database ?? '',
      sql: checked.sql,
      tables: [...checked.tables],
      protected: [...checked.protected],
      maxRows: checked.maxRows,
      format,
      folder: place.folder,
      file: place.name,
      hasSession: this.#options.hasSession,
    };
    const connection = `${JSON.stringify(profile.name)}${profile.environment === undefined ? '' : ` (${profile.environment})`}, ${describeTarget(profile)}`;
    return {
      id: newId(),
      content: await digestOf([rightsKey(profile), request.table, review]),
      profile: profile.id,
      connection: profile,
      summary: summaryOf(review, connection),
      document: review.sql,
      review,
      client,
    };
  }

  #write(
    { database }: WriteTarget,
    { sql, database: named, format, table, timeoutMs }: ExportRequest,
    place: ExportPlace,
  ): Promise<MadeExport> {
    const { folder, signal, progress } = this.#options;
    return folder.create(place, (file, maxBytes) =>
      database.reads.export(sql, {
        ...{ database: named, timeoutMs, signal, format, table, file, maxBytes },
        progress: (rows) => {
          progress(rows, `${rows.toLocaleString('en-US')} rows`);
        },
      }),
    );
  }

  /** Tells the window, and whoever has approved it. */
  async #tell({ id, decidedMs }: Asked, outcome: Omit<WriteFinished, 'id' | 'decidedMs'>): Promise<void> {
    const { approver, told } = this.#options;
    const finished = { id, decidedMs, ...outcome };
    told(finished);
    await approver.finished?.(finished).catch(() => undefined); // the file is there, or not, all the same
  }

  async #record(entry: Omit<AuditEntry, 'call' | 'tool'>): Promise<void> {
    try {
      await this.#options.record(entry);
    } catch (error) {
      throw new PilotError('file.failed', `The audit log can't be written (${(error as Error).message}). No file was written.`, {
        nextStep: "Ask the user to check the disk and the permissions of the extension's folder.",
        cause: error,
      });
    }
  }
}

/** Where reads are not recorded, this is all that the record has of it. */
function aboutOf({ profile }: WriteTarget, { sql }: ExportRequest) {
  return { event: 'decision', connection: profile.name, target: describeTarget(profile), sql } as const;
}

function refused(): PilotError {
  return new PilotError('statement.refused', "The user doesn't allow agents to export data to files. No file was written.", {
    nextStep: 'Read the rows with mysql_query, or give the statement to the user to export.',
  });
}

function newId(): string {
  return Buffer.from(crypto.getRandomValues(new Uint8Array(32))).toString('hex');
}

async function digestOf(about: unknown): Promise<string> {
  return Buffer.from(await crypto.subtle.digest('SHA-256', Buffer.from(JSON.stringify(about)))).toString('hex');
}
