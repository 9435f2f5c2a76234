import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import * as vscode from 'vscode';
import { Disposable } from '../base/disposable.ts';
import { showError, showInformation } from '../ui/dialogs.ts';

const KEY = 'mysqlPilot.approvedWrites';
/** Its server may outlive the window, and still be at work. */
const SETTLING_MS = 10_000;
const BETWEEN_MS = 1000;

/** A write of an agent that was approved: its headline, and neither a statement nor a value. */
interface ApprovedWrite {
  readonly id: string;
  readonly title: string;
  readonly connection: string;
}

/** The writes that run because they were approved in this window, remembered for its next start: who reloads it in their middle is told then what became of them. */
export class ApprovedWrites extends Disposable {
  readonly #state: vscode.Memento;
  readonly #audit: string;
  readonly #writes = new Map<string, ApprovedWrite>();

  /** `folder` is that of the agents' record. */
  constructor(state: vscode.Memento, folder: string) {
    super();
    this.#state = state;
    this.#audit = path.join(folder, 'audit');
  }

  /** Tells once what the window before has left. */
  async tellLost(): Promise<void> {
    const left = this.#state.get<readonly ApprovedWrite[]>(KEY, []);
    if (left.length === 0) return;
    await this.#save();
    await Promise.all(left.map((write) => this.#tell(write)));
  }

  async begin(write: ApprovedWrite): Promise<void> {
    this.#writes.set(write.id, write);
    await this.#save();
  }

  async end(id: string): Promise<void> {
    if (this.disposed) return; // ended with the window, before its time
    if (this.#writes.delete(id)) await this.#save();
  }

  async #tell({ id, title, connection }: ApprovedWrite): Promise<void> {
    const { t } = vscode.l10n;
    const { recordedOutcome } = await import('./recordedOutcome.ts');
    const end = performance.now() + SETTLING_MS;
    let outcome = await recordedOutcome(this.#audit, id);
    while (outcome === undefined && performance.now() < end && !this.disposed) {
      await sleep(BETWEEN_MS);
      outcome = await recordedOutcome(this.#audit, id);
    }
    if (this.disposed) return;
    if (outcome === 'committed') await showInformation(t('Committed on "{0}": {1}', connection, title));
    else if (outcome === 'undone') await showError(t('Not committed on "{0}": {1}. Nothing was changed.', connection, title));
    else
      await showError(
        t('The window closed while a write that you approved ran on "{0}": {1}. Check whether the change was made.', connection, title),
      );
  }

  async #save(): Promise<void> {
    await this.#state.update(KEY, this.#writes.size === 0 ? undefined : [...this.#writes.values()]);
  }
}
