import assert from 'node:assert/strict';
import { ParseError } from '../../../../../src/engine/sql/lexer/parseError.ts';
import { readStatements } from '../../../../../src/engine/sql/lexer/interpretations.ts';

const texts = (sql: string): string[] => readStatements(sql).map(({ text }) => text);
const readings = (sql: string): string[] =>
  (readStatements(sql)[0]?.readings ?? []).map((tokens) => tokens.map(({ text }) => text).join(' ')).sort();

suite('readings', () => {
  test('splits at separators that are neither in strings nor in comments', () => {
    assert.deepEqual(texts("SELECT ';'; /* ; */ SELECT 2 -- ;\n;;"), ["SELECT ';'", ' /* ; */ SELECT 2 -- ;\n']);
    assert.deepEqual(texts('; -- nothing'), []);
  });

  test('a text without executable comments has one reading', () => {
    assert.deepEqual(readings('SELECT 1 /* x */'), ['SELECT 1']);
  });

  test('a marked comment is read as code and as a comment', () => {
    assert.deepEqual(readings('SELECT 1 /*!80000 + 1 */'), ['SELECT 1', 'SELECT 1 + 1']);
    assert.deepEqual(readings('SELECT 1 /*M!100100 + 1 */'), ['SELECT 1', 'SELECT 1 + 1']);
    assert.deepEqual(readings('SELECT 1 /*! + 1 */'), ['SELECT 1 + 1']);
  });

  test('servers between two versions take one and leave the other', () => {
    assert.deepEqual(readings('SELECT /*!50000 a, */ /*!80000 b, */ c'), ['SELECT a , b , c', 'SELECT a , c', 'SELECT c']);
  });

  test('a sixth digit is a part of the version, or code', () => {
    assert.ok(readings('SELECT /*!500001 + */ 1').includes('SELECT 1 + 1'));
  });

  for (const sql of [
    "SELECT 1 /*!99999 ' */ ; SELECT 2 /* ' */",
    'SELECT 1 /*!50000 ; */',
    '/*! /*! 1 */ */',
    '/*! 1',
    `SELECT ${'/*!50001 1 */'.repeat(2)}${Array.from({ length: 20 }, (_, i) => `/*!500${String(i + 10)} 1 */`).join()}`,
  ]) {
    test(`refuses ${sql.slice(0, 40)}`, () => {
      assert.throws(() => readStatements(sql), ParseError);
    });
  }
});
