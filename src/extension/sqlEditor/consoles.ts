import type * as vscode from 'vscode';
import type { Console } from '../../engine/query/console.ts';
import type { DatabaseCache } from '../../engine/databaseCache.ts';
import type { ProfileStore } from '../connections/profileStore.ts';
import { Disposable } from '../disposable.ts';
import type { RunPlace } from '../results/resultTabs.ts';

interface Open {
  readonly console: Console;
  /** Where the file was to run when it last did; what its own USE has chosen since then stays. */
  database: string | undefined;
  /** The profile as text: a changed one needs another session. */
  readonly key: string;
}

/** The session of each SQL file: opened with its first statement, closed with the file. */
export class Consoles extends Disposable {
  readonly #databases: DatabaseCache;
  readonly #open = new Map<string, Open>();

  constructor(databases: DatabaseCache, profiles: ProfileStore) {
    super();
    this.#databases = databases;
    this.register(
      profiles.onDidChange(() => {
        void profiles.list().then((saved) => {
          const keys = new Set(saved.map((profile) => JSON.stringify(profile)));
          for (const [file, { key }] of this.#open) if (!keys.has(key)) this.#close(file);
        });
      }),
    );
  }

  /** The session of a file where it is to run. */
  async get(file: vscode.Uri, place: RunPlace): Promise<Console> {
    const key = JSON.stringify(place.profile);
    const open = this.#open.get(file.toString());
    if (open?.key === key) {
      if (place.database !== undefined && open.database !== place.database) await open.console.useDatabase(place.database);
      open.database = place.database;
      return open.console;
    }
    this.#close(file.toString());
    const database = await this.#databases.get(place.profile);
    const console = database.console(place.database);
    this.#open.set(file.toString(), { console, database: place.database, key });
    return console;
  }

  peek(file: vscode.Uri): Console | undefined {
    return this.#open.get(file.toString())?.console;
  }

  close(file: vscode.Uri): void {
    this.#close(file.toString());
  }

  override dispose(): void {
    for (const file of this.#open.keys()) this.#close(file);
    super.dispose();
  }

  #close(file: string): void {
    this.#open.get(file)?.console.close();
    this.#open.delete(file);
  }
}
