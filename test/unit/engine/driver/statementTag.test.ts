import assert from 'node:assert/strict';
import fc from 'fast-check';
import { statementTag, withoutTag, withTag } from '../../../../src/engine/driver/statementTag.ts';
import { LockWaitWatch } from '../../../../src/engine/query/reads/lockWaitMonitor.ts';

const TAG = statementTag({ kind: 'tool', name: 'mysql_query', call: 17 });

suite('tags of statements', () => {
  test('name the tool and the call in front of the statement', () => {
    assert.equal(withTag('SELECT 1', TAG, 1000), '/* mysql-pilot tool=mysql_query call=17 */ SELECT 1');
    assert.equal(statementTag({ kind: 'request', name: 'completion_complete' }), '/* mysql-pilot request=completion_complete */ ');
    assert.equal(withTag('SELECT 1', undefined, 1000), 'SELECT 1');
  });

  test('hold names of the program and whole numbers only, whatever is given', () => {
    for (const name of ['', 'a b', 'x*/ DROP', 'Mysql', 'ä', 'a\n']) assert.throws(() => statementTag({ kind: 'tool', name }), RangeError);
    for (const call of [1.5, NaN, Infinity]) assert.throws(() => statementTag({ kind: 'tool', name: 'a', call }), RangeError);
    for (const text of ['/* other */ ', `${TAG}/* `, '/* mysql-pilot tool=a */ */ '])
      assert.equal(withTag('SELECT 1', text, 1000), 'SELECT 1');
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.integer(), (name, call) => {
        try {
          assert.match(statementTag({ kind: 'tool', name, call }), /^\/\* mysql-pilot tool=[a-z_]+ call=-?\d+ \*\/ $/);
        } catch (error) {
          assert.ok(error instanceof RangeError);
        }
      }),
    );
  });

  test('are left out of a statement that fits the packets of the server only without it', () => {
    const statement = `SELECT '${'é'.repeat(100)}'`;
    const bytes = Buffer.byteLength(statement) + 1;
    assert.equal(withTag(statement, TAG, bytes + TAG.length), TAG + statement);
    assert.equal(withTag(statement, TAG, bytes + TAG.length - 1), statement);
  });

  test('are taken off what another session runs, and name no table of it', () => {
    fc.assert(fc.property(fc.string(), (statement) => withoutTag(TAG + statement) === statement));
    const watch = new LockWaitWatch([{ database: 'shop', name: 'tool' }], () => undefined);
    watch.saw({ id: 1, text: `${TAG}SELECT 1 FROM other`, seconds: 0 });
    assert.deepEqual(watch.blockedStatements, []);
    watch.saw({ id: 2, text: `${TAG}ALTER TABLE tool ADD x INT`, seconds: 0 });
    assert.deepEqual(watch.blockedStatements, ['ALTER TABLE tool ADD x INT']);
  });
});
