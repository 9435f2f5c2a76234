import * as vscode from 'vscode';
import { Disposable } from '../base/disposable.ts';
import { plainLine } from '../../engine/foreignText.ts';

/** Of the URIs of texts that only exist in memory. */
const READ_ONLY_SCHEME = 'mysql-pilot-text';

/** More are forgotten, the oldest first; an editor that still shows one keeps it. */
const MAX_TEXTS = 100;

/** Decides the language. JSON is none of them: VS Code asks the address that a `$schema` in it names, and the text is anybody's. */
export type TextEnding = '.txt' | '.sql' | '.jsonl';

interface ShownText {
  readonly name: string;
  readonly ending: TextEnding;
  readonly text: string;
}

/** Texts that a person only looks at: definitions, plans, cells. */
export class ReadOnlyDocuments extends Disposable implements vscode.TextDocumentContentProvider {
  readonly #texts = new Map<string, string>();
  #last = 0;

  constructor() {
    super();
    this.register(vscode.workspace.registerTextDocumentContentProvider(READ_ONLY_SCHEME, this));
  }

  /** Opens an editor on the text; `name`, which may be anybody's, and the ending are what the tab says. */
  async show({ name, ending, text }: ShownText, options: vscode.TextDocumentShowOptions = {}): Promise<void> {
    const uri = vscode.Uri.from({
      scheme: READ_ONLY_SCHEME,
      path: `/${plainLine(name, 200).replaceAll(/[\\/]/g, ' ')}${ending}`,
      query: String(++this.#last),
    });
    this.#texts.set(uri.toString(), text);
    for (const oldest of this.#texts.keys()) {
      if (this.#texts.size <= MAX_TEXTS) break;
      this.#texts.delete(oldest);
    }
    await vscode.window.showTextDocument(await vscode.workspace.openTextDocument(uri), { preview: true, ...options });
  }

  provideTextDocumentContent(uri: vscode.Uri): string {
    return this.#texts.get(uri.toString()) ?? vscode.l10n.t('This text is no longer in memory. Open it again.');
  }
}
