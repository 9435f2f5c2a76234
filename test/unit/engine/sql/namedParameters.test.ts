import assert from 'node:assert/strict';
import fc from 'fast-check';
import { ParseError } from '../../../../src/engine/sql/lexer/parseError.ts';
import { toPositional } from '../../../../src/engine/sql/namedParameters.ts';

suite('named parameters', () => {
  test('are found where they are parameters, and nowhere else', () => {
    assert.deepEqual(toPositional('SELECT :a, :b_2 + :a'), { sql: 'SELECT ?, ? + ?', names: ['a', 'b_2', 'a'] });
    const text = 'SELECT \':a\', ":b", `:c`, @x := 1 /* :d */ -- :e\n, : f # :g';
    assert.deepEqual(toPositional(text), { sql: text, names: [] });
  });

  test('what cannot be said with them is an error', () => {
    for (const sql of ['', 'SELECT :a; SELECT 1', 'SELECT ?, :a', 'SELECT /*!50000 :a */ 1', "SELECT ':a"])
      assert.throws(() => toPositional(sql), ParseError, sql);
  });

  test('there are as many marks as names (property)', () => {
    const piece = fc.constantFrom(':a', ':bc', "'x:y'", '`:z`', ' ', '1', ',', '+ ', '/* :q */', ':');
    fc.assert(
      fc.property(fc.array(piece), (pieces) => {
        const { sql, names } = toPositional(`SELECT ${pieces.join('')} 1`);
        assert.equal(sql.replaceAll(/'[^']*'|`[^`]*`|\/\*.*?\*\//g, '').split('?').length - 1, names.length);
      }),
    );
  });
});
