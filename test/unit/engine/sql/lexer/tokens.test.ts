import assert from 'node:assert/strict';
import type { Dialect } from '../../../../../src/engine/sql/lexer/dialect.ts';
import { tokenize } from '../../../../../src/engine/sql/lexer/tokens.ts';
import { ParseError } from '../../../../../src/engine/sql/lexer/parseError.ts';
import { MARIADB, MYSQL, MYSQL_56 } from '../dialects.ts';

const shape = (sql: string, dialect: Dialect = MYSQL): string[] =>
  tokenize(sql, dialect)
    .tokens.slice(0, -1)
    .map(({ kind, text }) => `${kind}:${text}`);

suite('tokens', () => {
  test('resolves quotes and escapes of names and strings', () => {
    assert.deepEqual(shape(String.raw`SELECT ${'`a``b`'}, 'it''s', "q\n", 'x\%y\_', N'n'`), [
      'word:SELECT',
      'quotedName:a`b',
      'operator:,',
      "string:it's",
      'operator:,',
      'string:q\n',
      'operator:,',
      String.raw`string:x\%y\_`,
      'operator:,',
      'nationalString:n',
    ]);
  });

  test('follows the modes: "…" as a name, a backslash as a character', () => {
    assert.deepEqual(shape('"a""b"', { ...MYSQL, ansiQuotes: true }), ['quotedName:a"b']);
    assert.deepEqual(shape(String.raw`'a\' 'b'`, { ...MYSQL, noBackslashEscapes: true }), [String.raw`string:a\ `.trimEnd(), 'string:b']);
  });

  test('tells numbers from names that begin with digits', () => {
    assert.deepEqual(shape('1ea 1e1a 1e 0x1g 0xAB 0X1 .5 5. 1.5x'), [
      'word:1ea',
      'number:1e1',
      'word:a',
      'word:1e',
      'word:0x1g',
      'hexNumber:AB',
      'word:0X1',
      'number:.5',
      'number:5.',
      'number:1.5',
      'word:x',
    ]);
    assert.deepEqual(shape('t.1e1'), ['word:t', 'operator:.', 'word:1e1']);
    assert.deepEqual(shape('`t`.1a'), ['quotedName:t', 'number:.1', 'word:a']);
  });

  test('takes no keyword behind a dot, or before a dot that a name follows at once', () => {
    const keywords = (sql: string): string[] => tokenize(sql, MYSQL).tokens.map(({ keyword }) => keyword);
    assert.deepEqual(keywords('t.select'), ['', '', '', '']);
    assert.deepEqual(keywords('from.a'), ['', '', '', '']);
    assert.deepEqual(keywords('from. a'), ['FROM', '', 'A', '']);
  });

  test('refuses a hint whose quoted name holds the end of the comment or a backslash', () => {
    for (const hint of [
      'QB_NAME(`a*/ SLEEP(1), /*`)',
      'QB_NAME("a*/ f(), /*")',
      "SET_VAR(a='\\')",
      'BKA(`a\\`)',
      "x ' y",
      'JOIN_ORDER(`a``*/ 1, /*`)',
    ])
      assert.throws(() => tokenize(`SELECT /*+ ${hint} */ 1`, MYSQL), ParseError, hint);
    assert.deepEqual(shape('SELECT /*+ QB_NAME(`a`) */ 1'), ['word:SELECT', 'hints: QB_NAME(`a`) ', 'number:1']);
  });

  test('folds keywords by ASCII alone', () => {
    assert.deepEqual(
      tokenize('ſelect selectİ select', MYSQL).tokens.map(({ keyword }) => keyword),
      ['ſelect', 'selectİ', 'SELECT', ''],
    );
  });

  test('eats adjacent comparison characters as MySQL does, and not for MariaDB', () => {
    assert.deepEqual(shape('!!1'), ['operator:!', 'number:1']);
    assert.deepEqual(shape('!!1', MARIADB), ['operator:!', 'operator:!', 'number:1']);
    for (const sql of ['1 =!1', '2>!1', '0<!0', '1<>!1']) assert.throws(() => shape(sql), ParseError);
    assert.deepEqual(shape('1 =!1', MARIADB), ['number:1', 'operator:=', 'operator:!', 'number:1']);
    assert.deepEqual(shape('1<=>!1'), ['number:1', 'operator:<=>', 'operator:!', 'number:1']);
  });

  test('reads an executable comment as the one server does', () => {
    const sql = '1 /*!50000 a */ /*!90705 b */ /*!100000 c */ /*M! d */ /*!50700 e */ /*! f */';
    assert.deepEqual(shape(sql), ['number:1', 'word:a', 'word:e', 'word:f']);
    assert.deepEqual(shape(sql, MARIADB), ['number:1', 'word:a', 'word:c', 'word:d', 'word:f']);
    assert.deepEqual(shape('/*!1*/'), ['number:1']);
    assert.deepEqual(shape('/*!500001*/ 2', MYSQL_56), ['number:1', 'number:2']);
    assert.deepEqual(shape('/*!99999 /* x */ y */ 1'), ['number:1']);
  });

  test('takes a hint comment for a hint only directly behind a verb', () => {
    assert.deepEqual(shape('SELECT /*+ BKA(t) */ 1'), ['word:SELECT', 'hints: BKA(t) ', 'number:1']);
    assert.deepEqual(shape('SELECT SLEEP/*+*/(1)'), ['word:SELECT', 'word:SLEEP', 'operator:(', 'number:1', 'operator:)']);
    assert.deepEqual(shape('SELECT /**/ /*+ x */ 1'), ['word:SELECT', 'number:1']);
    assert.deepEqual(shape('SELECT /*+ BKA(t) */ 1', MARIADB), ['word:SELECT', 'number:1']);
  });

  test('refuses what no server reads, with the place', () => {
    const refused: [string, number][] = [
      ["SELECT 'a", 7],
      ['SELECT /* a', 7],
      ['SELECT /*! 1', 7],
      ['SELECT 1\0', 8],
      ['/*! SELECT 1; */', 12],
      ["x'A'", 0],
      ['1.5e', 0],
      ['@@ a', 0],
      ['a \u0001', 2],
      ['\ud800', 0],
    ];
    for (const [sql, position] of refused) {
      assert.throws(
        () => shape(sql),
        (error) => error instanceof ParseError && error.position === position,
        sql,
      );
    }
  });
});
