import assert from 'node:assert/strict';
import { compileColumnRules } from '../../../../src/engine/policy/columnRules.ts';
import { parseColumnRule } from '../../../../src/engine/sql/columnRule.ts';

const column = (text: string): { database: string; table: string; column: string } => {
  const [database = '', table = '', name = ''] = text.split('.');
  return { database, table, column: name };
};

suite('rules for columns', () => {
  test('a text that is no rule is refused with the place of the error', () => {
    for (const [text, problem, position] of [
      ['shop.customers=mask', 'form', 14],
      ['shop.customers.email', 'form', 20],
      ['', 'form', 0],
      ['.a.b=mask', 'form', 0],
      ['shop..email=mask', 'form', 5],
      ['shop.`customers.email=mask', 'form', 5],
      ['shop.``.email=mask', 'form', 5],
      ['a.b.c.d=mask', 'form', 5],
      ['shop.customers.email=masked', 'action', 21],
      ['shop.customers.email=', 'action', 21],
      ['shop.customers.email=mask,hide', 'action', 21],
    ] as const)
      assert.deepEqual(parseColumnRule(text), { problem, position }, text);
  });

  test('what can not be read opens nothing', () => {
    assert.throws(() => compileColumnRules(['shop.customers.email=mask', 'nonsense']), RangeError);
    assert.equal(compileColumnRules([]), undefined);
    assert.equal(compileColumnRules(), undefined);
  });

  test('a star stands for any characters of one name, and the strictest of several rules wins', () => {
    const rules = compileColumnRules([
      ' *.*.*name = Pseudonym ',
      'shop.cust*.full_name=mask',
      'shop.customers.f*e=hide',
      'shop.*.e*a*l=mask',
    ]);
    const found = (text: string): string | undefined => rules?.actionOf(column(text));
    assert.equal(found('hr.people.surname'), 'pseudonym');
    assert.equal(found('hr.people.name_of'), undefined);
    assert.equal(found('shop.custody.full_name'), 'mask');
    assert.equal(found('shop.customers.full_name'), 'hide');
    assert.equal(found('shop.orders.email'), 'mask');
    assert.equal(found('shop.orders.eal'), 'mask');
    assert.equal(found('shop.orders.el'), undefined);
    assert.equal(found('stock.orders.email'), undefined);
    assert.equal(rules?.mayMeet({ database: 'stock', name: 'x' }), true);
    assert.equal(rules.mayMeet({ database: 'stock', name: 'x' }, 'hide'), false);
    assert.equal(rules.hides, true);
  });

  test('letter case, accents and compatible letters do not open a column', () => {
    const rules = compileColumnRules(['Shop.Customers.Straße=mask', 'shop.customers.ﬁle=mask', 'shop.customers.k=mask']);
    for (const name of ['STRASSE', 'strasse', 'Straße', 'FILE', 'K', 'ḱ'])
      assert.equal(rules?.actionOf({ database: 'SHOP', table: 'CUSTOMERS', column: name }), 'mask', name);
  });

  test('names between back-ticks hold dots, equals signs, back-ticks and stars', () => {
    const rules = compileColumnRules(['`my.db`.`a=b`.```x`=mask', 'shop.t.`a*`=hide']);
    assert.equal(rules?.actionOf({ database: 'my.db', table: 'a=b', column: '`x' }), 'mask');
    assert.equal(rules.actionOf({ database: 'shop', table: 't', column: 'a*' }), 'hide');
    assert.equal(rules.actionOf({ database: 'shop', table: 't', column: 'ab' }), undefined);
  });

  test('a pattern of many stars takes no time without end', () => {
    const rules = compileColumnRules([`a.b.${'*a'.repeat(90)}b=mask`]);
    const started = performance.now();
    assert.equal(rules?.actionOf({ database: 'a', table: 'b', column: 'a'.repeat(10_000) }), undefined);
    assert.ok(performance.now() - started < 1000);
  });
});
