import type { ServerInfo } from '../driver/serverInfo.ts';
import { keyword } from '../policy/verdict.ts';
import type { Token } from '../sql/lexer.ts';

/** How a change of a table is usually made: at once, in place while others go on, or as a copy during which nobody writes. */
type Way = 'instant' | 'inPlace' | 'rebuild' | 'copy';

const TEXTS: Readonly<Record<Way, string>> = {
  instant: 'ALGORITHM=INSTANT: only the dictionary changes',
  inPlace: 'ALGORITHM=INPLACE, LOCK=NONE: others read and write meanwhile',
  rebuild: 'ALGORITHM=INPLACE with a rebuild: the table is written anew, others read and write meanwhile',
  copy: 'ALGORITHM=COPY, LOCK=SHARED: the table is written anew, and nobody else can write to it meanwhile',
};

/**
 * What the parts of an ALTER TABLE, or of CREATE and DROP INDEX, cost on InnoDB.
 * @see https://dev.mysql.com/doc/refman/9.7/en/innodb-online-ddl-operations.html
 * @see https://mariadb.com/docs/server/server-usage/storage-engines/innodb/innodb-online-ddl/innodb-online-ddl-overview
 */
export function alterationCost(statement: readonly Token[], server: ServerInfo): string[] {
  const chosen = statement.findIndex((token) => ['ALGORITHM', 'LOCK'].includes(keyword(token)));
  const ways = new Set(partsOf(keyword(statement[0]) === 'ALTER' ? statement.slice(2) : statement).map((part) => wayOf(part, server)));
  const texts = [...ways].filter((way) => way !== undefined).map((way) => `Usually ${TEXTS[way]}.`);
  if (texts.length > 0)
    texts.push('While it begins and ends it waits for every open transaction on the table, and all others wait for it.');
  if (chosen >= 0)
    texts.push('It names an ALGORITHM or LOCK of its own: where the server cannot keep to it, it fails and changes nothing.');
  return texts;
}

/** The words of each part, separated by commas outside of parentheses. */
function partsOf(statement: readonly Token[]): string[][] {
  const parts: string[][] = [[]];
  let depth = 0;
  for (const token of statement) {
    if (token.text === '(') depth++;
    else if (token.text === ')') depth--;
    else if (token.text === ',' && depth === 0) parts.push([]);
    else if (depth === 0) parts.at(-1)?.push(keyword(token));
  }
  return parts;
}

function wayOf(words: readonly string[], { flavour, version }: ServerInfo): Way | undefined {
  const has = (...wanted: string[]): boolean => wanted.every((word) => words.includes(word));
  if (has('CONVERT') || has('ENGINE')) return has('CONVERT') ? 'copy' : 'rebuild';
  if (has('ADD', 'FOREIGN') || (has('ADD', 'CONSTRAINT') && has('FOREIGN'))) return 'copy';
  if (has('ADD', 'PRIMARY')) return 'rebuild';
  if (has('DROP', 'PRIMARY')) return has('ADD') ? 'rebuild' : 'copy';
  if (has('PARTITION') || has('PARTITIONS')) return 'copy';
  if (has('RENAME')) return 'instant';
  if (has('ADD', 'INDEX') || has('ADD', 'KEY') || has('CREATE', 'INDEX') || has('UNIQUE') || has('FULLTEXT'))
    return has('FULLTEXT') ? 'rebuild' : 'inPlace';
  if (has('DROP', 'INDEX') || has('DROP', 'KEY') || (has('DROP') && has('FOREIGN'))) return 'inPlace';
  if (has('MODIFY') || has('CHANGE')) return 'copy';
  if (has('ALTER', 'COLUMN') || has('SET', 'DEFAULT') || has('COMMENT')) return 'instant';
  const instant = flavour === 'mariadb' ? atLeast(version, 10, 4) : atLeast(version, 8, 1) || version.startsWith('8.0.');
  if (has('ADD') || has('DROP')) return instant ? 'instant' : 'rebuild';
  return undefined;
}

function atLeast(version: string, major: number, minor: number): boolean {
  const [a = 0, b = 0] = version.split('.').map(Number);
  return a > major || (a === major && b >= minor);
}
