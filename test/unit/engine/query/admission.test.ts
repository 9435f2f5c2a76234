import assert from 'node:assert/strict';
import { admitReads } from '../../../../src/engine/query/admission.ts';

/** The token-wise guard, which writes still pass through besides the tree. */
suite('admission', () => {
  test('one refusal refuses the whole text', () => {
    assert.throws(() => admitReads('SELECT 1; SELECT 2; DELETE FROM t'), /DELETE is not allowed \(line 1, column 21\)/);
  });

  test('collects every name that may be a view', () => {
    const [statement] = admitReads('SELECT x.a FROM shop.v x JOIN `w` ON TRUE WHERE EXISTS (TABLE other.z)');
    const names = statement?.references.map(({ database, name }) => (database === undefined ? name : `${database}.${name}`));
    for (const name of ['shop.v', 'w', 'other.z', 'x']) assert.ok(names?.includes(name), name);
  });

  test('refuses what is too long or too much', () => {
    assert.throws(() => admitReads(`SELECT '${'x'.repeat(1_000_001)}'`), /longer than/);
    assert.throws(() => admitReads('SELECT 1;'.repeat(51)), /More than 50 statements/);
  });

  test('deep nesting is judged, not crashed on', () => {
    const depth = 100_000;
    assert.equal(admitReads(`SELECT ${'('.repeat(depth)}1${')'.repeat(depth)}`).length, 1);
  });
});
