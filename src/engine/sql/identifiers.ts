/**
 * Quotes a name for use in SQL text.
 * @see https://dev.mysql.com/doc/refman/9.7/en/identifiers.html (a back-tick inside is doubled; NUL is not permitted)
 */
export function quoteIdentifier(name: string): string {
  if (name.includes('\0')) throw new RangeError('A MySQL identifier cannot hold a NUL character.');
  return '`' + name.replaceAll('`', '``') + '`';
}
