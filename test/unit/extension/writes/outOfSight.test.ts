import assert from 'node:assert/strict';
import { outOfSight } from '../../../../src/extension/writes/outOfSight.ts';

suite('what a document hides from who looks at its beginning', () => {
  test('names lines that go on to the right, also behind blanks', () => {
    const document = `-- Connection: shop\n\n    DELETE FROM t WHERE id = 1${' '.repeat(1300)}OR 1 = 1;\n`;
    assert.deepEqual(outOfSight(document), [{ line: 3, characters: 30 + 1300 + 9 }]);
  });

  for (const [what, blanks] of [
    ['tabs', '\t'.repeat(70)],
    ['blanks of full width', '\u3000'.repeat(80)],
    ['a gap that an editor still shows', ' '.repeat(60)],
  ] as const)
    test(`names lines that go on behind ${what}`, () => {
      const line = `    DELETE FROM t WHERE id = 1${blanks}OR 1 = 1;`;
      assert.deepEqual(outOfSight(line), [{ line: 1, characters: line.length }]);
    });

  test('counts wide characters as two columns', () => {
    const line = `    DELETE FROM t WHERE v = '${'한'.repeat(60)}';`;
    assert.deepEqual(outOfSight(line), [{ line: 1, characters: line.length }]);
  });

  test('names lines that stand below a gap', () => {
    const document = `    DELETE FROM t WHERE id = 1\n${'    \n'.repeat(500)}    OR 1 = 1;\n`;
    assert.deepEqual(outOfSight(document), [{ line: 502, blankLines: 500 }]);
  });

  test('says nothing of lines that an editor shows, of our own lines and of blanks at the end', () => {
    assert.deepEqual(outOfSight(`-- ${'warning '.repeat(40)}\n\n    DELETE FROM t\n    WHERE id = 1;\n${'\n'.repeat(50)}`), []);
  });
});
