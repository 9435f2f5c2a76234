import assert from 'node:assert/strict';
import fc from 'fast-check';
import { modesOf, NEWEST_MYSQL } from '../../../../src/engine/sql/lexer/dialect.ts';
import { completionContext, typedQuotedName } from '../../../../src/engine/sql/completionContext.ts';

/** The place is where the | stands. */
const at = (text: string) => completionContext(text.replace('|', ''), text.indexOf('|'));
const tables = (text: string) =>
  at(text).tables.map(({ database, table, alias }) => `${database === undefined ? '' : `${database}.`}${table} ${alias}`);

suite('what may be written at a place', () => {
  const cases: readonly (readonly [string, string, string?])[] = [
    ['SELECT |', 'expression'],
    ['SELECT id, na| FROM customers', 'expression'],
    ['SELECT * FROM |', 'table'],
    ['SELECT * FROM ord|', 'table'],
    ['SELECT * FROM orders o, |', 'table'],
    ['SELECT * FROM orders o JOIN cus|', 'table'],
    ['SELECT id, | FROM orders', 'expression'],
    ['SELECT * FROM orders WHERE a IN (1, |', 'expression'],
    ['SELECT o.| FROM orders o', 'member', 'o'],
    ['SELECT o.na| FROM orders o', 'member', 'o'],
    ['SELECT `my table`.| FROM `my table`', 'member', 'my table'],
    ['SELECT * FROM shop.|', 'member', 'shop'],
    ['INSERT INTO |', 'table'],
    ['UPDATE orders SET |', 'expression'],
    ["SELECT 'a|b'", 'nothing'],
    ["SELECT 'open |", 'nothing'],
    ["SELECT 'a'|", 'expression'],
    ['SELECT 1 -- why|', 'nothing'],
    ['SELECT /* | */ 1', 'nothing'],
    ['|', 'expression'],
  ];
  for (const [text, place, qualifier] of cases) {
    test(text, () => {
      const context = at(text);
      assert.deepEqual([context.place, context.qualifier], [place, qualifier]);
    });
  }

  test('tables with their aliases, also behind the place', () => {
    assert.deepEqual(
      tables('SELECT | FROM orders o JOIN shop.customers AS c ON c.id = o.customer_id LEFT JOIN `order items` USING (id) WHERE 1'),
      ['orders o', 'shop.customers c', 'order items order items'],
    );
    assert.deepEqual(tables('SELECT | FROM a, b x WHERE y IN (SELECT 1 FROM c)'), ['a a', 'b x', 'c c']);
    assert.deepEqual(tables("UPDATE orders SET note = ', x' WHERE |"), ['orders orders']);
    assert.deepEqual(tables('SELECT | FROM (SELECT 1 FROM d) AS t'), ['d d']);
  });

  test('whatever is typed, there is an answer', () => {
    const piece = fc.constantFrom('SELECT', 'FROM', ' ', 'a', '.', ',', '(', ')', "'", '`', '"', '--', '\n', '/*', '*/', 'JOIN', 'AS', 'ü');
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 20 }), fc.nat(60), (pieces, offset) => {
        const text = pieces.join('');
        assert.ok(['nothing', 'table', 'member', 'expression'].includes(completionContext(text, Math.min(offset, text.length)).place));
      }),
    );
  });

  /** What is replaced, in brackets. */
  const replaced = (text: string): string | undefined => {
    const statement = text.replace('|', '');
    const typed = typedQuotedName(statement, text.indexOf('|'));
    return typed === undefined
      ? undefined
      : `${statement.slice(0, typed.start)}[${statement.slice(typed.start, typed.end)}]${statement.slice(typed.end)}`;
  };

  test('a quoted name that is being typed is replaced with its quotes, and nothing behind them', () => {
    assert.equal(replaced('SELECT `|` FROM a'), 'SELECT [``] FROM a');
    assert.equal(replaced('SELECT `or|` FROM a'), 'SELECT [`or`] FROM a');
    assert.equal(replaced('SELECT `or|der` FROM a'), 'SELECT [`order`] FROM a');
    assert.equal(replaced('SELECT `or|'), 'SELECT [`or]');
    assert.equal(replaced('SELECT `or| FROM `a`'), 'SELECT [`or] FROM `a`');
    assert.equal(replaced('SELECT t.`|` FROM t'), 'SELECT t.[``] FROM t');
    assert.equal(replaced('SELECT `my col|` FROM t'), 'SELECT [`my col`] FROM t');
    for (const text of ['SELECT `a`| FROM t', 'SELECT |`a`', "SELECT '`|'", 'SELECT 1 -- `|', 'SELECT a|'])
      assert.equal(replaced(text), undefined, text);
  });

  test('with ANSI_QUOTES double quotes are those of names', () => {
    const ansi = { ...NEWEST_MYSQL, ...modesOf('ANSI_QUOTES') };
    assert.deepEqual(typedQuotedName('SELECT "or', 10, ansi), { start: 7, end: 10 });
    assert.equal(completionContext('SELECT * FROM "my table" m WHERE m.', 35, ansi).tables[0]?.table, 'my table');
  });

  test('a text of 20 MB is passed over', () => {
    const text = `SELECT '${'a'.repeat(20_000_000)}' FROM `;
    assert.equal(completionContext(text, text.length).place, 'table');
  }).timeout(60_000);
});
