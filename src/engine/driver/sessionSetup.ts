import type { Connection, QueryError } from 'mysql2';
import { PilotError } from '../errors.ts';
import { integer, joined, sql, textLiteral } from '../sql/ownSql.ts';
import { query } from './connect.ts';
import { describeTarget, type ConnectionTarget, type Environment } from './profile.ts';
import { parseServerInfo, type ServerInfo } from './serverInfo.ts';
import { TRACKED, type SessionSettings, type ToldHeader } from './sessionState.ts';

/** The backstop on the server for when this process is killed and cannot stop its statement itself. */
export const SERVER_TIME_LIMIT_MS = 60_000;
/** Enough for a day in every minute of a month; without it one row could become endlessly many. */
const MAX_RECURSION = 50_000;
const MEBIBYTE = 1024 * 1024;

/**
 * On production: rows that a SELECT may examine by the optimizer's estimate. MariaDB counts the combinations of a join, MySQL 9.7
 * only the rows of its tables; what gets past ends at its time limit.
 */
const PRODUCTION = [sql`sql_big_selects = 0`, sql`max_join_size = 1000000000`];

/** `ER_CANT_EXECUTE_IN_READ_ONLY_TRANSACTION`. */
const READ_ONLY_REFUSAL = 1792;

/** Interrupted, server shutting down, connection killed. */
const ENDED = new Set([1317, 1053, 1927, 3169]);

/** The character set that we read and write, whatever the server makes of the one that the login named. */
const NAMES = sql`SET NAMES utf8mb4`;

/** Both kinds of server know these; they come after `init_connect`, so they win over it. */
const VARIABLES = [
  sql`autocommit = 1`,
  sql`sql_mode = 'STRICT_TRANS_TABLES,ERROR_FOR_DIVISION_BY_ZERO,NO_ENGINE_SUBSTITUTION'`,
  sql`time_zone = '+00:00'`,
  sql`lock_wait_timeout = 5`,
  sql`innodb_lock_wait_timeout = 5`,
  sql`net_write_timeout = 30`,
  sql`group_concat_max_len = ${integer(MEBIBYTE)}`,
  sql`max_heap_table_size = ${integer(64 * MEBIBYTE)}`,
];
/** REPEATABLE READ is what makes the reads of one transaction see one state of the data. */
const VARIABLES_OF = {
  mysql: [
    sql`transaction_isolation = 'REPEATABLE-READ'`,
    sql`tmp_table_size = ${integer(64 * MEBIBYTE)}`,
    sql`cte_max_recursion_depth = ${integer(MAX_RECURSION)}`,
    sql`range_optimizer_max_mem_size = ${integer(8 * MEBIBYTE)}`,
  ],
  mariadb: [
    sql`tx_isolation = 'REPEATABLE-READ'`,
    sql`tmp_table_size = ${integer(64 * MEBIBYTE)}`,
    sql`max_recursive_iterations = ${integer(MAX_RECURSION)}`,
  ],
};

/** Not known to every version that we connect to; MySQL 5.7 has no recursion and MySQL 5.6 no limit of the range optimizer. */
const UNKNOWN_VARIABLE = 1193;

/** The second protection layer: the server refuses writes in this session. */
export const READ_ONLY = 'SET SESSION TRANSACTION READ ONLY';

export interface SessionIdentity {
  readonly threadId: number;
  readonly server: ServerInfo;
  /** Longer statements end the session: `max_allowed_packet`. Infinite where the server does not say. */
  readonly maxPacket: number;
}

/** Asks who we are. Rejects with the driver's error. */
export async function identify(connection: Connection): Promise<SessionIdentity> {
  const [row] = await query(
    connection,
    'SELECT VERSION() AS version, CONNECTION_ID() AS id, @@lower_case_table_names AS folding, @@max_allowed_packet AS packet',
  );
  return {
    maxPacket: Number(row?.['packet']) || Infinity,
    threadId: Number(row?.['id']),
    server: parseServerInfo(String(row?.['version']), Number(row?.['folding']) !== 0),
  };
}

/** What changes how a text is read: a connection that is read-only for people does without, so that a statement is judged as the server reads it. */
const READING_MODES = new Set([
  'ANSI',
  'ANSI_QUOTES',
  'HIGH_NOT_PRECEDENCE',
  'IGNORE_SPACE',
  'NO_BACKSLASH_ESCAPES',
  'ORACLE',
  'PIPES_AS_CONCAT',
]);
const MODE_NAME = /^[A-Z0-9_]+$/;

const LIST = sql`REPLACE(@@session_track_system_variables, ' ', '')`;
const MISSING = TRACKED.map((name) => sql`IF(${LIST} = '*' OR FIND_IN_SET(${textLiteral(name)}, ${LIST}), NULL, ${textLiteral(name)})`);
/** Adds what is not told yet, whatever the server has for everybody: a name that is there twice is an error on MySQL. */
const TRACK = sql`SET SESSION session_track_schema = ON, session_track_system_variables = CONCAT_WS(',', NULLIF(${LIST}, ''), ${joined(MISSING)})`;

/**
 * Character set, and what the connection says of people's sessions; all else is as the server has it. The server is asked to tell of changed settings with its answers. Rejects with
 * the driver's error.
 */
export async function setUpForPeople(
  connection: Connection,
  { timeZone, collation, readOnly }: ConnectionTarget,
): Promise<SessionSettings> {
  const tells = await query(connection, TRACK).then(
    // MariaDB with an empty list for everybody takes another one, and tells of nothing.
    (answer) => ({ settings: tellsOfList(answer), database: true }),
    (error: unknown) => {
      if ((error as { fatal?: boolean }).fatal === true) throw error; // else it is an old server, which does not tell
      return { settings: false, database: false };
    },
  );
  const zone = timeZone === undefined ? sql`` : sql`, time_zone = ${textLiteral(timeZone)}`;
  const collate = collation === undefined ? sql`` : sql` COLLATE ${textLiteral(collation)}`;
  await query(connection, sql`${NAMES}${collate}${zone}`);
  if (readOnly === true) await dropReadingModes(connection);
  const [row] = await query(
    connection,
    'SELECT @@session.sql_mode AS mode, @@session.character_set_client AS client, @@session.character_set_results AS results, @@session.time_zone AS zone',
  );
  return {
    sqlMode: String(row?.['mode']),
    client: String(row?.['client']),
    results: String(row?.['results'] ?? ''),
    timeZone: String(row?.['zone']),
    tells,
  };
}

/** An OK packet is no list of rows, whatever the driver's types say. */
function tellsOfList(answer: unknown): boolean {
  return (answer as Pick<ToldHeader, 'stateChanges'>).stateChanges?.systemVariables['session_track_system_variables'] !== undefined;
}

async function dropReadingModes(connection: Connection): Promise<void> {
  const [row] = await query(connection, 'SELECT @@session.sql_mode AS mode');
  const modes = String(row?.['mode']).split(',');
  const kept = modes.filter((mode) => MODE_NAME.test(mode) && !READING_MODES.has(mode));
  if (kept.length < modes.length) await query(connection, sql`SET SESSION sql_mode = ${textLiteral(kept.join(','))}`);
}

/** Sets a fresh connection up: character set, mode, zone, limits. Rejects with the driver's error if any answer is not OK. */
export async function setUp(connection: Connection, environment: Environment | undefined): Promise<SessionIdentity> {
  const identity = await identify(connection);
  const { server } = identity;
  const limit = server.timeLimit;
  const timeLimit = limit === undefined ? [] : [sql`${limit.variable} = ${integer(SERVER_TIME_LIMIT_MS * limit.perMillisecond)}`];
  const limits = [...timeLimit, ...(environment === 'production' ? PRODUCTION : [])];
  await query(connection, joined([NAMES, ...VARIABLES, ...limits]));
  await query(connection, sql`SET SESSION ${joined(VARIABLES_OF[server.flavor])}`).catch((error: unknown) => {
    if ((error as QueryError).errno !== UNKNOWN_VARIABLE) throw error;
  });
  return identity;
}

/**
 * Makes the session READ ONLY and proves it: the server itself must refuse to write. The proof drops a temporary table that
 * does not exist, which harms nothing where it is not refused. Resolves to false where it is not and the user accepts that.
 */
export async function makeReadOnly(connection: Connection, target: ConnectionTarget): Promise<boolean> {
  const answer = await tryReadOnly(connection);
  if (answer === 'refused') return true;
  if (target.allowUnenforcedReadOnly === true) return false;
  throw new PilotError(
    'readOnly.notEnforced',
    `The server behind ${describeTarget(target)} doesn't enforce read-only sessions (${answer}).`,
    {
      untrusted: true,
      advice: 'connection.direct',
    },
  );
}

/** Resolves to `refused` if the server refuses to write as it should, else to what it said instead. */
async function tryReadOnly(connection: Connection): Promise<string> {
  try {
    await query(connection, READ_ONLY);
    await query(connection, 'DROP TEMPORARY TABLE IF EXISTS mysql._read_only_probe');
    return 'a write was accepted';
  } catch (error) {
    const { errno = 0, sqlState, message } = error as QueryError & { sqlState?: string };
    if (sqlState === undefined || ENDED.has(errno)) throw error; // no answer to the question
    return errno === READ_ONLY_REFUSAL ? 'refused' : message;
  }
}
