import { describeServer } from './driver/serverInfo.ts';
import type { ConnectionTarget } from './driver/profile.ts';
import { SessionPool } from './driver/sessionPool.ts';
import { describeSurplus, findSurplus } from './policy/privileges.ts';
import { NameCheck } from './query/nameCheck.ts';
import { runReads, type ReadOptions } from './query/runReads.ts';
import type { ResultSet } from './query/resultSet.ts';
import {
  describeTable,
  listColumns,
  listDatabases,
  listTables,
  readGrants,
  type ColumnDescription,
  type TableDescription,
  type TableSummary,
} from './schema/catalog.ts';

export interface DatabaseOptions {
  /** Asked for each new session, so that it need not be kept. */
  readonly password: () => Promise<string>;
  /** Told what went wrong behind the caller's back; the text names no secret. */
  readonly warn: (message: string, error: unknown) => void;
}

export interface ConnectionCheck {
  /** Name and version of the server. */
  readonly server: string;
  /** What the account may do beyond reading. */
  readonly warning: string | undefined;
}

/** One connection, opened when first used: what both programs know of the engine. Every method throws a PilotError. */
export class Database {
  readonly #pool: SessionPool;
  readonly #names = new NameCheck();
  readonly #database: string | undefined;
  #surplus: string | undefined;

  constructor(target: ConnectionTarget, { password, warn }: DatabaseOptions) {
    this.#database = target.database;
    this.#pool = new SessionPool(target, password, {
      onKillFailed: (error) => {
        warn('A statement could not be stopped on the server; its own time limit will end it.', error);
      },
    });
  }

  /** Connects, or proves that the connection still works. */
  async check(): Promise<ConnectionCheck> {
    return this.#pool.withSession(undefined, async (session) => {
      this.#surplus ??= describeSurplus(findSurplus(await readGrants(session)));
      await session.read('SELECT 1');
      return { server: describeServer(session.server), warning: this.#surplus };
    });
  }

  /** One result for each statement of the text, in order. */
  async query(sql: string, options: ReadOptions): Promise<ResultSet[]> {
    return runReads({ pool: this.#pool, names: this.#names, database: this.#database }, sql, options);
  }

  async databases(): Promise<string[]> {
    return listDatabases(this.#pool);
  }

  async tables(database: string): Promise<TableSummary[]> {
    return listTables(this.#pool, database);
  }

  async columns(database: string, table: string): Promise<ColumnDescription[]> {
    return listColumns(this.#pool, database, table);
  }

  async describe(database: string, table: string): Promise<TableDescription | undefined> {
    return describeTable(this.#pool, database, table);
  }

  async close(): Promise<void> {
    await this.#pool.close();
  }
}
