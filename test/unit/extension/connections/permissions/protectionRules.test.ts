import assert from 'node:assert/strict';
import fc from 'fast-check';
import {
  metBy,
  problemsOf,
  profileOf,
  ruleFor,
  rulesOf,
  suggestedRules,
  valuesOf,
} from '../../../../../src/extension/connections/permissions/protectionRules.ts';
import { isColumnRule, parseColumnRule } from '../../../../../src/engine/sql/columnRule.ts';

const NAMES = [
  ...['id', 'email', 'Phone', 'e.mail'].map((column) => ({ database: 'shop', table: 'people', column })),
  { database: 'other', table: 'people', column: 'email' },
  { database: 'shop', table: 'orders', column: 'id' },
];

suite('rules for tables and columns in a form', () => {
  test('are read from lines and commas, but for those in back-ticks', () => {
    assert.deepEqual(rulesOf({ allow: ' a.b, c.d\n\n', columns: 'a.b.`c,d`=hide\r\n a.b.e=mask,' }), {
      allow: ['a.b', 'c.d'],
      deny: [],
      columns: ['a.b.`c,d`=hide', 'a.b.e=mask'],
    });
  });

  test('come back from the form as they were saved', () => {
    const saved = { tables: { allow: ['shop.*'], deny: undefined }, columns: ['a.b.`c,d`=hide'] };
    assert.deepEqual(profileOf(rulesOf(valuesOf(saved))), saved);
    assert.deepEqual(profileOf(rulesOf(valuesOf({}))), { tables: undefined, columns: undefined });
  });

  test('that are none are told with what is wrong', () => {
    const some = { allow: ['a'], deny: ['a.b'], columns: ['a.b.c=hide', 'a.b=hide'] };
    assert.deepEqual(problemsOf(some), { allow: { rule: 'a', problem: 'table' }, columns: { rule: 'a.b=hide', problem: 'form' } });
    assert.deepEqual(problemsOf({ ...some, allow: [], columns: ['a.b.c=show'] }), { columns: { rule: 'a.b.c=show', problem: 'action' } });
    assert.deepEqual(problemsOf({ allow: [], deny: [], columns: Array<string>(1001).fill('a.b.c=hide') }), {
      columns: { rule: '', problem: 'many' },
    });
    assert.deepEqual(problemsOf({ allow: [], deny: [], columns: [`a.b.${'c'.repeat(500)}=hide`] }).columns?.problem, 'form');
  });

  test('are told with what they meet', async () => {
    const met = await metBy(
      { allow: ['shop.*'], deny: ['*.people', 'no.table'], columns: ['shop.*.email=mask', '*.*.PHONE=hide', 'a.b.c=hide'] },
      NAMES,
    );
    assert.deepEqual(
      met.map(({ field, names }) => [field, ...names]),
      [
        ['allow', 'shop.orders', 'shop.people'],
        ['deny', 'other.people', 'shop.people'],
        ['deny'],
        ['columns', 'shop.people.email'],
        ['columns', 'shop.people.Phone'],
        ['columns'],
      ],
    );
  });

  test('are suggested for what has no rule yet', async () => {
    assert.deepEqual(await suggestedRules(['other.*.*=hide'], NAMES), [
      'shop.people.email=mask',
      'shop.people.Phone=mask',
      'shop.people.`e.mail`=mask',
    ]);
  });

  test('for a column meet it, whatever it is called, and come back from a form', async () => {
    const name = fc.string({ minLength: 1, maxLength: 20 }).filter((text) => text.trim() !== '' && !/[\n\r]/.test(text));
    await fc.assert(
      fc.asyncProperty(name, name, name, async (database, table, column) => {
        const rule = ruleFor({ database, table, column }, 'mask');
        assert.ok(isColumnRule(parseColumnRule(rule)), rule);
        assert.deepEqual(rulesOf({ columns: `${rule}\n${rule}` }).columns, [rule, rule]);
        const [met] = await metBy({ allow: [], deny: [], columns: [rule] }, [{ database, table, column }]);
        assert.equal(met?.names.length, 1, rule);
      }),
    );
  });
});
