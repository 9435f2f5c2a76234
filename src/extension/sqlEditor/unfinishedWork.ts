import * as vscode from 'vscode';
import { Disposable } from '../base/disposable.ts';
import { fileName } from '../files/fileName.ts';
import { showWarning } from '../ui/dialogs.ts';

const KEY = 'mysqlPilot.unfinishedWork';

/** What changes data and takes a while: no statement and no value. */
interface Work {
  readonly kind: 'run' | 'import';
  /** As people are told of it. */
  readonly file: string;
  readonly connection: string;
  /** Of the statement that runs, counted from 1; it may have gone on by a few. */
  readonly line: number;
}

export interface WorkInProgress {
  at(line: number): void;
  end(): void;
}

/** The runs and imports of this window that change something, remembered for its next start: VS Code asks nobody before it reloads, quits or restarts its extensions, and what was cut off then is told afterwards. */
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

  begin(kind: Work['kind'], file: vscode.Uri, connection: string, line = 1): WorkInProgress {
    const id = ++this.#last;
    const set = (now: number): void => {
      this.#works.set(id, { kind, file: fileName(file), connection, line: now });
      this.#save();
    };
    set(line);
    return {
      at: (now) => {
        if (this.#works.get(id)?.line !== now) set(now);
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

function messageOf({ kind, file, connection, line }: Work): string {
  return kind === 'run'
    ? vscode.l10n.t(
        'The window closed during a run of {0} on {1}, near line {2}. Check which statements ran before you run the file again.',
        ...[file, connection, line],
      )
    : vscode.l10n.t(
        'The window closed during an import of {0} on {1}. Check which rows were inserted before you import the file again.',
        ...[file, connection],
      );
}
