import assert from 'node:assert/strict';
import fc from 'fast-check';
import { tokenizeForAny } from '../../../../src/engine/sql/lexer/interpretations.ts';
import { bindParameters, ParameterError } from '../../../../src/engine/sql/parameters.ts';

suite('parameters', () => {
  test('become literals where a placeholder stands, and nowhere else', () => {
    assert.equal(
      bindParameters('SELECT ?, \'?\', `?`, "?" /* ? */, ? -- ?', ['a b', null]).replaceAll(/ +/g, ' '),
      "SELECT 'a b' , '?', `?`, \"?\" /* ? */, NULL -- ?",
    );
  });

  test('numbers, booleans and texts beyond plain ASCII', () => {
    assert.match(bindParameters('SELECT ?-?', [1, -1]), /SELECT {2}1 - -1 /);
    assert.match(bindParameters('SELECT ?, ?', [true, false]), /TRUE , {2}FALSE/);
    assert.match(bindParameters('SELECT ?', ["it's"]), /_utf8mb4 X'69742773'/);
  });

  test('whatever the text is, it is one literal (property)', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (text) => {
        const kinds = tokenizeForAny(bindParameters('SELECT ? FROM t', [text]), {}).map(({ kind }) => kind);
        assert.ok(['word,string,word,word', 'word,word,hexString,word,word'].includes(kinds.join()), kinds.join());
      }),
    );
  });

  for (const [sql, parameters] of [
    ['SELECT ?', []],
    ['SELECT 1', [1]],
    ['SELECT ?; SELECT 1', [1]],
    ['SELECT ? /*!50000 + ? */', [1, 2]],
    ['SELECT ?', [Number.NaN]],
    ['SELECT ?', ['\ud800']],
  ] as const) {
    test(`refuses ${sql} with ${JSON.stringify(parameters)}`, () => {
      assert.throws(() => bindParameters(sql, parameters), ParameterError);
    });
  }
});
