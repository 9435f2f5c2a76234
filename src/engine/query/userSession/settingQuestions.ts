import type { Session, StreamEnd } from '../../driver/session.ts';
import { SESSION_SETTINGS, TRACKED, type SessionSetting } from '../../driver/sessionState.ts';
import { checkedText, joined, sql, textLiteral, type OwnSql } from '../../sql/ownSql.ts';
import type { LastAnswer } from './lastAnswer.ts';
import { readTable } from './userSessionReads.ts';

const VARIABLES = {
  sqlMode: sql`sql_mode`,
  charset: sql`character_set_client`,
  results: sql`character_set_results`,
  timeZone: sql`time_zone`,
} as const satisfies Readonly<Record<SessionSetting, OwnSql>>;
/** Servers tell of each assignment, also of one of the same value. */
const sameOf = (settings: readonly SessionSetting[]): OwnSql =>
  sql`SET ${joined(settings.map((setting) => sql`${VARIABLES[setting]} = @@SESSION.${VARIABLES[setting]}`))}`;
const KEPT = checkedText('@mysql_pilot_tracked');
const LIST = checkedText('session_track_system_variables');
const TRACK = sql`SET ${KEPT} = @@SESSION.${LIST}, SESSION ${LIST} = ${textLiteral(TRACKED.join(','))}`;
const TRACK_AS_BEFORE = sql`SET SESSION ${LIST} = ${KEPT}, ${KEPT} = NULL`;
/** Clears warnings, and leaves ROW_COUNT() at 0 and FOUND_ROWS() as it is. */
const NOTHING = sql`SET ${KEPT} = NULL`;
const SETTINGS = sql`SELECT ${joined(Object.values(VARIABLES).map((name) => sql`@@SESSION.${name}`))}`;

/** Statements that tell of the one before, and leave what there is to tell of it. */
const OF_THE_LAST = /ROW_COUNT|FOUND_ROWS|WARNINGS|ERRORS|_COUNT\b|DIAGNOSTICS/i;

/** Takes the answer to a statement of ours that tells nothing. */
export const NO_ROWS = { columns: () => undefined, row: () => true, tooLarge: () => true };

/**
 * Asks for the settings that may have been changed without a word. Behind an answer without warnings and changed rows, which is not itself about the one before, this leaves no trace: SELECT would change FOUND_ROWS(), and an
 * assignment changes nothing but ROW_COUNT(), to what it is behind such an answer. Behind rows, `hasRows`, that is put back.
 */
export async function askUnseen(
  session: Session,
  answered: string,
  { complete, warnings, changed }: StreamEnd,
  hasRows: boolean,
): Promise<void> {
  const { state } = session;
  const isEmpty = complete && warnings === 0 && (hasRows || changed?.affected === 0);
  const { unknown } = state;
  if (unknown.length === 0 || !state.canTell || !isEmpty || OF_THE_LAST.test(answered)) return;
  const run = (statement: OwnSql): Promise<StreamEnd> => session.streamAsWritten(statement, NO_ROWS);
  const ask = async (settings: readonly SessionSetting[]): Promise<void> => {
    const end = await run(sameOf(settings));
    state.assigned(settings);
    if (end.warnings > 0) await run(NOTHING); // of a mode that is deprecated
  };
  const askAnew = async (): Promise<void> => {
    await run(TRACK);
    try {
      await ask(SESSION_SETTINGS); // since when nothing was told is not known
    } finally {
      if (session.usable) await run(TRACK_AS_BEFORE); // the person's own setting
    }
    state.trackedAnew();
  };
  try {
    await (state.tellsSettings ? ask(unknown) : askAnew());
    if (!state.tellsSettings) await askAnew();
  } catch {
    if (session.usable) await run(NOTHING).catch(() => undefined); // what is not known stays so
  }
  if (hasRows && session.usable) await session.streamAsWritten(sql`SHOW WARNINGS LIMIT 1`, NO_ROWS).catch(() => undefined);
}

/** The same where it may be seen, of any server. */
async function askSeen(session: Session): Promise<void> {
  const [row] = (await readTable(session, SETTINGS)).rows;
  const [sqlMode, client, results, timeZone] = row ?? [];
  if (typeof sqlMode !== 'string' || typeof client !== 'string' || typeof timeZone !== 'string') return;
  session.state.learn({ sqlMode, client, results: results ?? '', timeZone });
}

const ASCII = /^[\0-\x7f]*$/;

/** Before a statement that can't be sent in a character set that is not known, and does not care for what is told of the one before. */
export async function askForCharset(session: Session, statement: string, answer: LastAnswer): Promise<void> {
  if (session.state.knows('charset') || ASCII.test(statement) || OF_THE_LAST.test(statement)) return;
  answer.replace();
  await askSeen(session);
}

/** For a text whose statements end elsewhere where double quotes are those of names; the other modes do not matter there, or flags tell of them. */
export async function askForMode(session: Session | undefined, text: string, answer: LastAnswer): Promise<void> {
  if (session?.usable !== true || session.state.knows('sqlMode') || !text.includes('"') || !text.includes('\\')) return;
  answer.replace();
  await askSeen(session);
}
