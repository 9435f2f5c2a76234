/** The server and `sql_mode` that a statement is parsed and printed for. */
export interface Dialect {
  readonly flavor: 'mysql' | 'mariadb';
  /** Major, minor and patch in one number: 90704 is 9.7.4, 101118 is 10.11.18. */
  readonly version: number;
  /** `"name"` is an identifier. */
  readonly ansiQuotes: boolean;
  /** A backslash in a string is an ordinary character. */
  readonly noBackslashEscapes: boolean;
  /** `||` concatenates instead of being OR. */
  readonly pipesAsConcat: boolean;
  /** A blank may stand between the name of a built-in function and its parenthesis. */
  readonly ignoreSpace: boolean;
  /** NOT binds as tightly as `!`. */
  readonly highNotPrecedence: boolean;
}

/** The modes that the sessions of agents set: none of those that change how a text is read. */
export const PLAIN_MODES = {
  ansiQuotes: false,
  noBackslashEscapes: false,
  pipesAsConcat: false,
  ignoreSpace: false,
  highNotPrecedence: false,
} as const;

/** First versions of a piece of grammar; a flavor that is left out never has it. */
export interface Since {
  readonly mysql?: number;
  readonly mariadb?: number;
}

/** Tells whether this server has what came with the given versions. */
export function since(dialect: Dialect, { mysql, mariadb }: Since): boolean {
  const first = dialect.flavor === 'mysql' ? mysql : mariadb;
  return first !== undefined && dialect.version >= first;
}

/** What is assumed of a server that is not known yet. */
export const NEWEST_MYSQL: Dialect = { flavor: 'mysql', version: 90_704, ...PLAIN_MODES };

/** Where nothing is known of the server, a text is one of these. */
export const NEWEST_DIALECTS: readonly Dialect[] = [NEWEST_MYSQL, { flavor: 'mariadb', version: 110_803, ...PLAIN_MODES }];

/** What a `sql_mode` says of how a text is read. */
export function modesOf(sqlMode: string): Omit<Dialect, 'flavor' | 'version'> {
  const modes = new Set(
    sqlMode
      .toUpperCase()
      .split(',')
      .map((mode) => mode.trim()),
  );
  return {
    ansiQuotes: modes.has('ANSI_QUOTES') || modes.has('ANSI'),
    noBackslashEscapes: modes.has('NO_BACKSLASH_ESCAPES'),
    pipesAsConcat: modes.has('PIPES_AS_CONCAT') || modes.has('ANSI'),
    ignoreSpace: modes.has('IGNORE_SPACE') || modes.has('ANSI'),
    highNotPrecedence: modes.has('HIGH_NOT_PRECEDENCE'),
  };
}

/** The dialect of a `sql_mode` as the server reports it; undefined for MariaDB's Oracle mode, which is another language. */
export function dialectOf(flavor: Dialect['flavor'], version: number, sqlMode: string): Dialect | undefined {
  const isOracle = flavor === 'mariadb' && sqlMode.toUpperCase().split(',').includes('ORACLE');
  return isOracle ? undefined : { flavor, version, ...modesOf(sqlMode) };
}
