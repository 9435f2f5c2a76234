import type { ResultSetHeader } from 'mysql2';
import { findCharset, isUtf8, type Charset } from './charset/charset.ts';

/** @see https://dev.mysql.com/doc/dev/mysql-server/latest/mysql__com_8h.html */
const IN_TRANSACTION = 1;
const AUTOCOMMIT = 2;
const NO_BACKSLASH_ESCAPES = 0x200;

interface StateChanges {
  readonly systemVariables: Readonly<Record<string, string>>;
  readonly schema: string | null;
}

/** What a session reads statements by, and shows values in. */
export type SessionSetting = 'sqlMode' | 'timeZone' | 'charset' | 'results';

export const SESSION_SETTINGS: readonly SessionSetting[] = ['sqlMode', 'timeZone', 'charset', 'results'];

/** A routine puts the mode and the character set of statements back at its end. */
export const SET_BY_FUNCTIONS: readonly SessionSetting[] = ['timeZone', 'results'];

/** What a statement may do to the settings of its session, for servers that do not tell. */
export interface SettingEffects {
  readonly changes: readonly SessionSetting[];
  /** It may change what the server tells of. */
  readonly tracking: boolean;
  /** What a plain SET sets, if it succeeds. */
  readonly sets: { readonly setting: SessionSetting; readonly value: string } | undefined;
  /** What a SET assigns in the session, whatever the value. */
  readonly assigns: readonly SessionSetting[];
  /** A program, whose error tells nothing of what it has set before. */
  readonly isProgram: boolean;
}

export interface ToldHeader extends ResultSetHeader {
  readonly stateChanges?: StateChanges;
}

export interface SessionSettings {
  readonly sqlMode: string;
  readonly client: string;
  readonly results: string;
  readonly timeZone: string;
  /** The server tells of changes with its answers: of these settings, and of the database. */
  readonly tells: { readonly settings: boolean; readonly database: boolean };
}

/** Answers without rows. */
const NO_ROWS = { hasRows: false, failed: false } as const;

/** Variables of which the server is asked to tell: what statements are read by, and what is told itself. */
export const TRACKED = [
  ...['sql_mode', 'time_zone', 'character_set_client', 'character_set_results'],
  ...['session_track_schema', 'session_track_system_variables'],
] as const;

/** What the server has said of a session with its answers; nothing is asked for. */
export class SessionState {
  #inTransaction = false;
  #autocommit = true;
  #sqlMode: readonly string[] = [];
  #client = 'utf8mb4';
  #results = 'utf8mb4';
  #database: string | null | undefined;
  #timeZone = '';
  #tellsSettings = true;
  #canTell = true;
  #tellsDatabase = true;
  /** The last answer has told of what it tells. */
  #hasTold = false;
  /** What the last answer has told of. */
  readonly #told = new Set<SessionSetting>();
  /** What may have been changed without a word. */
  readonly #unknown = new Set<SessionSetting>();

  get inTransaction(): boolean {
    return this.#inTransaction;
  }

  /** False where each statement begins a transaction, or goes on with one. */
  get autocommit(): boolean {
    return this.#autocommit;
  }

  /** The words of `sql_mode`, combinations like ANSI resolved by the server. */
  get sqlMode(): readonly string[] {
    return this.#sqlMode;
  }

  /** The character set in which the server reads statements; undefined for UTF-8. */
  get client(): Charset | undefined {
    return isUtf8(this.#client) ? undefined : findCharset(this.#client);
  }

  /** The character set of names and messages in answers; undefined for UTF-8, and where the server does not convert. */
  get results(): Charset | undefined {
    return this.#results === '' || isUtf8(this.#results) ? undefined : findCharset(this.#results);
  }

  /** What the last USE has chosen, where the server tells; null where that was dropped since. */
  get database(): string | null | undefined {
    return this.#database;
  }

  /** As MySQL names it, `SYSTEM` included; undefined where the server does not tell. */
  get timeZone(): string | undefined {
    return this.#unknown.has('timeZone') ? undefined : this.#timeZone;
  }

  /** False where the server, or the person, has switched off that changes of settings are told. */
  get tellsSettings(): boolean {
    return this.#tellsSettings;
  }

  /** False where the database has to be asked for. */
  get tellsDatabase(): boolean {
    return this.#tellsDatabase;
  }

  /** False where the server tells of no setting, whatever it is asked to tell of. */
  get canTell(): boolean {
    return this.#canTell;
  }

  /** False where a setting may have been changed without a word. */
  knows(setting: SessionSetting): boolean {
    return !this.#unknown.has(setting);
  }

  /** What may have been changed without a word. */
  get unknown(): readonly SessionSetting[] {
    return [...this.#unknown];
  }

  /** Behind a read whose values depend on the settings: a view may have called a function that has set them, which no answer with rows tells. */
  doubt(): void {
    if (this.#canTell) for (const setting of SET_BY_FUNCTIONS) this.#unknown.add(setting);
  }

  /** At the start of a session, when its variables are read. */
  begin({ tells, ...settings }: SessionSettings): void {
    this.#canTell = this.#tellsSettings = tells.settings;
    this.#tellsDatabase = tells.database;
    this.learn(settings);
  }

  /** What was read in the session itself. */
  learn({ sqlMode, client, results, timeZone }: Omit<SessionSettings, 'tells'>): void {
    this.#unknown.clear();
    this.#setMode(sqlMode);
    this.#client = client;
    this.#results = results;
    this.#timeZone = timeZone;
  }

  /** Behind a statement that was no plain read; `hasRows` where its answer ended with rows, which tell nothing. */
  ran(effects: SettingEffects, { hasRows, failed }: { readonly hasRows: boolean; readonly failed: boolean }): void {
    const { changes, tracking, sets, assigns, isProgram } = effects;
    if (tracking && !this.#hasTold) this.#tellsSettings = this.#tellsDatabase = false; // a list that still has itself in it is told
    // A program or a prepared statement may have emptied the list: each assignment is told, also one of the same value.
    if (!failed && assigns.some((setting) => !this.#told.has(setting))) this.#tellsSettings = this.#tellsDatabase = false;
    // One that empties the list and sets something else tells neither, and a failed one tells nothing.
    if (isProgram) for (const setting of changes) if (!this.#told.has(setting)) this.#unknown.add(setting);
    this.#hasTold = false;
    this.#told.clear();
    if (this.#tellsSettings && !hasRows) return;
    for (const setting of changes) this.#unknown.add(setting);
    if (sets === undefined || failed || this.#tellsSettings) return;
    this.#unknown.delete(sets.setting);
    if (sets.setting === 'sqlMode') this.#setMode(sets.value.toUpperCase());
    else if (sets.setting === 'timeZone') this.#timeZone = sets.value;
    else {
      this.#unknown.delete('results');
      this.#client = this.#results = sets.value.toLowerCase();
    }
  }

  /** Behind a statement of ours that has assigned them to themselves: whether the server has told of each. */
  assigned(assigns: readonly SessionSetting[]): void {
    this.ran({ changes: [], tracking: false, sets: undefined, assigns, isProgram: false }, NO_ROWS);
  }

  /** Behind one of ours that has changed what the server tells of. */
  trackedAnew(): void {
    this.ran({ changes: [], tracking: true, sets: undefined, assigns: [], isProgram: false }, NO_ROWS);
  }

  /** What was asked for elsewhere, where the server does not tell. */
  isIn(database: string | null): void {
    this.#database = database;
  }

  /** Of an answer with rows, or of one to the question for them. */
  flags(status: number): void {
    this.#inTransaction = (status & IN_TRANSACTION) !== 0;
    this.#autocommit = (status & AUTOCOMMIT) !== 0;
    const escapes = (status & NO_BACKSLASH_ESCAPES) === 0;
    if (escapes === this.#sqlMode.includes('NO_BACKSLASH_ESCAPES'))
      this.#sqlMode = escapes
        ? this.#sqlMode.filter((mode) => mode !== 'NO_BACKSLASH_ESCAPES')
        : [...this.#sqlMode, 'NO_BACKSLASH_ESCAPES'];
  }

  /** Of an answer without rows. */
  changed(header: ResultSetHeader): void {
    this.flags(header.serverStatus);
    const { stateChanges } = header as ToldHeader;
    if (stateChanges === undefined) return;
    const { schema } = stateChanges;
    // MySQL spells them as the list does.
    const variables = new Map(Object.entries(stateChanges.systemVariables).map(([name, value]) => [name.toLowerCase(), value]));
    if (schema !== null) this.#database = schema === '' ? null : schema;
    const told = (name: (typeof TRACKED)[number], setting: SessionSetting | undefined, set: (value: string) => void): void => {
      const value = variables.get(name);
      if (value === undefined) return;
      if (setting !== undefined) {
        this.#unknown.delete(setting);
        this.#told.add(setting);
      }
      set(value);
    };
    told('sql_mode', 'sqlMode', (mode) => {
      this.#setMode(mode);
    });
    told('time_zone', 'timeZone', (zone) => (this.#timeZone = zone));
    told('character_set_results', 'results', (results) => (this.#results = results));
    told('character_set_client', 'charset', (client) => (this.#client = client));
    told('session_track_schema', undefined, (value) => (this.#tellsDatabase = ['ON', '1'].includes(value)));
    told('session_track_system_variables', undefined, (list) => {
      const names = list.split(',').map((name) => name.trim().toLowerCase());
      this.#tellsSettings = names.includes('*') || TRACKED.every((name) => names.includes(name));
      this.#hasTold = true;
    });
  }

  #setMode(mode: string): void {
    this.#sqlMode = mode.split(',').filter((word) => word !== '');
  }
}
