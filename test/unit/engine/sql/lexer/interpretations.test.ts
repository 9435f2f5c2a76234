import assert from 'node:assert/strict';
import fc from 'fast-check';
import { refuseMark } from '../../../../../src/engine/sql/lexer/rules.ts';
import { interpretStatements, tokenizeForAny } from '../../../../../src/engine/sql/lexer/interpretations.ts';
import { ParseError } from '../../../../../src/engine/sql/lexer/parseError.ts';
import type { ReadMark, Token } from '../../../../../src/engine/sql/lexer/tokens.ts';
import { propertyRuns } from '../../../../harness/depth.ts';

const tokenize = (sql: string, readMark: ReadMark = refuseMark): readonly Token[] => tokenizeForAny(sql, { readMark });

const shape = (sql: string): string[] => tokenize(sql).map(({ kind, text }) => `${kind}:${text}`);

const texts = (sql: string): string[] => interpretStatements(sql).map(({ text }) => text);
const interpretations = (sql: string): string[] =>
  (interpretStatements(sql)[0]?.interpretations ?? []).map((tokens) => tokens.map(({ text }) => text).join(' ')).sort();

suite('interpretations', () => {
  test('splits at separators that are neither in strings nor in comments', () => {
    assert.deepEqual(texts("SELECT ';'; /* ; */ SELECT 2 -- ;\n;;"), ["SELECT ';'", ' /* ; */ SELECT 2 -- ;\n']);
    assert.deepEqual(texts('; -- nothing'), []);
  });

  test('a text without executable comments has one reading', () => {
    assert.deepEqual(interpretations('SELECT 1 /* x */'), ['SELECT 1']);
  });

  test('a marked comment is read as code and as a comment', () => {
    assert.deepEqual(interpretations('SELECT 1 /*!80000 + 1 */'), ['SELECT 1', 'SELECT 1 + 1']);
    assert.deepEqual(interpretations('SELECT 1 /*M!100100 + 1 */'), ['SELECT 1', 'SELECT 1 + 1']);
    assert.deepEqual(interpretations('SELECT 1 /*! + 1 */'), ['SELECT 1 + 1']);
  });

  test('servers between two versions take one and leave the other', () => {
    assert.deepEqual(interpretations('SELECT /*!50000 a, */ /*!80000 b, */ c'), ['SELECT a , b , c', 'SELECT a , c', 'SELECT c']);
  });

  test('a sixth digit is a part of the version, or code', () => {
    assert.ok(interpretations('SELECT /*!500001 + */ 1').includes('SELECT 1 + 1'));
  });

  for (const sql of [
    "SELECT 1 /*!99999 ' */ ; SELECT 2 /* ' */",
    'SELECT 1 /*!50000 ; */',
    '/*! /*! 1 */ */',
    '/*! 1',
    `SELECT ${'/*!50001 1 */'.repeat(2)}${Array.from({ length: 20 }, (_, i) => `/*!500${String(i + 10)} 1 */`).join()}`,
  ]) {
    test(`refuses ${sql.slice(0, 40)}`, () => {
      assert.throws(() => interpretStatements(sql), ParseError);
    });
  }
});

suite('tokens for any server', () => {
  test('reads words, names, strings, numbers, variables and operators', () => {
    assert.deepEqual(shape("SELECT `a``b`, 'it''s', \"q\", @@global.x, @v := 1.5e3 FROM t"), [
      'word:SELECT',
      'quotedName:a`b',
      'operator:,',
      "string:it's",
      'operator:,',
      'string:q',
      'operator:,',
      'operator:@@',
      'word:global',
      'operator:.',
      'word:x',
      'operator:,',
      'userVariable:v',
      'operator::=',
      'number:1.5e3',
      'word:FROM',
      'word:t',
    ]);
  });

  test('a backslash keeps a string open, a doubled quote too', () => {
    assert.deepEqual(shape(String.raw`SELECT 'a\'; DROP TABLE t; -- '`), ['word:SELECT', "string:a'; DROP TABLE t; -- "]);
  });

  test('two dashes are a comment only before white space, a control character or the end', () => {
    assert.deepEqual(shape('SELECT 1--1'), ['word:SELECT', 'number:1', 'operator:-', 'operator:-', 'number:1']);
    assert.deepEqual(shape('SELECT 1 --\t1\n+2'), ['word:SELECT', 'number:1', 'operator:+', 'number:2']);
    assert.deepEqual(shape('SELECT 1 --'), ['word:SELECT', 'number:1']);
  });

  test('plain comments do not nest, a hash runs to the end of the line', () => {
    assert.deepEqual(shape('SELECT /* a /* b */ 1 # c */\n, 2'), ['word:SELECT', 'number:1', 'operator:,', 'number:2']);
  });

  test('a no-break space is part of a name, as for the server', () => {
    assert.deepEqual(shape('SELECT\u00a0INTO'), ['word:SELECT\u00a0INTO']);
  });

  test('what abuts a number is a word of its own', () => {
    assert.deepEqual(shape('SELECT 1e1INTO'), ['word:SELECT', 'number:1e1', 'word:INTO']);
    assert.deepEqual(shape('SELECT 1.INTO'), ['word:SELECT', 'number:1.', 'word:INTO']);
  });

  test('\\N is NULL, and what abuts it a word of its own', () => {
    assert.deepEqual(shape('SELECT \\NINTO @x'), ['word:SELECT', 'word:NULL', 'word:INTO', 'userVariable:x']);
  });

  test('an executable comment is what the caller says: code, skipped (with plain comments inside), or plain', () => {
    const sql = 'SELECT /*!50000 1 /* x */ + */ 2';
    const read = (meaning: ReturnType<ReadMark>): string[] =>
      tokenize(sql, (text, start) => (text.startsWith('/*!', start) ? meaning : 'plain')).map(({ text }) => text);
    assert.deepEqual(read(8), ['SELECT', '1', '+', '2']);
    assert.deepEqual(read('skipped'), ['SELECT', '2']);
    assert.deepEqual(read('plain'), ['SELECT', '+', '*', '/', '2']);
  });

  test('a word directly behind a dot is a name', () => {
    assert.deepEqual(
      tokenize('t.into t. into').map(({ text, keyword }) => [text, keyword]),
      [
        ['t', ''],
        ['.', ''],
        ['into', ''],
        ['t', 'T'],
        ['.', ''],
        ['into', 'INTO'],
      ],
    );
  });

  for (const [sql, position] of [
    ["SELECT 'open", 7],
    ['SELECT `open', 7],
    ['SELECT /* open', 7],
    ['SELECT \0', 7],
    ["SELECT '\0'", 8],
    ['SELECT 1 # \0', 11],
    ['SELECT \u001f', 7],
    ['SELECT $a$', 7],
    ['SELECT /*+ INDEX(`t) */ 1', 17],
  ] as const) {
    test(`refuses ${JSON.stringify(sql)} at ${String(position)}`, () => {
      assert.throws(
        () => tokenize(sql),
        (error) => error instanceof ParseError && error.position === position,
      );
    });
  }

  test('never hangs or crashes: tokens are in order and inside the text (property)', () => {
    const piece = fc.constantFrom(
      "'",
      '"',
      '`',
      '\\',
      '/*',
      '*/',
      '/*!',
      '--',
      '-- ',
      '#',
      '\n',
      ';',
      '@',
      '@@',
      '.',
      '1e',
      '0x',
      'é',
      ' ',
      'SELECT',
      ':=',
    );
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.array(piece).map((pieces) => pieces.join('')),
        ),
        (sql) => {
          let tokens;
          try {
            tokens = tokenize(sql);
          } catch (error) {
            assert.ok(error instanceof ParseError && error.position >= 0 && error.position < sql.length);
            return;
          }
          let end = 0;
          for (const token of tokens) {
            assert.ok(token.start >= end && token.end > token.start && token.end <= sql.length);
            end = token.end;
          }
        },
      ),
      { numRuns: propertyRuns(5000) },
    );
  });

  test('reads no more than the tokens that are wanted', () => {
    const long = `SELECT 1${', 1'.repeat(1000)} 'not closed`;
    assert.deepEqual(
      tokenizeForAny(long, { most: 3 }).map(({ text }) => text),
      ['SELECT', '1', ','],
    );
    assert.equal(tokenizeForAny('/*! SELECT 1', { readMark: () => 3, most: 1 }).length, 1);
    assert.throws(() => tokenizeForAny(long, { most: 3000 }), ParseError);
  });

  test('whatever stands in a string or a quoted name stays in it (property)', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: 'grapheme' }).filter((text) => !text.includes('\0')),
        (text) => {
          const string = `'${text.replaceAll('\\', '\\\\').replaceAll("'", "''")}'`;
          const name = '`' + text.replaceAll('`', '``') + '`';
          assert.deepEqual(
            tokenize(`SELECT ${string} AS ${name}`).map(({ kind }) => kind),
            ['word', 'string', 'word', 'quotedName'],
          );
        },
      ),
    );
  });
});
