import { rmSync } from 'node:fs';
import { realpath } from 'node:fs/promises';
import { setImmediate as activationOver } from 'node:timers/promises';
import * as vscode from 'vscode';
import type { AgentFeed } from '../../broker/agent/agentFeed.ts';
import type { Feed, FedConnection } from '../../broker/agentContracts.ts';
import type { Recording } from '../../broker/contracts.ts';
import type { ExportSettings } from '../../broker/exportContract.ts';
import type { ConnectionProfile } from '../../engine/driver/profile.ts';
import { showsStructure } from '../../engine/sql/agentVisibility.ts';
import { Disposable } from '../base/disposable.ts';
import type { ProfileStore } from '../connections/profileStore.ts';
import type { SecretVault } from '../connections/secretVault.ts';
import { readSetting, SECTION } from '../settings/settings.ts';
import type { SavedQueries } from './savedQueries.ts';

declare const PILOT_VERSION: string;

export interface CredentialAgentOptions {
  readonly context: vscode.ExtensionContext;
  readonly rendezvousFile: string;
  readonly profiles: ProfileStore;
  readonly secrets: SecretVault;
  readonly queries: SavedQueries;
  readonly exports: () => Promise<ExportSettings>;
  readonly recording: () => Promise<Recording>;
  readonly log: vscode.LogOutputChannel;
}

/** Secrets are stored under this with the id of their connection. */
const SECRET_PREFIX = 'connection.';

/**
 * Gives the credential agent what this window has, as long as the setting says so, and tells programs outside of VS Code of the window. A workspace that is not trusted gives and
 * tells nothing.
 */
export class CredentialAgentFeed extends Disposable {
  readonly #options: CredentialAgentOptions;
  /** When this window has seen a secret change, by the id of the connection. */
  readonly #changedAt = new Map<string, number>();
  #feed: AgentFeed | undefined;
  #announced: string | undefined;

  constructor(options: CredentialAgentOptions) {
    super();
    this.#options = options;
    const { context, profiles, queries } = options;
    const changed = (): void => {
      void this.changed();
    };
    const changedHere = (): void => {
      void (vscode.workspace.isTrusted ? this.changed(true) : this.#changedUntold());
    };
    this.register(profiles.onDidChange(changedHere));
    this.register(queries.onDidChange(changedHere));
    this.register(vscode.workspace.onDidGrantWorkspaceTrust(changed));
    this.register(vscode.workspace.onDidChangeWorkspaceFolders(changed));
    this.register(
      context.secrets.onDidChange(({ key }) => {
        if (!key.startsWith(SECRET_PREFIX)) return;
        this.#changedAt.set(key.slice(SECRET_PREFIX.length), Date.now());
        changedHere();
      }),
    );
    this.register(
      vscode.workspace.onDidChangeConfiguration((event) => {
        if (event.affectsConfiguration(SECTION)) changed();
      }),
    );
    void activationOver().then(changed);
  }

  /** Gives everything anew; `isNews` where the connections are others now. Resolves when the agent has it, or is not to have it. Never rejects. */
  async changed(isNews = false): Promise<void> {
    if (this.disposed) return;
    // Also where the disk is full: what is hidden or turned off has to reach the agent.
    await this.#announce().catch((error: unknown) => {
      this.#options.log.warn("Programs outside VS Code couldn't be notified of this window.", error);
    });
    try {
      const keep = await readSetting('agent.keepUnlocked');
      if (keep === 'never' && this.#feed === undefined) await this.#withdraw();
      else if (keep === 'never') await this.#stop();
      else await (await this.#loaded()).changed(isNews);
    } catch (error) {
      this.#options.log.warn("The credential agent couldn't be notified of a change.", error);
    }
  }

  override dispose(): void {
    super.dispose();
    void this.#feed?.close();
    if (this.#announced !== undefined) rmSync(this.#announced, { force: true });
  }

  /** A window that gives nothing leaves no agent behind that has what was before: a connection may be hidden or gone. Windows that give start one again by themselves. Never rejects. */
  async #changedUntold(): Promise<void> {
    try {
      await this.#stop();
    } catch (error) {
      this.#options.log.warn("The credential agent couldn't be notified of a change.", error);
    }
  }

  /** The setting may have changed while no window was open. Where no agent is, none of its code is loaded. */
  async #withdraw(): Promise<void> {
    const { hasAgentFile } = await import('../../broker/agentPlace.ts');
    if (!(await hasAgentFile())) return;
    const { withdrawFromAgent } = await import('../../broker/agent/agentControl.ts');
    await withdrawFromAgent(this.#options.context.globalStorageUri.fsPath);
  }

  async #stop(): Promise<void> {
    const feed = this.#feed;
    this.#feed = undefined;
    await feed?.close(); // an agent that starts is there to be stopped then
    const { stopAgent } = await import('../../broker/agent/agentControl.ts');
    await stopAgent();
  }

  async #loaded(): Promise<AgentFeed> {
    const { AgentFeed } = await import('../../broker/agent/agentFeed.ts');
    const { context, log } = this.#options;
    this.#feed ??= new AgentFeed({
      program: {
        node: process.execPath,
        script: vscode.Uri.joinPath(context.extensionUri, 'dist/server.js').fsPath,
        version: PILOT_VERSION,
      },
      give: () => this.#give(),
      warn: log.warn.bind(log),
    });
    return this.#feed;
  }

  async #give(): Promise<Feed | undefined> {
    const keep = await readSetting('agent.keepUnlocked');
    if (this.disposed || keep === 'never' || !vscode.workspace.isTrusted) return undefined;
    const { context, rendezvousFile, profiles, queries, exports, recording } = this.#options;
    const listedAt = Date.now();
    const all = await profiles.list();
    const visible = all.filter(({ agents }) => showsStructure(agents));
    const { folder: exportFolder, access: exportAccess } = await exports();
    const { visibleQueries } = await import('../../broker/visibleQueries.ts');
    return {
      origin: context.globalStorageUri.fsPath,
      rendezvous: rendezvousFile,
      folders: await openFolders(),
      exportFolder,
      exportAccess,
      recording: await recording(),
      queries: [...visibleQueries(await queries.list(), all)],
      keep: keep === 'untilIdle' ? 'idle' : 'windows',
      idleHours: await readSetting('agent.idleHours'),
      listedAt,
      connections: await Promise.all(visible.map((profile) => this.#withSecret(profile))),
    };
  }

  /** A password that the person wants stored nowhere is not given. */
  async #withSecret(profile: ConnectionProfile): Promise<FedConnection> {
    const { id, keepPassword, columns = [] } = profile;
    const { secrets } = this.#options;
    const pseudonymKey = columns.some((rule) => rule.endsWith('=pseudonym')) ? await secrets.pseudonymKey(id) : undefined;
    const stored = await secrets.adopt(id);
    const ssh = stored?.ssh?.map((one) => ({ ...one }));
    const secret =
      stored === undefined
        ? undefined
        : { password: keepPassword === undefined ? stored.password : undefined, ssh, pseudonymKey: pseudonymKey ?? stored.pseudonymKey };
    return { profile, secret, changedAt: this.#changedAt.get(id) ?? 0 };
  }

  async #announce(): Promise<void> {
    if (!vscode.workspace.isTrusted) return;
    const [{ ownPlace }, { announceWindow }] = await Promise.all([
      import('../../broker/agentPlace.ts'),
      import('../../broker/openWindows.ts'),
    ]);
    const window = { rendezvous: this.#options.rendezvousFile, folders: await openFolders(), pid: process.pid };
    this.#announced = await announceWindow(await ownPlace(), window);
    if (this.disposed) rmSync(this.#announced, { force: true });
  }
}

/** On this machine, as the system names them. */
async function openFolders(): Promise<string[]> {
  const local = (vscode.workspace.workspaceFolders ?? []).filter(({ uri }) => uri.scheme === 'file');
  return Promise.all(local.map(({ uri }) => realpath(uri.fsPath).catch(() => uri.fsPath)));
}
