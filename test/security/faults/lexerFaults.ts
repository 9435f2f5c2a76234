import { faultsIn, type Fault } from './fault.ts';

/** Mistakes in how a text is split into words. */
export const LEXER_FAULTS: readonly Fault[] = [
  ...faultsIn(
    'sql/lexer/rules.ts',
    ['a backslash does not escape', 'fuzzing', "if (ch === '\\\\' && escapes) {", "if (ch === '\\\\' && escapes && i < 0) {"],
    ['a backslash escapes in quoted names', 'fuzzing', "quote !== '`' && !dialect.noBackslashEscapes", '!dialect.noBackslashEscapes'],
    ['a backslash escapes in every mode', 'printing', '&& !dialect.noBackslashEscapes', ''],
    ['a doubled quote ends a text', 'printing', 'if (sql.charAt(i + 1) !== quote) return', 'return'],
    ['an escaped letter is the letter', 'printing', "n: '\\n',", "n: 'n',"],
  ),
  ...faultsIn(
    'sql/lexer/tokens.ts',
    ['a double quote always begins a text', 'printing', "c === 0x22 && this.#dialect.ansiQuotes ? 'quotedName' : 'string'", "'string'"],
    ['a hash is no comment', 'trivia', 'c === 0x23 || (c === 0x2d', '(c === 0x2d'],
    [
      'plain comments nest',
      'trivia',
      'endOfBlockComment(this.#sql, start) ?? this.#open(start)',
      'endOfSkippedComment(this.#sql, start) ?? this.#open(start)',
    ],
    ['executable comments are comments', 'trivia', "if (typeof mark === 'number') {", "if (typeof mark === 'symbol') {"],
    ['a number eats the word behind it', 'printing', '/\\d*\\.\\d*(?:[eE][+-]?\\d+)?/y', '/\\d*\\.\\d*(?:[eE][+-]?\\d+)?\\w*/y'],
    ['a word before a dot may be a keyword', 'printing', "isName ? '' : upperCase(text)", 'upperCase(text)'],
    ['a sign of comparison is cut', 'printing', '/<=>|->>', '/->>'],
  ),
  ...faultsIn(
    'sql/lexer/rules.ts',
    ['two dashes always start a comment', 'fuzzing', ' && isCommentAfterDashes(text, at + 2)', ''],
    ['two dashes never start a comment', 'trivia', 'isCommentAfterDashes(text, at + 2)', 'at < 0'],
    ['a line comment runs to the end of the text', 'trivia', 'return end < 0 ? text.length : end;', 'return text.length;'],
    ['a line comment ends at the next separator', 'trivia', "text.indexOf('\\n', at)", "text.indexOf(';', at)"],
    ['a variable takes what stands behind it', 'hostile', '(isNameCharacter(c) || c === 0x2e)', 'c > 0x20'],
    [
      'two dashes and a tab are no comment',
      'trivia',
      'return at >= text.length || isSpace(c) || isControl(c);',
      'return at >= text.length || c === 0x20 || c === 0x0a;',
    ],
    [
      'a no-break space is white space',
      'printing',
      '(c: number): boolean => c === 0x20',
      '(c: number): boolean => c === 0xa0 || c === 0x20',
    ],
    ['only ASCII letters make names', 'fuzzing', '|| c === 0x24 || c >= 0x80;', '|| c === 0x24;'],
    ['a vertical tab is no white space', 'trivia', 'c >= 0x09 && c <= 0x0d', 'c >= 0x09 && c <= 0x0a'],
    ['skipped comments do not nest', 'trivia', 'if (inner < 0 || inner > end) return end + 2;', 'return end + 2;'],
    ["MySQL runs MariaDB's comments", 'printing', "(mariadb !== '' && dialect.flavor === 'mysql')", 'start < 0'],
    [
      'MariaDB runs the comments of later versions of MySQL',
      'hostile',
      "const foreign = dialect.flavor === 'mariadb'",
      'const foreign = start < 0',
    ],
    ['comments of later versions run', 'trivia', 'version > dialect.version || foreign', 'foreign'],
    ['the digits of a version are code', 'trivia', '3 + mariadb.length + used', '3 + mariadb.length'],
  ),
];
