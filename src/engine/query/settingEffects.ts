import type { SessionSetting, SettingEffects } from '../driver/sessionState.ts';

const ALL: readonly SessionSetting[] = ['sqlMode', 'timeZone', 'charset'];
/** A word too many does no harm: what a text does not set is asked for, or set again, by the person. */
const WORDS: Readonly<Record<SessionSetting, RegExp>> = { sqlMode: /sql_mode/i, timeZone: /time_zone|\(/i, charset: /names|char/i };
const NAMES = /^\s*SET\s+NAMES\s+(['"]?)(\w+)\1(?:\s+COLLATE\s+['"]?\w+['"]?)?[\s;]*$/i;
const TRACKING = /session_track_system_variables/i;

/** They have no triggers. */
const QUERIES = new Set(['SELECT', 'WITH', 'VALUES', 'TABLE', '(']);

/** `verb` is the first word of a statement that is no plain read; empty where that can't be read. */
export function settingEffects(sql: string, verb: string): SettingEffects {
  if (verb !== 'SET') {
    // A routine puts the mode and the character set of statements back at its end; a prepared statement does not.
    const isOpaque = verb === 'EXECUTE' || verb === '';
    const mayCall = !QUERIES.has(verb) || sql.includes('(');
    return { changes: isOpaque ? ALL : mayCall ? ['timeZone'] : [], tracking: false, names: undefined };
  }
  return {
    changes: ALL.filter((setting) => WORDS[setting].test(sql)),
    tracking: TRACKING.test(sql),
    names: NAMES.exec(sql)?.[2]?.toLowerCase(),
  };
}
