import { createHash } from 'node:crypto';
import * as vscode from 'vscode';
import type { SavedQuery } from '../../broker/savedQueries.ts';
import { Disposable } from '../base/disposable.ts';
import { rawSetting, SECTION } from '../settings/settings.ts';
import { showWarning } from '../ui/dialogs.ts';

const SETTING = 'savedQueries';

/** The queries of the user's settings that agents get as tools. The setting cannot come from a workspace. */
export class SavedQueries extends Disposable {
  readonly #log: vscode.LogOutputChannel;
  readonly #changed = this.register(new vscode.EventEmitter<void>());
  readonly onDidChange = this.#changed.event;

  constructor(log: vscode.LogOutputChannel) {
    super();
    this.#log = log;
    this.register(
      vscode.workspace.onDidChangeConfiguration((event) => {
        if (!event.affectsConfiguration(`${SECTION}.${SETTING}`)) return;
        this.#changed.fire();
        this.#tellProblems().catch((error: unknown) => {
          log.error("The saved queries couldn't be checked.", error);
        });
      }),
    );
  }

  /** Changes with every change of the setting; empty while there is none, so that nothing is computed at activation. */
  get fingerprint(): string {
    const text = JSON.stringify(this.#value());
    return text === '[]' ? '' : createHash('sha256').update(text).digest('hex').slice(0, 8);
  }

  /** Those that are as they should be. */
  async list(): Promise<readonly SavedQuery[]> {
    return (await this.#read()).queries;
  }

  async #tellProblems(): Promise<void> {
    const { problems } = await this.#read();
    const [first] = problems;
    if (first === undefined) return;
    for (const problem of problems) this.#log.warn(`${SECTION}.${SETTING}: ${problem}`);
    const open = vscode.l10n.t('Open Settings');
    const choice = await showWarning(vscode.l10n.t("A saved query can't be used. {0}", first), open);
    if (choice === open)
      await vscode.commands.executeCommand('workbench.action.openSettingsJson', { revealSetting: { key: `${SECTION}.${SETTING}` } });
  }

  async #read(): Promise<{ readonly queries: readonly SavedQuery[]; readonly problems: readonly string[] }> {
    const { readSavedQueries } = await import('../../broker/savedQueries.ts'); // the guard, which activation does not need
    return readSavedQueries(this.#value());
  }

  #value(): unknown {
    return rawSetting(SETTING) ?? [];
  }
}
