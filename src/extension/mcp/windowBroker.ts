import { createHash, randomUUID } from 'node:crypto';
import { mkdirSync, rmSync, watch, readFileSync } from 'node:fs';
import path from 'node:path';
import { setImmediate as activationOver } from 'node:timers/promises';
import type * as vscode from 'vscode';
import type { BrokerServer } from '../../broker/brokerServer.ts';
import type { Recording } from '../../broker/contracts.ts';
import type { ExportSettings } from '../../broker/exportContract.ts';
import { visibleQueries } from '../../broker/visibleQueries.ts';
import type { ConnectionProfile } from '../../engine/driver/profile.ts';
import { PilotError } from '../../engine/errors.ts';
import { showsStructure } from '../../engine/sql/agentVisibility.ts';
import type { CallActivity } from '../activity/callActivity.ts';
import type { AgentReceipts } from '../activity/agentReceipts.ts';
import type { ProfileStore } from '../connections/profileStore.ts';
import type { SecretVault } from '../connections/secretVault.ts';
import { Disposable } from '../base/disposable.ts';
import type { Approvals } from '../writes/approvals.ts';
import type { AgentViews } from '../agentViews/agentViews.ts';
import type { SavedQueries } from './savedQueries.ts';
import { adoptNewSecrets } from './otherWindows.ts';

export interface WindowBrokerOptions {
  readonly profiles: ProfileStore;
  readonly secrets: SecretVault;
  readonly exports: () => Promise<ExportSettings>;
  readonly recording: () => Promise<Recording>;
  readonly queries: SavedQueries;
  readonly approvals: Approvals;
  /** Loaded when an agent shows something first. */
  readonly views: () => Promise<AgentViews>;
  readonly activity: CallActivity;
  readonly receipts: AgentReceipts;
  readonly log: vscode.LogOutputChannel;
}

/** The broker of this window and the rendezvous file that leads to it. */
export class WindowBroker extends Disposable {
  readonly #rendezvousFile: string;
  readonly #profiles: ProfileStore;
  readonly #secrets: SecretVault;
  readonly #exports: () => Promise<ExportSettings>;
  readonly #recording: () => Promise<Recording>;
  readonly #queries: SavedQueries;
  readonly #approvals: Approvals;
  readonly #views: () => Promise<AgentViews>;
  readonly #activity: CallActivity;
  readonly #receipts: AgentReceipts;
  #broker: BrokerServer | undefined;
  readonly #log: vscode.LogOutputChannel;

  constructor(
    rendezvousFile: string,
    { profiles, secrets, exports, recording, queries, approvals, views, activity, receipts, log }: WindowBrokerOptions,
  ) {
    super();
    this.#rendezvousFile = rendezvousFile;
    this.#profiles = profiles;
    this.#secrets = secrets;
    this.#exports = exports;
    this.#recording = recording;
    this.#queries = queries;
    this.#approvals = approvals;
    this.#views = views;
    this.#activity = activity;
    this.#receipts = receipts;
    this.#log = log;
    this.#start().catch((error: unknown) => {
      log.error("The MCP server can't connect to this window: the broker didn't start.", error);
    });
  }

  stopCall(peer: number, call: number): void {
    this.#broker?.stopCall(peer, call);
  }

  /** To be called when its servers should read the settings of the record again. */
  recordingChanged(): void {
    this.#broker?.profilesChanged();
  }

  async #start(): Promise<void> {
    // With its libraries it takes longer than everything else that activation does; an import alone would not wait for the end of that.
    await activationOver();
    const [{ BrokerServer }, { sweepRendezvous, writeRendezvous }] = await Promise.all([
      import('../../broker/brokerServer.ts'),
      import('../../broker/rendezvous.ts'),
    ]);
    const broker = await BrokerServer.listen({
      listProfiles: async () => (await this.#profiles.list()).filter(({ agents }) => showsStructure(agents)),
      getSecret: async (id) => this.#secrets.require(await this.#profile(id), 'agent'),
      getSshSecrets: async (id) => this.#secrets.requireSsh(await this.#profile(id), 'agent'),
      getPseudonymKey: async (id) => this.#secrets.pseudonymKey((await this.#profile(id)).id),
      getStoredSecret: (id) => this.#secrets.stored(id),
      savedQueries: async () => visibleQueries(await this.#queries.list(), await this.#profiles.list()),
      exports: this.#exports,
      recording: this.#recording,
      approve: (request, signal, extend) => this.#approvals.decide(request, signal, extend),
      showView: async (view) => (await this.#views()).show(view, await this.#profile(view.profile)),
      writeFinished: (write) => {
        this.#approvals.finished(write);
      },
      callStarted: (peer, call) => {
        this.#activity.started(peer, call);
      },
      receiptChanged: (peer, receipt) => {
        this.#receipts.changed(peer, receipt);
      },
      peerGone: (peer) => {
        this.#activity.gone(peer);
      },
      callFinished: (peer, call) => {
        this.#activity.finished(peer, call);
        const { tool, connection, milliseconds, error } = call;
        this.#log.info(`${tool}${connection === undefined ? '' : ` on ${connection}`}: ${error ?? 'ok'} in ${String(milliseconds)} ms`);
      },
      log: (message, error) => {
        this.#log.warn(message, error);
      },
    });
    this.#broker = broker;
    this.register({
      dispose: () => {
        this.#removeOwnFile(broker);
        void broker.close();
      },
    });
    if (this.disposed) return;
    this.register(
      this.#profiles.onDidChange(() => {
        broker.profilesChanged();
      }),
    );
    this.register(
      this.#queries.onDidChange(() => {
        broker.profilesChanged();
      }),
    );
    this.register(await adoptNewSecrets(this.#profiles, this.#secrets, this.#log));
    await sweepRendezvous(path.dirname(this.#rendezvousFile));
    const { UNDO_FOLDER, UndoFolder } = await import('../../engine/writes/undoFolder.ts');
    await new UndoFolder(async () => path.join((await this.#recording()).folder, UNDO_FOLDER)).sweep();
    const write = (): Promise<void> => writeRendezvous(this.#rendezvousFile, broker.rendezvous);
    await write();
    this.#keepFile(write);
    this.#log.info('Agents can use the saved connections of this window.');
  }

  /** One that agents see: for them there is no other, and no server gets its secrets. */
  async #profile(id: string): Promise<ConnectionProfile> {
    const profile = await this.#profiles.get(id);
    if (profile !== undefined && showsStructure(profile.agents)) return profile;
    throw new PilotError('connection.unknown', 'The connection was removed.', {
      advice: 'names.connections',
    });
  }

  /**
   * Writes the file again when it is removed: by a second window on the same folder that closes, or by a window that starts at the same
   * moment and takes the file for the one of the last run.
   */
  #keepFile(write: () => Promise<void>): void {
    const folder = path.dirname(this.#rendezvousFile);
    mkdirSync(folder, { recursive: true });
    const restore = (): void => {
      if (readOwner(this.#rendezvousFile) !== undefined || this.disposed) return;
      write().catch((error: unknown) => {
        this.#log.error("The discovery file couldn't be rewritten.", error);
      });
    };
    const watcher = watch(folder, restore);
    restore(); // it may have been removed before the watch began
    watcher.on('error', (error) => {
      this.#log.warn('The discovery file is no longer watched.', error);
    });
    this.register({
      dispose: () => {
        watcher.close();
      },
    });
  }

  #removeOwnFile(broker: BrokerServer): void {
    if (readOwner(this.#rendezvousFile) === broker.rendezvous.socket) rmSync(this.#rendezvousFile, { force: true });
  }
}

/**
 * Where this window's file lies: the same after a reload or an update for a window with a folder; a window without one has
 * nothing to be known by. All windows share the folder, so that a server whose window is gone can find another.
 */
export function rendezvousFileOf({ globalStorageUri, storageUri }: vscode.ExtensionContext): string {
  const key =
    storageUri === undefined ? `empty-${randomUUID()}` : createHash('sha256').update(storageUri.toString()).digest('hex').slice(0, 32);
  return path.join(globalStorageUri.fsPath, 'windows', `${key}.json`);
}

/** The socket that the file names, or undefined where there is no file. */
function readOwner(file: string): string | undefined {
  try {
    return (JSON.parse(readFileSync(file, 'utf8')) as { socket?: string }).socket ?? '';
  } catch {
    return undefined; // gone, or replaced at this moment: the next event tells
  }
}
