import type { Dialect } from '../lexer/dialect.ts';
import { MARIADB_RESERVED } from './mariadbReserved.ts';
import { MYSQL_RESERVED } from './mysqlReserved.ts';
import { CHARSETS } from './charsets.ts';
import { parseNameList, type NameEntry } from './nameList.ts';

const RESERVED: Readonly<Record<Dialect['flavor'], ReadonlyMap<string, readonly NameEntry[]>>> = {
  mysql: parseNameList(MYSQL_RESERVED),
  mariadb: parseNameList(MARIADB_RESERVED),
};

/** Tells whether a word in upper case, without quotes, cannot be an identifier (behind a dot all can). */
export function isReserved(word: string, { flavor, version }: Pick<Dialect, 'flavor' | 'version'>): boolean {
  return RESERVED[flavor].get(word)?.some(({ from, until }) => version >= from && version < until) ?? false;
}

/** Not reserved, and yet no identifiers in some places: options of SELECT and INSERT, and MariaDB's WINDOW behind a table. */
const RESTRICTED = new Set(['SQL_BUFFER_RESULT', 'SQL_CACHE', 'SQL_NO_CACHE', 'VALUE', 'WINDOW']);

/** Tells whether a word in upper case must be quoted to be an identifier wherever one may stand; on any server if none is given. */
export function needsQuotes(word: string, server?: Pick<Dialect, 'flavor' | 'version'>): boolean {
  if (RESTRICTED.has(word) || (word.startsWith('_') && CHARSETS.has(word.slice(1)))) return true;
  return server === undefined ? RESERVED.mysql.has(word) || RESERVED.mariadb.has(word) : isReserved(word, server);
}
