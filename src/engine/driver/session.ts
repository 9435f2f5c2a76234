import type { Connection, QueryError } from 'mysql2';
import type { CatalogRow } from './catalogRow.ts';
import type { ChangedRows } from './changedRows.ts';
import { connect, CONNECT_TIMEOUT_MS, drop, query, type Login } from './connect.ts';
import { fromDriverError } from './driverErrors.ts';
import { checkPacket } from './packetLimit.ts';
import { watchPackets, type WatchedPackets } from './packetWatch.ts';
import type { ConnectionTarget } from './profile.ts';
import type { ServerInfo } from './serverInfo.ts';
import { identify, setUpForPeople, makeReadOnly, READ_ONLY, setUp, type SessionIdentity } from './sessionSetup.ts';
import type { CutRow, Wording } from './readCommand.ts';
import { connectionLost, notInCharset, silent, unknownCharset } from './sessionErrors.ts';
import { SessionState } from './sessionState.ts';
import { withTag, type CurrentTag } from './statementTag.ts';
import { streamAnswer } from './streamAnswer.ts';
import { readStatus } from './statusCommand.ts';
import type { Packet } from './packet.ts';
import { describePlainTransport } from './transport.ts';
import type { Cell, Column } from './values.ts';
import { withTimeout } from '../timeout.ts';
import { quoteIdentifier } from '../sql/identifiers.ts';
import { checkedText, integer, sql, type Written } from '../sql/ownSql.ts';
import { bindParameters } from '../sql/parameters.ts';

export interface RowSink {
  columns(columns: readonly Column[]): void;
  /** False when it has enough; a promise when the next row has to wait for it. */
  row(cells: Cell[]): boolean | Promise<unknown>;
  /** Where given, it is called instead of `row`, with the row as the server sent it; what it holds is gone afterwards. */
  readonly packet?: ((packet: Packet) => boolean | Promise<unknown>) | undefined;
  /** True for a sink that takes rows of any size: they go to a file, and none is kept. */
  readonly rowsOfAnySize?: boolean;
  /** The beginning of each cell of a row over 4 MiB. True where more rows are wanted. */
  tooLarge(row: CutRow): unknown;
  resultEnded?(): void;
}

export interface StreamEnd {
  /** False where the sink had enough before the end came; the statement may still run. */
  readonly complete: boolean;
  /** The server's count, for `SHOW WARNINGS`. */
  readonly warnings: number;
  /** The server's last word on a statement without a result set. */
  readonly changed: ChangedRows | undefined;
}

export interface ServerWarning {
  readonly level: 'Note' | 'Warning' | 'Error';
  readonly errno: number;
  readonly message: string;
}

const MAX_WARNINGS = 20;

/** The same bytes in every character set that a client may have. */
const ASCII = /^[\0-\x7F]*$/;

/** `ER_NO_SUCH_THREAD`. */
const NO_SUCH_THREAD = 1094;

/**
 * One physical connection, set up, and READ ONLY (proven) unless it only makes plans.
 *
 * Multi-statements stay off in the protocol, so a text can never run more than the one statement that was judged.
 */
export class Session {
  readonly threadId: number;
  readonly server: ServerInfo;
  /** False where the server does not enforce READ ONLY, or the session is not for reading. */
  readonly enforced: boolean;
  /** What is wrong with the way to the server, for people and models; undefined where nothing is. */
  readonly transportWarning: string | undefined;
  /** False where something stands between us and the server: KILL would hit nobody, or somebody else. */
  readonly killable: boolean;
  readonly #connection: Connection;
  readonly #target: ConnectionTarget;
  readonly #maxPacket: number;
  readonly #tag: CurrentTag | undefined;
  #database: string | undefined;
  /**
   * Who waits for the connection now, to be told when it is gone: the driver leaves commands waiting whose connection is destroyed or ends while they stream. One promise for all
   * would keep what every statement has left on it as long as the session lives.
   */
  readonly #waiting = new Set<(error: unknown) => void>();
  #lost: { readonly error: unknown } | undefined;
  #broken = false;
  #retired = false;
  /** Statements that wait to be sent, or were sent and not yet answered to the end. */
  #running = 0;
  /** Settles when READ ONLY is in force again; undefined while it is. */
  #restoring: Promise<unknown> | undefined;
  #rowLimit: number | undefined;
  readonly #packets: WatchedPackets;
  readonly state = new SessionState();
  /** Called once, in the moment in which the connection is known to be lost. */
  onLost: ((error: unknown) => void) | undefined;

  private constructor(
    connection: Connection,
    target: ConnectionTarget,
    { threadId, server, maxPacket, tag }: SessionIdentity & { readonly tag?: CurrentTag | undefined },
    enforced: boolean,
  ) {
    this.#connection = connection;
    this.#target = target;
    this.#database = target.database;
    this.threadId = threadId;
    this.server = server;
    this.enforced = enforced;
    this.#maxPacket = maxPacket;
    this.#tag = tag;
    this.transportWarning = describePlainTransport(connection, target);
    this.killable = connection.threadId === threadId;
    connection.on('error', (error) => {
      this.#lose(error);
    });
    connection.on('end', () => {
      this.#lose(connectionLost());
    });
    this.#packets = watchPackets(connection);
  }

  /** Connects, sets the session up and proves that the server refuses writes in it. Throws a PilotError. */
  static async open(target: ConnectionTarget, login: Login, tag?: CurrentTag): Promise<Session> {
    return Session.#open(target, login, true, tag);
  }

  /** A session that is not READ ONLY: for plans of writes, which such a one refuses, for KILL, and for writes that were approved. */
  static async openWritable(target: ConnectionTarget, login: Login, tag?: CurrentTag): Promise<Session> {
    return Session.#open(target, login, false, tag);
  }

  /** A session as the server gives it to everybody: its own mode, time zone and limits. For what a person writes, which must mean there what it means elsewhere. */
  static async openUserSession(target: ConnectionTarget, login: Login): Promise<Session> {
    return Session.#prepare(target, login, async (connection) => {
      const identity = await identify(connection);
      const settings = await setUpForPeople(connection, target);
      const enforced = target.readOnly === true && (await makeReadOnly(connection, target));
      const session = new Session(connection, target, identity, enforced);
      session.state.begin(settings);
      await session.readStatus();
      return session;
    });
  }

  static async #open(target: ConnectionTarget, login: Login, readOnly: boolean, tag: CurrentTag | undefined): Promise<Session> {
    return Session.#prepare(target, login, async (connection) => {
      const identity = await setUp(connection, target.environment);
      const enforced = readOnly && (await makeReadOnly(connection, target));
      return new Session(connection, target, { ...identity, tag }, enforced);
    });
  }

  /** Logs in, and sets up what has logged in, within the same time again: the driver would wait for ever for a server that stops answering in between. */
  static async #prepare(
    target: ConnectionTarget,
    login: Login,
    setUpSession: (connection: Connection) => Promise<Session>,
  ): Promise<Session> {
    const connection = await connect(target, login);
    try {
      const session = await withTimeout(target.connectTimeoutMs ?? CONNECT_TIMEOUT_MS, setUpSession(connection));
      if (session !== undefined) return session;
      throw silent();
    } catch (error) {
      drop(connection);
      throw fromDriverError(error, target);
    }
  }

  /** False once the connection has failed; such a session is thrown away. */
  get usable(): boolean {
    return !this.#broken;
  }

  /** False for a session that must not meet another call. */
  get reusable(): boolean {
    return this.usable && !this.#retired && !this.running;
  }

  /** True while the server works on a statement for this session, also after its result was abandoned. */
  get running(): boolean {
    return this.#running > 0;
  }

  get database(): string | undefined {
    return this.state.database === undefined ? this.#database : (this.state.database ?? undefined);
  }

  async useDatabase(database: string): Promise<void> {
    if (this.database === database) return;
    await this.#ask(sql`USE ${quoteIdentifier(database)}`);
    this.#database = database;
  }

  /**
   * Streams the result of one statement that the guard has passed. Resolves at its end, or as soon as the sink has enough.
   * The server stops by itself at `rowLimit` rows where the statement has no LIMIT of its own.
   */
  async stream(statement: string, sink: RowSink, rowLimit?: number): Promise<StreamEnd> {
    checkPacket(statement, this.#maxPacket);
    this.#running++; // from now on: who gives up while this waits must not leave a session behind that sends it later
    try {
      await this.#restoring;
      await this.#limitRows(rowLimit);
      return await this.#guarded(this.#streamRows(withTag(statement, this.#tag?.(), this.#maxPacket), sink));
    } finally {
      this.#running--;
    }
  }

  /**
   * Asks whether a transaction is open, which no error tells. Nothing that a person could see changes where the statement before has failed, or has given rows.
   */
  async readStatus(): Promise<void> {
    this.#running++;
    try {
      const status = await this.#guarded(readStatus(this.#connection));
      if (status !== undefined) this.state.flags(status);
    } finally {
      this.#running--;
    }
  }

  /** Makes ROW_COUNT() 0, as it is behind a statement that changed no row, and nothing else. */
  async clearRowCount(): Promise<void> {
    this.#running++;
    try {
      await this.#guarded(
        new Promise<void>((resolve, reject) => {
          this.#connection.ping((error: unknown) => {
            if (error instanceof Error) reject(error);
            else resolve();
          });
        }),
      );
    } finally {
      this.#running--;
    }
  }

  /** Streams the answer to one statement of a person, in the character sets that they have chosen; nothing but this statement is sent. */
  async streamAsWritten(statement: string, sink: RowSink): Promise<StreamEnd> {
    checkPacket(statement, this.#maxPacket);
    const { client, results } = this.state;
    if (!this.state.knows('charset') && !ASCII.test(statement)) throw unknownCharset();
    const bytes = client?.encode(statement);
    if (client !== undefined && bytes === undefined) throw notInCharset(client.name);
    this.#running++;
    try {
      return await this.#guarded(this.#streamRows(statement, sink, { statement: bytes, results }));
    } finally {
      this.#running--;
    }
  }

  /** Runs one of our own catalog statements, its values as literals: a statement to prepare would be a round trip more. No row limit cuts it off. */
  async read<S extends string>(statement: Written<S>, values: readonly (string | number)[] = []): Promise<CatalogRow[]> {
    this.#running++;
    try {
      await this.#restoring;
      if (!/ LIMIT \d+$/.test(statement)) await this.#limitRows(undefined); // an explicit limit wins over the session's
      return await this.#ask(checkedText(values.length === 0 ? statement : bindParameters(statement, values)));
    } finally {
      this.#running--;
    }
  }

  /**
   * Puts READ ONLY into force again after a statement that may have switched it off from inside. Does not wait: the next
   * statement does. A session that cannot be made READ ONLY again is not used again.
   */
  restoreReadOnly(): void {
    if (!this.enforced) return;
    const restoring = this.#guarded(query(this.#connection, READ_ONLY)).then(() => {
      if (this.#restoring === restoring) this.#restoring = undefined;
    });
    restoring.catch(() => {
      this.#broken = true;
    });
    this.#restoring = restoring;
  }

  /** Runs a statement of ours about the session or its transaction. */
  async command<S extends string>(statement: Written<S>): Promise<CatalogRow[]> {
    return this.#ask(statement);
  }

  /** All reads until `endSnapshot` see the data as it is now. */
  async beginSnapshot(): Promise<void> {
    await this.#restoring;
    await this.#ask('START TRANSACTION WITH CONSISTENT SNAPSHOT, READ ONLY');
  }

  async endSnapshot(): Promise<void> {
    await this.#ask('COMMIT');
  }

  /** What the server remarks on the statement before, the first of it. */
  async warnings(): Promise<ServerWarning[]> {
    const rows = await this.#ask(sql`SHOW WARNINGS LIMIT ${integer(MAX_WARNINGS)}`);
    return rows.map((row) => ({
      level: String(row['Level']) as ServerWarning['level'],
      errno: Number(row['Code']),
      message: String(row['Message']),
    }));
  }

  /** Lets the next statement take this long on the server; the session is not used again after that. */
  async allowTime(milliseconds: number): Promise<void> {
    this.#retired = true;
    const limit = this.server.timeLimit;
    if (limit === undefined) return;
    await this.#ask(sql`SET SESSION ${limit.variable} = ${integer(Math.ceil(milliseconds * limit.perMillisecond))}`);
  }

  /** For a session that has run code of the database's: what that left behind, nobody knows. */
  retire(): void {
    this.#retired = true;
  }

  /** Stops what another session of the same account runs on the server. False where there is no such session any more. */
  async stopStatement(threadId: number): Promise<boolean> {
    return query(this.#connection, sql`KILL QUERY ${integer(threadId)}`).then(
      () => true,
      (error: unknown) => {
        if ((error as QueryError).errno === NO_SUCH_THREAD) return false;
        throw fromDriverError(error, this.#target);
      },
    );
  }

  /** Ends it because the server does not answer, which is what those are told who wait for it. */
  giveUp(): void {
    this.#lose(silent());
    drop(this.#connection);
  }

  destroy(): void {
    this.#lose(connectionLost());
    drop(this.#connection);
  }

  async #limitRows(limit: number | undefined): Promise<void> {
    if (limit === this.#rowLimit) return;
    await this.#ask(sql`SET SESSION sql_select_limit = ${limit === undefined ? sql`DEFAULT` : integer(limit)}`);
    this.#rowLimit = limit;
  }

  async #streamRows(statement: string, sink: RowSink, wording?: Wording): Promise<StreamEnd> {
    this.#running++;
    const answered = (): void => {
      this.#running--;
    };
    return streamAnswer({ connection: this.#connection, packets: this.#packets, session: this, answered }, { statement, wording }, sink);
  }

  async #ask<S extends string>(statement: Written<S>): Promise<CatalogRow[]> {
    this.#running++;
    try {
      return await this.#guarded(query(this.#connection, checkedText(withTag(statement, this.#tag?.(), this.#maxPacket))));
    } finally {
      this.#running--;
    }
  }

  #lose(error: unknown): void {
    this.#broken = true;
    const isFirst = this.#lost === undefined;
    this.#lost ??= { error };
    for (const reject of this.#waiting) reject(error);
    if (isFirst) this.onLost?.(fromDriverError(error, this.#target));
  }

  /** Rejects also when the connection is gone. */
  #guarded<T>(work: Promise<T>): Promise<T> {
    return new Promise((resolve, reject) => {
      const fail = (error: unknown): void => {
        this.#waiting.delete(fail);
        if ((error as { fatal?: boolean }).fatal === true) this.#lose(error);
        reject(fromDriverError(error, this.#target, 'connected'));
      };
      this.#waiting.add(fail);
      work.then((value) => {
        this.#waiting.delete(fail);
        resolve(value);
      }, fail);
      if (this.#lost !== undefined) fail(this.#lost.error);
    });
  }
}
