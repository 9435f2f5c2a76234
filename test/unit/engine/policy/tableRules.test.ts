import assert from 'node:assert/strict';
import fc from 'fast-check';
import { compileTableRules, describeTableRules, isCatalog } from '../../../../src/engine/policy/tableRules.ts';

suite('rules on tables', () => {
  const hidden = (rules: Parameters<typeof compileTableRules>[0], ...names: string[]): string[] => {
    const isTableDenied = compileTableRules(rules);
    return names.filter((whole) => {
      const [database = '', ...rest] = whole.split('.');
      return isTableDenied?.({ database, name: rest.join('.') }) === true;
    });
  };

  test('without rules there is nothing to ask', () => {
    assert.equal(compileTableRules(undefined), undefined);
    assert.equal(compileTableRules({}), undefined);
    assert.equal(describeTableRules({}), '');
  });

  test('allow, deny, and both', () => {
    const names = ['shop.orders', 'shop.salaries', 'SHOP.Salaries', 'hr.salaries', 'hr.people'];
    assert.deepEqual(hidden({ deny: ['shop.salaries'] }, ...names), ['shop.salaries', 'SHOP.Salaries']);
    assert.deepEqual(hidden({ deny: ['*.sal*'] }, ...names), ['shop.salaries', 'SHOP.Salaries', 'hr.salaries']);
    assert.deepEqual(hidden({ allow: ['shop.*'] }, ...names), ['hr.salaries', 'hr.people']);
    assert.deepEqual(hidden({ allow: ['shop.*'], deny: ['shop.s*s'] }, ...names), [
      'shop.salaries',
      'SHOP.Salaries',
      'hr.salaries',
      'hr.people',
    ]);
    assert.deepEqual(hidden({ allow: [] }, ...names), names, 'nothing is in reach');
    assert.equal(describeTableRules({ allow: ['shop.*'], deny: ['shop.s*'] }), 'only shop.*; not shop.s*');
  });

  test('a pattern is a pattern and no regular expression', () => {
    assert.deepEqual(hidden({ deny: ['a.b+c', 'x.(y', 'o.[p]$', 'q.\\d'] }, 'a.b+c', 'a.bbc', 'x.(y', 'o.[p]$', 'q.1', 'q.\\d', 'aXb+c'), [
      'a.b+c',
      'x.(y',
      'o.[p]$',
      'q.\\d',
    ]);
    assert.deepEqual(hidden({ deny: ['d.été*'] }, 'd.ÉTÉ_2', 'd.ete'), ['d.ÉTÉ_2']);
    const started = performance.now();
    hidden({ deny: [`d.${'a*'.repeat(40)}b`] }, `d.${'a'.repeat(64)}`);
    assert.ok(performance.now() - started < 2000, 'no pattern takes long');
  });

  test('every pattern means what it means as a regular expression', () => {
    const text = fc.string({ unit: fc.constantFrom('a', 'b', '.', '*'), maxLength: 8 });
    fc.assert(
      fc.property(text, fc.string({ unit: fc.constantFrom('a', 'b', '.'), maxLength: 10 }), (pattern, name) => {
        const expected = new RegExp(`^${pattern.replaceAll('.', '\\.').replaceAll('*', '.*')}$`).test(`a.${name}`);
        assert.equal(compileTableRules({ deny: [pattern] })?.({ database: 'a', name }), expected);
      }),
    );
  });

  test('the catalog tells structure; histograms and process lists are rows', () => {
    assert.ok(isCatalog({ database: 'INFORMATION_SCHEMA', name: 'tables' }));
    for (const name of ['COLUMN_STATISTICS', 'PROCESSLIST', 'INNODB_FT_INDEX_TABLE', 'OPTIMIZER_TRACE'])
      assert.ok(!isCatalog({ database: 'information_schema', name }), name);
    assert.ok(!isCatalog({ database: 'mysql', name: 'tables' }));
  });
});
