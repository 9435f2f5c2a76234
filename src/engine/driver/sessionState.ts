import type { ResultSetHeader } from 'mysql2';
import { findCharset, isUtf8, type Charset } from './charset/charset.ts';

/** @see https://dev.mysql.com/doc/dev/mysql-server/latest/mysql__com_8h.html */
const IN_TRANSACTION = 1;
const AUTOCOMMIT = 2;
const NO_BACKSLASH_ESCAPES = 0x200;

/** What the driver makes of a changed session in an OK packet. */
interface StateChanges {
  readonly systemVariables: Readonly<Record<string, string>>;
  readonly schema: string | null;
}

/** What a person's session begins with. */
export interface SessionSettings {
  readonly sqlMode: string;
  readonly client: string;
  readonly results: string;
  /** Undefined where changes of it are not told. */
  readonly timeZone: string | undefined;
}

/** What the server has said of a session with its answers; nothing is asked for. */
export class SessionState {
  #inTransaction = false;
  #autocommit = true;
  #sqlMode: readonly string[] = [];
  #client = 'utf8mb4';
  #results = 'utf8mb4';
  #database: string | null | undefined;
  #timeZone: string | undefined;

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
    return this.#timeZone;
  }

  /** At the start of a session, when its variables are read. */
  begin({ sqlMode, client, results, timeZone }: SessionSettings): void {
    this.#setMode(sqlMode);
    this.#client = client;
    this.#results = results;
    this.#timeZone = timeZone;
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
    const { stateChanges } = header as { stateChanges?: StateChanges };
    if (stateChanges === undefined) return;
    const { systemVariables, schema } = stateChanges;
    if (schema !== null) this.#database = schema === '' ? null : schema;
    if (systemVariables['sql_mode'] !== undefined) this.#setMode(systemVariables['sql_mode']);
    this.#timeZone = systemVariables['time_zone'] ?? this.#timeZone;
    this.#client = systemVariables['character_set_client'] ?? this.#client;
    this.#results = systemVariables['character_set_results'] ?? this.#results;
  }

  #setMode(mode: string): void {
    this.#sqlMode = mode.split(',').filter((word) => word !== '');
  }
}
