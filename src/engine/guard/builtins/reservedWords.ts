import type { Dialect } from '../../sql/dialect.ts';
import { MARIADB_RESERVED } from './mariadbReserved.ts';
import { MYSQL_RESERVED } from './mysqlReserved.ts';
import { parseNameList, upperAscii, type NameEntry } from './nameList.ts';

const RESERVED: Readonly<Record<Dialect['flavor'], ReadonlyMap<string, readonly NameEntry[]>>> = {
  mysql: parseNameList(MYSQL_RESERVED),
  mariadb: parseNameList(MARIADB_RESERVED),
};

/** Tells whether a word without quotes cannot be an identifier (behind a dot all can). */
export function isReserved(word: string, { flavor, version }: Pick<Dialect, 'flavor' | 'version'>): boolean {
  const entries = RESERVED[flavor].get(upperAscii(word)) ?? [];
  return entries.some(({ from, until }) => version >= from && version < until);
}
