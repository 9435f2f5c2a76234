import { blank } from './blankText.ts';

const CHANGE_SET = /^\s*--\s*changeset\s/i;
/** Its marks are no comments for MySQL, which wants a blank behind `--`. */
const MARK = /^\s*--\S/;
const OWN = new Set(['mysql', 'mariadb', 'all']);

/**
 * What Liquibase runs of an SQL file on MySQL and MariaDB. The delimiter of a change set becomes that of the mysql client, in the place of its mark.
 * @see https://docs.liquibase.com/concepts/changelogs/sql-format.html
 */
export function liquibasePart(text: string): string {
  let isLeftOut = false;
  let delimiter = ';';
  return text
    .split('\n')
    .map((line) => {
      if (!CHANGE_SET.test(line)) return isLeftOut || MARK.test(line) ? blank(line) : line;
      isLeftOut = isForOthers(attribute(line, 'dbms'));
      const before = delimiter;
      delimiter = plainDelimiter(attribute(line, 'endDelimiter'));
      return delimiter === before ? blank(line) : `DELIMITER ${delimiter}`.padEnd(line.length);
    })
    .join('\n');
}

function attribute(line: string, name: string): string | undefined {
  const [, quoted, bare] = new RegExp(`\\s${name}:(?:"([^"]*)"|(\\S+))`, 'i').exec(line) ?? [];
  return quoted ?? bare;
}

/** `mysql,oracle`, or `!oracle`. */
function isForOthers(list: string | undefined): boolean {
  const names = (list ?? '').split(',').map((name) => name.trim().toLowerCase());
  const wanted = names.filter((name) => name !== '' && !name.startsWith('!'));
  return names.includes('none') || (wanted.length > 0 ? !wanted.some((name) => OWN.has(name)) : names.includes('!mysql'));
}

/** It may be a regular expression, such as `\n/\s*` or `\$\$`: of that the client's delimiter has the plain characters. */
function plainDelimiter(given: string | undefined): string {
  const plain = (given ?? ';').replaceAll(/\\[nrs][*+?]?/g, '').replaceAll(/\\(?=[^\w])/g, '');
  return /^[^\s\\'"`()[\]]{1,15}$/.test(plain) ? plain : ';';
}
