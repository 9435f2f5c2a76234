import assert from 'node:assert/strict';
import fc from 'fast-check';
import { quoteIdentifier } from '../../../../src/engine/sql/identifiers.ts';
import { tokenizeForAny } from '../../../../src/engine/sql/lexer/interpretations.ts';
import { hexText, integer, joined, keyword, placeholders, sql, textLiteral, type OwnSql } from '../../../../src/engine/sql/ownSql.ts';

/** A value of a type that the compiler was told is another: from a file, a setting or another extension. */
const as = (value: unknown): never => value as never;

suite('SQL that we write', () => {
  test('an integer is a safe integer, and nothing else becomes one', () => {
    assert.deepEqual([integer(0), integer(-5), integer(10_000)].map(String), ['0', '-5', '10000']);
    for (const value of ['5', '5, GLOBAL x = 1', 1.5, NaN, Infinity, 2 ** 53, null, undefined, [5], { toString: () => '5' }, true, 5n])
      assert.throws(() => integer(as(value)), RangeError, String(value));
  });

  test('a name is one name, whatever it holds', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (name) => {
        if (name.includes('\0') || name === '' || !name.isWellFormed()) return;
        const tokens = tokenizeForAny(quoteIdentifier(name), {});
        assert.deepEqual(
          tokens.map(({ kind, text }) => [kind, text]),
          [['quotedName', name]],
        );
      }),
    );
    assert.throws(() => quoteIdentifier(as(['a', 'b'])), TypeError);
    assert.throws(() => quoteIdentifier('a\0b'), RangeError);
  });

  test('a text is one literal under every mode, whatever it holds', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        if (!text.isWellFormed()) return;
        assert.match(textLiteral(text), /^(?:'[\w .,:;@%/+-]*'|_utf8mb4 X'(?:[0-9a-f]{2})*')$/);
        assert.match(hexText(text), /^0x(?:[0-9a-f]{2})*$/);
      }),
    );
    for (const value of [5, undefined, ['a'], '\uD800']) assert.throws(() => textLiteral(as(value)), RangeError);
  });

  test('a word is one of those that are known', () => {
    assert.equal(keyword('QUERY', ['CONNECTION', 'QUERY']), 'QUERY');
    assert.throws(() => keyword(as('QUERY 5; DROP'), ['QUERY']), RangeError);
  });

  test('statements are made of checked parts alone', () => {
    const limit: OwnSql = sql`LIMIT ${integer(5)}`;
    const names = joined([quoteIdentifier('a'), quoteIdentifier('b`c')]);
    assert.equal(sql`SELECT ${names} FROM ${quoteIdentifier('t')} ${limit}`, 'SELECT `a`, `b``c` FROM `t` LIMIT 5');
    assert.equal(sql`IN (${placeholders(2, 2)})`, 'IN ((?, ?), (?, ?))');
    assert.equal(placeholders(3), '?, ?, ?');
    // @ts-expect-error a plain string is no part of a statement
    assert.equal(sql`SELECT ${['a'].join()}`, 'SELECT a');
  });
});
