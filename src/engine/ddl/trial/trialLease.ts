import { createHash, randomBytes } from 'node:crypto';
import { number, text } from '../../driver/catalogRow.ts';
import type { Session } from '../../driver/session.ts';
import type { SessionPool } from '../../driver/sessionPool.ts';
import { quoteIdentifier } from '../../sql/identifiers.ts';
import { integer, joined, sql, textLiteral } from '../../sql/ownSql.ts';

/** Long enough for the trial of another client. */
const WAIT_SECONDS = 5;
const TABLES = 'mysqlpilot_trial_';
/** Copies that are dropped by one statement. */
const AT_ONCE = 50;

/**
 * The right to make copies in a scratch database: a lock of the server, which ends with the session that holds it. Whoever holds it is the only living owner, so that all
 * copies that are there are left over from sessions that were killed.
 */
export interface TrialLease {
  /** Begins the names of all copies on this server. */
  readonly own: string;
  /** Begins the names of the copies of this trial. */
  readonly prefix: string;
}

/** Undefined where another client has it. Drops what killed sessions left behind. */
export async function takeLease(session: Session, scratch: string): Promise<TrialLease | undefined> {
  const lock = textLiteral(`${TABLES}${createHash('sha256').update(scratch.toLowerCase()).digest('hex').slice(0, 16)}`);
  const [row = {}] = await session.read(sql`SELECT GET_LOCK(${lock}, ${integer(WAIT_SECONDS)}) AS taken, @@server_id AS server`);
  if (number(row, 'taken') !== 1) return undefined;
  const own = `${TABLES}${text(row, 'server')}_`;
  await dropCopies(session, scratch, own);
  const prefix = `${own}${randomBytes(4).toString('hex')}_`;
  // Nothing is made that could not be dropped: the server checks the right before it looks for the table.
  await session.read(sql`DROP TABLE IF EXISTS ${quoteIdentifier(scratch)}.${quoteIdentifier(`${prefix}0`)}`);
  return { own, prefix };
}

/** Drops what is there under names of ours. Those of another server came by replication, and go so. */
export async function dropCopies(session: Session, scratch: string, own: string): Promise<void> {
  const rows = await session.read(
    sql`SELECT table_name AS name FROM information_schema.tables WHERE table_schema = ${textLiteral(scratch)} AND table_type = 'BASE TABLE' AND LEFT(table_name, ${integer(own.length)}) = ${textLiteral(own)}`,
  );
  const names = rows
    .map((row) => text(row, 'name'))
    .filter((name) => name.startsWith(own) && /^[0-9a-f]{8}_\d+$/.test(name.slice(own.length)));
  if (names.length === 0) return;
  await session.command('SET SESSION foreign_key_checks = 0');
  for (let i = 0; i < names.length; i += AT_ONCE) {
    const places = names.slice(i, i + AT_ONCE).map((name) => sql`${quoteIdentifier(scratch)}.${quoteIdentifier(name)}`);
    await session.read(sql`DROP TABLE IF EXISTS ${joined(places)}`);
  }
}

/** After a trial whose session was lost or stopped: once the server has ended that session, the lock is free. */
export async function sweep(pool: SessionPool, scratch: string): Promise<void> {
  await pool.withWritableSession(undefined, (session) => takeLease(session, scratch));
}
