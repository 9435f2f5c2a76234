import assert from 'node:assert/strict';
import fc from 'fast-check';
import { ANY, matchesWildcards, ONE, type Wildcard } from '../../../../src/engine/sql/wildcards.ts';

const piecesOf = (pattern: string): Wildcard[] => Array.from(pattern, (one) => (one === '*' ? ANY : one === '?' ? ONE : one));

suite('wildcards', () => {
  test('they match what the same regular expression matches', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: fc.constantFrom('a', 'b', '*', '?') }),
        fc.string({ unit: fc.constantFrom('a', 'b') }),
        (pattern, text) => {
          const expression = new RegExp(`^${pattern.replaceAll(/\*+/g, '.*').replaceAll('?', '.')}$`);
          assert.equal(matchesWildcards(piecesOf(pattern), text), expression.test(text));
        },
      ),
      { numRuns: 5000 },
    );
  });

  test('a character of two units is one', () => {
    assert.ok(matchesWildcards(piecesOf('?'), '😀'));
    assert.ok(!matchesWildcards(piecesOf('??'), '😀'));
  });

  test('a pattern that divides a text in many ways is answered at once', () => {
    const started = performance.now();
    assert.ok(!matchesWildcards(piecesOf(`${'*a'.repeat(60)}*b`), 'a'.repeat(255)));
    assert.ok(performance.now() - started < 1000);
  });
});
