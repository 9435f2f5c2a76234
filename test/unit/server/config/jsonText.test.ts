import assert from 'node:assert/strict';
import fc from 'fast-check';
import { findJsonProblem } from '../../../../src/server/config/jsonText.ts';

const accepted = (text: string): boolean => {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
};

suite('mistakes in JSON', () => {
  test('a text has one exactly where JSON.parse refuses it', () => {
    const pieces = [
      '{',
      '}',
      '[',
      ']',
      ',',
      ':',
      '"a"',
      '"b"',
      '1',
      '-0.5e+3',
      '01',
      '.5',
      'true',
      'null',
      'nul',
      ' ',
      '\n',
      '\u00a0',
      '"\\',
      '"\\u00e9"',
    ];
    const near = fc.array(fc.constantFrom(...pieces), { maxLength: 8 }).map((parts) => parts.join(''));
    const edited = fc
      .tuple(fc.json(), fc.nat(), fc.constantFrom(...pieces, ''))
      .map(([text, i, piece]) => `${text.slice(0, i % (text.length + 1))}${piece}${text.slice((i % (text.length + 1)) + 1)}`);
    fc.assert(
      fc.property(fc.oneof(fc.json(), near, edited), (text) => {
        assert.equal(findJsonProblem(text).problem === undefined, accepted(text), text);
      }),
      { numRuns: 3000 },
    );
  });

  test('a name that an object has twice is told by its path, however it is written', () => {
    const twice = (text: string): readonly string[] => findJsonProblem(text).twice;
    assert.deepEqual(twice('{"a": [{"b": 1, "c": 2}, {"c": 1, "d": {"c": 1}, "\\u0063": 2}], "e": 1}'), ['a[1].c']);
    assert.deepEqual(twice('{"a": 1, "a": 2, "a": 3, "b": {"x": 1}, "b": {"x": 1}}'), ['a', 'b']);
    assert.deepEqual(twice('{"a": {"b": 1}, "b": {"a": 1}}'), []);
  });

  test('takes time in proportion to the text', () => {
    for (const text of [
      '['.repeat(1_000_000),
      '"'.repeat(1_000_001),
      `"${'\\'.repeat(1_000_000)}`,
      ' '.repeat(1_000_000),
      `[${'1,'.repeat(500_000)}`,
    ])
      assert.notEqual(findJsonProblem(text).problem, undefined);
  });
});
