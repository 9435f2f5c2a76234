import * as vscode from 'vscode';
import { Disposable } from '../disposable.ts';
import { environmentName } from '../tree/environments.ts';
import type { ProfileStore } from '../connections/profileStore.ts';
import type { ResultTabs } from '../results/resultTabs.ts';
import type { Consoles } from './consoles.ts';
import { SQL_LANGUAGES, type EditorPlaces } from './editorPlaces.ts';
import { StatusItem } from '../ui/surfaces.ts';
import { isRunnable } from './runnableDocuments.ts';

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
  readonly #place = this.register(
    new StatusItem({
      ...{ id: 'mysqlPilot.place', command: 'mysqlPilot.choosePlace', priority: 101 },
      name: vscode.l10n.t('MySQL Pilot: connection of the SQL file'),
    }),
  );
  readonly #transaction = this.register(
    new StatusItem({
      ...{ id: 'mysqlPilot.transaction', command: 'mysqlPilot.endTransaction', priority: 100 },
      name: vscode.l10n.t('MySQL Pilot: open transaction'),
    }),
  );

  constructor(parts: PlaceStatusParts) {
    super();
    this.#parts = parts;
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
    if (document === undefined || !SQL_LANGUAGES.includes(document.languageId) || !isRunnable(document)) {
      this.#place.hide();
      this.#transaction.hide();
      return;
    }
    const place = await this.#parts.places.get(document.uri);
    if (vscode.window.activeTextEditor?.document !== document) return; // another one is in front meanwhile, and has been drawn
    if (place === undefined) {
      const tooltip = vscode.l10n.t('Choose where the statements of this file run');
      this.#place.show({ icon: 'plug', text: vscode.l10n.t('MySQL: no connection'), tooltip });
    } else {
      const { name, environment, readOnly } = place.profile;
      const database = this.#parts.consoles.peek(document.uri)?.database ?? place.database;
      const where = database === undefined ? name : `${name} · ${database}`;
      const what = environment === undefined ? '' : ` (${environmentName(environment)})`;
      this.#place.show({
        ...{ icon: 'database', text: where + what, trailingIcon: readOnly === true ? 'lock' : undefined },
        tooltip: [
          vscode.l10n.t('The statements of this file run on "{0}"', name),
          ...(readOnly === true ? [vscode.l10n.t('read-only for everybody')] : []),
        ].join(', '),
        warning: environment === 'production',
      });
    }
    if (this.#parts.consoles.peek(document.uri)?.inTransaction === true)
      this.#transaction.show({
        ...{ icon: 'circle-filled', text: vscode.l10n.t('Transaction'), warning: true },
        tooltip: vscode.l10n.t('A transaction of this file is open: its locks are held. Click to commit it or roll it back.'),
      });
    else this.#transaction.hide();
  }
}
