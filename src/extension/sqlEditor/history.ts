import * as vscode from 'vscode';
import type { ExecutionTarget } from '../results/resultTabs.ts';
import { duration } from '../results/status.ts';
import { readSetting } from '../settings/settings.ts';
import { Picker } from '../ui/picks.ts';
import { cutLine } from '../../engine/text.ts';

export interface HistoryEntry {
  readonly sql: string;
  readonly place: ExecutionTarget;
  readonly started: Date;
  readonly milliseconds: number;
  readonly error?: string | undefined;
}

interface Kept {
  readonly sql: string;
  readonly connection: string;
  readonly database: string | undefined;
  readonly at: number;
  readonly milliseconds: number;
  readonly error: string | undefined;
}

const KEY = 'mysqlPilot.history';
const MAX_LENGTH = 20_000;
/** As the `mysql` client leaves out by default. @see https://dev.mysql.com/doc/refman/9.7/en/mysql-logging.html */
const SECRET = /IDENTIFIED|PASSWORD/i;

/** What was run in this workspace, the last first. Statements that may hold a password are not kept. */
export class History {
  readonly #state: vscode.Memento;

  constructor(state: vscode.Memento) {
    this.#state = state;
  }

  async add({ sql, place, started, milliseconds, error }: HistoryEntry): Promise<void> {
    const size = await readSetting('history.size');
    if (SECRET.test(sql) || sql.length > MAX_LENGTH) return;
    const kept: Kept = {
      sql,
      connection: place.profile.name,
      database: place.database,
      at: started.getTime(),
      milliseconds: Math.round(milliseconds),
      error,
    };
    const others = this.#all().filter((one) => one.sql !== sql || one.connection !== kept.connection);
    await this.#state.update(KEY, [kept, ...others].slice(0, size));
  }

  async clear(): Promise<void> {
    await this.#state.update(KEY, undefined);
  }

  async pick(): Promise<string | undefined> {
    const items = this.#all().map(({ sql, connection, database, at, milliseconds, error }) => ({
      icon: error === undefined ? 'pass' : 'error',
      label: cutLine(sql, 200),
      description: [connection, ...(database === undefined ? [] : [database])].join(' · '),
      detail: [new Date(at).toLocaleString(), duration(milliseconds), ...(error === undefined ? [] : [error])].join(' · '),
      sql,
    }));
    const clear: vscode.QuickInputButton = { iconPath: new vscode.ThemeIcon('clear-all'), tooltip: vscode.l10n.t('Clear History') };
    const picker = new Picker<(typeof items)[number]>({
      title: vscode.l10n.t('Query history'),
      placeholder:
        items.length === 0 ? vscode.l10n.t('No queries yet') : vscode.l10n.t('Search. The selected statement opens in an editor.'),
      buttons: [clear],
    });
    picker.items = items;
    picker.onDidTriggerButton(() => {
      void this.clear().then(() => {
        picker.hide();
      });
    });
    try {
      return (await picker.pick())?.sql;
    } finally {
      picker.dispose();
    }
  }

  #all(): readonly Kept[] {
    return this.#state.get<readonly Kept[]>(KEY, []);
  }
}
