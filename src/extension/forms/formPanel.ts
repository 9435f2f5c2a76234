import * as vscode from 'vscode';
import type { FieldValue, FormDescription, FormPreview, FormValues, FromForm, ToForm } from '../../webview/form/messages.ts';
import { errorText } from '../messages/errorText.ts';
import { Disposable } from '../base/disposable.ts';
import { openPage, receiveMessages } from '../panels/webviewPage.ts';
import { showInformation } from '../ui/dialogs.ts';
import { plainLine } from '../../engine/foreignText.ts';

export interface FormOptions {
  readonly title: string;
  readonly form: FormDescription;
  readonly values: FormValues;
  /** A click on a button; what it throws is shown in the form. */
  readonly act: (action: string, values: FormValues, panel: FormPanel) => Promise<void>;
  /** Where the tab is closed with changes in it, they can be had again. */
  readonly restores?: boolean;
  /** What the fields hold at first in place of `values`, from which it differs by changes of the person. */
  readonly typed?: FormValues | undefined;
}

/** A form in an editor tab. What is typed stays in it while the tab is behind others, and in memory, as long as it is offered to open a closed one again. */
export class FormPanel extends Disposable {
  readonly #panel: vscode.WebviewPanel;
  readonly #options: FormOptions;
  readonly #log: vscode.LogOutputChannel;
  readonly #extension: vscode.Uri;
  #acting = false;
  #typed: FormValues | undefined;
  /** Called with the panel that is opened in the place of one that was closed. */
  onReopened: ((panel: FormPanel) => void) | undefined;

  constructor(extension: vscode.Uri, options: FormOptions, log: vscode.LogOutputChannel) {
    super();
    this.#extension = extension;
    this.#options = options;
    this.#log = log;
    this.#typed = options.typed;
    this.#panel = this.register(
      vscode.window.createWebviewPanel('mysqlPilot.form', plainLine(options.title, 200), vscode.ViewColumn.Active, {
        retainContextWhenHidden: true,
      }),
    );
    this.register(
      receiveMessages<FromForm>(this.#panel.webview, {
        schema: async () => (await import('./formMessages.ts')).FromFormSchema,
        log,
        receive: (said) => this.#receive(said),
        failed: (error) => {
          log.error('A form failed to handle a message.', error);
          this.status('error', errorText(error));
        },
      }),
    );
    this.register(
      this.#panel.onDidDispose(() => {
        const wasClosed = !this.disposed; // by its tab, and by no button of the form
        this.dispose();
        if (wasClosed) this.#offerTyped();
      }),
    );
    openPage(this.#panel.webview, extension, { name: 'form', title: options.title });
  }

  get onDidDispose(): vscode.Event<void> {
    return this.#panel.onDidDispose;
  }

  reveal(): void {
    this.#panel.reveal();
  }

  /** `ofValues`: it is about what the fields hold, and goes when one of them changes. */
  status(kind: 'busy' | 'ok' | 'warning' | 'error', text: string, { ofValues }: { readonly ofValues?: boolean } = {}): void {
    this.#post({ type: 'status', kind, text, ofValues });
  }

  /** Another form in the place of this one. */
  show(form: FormDescription, values: FormValues): void {
    this.#post({ type: 'show', form, values });
  }

  problems(problems: Readonly<Record<string, string>>): void {
    this.#post({ type: 'problems', problems });
  }

  set(field: string, value: FieldValue): void {
    this.#post({ type: 'value', field, value });
  }

  /** Adds lines to what a field holds by then: what was typed meanwhile stays. */
  append(field: string, lines: readonly string[]): void {
    this.#post({ type: 'append', field, lines });
  }

  preview(preview: FormPreview | undefined): void {
    this.#post({ type: 'preview', preview });
  }

  async #receive(said: FromForm): Promise<void> {
    switch (said.type) {
      case 'ready':
        this.#post({ type: 'show', form: this.#options.form, values: this.#typed ?? this.#options.values });
        return;
      case 'browse': {
        const [file] = (await vscode.window.showOpenDialog({ title: plainLine(this.#options.title) })) ?? [];
        if (file !== undefined) this.set(said.field, file.fsPath);
        return;
      }
      case 'typed':
        this.#typed = said.values;
        return;
      case 'action':
        this.#typed = said.values;
        if (this.#acting) return; // a second click on the same button
        this.#acting = true;
        try {
          await this.#options.act(said.action, said.values, this);
        } finally {
          this.#acting = false;
        }
    }
  }

  #offerTyped(): void {
    const { title, values: before, restores } = this.#options;
    const typed = this.#typed;
    if (restores !== true || typed === undefined || Object.entries(typed).every(([id, value]) => value === (before[id] ?? ''))) return;
    const reopen = vscode.l10n.t('Reopen');
    showInformation(vscode.l10n.t('"{0}" was closed. Your changes weren\'t saved.', title), reopen).then(
      (chosen) => {
        if (chosen !== reopen) return;
        const again = new FormPanel(this.#extension, { ...this.#options, typed }, this.#log);
        this.onReopened?.(again);
      },
      (error: unknown) => {
        this.#log.warn("A closed form couldn't be reopened.", error);
      },
    );
  }

  #post(message: ToForm): void {
    if (this.disposed) return;
    this.#panel.webview.postMessage(message).then(undefined, (error: unknown) => {
      this.#log.warn("A form couldn't be updated.", error);
    });
  }
}
