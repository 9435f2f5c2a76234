import assert from 'node:assert/strict';
import fc from 'fast-check';
import { tokenize, tokenizeBeginning } from '../../../../src/engine/sql/lexer.ts';
import { ParseError } from '../../../../src/engine/sql/lexer/parseError.ts';
import { propertyRuns } from '../../../harness/depth.ts';

const shape = (sql: string): string[] => tokenize(sql).map(({ kind, text }) => `${kind}:${text}`);

suite('lexer', () => {
  test('reads words, names, strings, numbers, variables and operators', () => {
    assert.deepEqual(shape("SELECT `a``b`, 'it''s', \"q\", @@global.x, @v := 1.5e3 FROM t"), [
      'word:SELECT',
      'quotedName:a`b',
      'operator:,',
      "string:'it''s'",
      'operator:,',
      'string:"q"',
      'operator:,',
      'variable:@@global.x',
      'operator:,',
      'variable:@v',
      'operator::=',
      'number:1.5e3',
      'word:FROM',
      'word:t',
    ]);
  });

  test('a backslash keeps a string open, a doubled quote too', () => {
    assert.deepEqual(shape(String.raw`SELECT 'a\'; DROP TABLE t; -- '`), ['word:SELECT', String.raw`string:'a\'; DROP TABLE t; -- '`]);
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
    assert.deepEqual(shape('SELECT \\NINTO @x'), ['word:SELECT', 'operator:\\N', 'word:INTO', 'variable:@x']);
  });

  test('an executable comment is what the caller says: code, skipped (with plain comments inside), or plain', () => {
    const sql = 'SELECT /*!50000 1 /* x */ + */ 2';
    const read = (meaning: number | 'skipped' | 'plain'): string[] => tokenize(sql, () => meaning).map(({ text }) => text);
    assert.deepEqual(read(5), ['SELECT', '1', '+', '2']);
    assert.deepEqual(read('skipped'), ['SELECT', '2']);
    assert.deepEqual(read('plain'), ['SELECT', '+', '*', '/', '2']);
  });

  test('a word directly behind a dot is marked as a name', () => {
    assert.deepEqual(
      tokenize('t.into t. into').map(({ text, afterDot }) => [text, afterDot]),
      [
        ['t', false],
        ['.', false],
        ['into', true],
        ['t', false],
        ['.', false],
        ['into', false],
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
    ['SELECT /*+ INDEX(`t) */ 1', 7],
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
      tokenizeBeginning(long, () => 'plain', 3).map(({ text }) => text),
      ['SELECT', '1', ','],
    );
    assert.equal(tokenizeBeginning('/*! SELECT 1', () => 0, 1).length, 1);
    assert.throws(() => tokenizeBeginning(long, () => 'plain', 3000), ParseError);
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
