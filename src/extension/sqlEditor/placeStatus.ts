import * as vscode from 'vscode';
import { Disposable } from '../base/disposable.ts';
import { environmentName } from '../connections/environments.ts';
import type { ProfileStore } from '../connections/profileStore.ts';
import type { ResultTabs } from '../results/resultTabs.ts';
import type { FileSessions } from './fileSessions.ts';
import { SQL_LANGUAGES, type EditorConnections } from './editorConnections.ts';
import { fileName } from '../files/fileName.ts';
import { lossLines } from './sessionTexts.ts';
import { StatusItem } from '../ui/surfaces.ts';
import { isRunnable } from './runnableDocuments.ts';

export interface PlaceStatusParts {
  readonly places: EditorConnections;
  readonly fileSessions: FileSessions;
  readonly profiles: ProfileStore;
  readonly tabs: ResultTabs;
}

/** In the status bar: where the SQL file in front runs, and whether a transaction is open there. */
export class PlaceStatus extends Disposable {
  readonly #parts: PlaceStatusParts;
  readonly #place = this.register(
    new StatusItem({
      ...{ id: 'mysqlPilot.place', command: 'mysqlPilot.choosePlace', priority: 101 },
      name: vscode.l10n.t('MySQL Pilot: SQL file connection'),
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
      parts.fileSessions.onDidChange,
    ] as readonly vscode.Event<unknown>[])
      this.register(event(draw));
    // A file in front whose language changes is closed and opened; its editor stays.
    this.register(
      vscode.workspace.onDidOpenTextDocument((document) => {
        if (document === vscode.window.activeTextEditor?.document) draw();
      }),
    );
    draw();
  }

  async #draw(): Promise<void> {
    const document = vscode.window.activeTextEditor?.document;
    if (document === undefined || !SQL_LANGUAGES.includes(document.languageId) || !isRunnable(document)) {
      this.#place.hide();
      this.#drawTransaction(undefined);
      return;
    }
    const place = await this.#parts.places.get(document.uri);
    if (vscode.window.activeTextEditor?.document !== document) return; // another one is in front meanwhile, and has been drawn
    if (place === undefined) {
      const tooltip = vscode.l10n.t('Select where the statements in this file run');
      this.#place.show({ icon: 'plug', text: vscode.l10n.t('MySQL: no connection'), tooltip });
    } else {
      const { name, environment, readOnly } = place.profile;
      const database = this.#parts.fileSessions.databaseOf(document.uri, place);
      const where = database === undefined ? name : `${name} · ${database}`;
      const what = environment === undefined ? '' : ` (${environmentName(environment)})`;
      this.#place.show({
        ...{ icon: 'database', text: where + what, trailingIcon: readOnly === true ? 'lock' : undefined },
        tooltip: [
          vscode.l10n.t('Statements in this file run on "{0}"', name),
          ...(readOnly === true ? [vscode.l10n.t('read-only for everyone')] : []),
        ].join(', '),
        warning: environment === 'production',
      });
    }
    this.#drawTransaction(document.uri);
  }

  /** Of the active file, else of those whose transaction nobody sees any more. */
  #drawTransaction(active: vscode.Uri | undefined): void {
    const { fileSessions } = this.#parts;
    const own = active === undefined ? undefined : fileSessions.placeOf(active);
    const others = fileSessions.inTransaction.filter((session) => session !== own);
    const [other, ...more] = others;
    const alsoOpen = others.map((session) => vscode.l10n.t('Transaction: {0}', fileName(session.file)));
    if (own?.userSession.loss !== undefined)
      this.#transaction.show({
        ...{ icon: 'warning', warning: true },
        text: own.userSession.loss.what === 'session' ? vscode.l10n.t('Session ended') : vscode.l10n.t('Transaction ended'),
        tooltip: [
          vscode.l10n.t("Statements in this file don't run until you have seen what was lost. Click to see it."),
          ...lossLines(own.userSession.loss),
          ...alsoOpen,
        ].join('\n'),
      });
    else if (own?.userSession.inTransaction === true)
      this.#transaction.show({
        ...{ icon: 'circle-filled', warning: true },
        text: others.length === 0 ? vscode.l10n.t('Transaction') : vscode.l10n.t('{0} transactions', others.length + 1),
        tooltip: [
          own.userSession.autocommit
            ? vscode.l10n.t('A transaction in this file is open and holds locks. Click to commit it or roll it back.')
            : vscode.l10n.t('Autocommit is off. A transaction in this file is open and holds locks. Click to commit it or roll it back.'),
          ...alsoOpen,
        ].join('\n'),
      });
    else if (other !== undefined)
      this.#transaction.show({
        ...{ icon: 'circle-filled', warning: true },
        text:
          more.length === 0 ? vscode.l10n.t('Transaction: {0}', fileName(other.file)) : vscode.l10n.t('{0} transactions', more.length + 1),
        tooltip: vscode.l10n.t('A transaction in another file is open and holds locks. Click to commit it or roll it back.'),
      });
    else this.#transaction.hide();
  }
}
