import assert from 'node:assert/strict';
import fc from 'fast-check';
import { foldCase, uniqueNames } from '../../../../../src/engine/query/results/columnNames.ts';
import { escapeFormula, unescapeFormula } from '../../../../../src/engine/query/results/formulas.ts';
import { propertyRuns } from '../../../../harness/depth.ts';

suite('texts for spreadsheets', () => {
  const text = fc.oneof(
    fc.string({ unit: 'grapheme' }),
    fc.array(fc.constantFrom("'", '=', '+', '-', '@', '\t', '\r', '\n', '＝', 'a', ' '), { maxLength: 6 }).map((parts) => parts.join('')),
  );

  test('none begins as a formula does, and each comes back as it was (property)', () => {
    fc.assert(
      fc.property(text, (one) => {
        const escaped = escapeFormula(one);
        assert.doesNotMatch(escaped, /^[=+\-@\t\r\n＝＋－＠]/u);
        assert.equal(unescapeFormula(escaped), one);
        if (/^[\p{L}\p{N} ]/u.test(one)) assert.equal(escaped, one);
      }),
      { numRuns: propertyRuns(5000) },
    );
  });
});

suite('names of columns that come twice', () => {
  test('get a number that no other has (property)', () => {
    const name = fc.constantFrom('id', 'ID', 'id_2', 'Id_2', 'id_3', '', '_2', 'x');
    fc.assert(
      fc.property(fc.array(name, { maxLength: 12 }), (given) => {
        for (const fold of [foldCase, (one: string): string => one]) {
          const { names, renamed } = uniqueNames(given, fold);
          assert.equal(new Set(names.map(fold)).size, given.length);
          assert.equal(renamed.length, given.filter((one, i) => names[i] !== one).length);
          for (const [i, one] of given.entries())
            if (given.findIndex((other) => fold(other) === fold(one)) === i) assert.equal(names[i], one, 'the first keeps its name');
        }
      }),
    );
    assert.deepEqual(uniqueNames(['id', 'id', 'id_2', 'ID'], foldCase), {
      names: ['id', 'id_3', 'id_2', 'ID_4'],
      renamed: ['id → id_3', 'ID → ID_4'],
    });
  });
});
