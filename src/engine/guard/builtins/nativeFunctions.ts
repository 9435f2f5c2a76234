import type { Dialect } from '../../sql/lexer/dialect.ts';
import { MARIADB_FUNCTIONS } from './mariadbFunctions.ts';
import { MYSQL_FUNCTIONS } from './mysqlFunctions.ts';
import { parseNameList, upperAscii, type NameEntry } from '../../sql/reserved/nameList.ts';

export interface WrittenCall {
  /** A blank or a comment stands between the name and the parenthesis. */
  readonly blankBefore: boolean;
  readonly quoted: boolean;
  /** Matters for MariaDB's POINT() and the like: another count calls a stored function. */
  readonly argumentCount: number;
}

type Names = ReadonlyMap<string, readonly NameEntry[]>;

/** Read when first asked: most processes speak to one kind of server. */
const readOnce = (text: string): (() => Names) => {
  let names: Names | undefined;
  return () => (names ??= parseNameList(text));
};

const NAMES: Readonly<Record<Dialect['flavor'], () => Names>> = {
  mysql: readOnce(MYSQL_FUNCTIONS),
  mariadb: readOnce(MARIADB_FUNCTIONS),
};

/**
 * Tells whether the server takes an unqualified call for its own function; else it looks for a stored function of that name in the current
 * database. A version that was not asked has only what is known to be in it.
 */
export function isNative(name: string, dialect: Dialect, { blankBefore, quoted, argumentCount }: WrittenCall): boolean {
  const entries = NAMES[dialect.flavor]().get(upperAscii(name)) ?? [];
  const entry = entries.find(({ from, until }) => dialect.version >= from && dialect.version < until);
  if (entry === undefined || argumentCount < entry.minArguments || argumentCount > entry.maxArguments) return false;
  if (quoted && entry.form !== 'any') return false;
  return !(blankBefore && entry.form === 'adjacent' && !dialect.ignoreSpace);
}

/** Whether the server has the function, however it has to be written. */
export function hasNative(name: string, { flavor, version }: Pick<Dialect, 'flavor' | 'version'>): boolean {
  const entries = NAMES[flavor]().get(upperAscii(name)) ?? [];
  return entries.some(({ from, until }) => version >= from && version < until);
}

/** Upper-case names of all functions that this server is believed to have. */
export function nativeNames(dialect: Pick<Dialect, 'flavor' | 'version'>): string[] {
  return [...NAMES[dialect.flavor]().keys()].filter((name) => hasNative(name, dialect));
}
