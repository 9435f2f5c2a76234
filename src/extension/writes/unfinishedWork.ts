import * as vscode from 'vscode';
import { Disposable } from '../base/disposable.ts';
import { showWarning } from '../ui/dialogs.ts';

const KEY = 'mysqlPilot.unfinishedWork';

/** What changes data and may take a while: no statement and no value. */
export type Work =
  /** `line` is that of the statement that runs, counted from 1; it may have gone on by a few. */
  | { readonly kind: 'run'; readonly file: string; readonly line: number; readonly connection: string }
  | { readonly kind: 'import'; readonly file: string; readonly connection: string }
  | { readonly kind: 'edit'; readonly table: string; readonly connection: string }
  | { readonly kind: 'undo'; readonly connection: string };

export interface WorkInProgress {
  /** The line that a run has come to. */
  at(line: number): void;
  end(): void;
}

/** What this window changes for its person at this moment, remembered for its next start: VS Code asks nobody before it reloads, quits or restarts its extensions, and what was cut off then is told afterwards. */
export class UnfinishedWork extends Disposable {
  readonly #state: vscode.Memento;
  readonly #works = new Map<number, Work>();
  #last = 0;
  #isSaving = false;
  #isStale = false;

  constructor(state: vscode.Memento) {
    super();
    this.#state = state;
  }

  /** Tells once what the window before has left. */
  tellLost(): void {
    const left = this.#state.get<readonly Work[]>(KEY, []);
    if (left.length > 0) this.#save();
    for (const work of left) void showWarning(messageOf(work));
  }

  begin(work: Work): WorkInProgress {
    const id = ++this.#last;
    const set = (now: Work): void => {
      this.#works.set(id, now);
      this.#save();
    };
    set(work);
    return {
      at: (line) => {
        const now = this.#works.get(id);
        if (now?.kind === 'run' && now.line !== line) set({ ...now, line });
      },
      end: () => {
        if (this.disposed) return; // ended with the window, before its time
        this.#works.delete(id);
        this.#save();
      },
    };
  }

  /** One after the other, and the newest only: a file may have thousands of short statements. */
  #save(): void {
    this.#isStale = true;
    if (this.#isSaving || this.disposed) return;
    this.#isSaving = true;
    this.#saveAll().catch(() => undefined);
  }

  async #saveAll(): Promise<void> {
    try {
      while (this.#isStale) {
        this.#isStale = false;
        await this.#state.update(KEY, this.#works.size === 0 ? undefined : [...this.#works.values()]);
      }
    } finally {
      this.#isSaving = false;
    }
  }
}

function messageOf(work: Work): string {
  const { t } = vscode.l10n;
  const { connection } = work;
  switch (work.kind) {
    case 'run':
      return t(
        'The window closed during a run of {0} on {1}, near line {2}. Check which statements ran before you run the file again.',
        ...[work.file, connection, work.line],
      );
    case 'import':
      return t(
        'The window closed during an import of {0} on {1}. Check which rows were inserted before you import the file again.',
        ...[work.file, connection],
      );
    case 'edit':
      return t('The window closed while a row in {0} on {1} was being updated. Check whether the change was made.', work.table, connection);
    case 'undo':
      return t('The window closed while a write on {0} was being undone. Check whether its changes are still there.', connection);
  }
}
