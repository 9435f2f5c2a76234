import * as vscode from 'vscode';
import { showWarning } from '../ui/dialogs.ts';
import { fileName } from '../files/fileName.ts';
import type { SessionPlace } from './sessionQuestions.ts';

const KEY = 'mysqlPilot.openTransactions';

/** A transaction that is open: no statement and no value. */
interface OpenTransaction {
  readonly file: string;
  readonly connection: string;
}

/**
 * The transactions that are open in this window, remembered for its next start: VS Code asks nobody before it reloads or quits, and what was rolled back then is told afterwards.
 */
export class OpenTransactions {
  readonly #state: vscode.Memento;
  #known = '[]';
  #saving: Promise<void> = Promise.resolve();

  constructor(state: vscode.Memento) {
    this.#state = state;
  }

  /** Tells once what the window before has left. */
  tellLost(): void {
    const left = this.#state.get<readonly OpenTransaction[]>(KEY, []);
    this.#known = JSON.stringify(left);
    this.update([]);
    for (const { file, connection } of left)
      void showWarning(
        vscode.l10n.t(
          "The open transaction of {0} on {1} was rolled back when the window closed. Its changes weren't committed.",
          fileName(vscode.Uri.parse(file)),
          connection,
        ),
      );
  }

  update(sessions: readonly SessionPlace[]): void {
    const open = sessions.map(({ file, connection }): OpenTransaction => ({ file: file.toString(), connection }));
    const text = JSON.stringify(open);
    if (text === this.#known) return;
    this.#known = text;
    // In their order, and not lost where the window closes meanwhile: VS Code writes what it was handed.
    this.#saving = this.#saving.then(() => this.#state.update(KEY, open.length === 0 ? undefined : open)).catch(() => undefined);
  }
}
