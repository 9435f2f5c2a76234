import assert from 'node:assert/strict';
import { MAX_PROPOSED, Shortlist } from '../../../../src/extension/sqlEditor/shortlist.ts';

const names = Array.from({ length: MAX_PROPOSED * 10 }, (_, i) => `Table_${String(i)}`);

suite('shortlist of proposals', () => {
  test('proposes all names of a schema that is not large, whatever is typed', () => {
    const shortlist = new Shortlist('zzz');
    assert.equal(shortlist.of(names.slice(0, MAX_PROPOSED), String).length, MAX_PROPOSED);
    assert.equal(shortlist.isCut, false);
  });

  test('proposes a limited number of a large schema, and says that there are more', () => {
    const shortlist = new Shortlist('');
    assert.equal(shortlist.of(names, String).length, MAX_PROPOSED);
    assert.equal(shortlist.isCut, true);
  });

  test('finds a name by its letters in their order, in either case, wherever it is in the schema', () => {
    for (const typed of ['table_19999', 'TABLE_19999', 'tb19999', 'T_19999']) {
      const shortlist = new Shortlist(typed);
      assert.ok(shortlist.of(names, String).includes('Table_19999'), typed);
      assert.equal(shortlist.isCut, true, 'a letter that is removed again brings other names');
    }
    assert.deepEqual(new Shortlist('tablee').of(names, String), []);
  });
});
