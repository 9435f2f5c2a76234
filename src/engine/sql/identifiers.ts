import { checkedText, type OwnSql } from './ownSql.ts';

/**
 * Quotes a name for use in SQL text.
 * @see https://dev.mysql.com/doc/refman/9.7/en/identifiers.html (a back-tick inside is doubled; NUL is not permitted)
 */
export function quoteIdentifier(name: string): OwnSql {
  if (typeof name !== 'string') throw new TypeError('A MySQL identifier is a string.');
  if (name.includes('\0')) throw new RangeError('A MySQL identifier cannot hold a NUL character.');
  return checkedText(quoteName(name));
}

/** A name between back-ticks: the one place that writes it. */
export function quoteName(name: string): string {
  return name.includes('`') ? `\`${name.replaceAll('`', '``')}\`` : `\`${name}\``;
}

/** A table, view or stored function. */
export interface QualifiedName {
  readonly database: string;
  readonly name: string;
}

/** Equal for names that some server takes for the same: letter case counts on some only, and one match too many does no harm. */
export function keyOfName({ database, name }: QualifiedName): string {
  return `${database.toLowerCase()}\0${name.toLowerCase()}`; // which is in no name
}

/** True for a name that MySQL before 5.7 and MariaDB take for that of a file: `#mysql50#t` is the table t, under a name that nothing else compares with it. */
export function isFileName(name: string): boolean {
  return name.startsWith('#') && name.slice(0, FILE_MARK.length).toLowerCase() === FILE_MARK;
}

const FILE_MARK = '#mysql50#';
