import { checkedText, joined, sql, textLiteral, type OwnSql } from '../../sql/ownSql.ts';

/**
 * What an SQL file of rows needs of a session, so that its literals mean the same wherever it runs. Strict mode refuses what does not fit; ids of 0 stay 0, and the dates that
 * MySQL may hold without a calendar's consent are taken.
 */
const MODES = {
  strict: sql`'NO_AUTO_VALUE_ON_ZERO,ALLOW_INVALID_DATES,STRICT_ALL_TABLES,NO_ENGINE_SUBSTITUTION'`,
  /** For rows with an ENUM value that no member has, which strict mode refuses. */
  lenient: sql`'NO_AUTO_VALUE_ON_ZERO,ALLOW_INVALID_DATES,NO_ENGINE_SUBSTITUTION'`,
} as const;

export type LoadMode = keyof typeof MODES;

/** Session variables that are set, and put back at the end. `SET NAMES` sets the first three. */
const VARIABLES = ['character_set_client', 'character_set_results', 'collation_connection', 'time_zone', 'sql_mode', 'autocommit'];

/** Lines that keep what the session has in user variables, then set what the file needs. `timeZone` is that of the TIMESTAMP values. */
export function sessionHeader(timeZone = '+00:00'): OwnSql {
  const kept = VARIABLES.map((name) => sql`${keptIn(name)} = @@SESSION.${checkedText(name)}`);
  return joined(
    [
      sql`SET ${joined(kept)}`,
      sql`SET NAMES utf8mb4`,
      sql`SET time_zone = ${textLiteral(timeZone)}, sql_mode = ${MODES.strict}, autocommit = 1`,
      sql``,
    ],
    ';\n',
  );
}

export function sessionFooter(): OwnSql {
  const back = VARIABLES.map((name) => sql`${checkedText(name)} = ${keptIn(name)}`);
  const forgotten = VARIABLES.map((name) => sql`${keptIn(name)} = NULL`);
  return joined([sql`SET ${joined(back)}`, sql`SET ${joined(forgotten)}`, sql``], ';\n');
}

export function modeOf(mode: LoadMode): OwnSql {
  return MODES[mode];
}

/** A line that changes how the statements behind it take values. */
export function modeLine(mode: LoadMode): OwnSql {
  return sql`SET sql_mode = ${MODES[mode]};\n`;
}

/** A comment of one line, whatever the text holds. */
export function commentLine(text: string): string {
  return `-- ${text.replaceAll(/[\p{Cc}\u2028\u2029]/gu, ' ')}\n`;
}

function keptIn(name: string): OwnSql {
  return checkedText(`@mysql_pilot_${name}`);
}
