import { SESSION_SETTINGS, SET_BY_FUNCTIONS, type SessionSetting, type SettingEffects } from '../../driver/sessionState.ts';

/** A word too many does no harm: what a text may set is not known then. */
const WORDS: Readonly<Record<SessionSetting, RegExp>> = {
  sqlMode: /sql_mode/i,
  timeZone: /time_zone|\(/i,
  charset: /names|charset|character/i,
  results: /names|charset|character|\(/i,
};
/** `SET NAMES` sets the results, too. */
const PLAIN: Readonly<Record<Exclude<SessionSetting, 'results'>, RegExp>> = {
  sqlMode: /^\s*SET\s+(?:SESSION\s+|@@session\.|@@)?sql_mode\s*=\s*(['"])([\w,]*)\1[\s;]*$/i,
  timeZone: /^\s*SET\s+(?:SESSION\s+|@@session\.|@@)?time_zone\s*=\s*(['"])([\w+:/-]*)\1[\s;]*$/i,
  charset: /^\s*SET\s+NAMES\s+(['"]?)(\w+)\1(?:\s+COLLATE\s+['"]?\w+['"]?)?[\s;]*$/i,
};
/** Names of the session that a SET assigns, and not those of the server or of the person. */
const assigned = (name: string): RegExp =>
  new RegExp(
    String.raw`(?<!\b(?:global|persist|persist_only)\s+)(?<=[\s,])(?:@@(?:(?:session|local)\.)?|(?:session|local)\s+)?${name}\s*:?=`,
    'i',
  );
const NAMES = String.raw`^\s*SET\s+(?:NAMES|CHARSET|CHARACTER\s+SET)\s`;
const ASSIGNED: Readonly<Record<SessionSetting, RegExp>> = {
  sqlMode: assigned('sql_mode'),
  timeZone: assigned('time_zone'),
  charset: new RegExp(String.raw`${assigned('character_set_client').source}|${NAMES}`, 'i'),
  results: new RegExp(String.raw`${assigned('character_set_results').source}|${NAMES}`, 'i'),
};
const PLAIN_SETTINGS = ['sqlMode', 'timeZone', 'charset'] as const;
const TRACKING = /session_track_system_variables/i;
/** They have no triggers. */
const QUERIES = new Set(['SELECT', 'WITH', 'VALUES', 'TABLE', '(']);

/** A block of MariaDB, or one statement with settings of its own, which it puts back. */
const BLOCK = /^\s*(?:BEGIN\s+NOT\b|(?:IF|CASE|LOOP|WHILE|REPEAT|FOR|DECLARE)\b|SET\s+STATEMENT\b)/i;

/** `verb` is the first word of a statement that is no plain read; empty where that can't be read. */
export function settingEffects(sql: string, verb: string): SettingEffects {
  const isOpaque = verb === 'EXECUTE' || verb === '' || BLOCK.test(sql);
  if (verb !== 'SET' || isOpaque) {
    // A prepared statement sets the others, too.
    const mayCall = !QUERIES.has(verb) || sql.includes('(');
    return {
      changes: isOpaque ? SESSION_SETTINGS : mayCall ? SET_BY_FUNCTIONS : [],
      tracking: false,
      sets: undefined,
      assigns: [],
      isProgram: isOpaque || verb === 'CALL',
    };
  }
  const set = PLAIN_SETTINGS.find((setting) => PLAIN[setting].test(sql));
  const value = set === undefined ? undefined : PLAIN[set].exec(sql)?.[2];
  return {
    changes: SESSION_SETTINGS.filter((setting) => WORDS[setting].test(sql)),
    tracking: TRACKING.test(sql),
    assigns: SESSION_SETTINGS.filter((setting) => ASSIGNED[setting].test(sql)),
    isProgram: false,
    sets: set === undefined || value === undefined || value.toUpperCase() === 'DEFAULT' ? undefined : { setting: set, value },
  };
}
