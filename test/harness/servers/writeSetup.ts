import assert from 'node:assert/strict';
import type { Database } from '../../../src/engine/connection/database.ts';
import type { ConnectionTarget } from '../../../src/engine/driver/profile.ts';
import { isPilotError, type ErrorCode } from '../../../src/engine/errors.ts';
import { openDatabase } from '../../../src/engine/connection/openDatabase.ts';
import type { WriteOutcome } from '../../../src/engine/writes/approvedRun.ts';
import type { StatementPreview, WritePreview } from '../../../src/engine/writes/writePreview.ts';
import { loadSample, SAMPLE } from './sample.ts';
import { startServer } from './source.ts';
import { execute, type Flavor, type TestServer } from './testServer.ts';

const ASK_ALL = { insert: 'ask', update: 'ask', delete: 'ask', ddl: 'ask', call: 'ask', administration: 'ask' } as const;
export const WRITE_OPTIONS = { database: undefined, timeoutMs: 20_000, signal: undefined, parameters: undefined };

/** Tables of every kind that matters to a write, in the sample database. */
const SCHEMA = `
  CREATE TABLE shop.plain (id INT PRIMARY KEY, v INT, note VARCHAR(40), f FLOAT, doc JSON, twice INT GENERATED ALWAYS AS (v * 2) STORED, UNIQUE KEY uq_note (note));
  INSERT INTO shop.plain (id, v, note, f, doc) VALUES (1, 10, 'a', 0.1, '{"a": 1}'), (2, 20, 'b', 16777217, NULL), (3, 30, NULL, 1.1754944e37, '[]');
  CREATE TABLE shop.logged (id INT PRIMARY KEY, v INT);
  INSERT INTO shop.logged VALUES (1, 1), (2, 2);
  CREATE TABLE shop.isam_log (at TIMESTAMP DEFAULT CURRENT_TIMESTAMP, what VARCHAR(40)) ENGINE = MyISAM;
  CREATE TABLE shop.isam (id INT PRIMARY KEY, v INT) ENGINE = MyISAM;
  INSERT INTO shop.isam VALUES (1, 1), (2, 2);
  CREATE TRIGGER shop.logged_update AFTER UPDATE ON shop.logged FOR EACH ROW INSERT INTO isam_log (what) VALUES ('update');
  CREATE TABLE shop.keyless (v INT);
  INSERT INTO shop.keyless VALUES (1), (1), (2);
`;

/** The sample with tables to write to, and connections that ask for everything. */
export class WriteSetup {
  readonly server: TestServer;
  readonly database: Database;
  readonly #opened: Database[];

  readonly #all: boolean;

  private constructor(server: TestServer, database: Database, all: boolean) {
    this.server = server;
    this.database = database;
    this.#opened = [database];
    this.#all = all;
  }

  /** `all`: the account of the connection may do everything. */
  static async start(flavor: Flavor, all = false): Promise<WriteSetup> {
    const server = await startServer(flavor);
    await loadSample(server);
    await execute(server, 'SET GLOBAL log_bin_trust_function_creators = 1');
    for (const statement of SCHEMA.split(';\n').filter((one) => one.trim() !== '')) await execute(server, statement);
    return new WriteSetup(server, await connect(server, {}, all), all);
  }

  async open(changes: Partial<ConnectionTarget>): Promise<Database> {
    const database = await connect(this.server, changes, this.#all);
    this.#opened.push(database);
    return database;
  }

  /** As another account, which has to be there. */
  async openAs(account: { readonly user: string; readonly password: string }): Promise<Database> {
    const database = await connect(this.server, {}, this.#all, account);
    this.#opened.push(database);
    return database;
  }

  async look(sql: string, on = this.database): Promise<WritePreview> {
    return on.writes.preview(await on.writes.judge(sql, WRITE_OPTIONS), WRITE_OPTIONS);
  }

  async first(sql: string): Promise<StatementPreview> {
    return (await this.look(sql)).statements[0] ?? assert.fail();
  }

  async run(preview: WritePreview, on = this.database, intent = (): Promise<void> => Promise.resolve()): Promise<WriteOutcome> {
    return on.writes.run(preview.id, { ...WRITE_OPTIONS, intent });
  }

  async rows(sql: string): Promise<unknown[][]> {
    return ((await execute(this.server, sql)) as Record<string, unknown>[]).map((row) => Object.values(row));
  }

  async dispose(): Promise<void> {
    for (const database of this.#opened) await database.close();
    await this.server.dispose();
  }
}

/** Fails unless the work fails so. */
export async function fails(work: Promise<unknown>, code: ErrorCode, message = /./): Promise<void> {
  await assert.rejects(work, (error) => {
    assert.ok(isPilotError(error), String(error));
    assert.equal(error.code, code, error.message);
    assert.match(error.message, message);
    return true;
  });
}

function connect(
  { host, port, root }: TestServer,
  changes: Partial<ConnectionTarget>,
  all: boolean,
  account: { readonly user: string; readonly password: string } = all ? root : SAMPLE.owner,
): Promise<Database> {
  const { user, password } = account;
  return openDatabase(
    { host, port, user, database: SAMPLE.database, tls: 'preferred', writes: ASK_ALL, ...changes },
    { password: () => Promise.resolve(password), warn: () => undefined },
  );
}
