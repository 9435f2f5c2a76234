import type { Dialect } from '../dialect.ts';
import { ParseError } from './parseError.ts';

const MARK = /\/\*(M?)!(\d{0,6})/iy;

/**
 * What this server makes of the comment at `start`: code behind so many characters of its mark; a version that it skips, in which
 * plain comments may stand; or a plain comment.
 *
 * MySQL runs those whose version is at most its own, and takes `/*M!` for a plain comment; it reads five digits, since 8.1 also six.
 * MariaDB runs both forms, reads five or six digits, and skips `/*!50700` to `/*!99999`: MySQL versions that it does not follow.
 * @see https://dev.mysql.com/doc/refman/9.7/en/comments.html
 * @see https://mariadb.com/docs/server/reference/sql-structure/sql-language-structure/comment-syntax
 */
export function executableLength(sql: string, start: number, dialect: Dialect): number | 'skipped' | 'plain' {
  MARK.lastIndex = start;
  const [, mariadb, digits = ''] = MARK.exec(sql) ?? [];
  if (mariadb === undefined || (mariadb !== '' && dialect.flavor === 'mysql')) return 'plain';
  const longest = dialect.flavor === 'mysql' && dialect.version < 80100 ? 5 : 6;
  const used = digits.length < 5 ? 0 : Math.min(digits.length, longest);
  const version = Number(digits.slice(0, used));
  const foreign = dialect.flavor === 'mariadb' && mariadb === '' && version >= 50700 && version <= 99999;
  return version > dialect.version || foreign ? 'skipped' : 3 + mariadb.length + used;
}

/** Every executable comment is code, all digits of its mark are a version: for a text that the server itself has written, and for records. */
export function markAsCode(sql: string, start: number): number | 'plain' {
  MARK.lastIndex = start;
  return MARK.exec(sql)?.[0].length ?? 'plain';
}

/** Executable comments are refused. */
export function refuseMark(sql: string, start: number): 'plain' {
  MARK.lastIndex = start;
  if (MARK.test(sql)) throw new ParseError('Executable comments are not allowed here.', start);
  return 'plain';
}

/** The offset behind an executable comment that the server skips: there plain comments may stand inside. */
export function endOfSkippedComment(sql: string, start: number): number {
  let at = start + 2;
  let inner = sql.indexOf('/*', at);
  for (;;) {
    const end = sql.indexOf('*/', at);
    if (end < 0) throw new ParseError('The comment is not closed.', start);
    if (inner >= 0 && inner < at) inner = sql.indexOf('/*', at);
    if (inner < 0 || inner > end) return end + 2;
    const innerEnd = sql.indexOf('*/', inner + 2);
    if (innerEnd < 0) throw new ParseError('The comment is not closed.', inner);
    at = innerEnd + 2;
  }
}
