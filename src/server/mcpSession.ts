import path from 'node:path';
import type { DatabaseCache } from '../engine/databaseCache.ts';
import type { Log } from '../engine/observability/logger.ts';
import type { ConnectionProfile } from '../engine/driver/profile.ts';
import { within } from '../engine/patience.ts';
import { UNDO_FOLDER, UndoFolder } from '../engine/writes/undoFolder.ts';
import type { Approver } from './approver.ts';
import { CallJournal } from './callJournal.ts';
import { CallRegistry } from './callRegistry.ts';
import { Connections } from './connections.ts';
import type { ConnectionSource } from './connectionSource.ts';
import { ElicitationApprover } from './elicitationApprover.ts';
import type { ExportFolder } from './exportFolder.ts';
import type { Gatekeeper } from './gatekeeper.ts';
import type { Limits } from './limits.ts';
import { McpServer } from './mcpServer.ts';
import type { Tracing } from './observability/tracing.ts';
import type { Wire } from './protocol/rpc.ts';
import { ToolList } from './toolList.ts';
import type { Tool } from './tools/tool.ts';

/** What all clients of one process share. */
export interface Shared {
  readonly version: string;
  readonly source: ConnectionSource;
  /** What of a connection a client may use, by the name that it gives itself. */
  readonly scope: (profile: ConnectionProfile, client: string | undefined) => ConnectionProfile;
  readonly databases: DatabaseCache;
  readonly exports: ExportFolder;
  readonly limits: Limits;
  readonly gate: Gatekeeper;
  /** False where only writes go into the record. */
  readonly recordReads: boolean;
  readonly tools: readonly Tool[];
  /** Where a person is asked; the client itself if left out. */
  readonly approver?: Approver | undefined;
  readonly log: Log;
  readonly tracing: Tracing;
}

/** A stopped call ends at once, but for a COMMIT that is on its way. */
const ENDING_MS = 5000;

/** One client: its calls, its record, and what it may do. It shares nothing of that with another one. */
export class McpSession {
  readonly calls = new CallRegistry();
  readonly #connections: Connections;
  readonly #journal: CallJournal;
  readonly #tools: ToolList;
  readonly #server: McpServer;

  constructor({ version, source, scope, databases, exports, limits, tools, approver, log, tracing, gate, recordReads }: Shared, peer = '') {
    const client = (): string | undefined => this.#server.client;
    this.#connections = new Connections(source, databases, (profile) => scope(profile, client()));
    const warn = (message: string, error: unknown): void => {
      log({ level: 'warning', logger: 'server', message, error });
    };
    this.#journal = new CallJournal(source, client, { warn, recordReads });
    this.#tools = new ToolList(
      tools,
      () => source.listSavedQueries(),
      () => {
        this.#toolsChanged();
      },
    );
    this.#server = new McpServer({
      version,
      tools: this.#tools,
      limits,
      connections: this.#connections,
      exports,
      undo: new UndoFolder(async () => path.join((await this.#journal.settings()).folder, UNDO_FOLDER)),
      calls: this.calls,
      journal: this.#journal,
      log,
      tracing,
      gate,
      peer,
      approver: approver ?? new ElicitationApprover(() => this.#server),
    });
  }

  async connect(wire: Wire): Promise<void> {
    await this.#server.connect(wire);
  }

  /** To be called when the source says that its connections changed. */
  profilesChanged(): void {
    this.#connections.invalidate();
    this.#tools.invalidate();
    void this.#journal.refresh();
    this.#server.listChanged('resources');
    this.#toolsChanged(); // a connection may allow writes now, or none any more
  }

  #toolsChanged(): void {
    this.#server.listChanged('tools');
  }

  /** Stops its calls and closes its record. */
  async close(): Promise<void> {
    for (const { id } of this.calls.running()) this.calls.stop(id);
    await within(ENDING_MS, this.calls.allFinished()); // what they did is recorded by then
    await this.#server.close();
    await this.#journal.close();
  }
}
