import type { Cell } from '../../../../src/engine/driver/values.ts';
import type { Database } from '../../../../src/engine/connection/database.ts';
import type { UserSession } from '../../../../src/engine/query/userSession/userSession.ts';
import type { UserSessionOutcome, UserSessionRunOptions } from '../../../../src/engine/query/userSession/userSessionRun.ts';
import { openDatabase } from '../../../../src/engine/connection/openDatabase.ts';
import { startServer } from '../../../harness/servers/source.ts';
import { execute, type Flavor, type TestServer } from '../../../harness/servers/testServer.ts';

const LIMITS = { maxRows: 100, maxCharacters: 50_000_000 };

/** A database of a test's own, with the account of a person who may do everything. */
export async function openPeople(
  server: TestServer,
  database: string,
  more: { readonly readOnly?: boolean; readonly tls?: 'disabled' } = {},
): Promise<Database> {
  await execute(server, `CREATE DATABASE IF NOT EXISTS ${database}`);
  return openDatabase(
    { host: server.host, port: server.port, user: server.root.user, database, tls: 'preferred', ...more },
    { password: () => Promise.resolve(server.root.password), warn: () => undefined },
  );
}

/** What a person does in one session. */
export class Person {
  readonly userSession: UserSession;

  constructor(userSession: UserSession) {
    this.userSession = userSession;
  }

  run(sql: string, options: Partial<UserSessionRunOptions> = {}): Promise<UserSessionOutcome> {
    return this.userSession.run(sql, { limits: LIMITS, signal: new AbortController().signal, ...options });
  }

  /** The rows of the first result. */
  async rows(sql: string): Promise<readonly (readonly Cell[])[]> {
    return (await this.run(sql)).results[0]?.rows ?? [];
  }

  async value(sql: string): Promise<Cell | undefined> {
    return (await this.rows(sql))[0]?.[0];
  }

  /** What the server calls the session. */
  async id(): Promise<number> {
    return Number(await this.value('SELECT CONNECTION_ID()'));
  }
}

interface Stage {
  readonly server: TestServer;
  readonly database: Database;
  readonly person: Person;
}

interface StageOptions {
  /** Runs before the database is made and its sessions are opened. */
  readonly before?: string;
  readonly readOnly?: boolean;
}

/** Hooks of a suite: a server with the database `own` and these objects in it, and before each test a person in a new session, handed to `begin`. */
export function stagePeople(
  flavor: Flavor,
  objects: string,
  begin: (stage: Stage) => void,
  { before, readOnly = false }: StageOptions = {},
): void {
  let server: TestServer;
  let database: Database;
  let person: Person;
  suiteSetup(async () => {
    server = await startServer(flavor);
    if (before !== undefined) await execute(server, before);
    database = await openPeople(server, 'own', readOnly ? { readOnly } : {});
    await execute(server, objects, 'own');
  });
  suiteTeardown(async () => {
    await database.close();
    await server.dispose();
  });
  setup(() => {
    person = new Person(database.sessions.open());
    begin({ server, database, person });
  });
  teardown(() => {
    person.userSession.close();
  });
}

/** Ends a session on the server, and waits until its client knows. */
export async function killSession(server: TestServer, person: Person, id: number): Promise<void> {
  await execute(server, `KILL ${String(id)}`);
  const deadline = Date.now() + 10_000;
  while (person.userSession.contents.length > 0 && Date.now() < deadline) await new Promise((resolve) => setTimeout(resolve, 5));
}
