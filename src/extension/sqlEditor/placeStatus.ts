import * as vscode from 'vscode';
import { Disposable } from '../disposable.ts';
import { environmentName } from '../tree/environments.ts';
import type { ProfileStore } from '../connections/profileStore.ts';
import type { ResultTabs } from '../results/resultTabs.ts';
import type { Consoles } from './consoles.ts';
import { SQL_LANGUAGES, type EditorPlaces } from './editorPlaces.ts';

/** What the status bar looks at. */
export interface PlaceStatusParts {
  readonly places: EditorPlaces;
  readonly consoles: Consoles;
  readonly profiles: ProfileStore;
  readonly tabs: ResultTabs;
}

/** In the status bar: where the SQL file in front runs, and whether a transaction is open there. */
export class PlaceStatus extends Disposable {
  readonly #parts: PlaceStatusParts;
  readonly #place = this.register(vscode.window.createStatusBarItem('mysqlPilot.place', vscode.StatusBarAlignment.Right, 101));
  readonly #transaction = this.register(vscode.window.createStatusBarItem('mysqlPilot.transaction', vscode.StatusBarAlignment.Right, 100));

  constructor(parts: PlaceStatusParts) {
    super();
    this.#parts = parts;
    this.#place.name = vscode.l10n.t('MySQL Pilot: connection of the SQL file');
    this.#place.command = 'mysqlPilot.choosePlace';
    this.#transaction.name = vscode.l10n.t('MySQL Pilot: open transaction');
    this.#transaction.command = 'mysqlPilot.endTransaction';
    this.#transaction.backgroundColor = new vscode.ThemeColor('statusBarItem.warningBackground');
    this.#transaction.text = vscode.l10n.t('$(circle-filled) Transaction');
    this.#transaction.tooltip = vscode.l10n.t(
      'A transaction of this file is open: its locks are held. Click to commit it or roll it back.',
    );
    const draw = (): void => {
      void this.#draw();
    };
    for (const event of [
      vscode.window.onDidChangeActiveTextEditor,
      parts.places.onDidChange,
      parts.profiles.onDidChange,
      parts.tabs.onDidChange,
    ] as readonly vscode.Event<unknown>[])
      this.register(event(draw));
    draw();
  }

  async #draw(): Promise<void> {
    const document = vscode.window.activeTextEditor?.document;
    if (document === undefined || !SQL_LANGUAGES.includes(document.languageId)) {
      this.#place.hide();
      this.#transaction.hide();
      return;
    }
    const place = await this.#parts.places.get(document.uri);
    if (vscode.window.activeTextEditor?.document !== document) return; // another one is in front meanwhile, and has been drawn
    if (place === undefined) {
      this.#place.text = vscode.l10n.t('$(plug) MySQL: no connection');
      this.#place.tooltip = vscode.l10n.t('Choose where the statements of this file run');
    } else {
      const { name, environment, readOnly } = place.profile;
      const console = this.#parts.consoles.peek(document.uri);
      const database = console?.database ?? place.database;
      const where = database === undefined ? name : `${name} · ${database}`;
      const what = environment === undefined ? '' : ` (${environmentName(environment)})`;
      this.#place.text = `$(database) ${where}${what}${readOnly === true ? ' $(lock)' : ''}`;
      this.#place.tooltip = [
        vscode.l10n.t('The statements of this file run on "{0}"', name),
        ...(readOnly === true ? [vscode.l10n.t('read-only for everybody')] : []),
      ].join(', ');
    }
    const production = place?.profile.environment === 'production';
    this.#place.backgroundColor = production ? new vscode.ThemeColor('statusBarItem.warningBackground') : undefined;
    this.#place.show();
    if (this.#parts.consoles.peek(document.uri)?.inTransaction === true) this.#transaction.show();
    else this.#transaction.hide();
  }
}
