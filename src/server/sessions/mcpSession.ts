import path from 'node:path';
import type { DatabaseCache } from '../../engine/connection/databaseCache.ts';
import type { Log } from '../../engine/observability/logger.ts';
import type { ConnectionProfile } from '../../engine/driver/profile.ts';
import { showsRows } from '../../engine/sql/agentVisibility.ts';
import { withTimeout } from '../../engine/timeout.ts';
import { UNDO_FOLDER, UndoFolder } from '../../engine/writes/undoFolder.ts';
import type { PassingApprover } from '../writes/approver.ts';
import { CallJournal } from '../journal/callJournal.ts';
import type { CallRegistry } from '../journal/callRegistry.ts';
import type { StatementTags } from '../journal/statementTags.ts';
import { Connections } from '../connections/connections.ts';
import type { ConnectionSource } from '../connections/connectionSource.ts';
import type { ExportFolder } from '../exports/exportFolder.ts';
import { AppViews } from '../views/appViews.ts';
import type { Viewer } from '../views/viewer.ts';
import type { RequestPolicy } from '../limits/requestPolicy.ts';
import type { Limits } from '../limits/limits.ts';
import { describeError } from '../messages/describeForAgent.ts';
import { OtherReads } from '../calls/otherReads.ts';
import type { PageApprovals } from '../mcp/chooseApprover.ts';
import type { Tracing } from '../observability/tracing.ts';
import { ToolCalls } from '../calls/toolCalls.ts';
import { ToolList } from '../tools/offeredTools.ts';
import type { Tool } from '../tools/tool.ts';
import { createDataBoundary } from '../messages/dataBoundary.ts';

/** What all clients of one process share. */
export interface SharedServices {
  readonly version: string;
  readonly source: ConnectionSource;
  /** What of a connection a client may use, by the name that it gives itself. */
  readonly scope: (profile: ConnectionProfile, client: string | undefined) => ConnectionProfile;
  readonly databases: DatabaseCache;
  readonly exports: ExportFolder;
  readonly limits: Limits;
  readonly requestPolicy: RequestPolicy;
  /** False where only writes go into the record. */
  readonly recordReads: boolean;
  readonly tools: readonly Tool[];
  /** Pages in which a person is asked, where clients and people are at this computer. */
  readonly paged?: PageApprovals | undefined;
  /** Where a person is asked while it is there; else, and if left out, the client itself. */
  readonly approver?: PassingApprover | undefined;
  /** Shows views to the person; none if left out. */
  readonly viewer?: Viewer | undefined;
  readonly log: Log;
  readonly tracing: Tracing;
  readonly tags: StatementTags;
}

export interface SessionClient {
  readonly name: string | undefined;
  /** Who calls, for limits: clients that give themselves the same name do not share this. */
  readonly peer: string;
}

/** A stopped call ends at once, but for a COMMIT that is on its way. */
const ENDING_MS = 5000;

/** One client: its calls, its record, and what it may do. It shares nothing of that with another one. */
export class McpSession {
  readonly calls: CallRegistry;
  readonly connections: Connections;
  readonly exports: ExportFolder;
  readonly toolCalls: ToolCalls;
  readonly otherReads: OtherReads;
  /** What a client that shows apps has been shown, where there is no window. */
  readonly #apps = new AppViews();
  /** False where views open in a window. */
  readonly offersApps: boolean;
  readonly #journal: CallJournal;
  readonly #tools: ToolList;
  readonly #toolsChanged: () => void;

  /** `toolsChanged` is called when tools come that a list could not wait for. */
  constructor(shared: SharedServices, { name, peer }: SessionClient, calls: CallRegistry, toolsChanged: () => void) {
    const { version, source, scope, databases, exports, limits, tools, approver, viewer, log, tracing, requestPolicy, recordReads, tags } =
      shared;
    const warn = (message: string, error: unknown): void => {
      log({ level: 'warning', logger: 'server', message, error });
    };
    this.offersApps = viewer === undefined;
    this.calls = calls;
    this.exports = exports;
    this.connections = new Connections(source, databases, (profile) => scope(profile, name));
    this.#journal = new CallJournal(source, name, { warn, recordReads });
    this.#toolsChanged = toolsChanged;
    this.#tools = new ToolList(tools, () => source.listSavedQueries(), toolsChanged);
    this.otherReads = new OtherReads({
      connections: this.connections,
      calls,
      journal: this.#journal,
      requestPolicy,
      tags,
      peer,
      client: name,
    });
    this.toolCalls = new ToolCalls({
      version,
      tools: this.#tools,
      limits,
      connections: this.connections,
      exports,
      exportAccess: async () => (await source.getExports()).access,
      exportsAllowed: new Set(),
      undo: new UndoFolder(async () => path.join((await this.#journal.settings()).folder, UNDO_FOLDER), {
        hasWindow: shared.approver !== undefined, // where there is none, the client asks
      }),
      calls,
      journal: this.#journal,
      log,
      tracing,
      requestPolicy,
      tags,
      peer,
      client: name,
      approver,
      viewer,
      apps: this.#apps,
    });
  }

  /** What nobody may use is not offered: it would cost tokens, and tempt. */
  async offeredTools(): Promise<readonly Tool[]> {
    const [all, writable] = await Promise.all([this.#tools.all(), this.connections.anyWritable(this.#toolsChanged)]);
    return all.filter(({ operation }) => operation !== 'write' || writable);
  }

  /** Rows of a view that an app shows. Throws a PilotError. */
  async readView(input: unknown): Promise<Record<string, unknown>> {
    const profiles = (await this.connections.list()).filter(({ agents }) => showsRows(agents));
    return this.#apps.read(input, new Set(profiles.map(({ id }) => id)));
  }

  describe(error: unknown): string {
    return describeError(error, createDataBoundary());
  }

  /** To be called when the source says that its connections changed. */
  profilesChanged(): void {
    this.connections.invalidate();
    this.#tools.invalidate();
    this.connections.narrowed().then(
      (ids) => {
        this.calls.close(ids);
      },
      () => undefined, // without an answer nothing is known of them; the next call asks again
    );
    void this.#journal.refresh();
  }

  /** Stops its calls, and waits until what they did is recorded. */
  async endCalls(): Promise<void> {
    for (const { id } of this.calls.running()) this.calls.stop(id);
    await withTimeout(ENDING_MS, this.calls.allFinished());
  }

  /** Closes its record; after `endCalls`. */
  async close(): Promise<void> {
    await this.#journal.close();
  }
}
