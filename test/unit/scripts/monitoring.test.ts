import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { compareTimings, median } from '../../../scripts/timings/compare.ts';
import { runScript } from './run.ts';

suite('the weekly look', function () {
  this.timeout(60_000);
  let folder: string;

  setup(() => {
    folder = mkdtempSync(path.join(tmpdir(), 'mpt-weekly-'));
  });
  teardown(() => {
    rmSync(folder, { recursive: true });
  });

  const write = (name: string, content: unknown): string => {
    const file = path.join(folder, name);
    mkdirSync(path.dirname(file), { recursive: true });
    writeFileSync(file, typeof content === 'string' ? content : JSON.stringify(content));
    return file;
  };

  suite('timings', () => {
    const recorded = { 'start / bare Node': 2.4, 'point look-up / raw': 2.0 };

    test('noise passes, a quarter more does not; what is missing or new is told', () => {
      assert.deepEqual(compareTimings(recorded, { 'start / bare Node': 2.9, 'point look-up / raw': 1.1 }), []);
      assert.deepEqual(compareTimings(recorded, { 'start / bare Node': 3.01, 'point look-up / raw': 2.0 }), [
        'start / bare Node: 3.01, recorded 2.40',
      ]);
      assert.match(compareTimings(recorded, { 'start / bare Node': 2.4 }).join(), /look-up.*no longer measured/);
      assert.match(compareTimings({}, { new: 1 }).join(), /new: measured, and not recorded/);
    });

    test('the script fails for recorded numbers that have become worse, and not for those that have not [P73]', () => {
      const compare = (measured: object): { code: number | null; said: string } =>
        runScript('timings', '--compare', '--recorded', write('recorded.json', recorded), '--measured', write('measured.json', measured));
      assert.equal(compare(recorded).code, 0);
      const worse = compare({ ...recorded, 'point look-up / raw': 2.6 });
      assert.equal(worse.code, 1);
      assert.match(worse.said, /point look-up \/ raw: 2\.60, recorded 2\.00/);
    });

    test('the median is the one in the middle, or between the two', () => {
      assert.equal(median([3, 1, 2]), 2);
      assert.equal(median([4, 1, 3, 2]), 2.5);
      assert.ok(Number.isNaN(median([])));
    });
  });

  test('packages: a tool may be behind, what is shipped not by a major version [P74]', () => {
    const outdated = (report: object): { code: number | null; said: string } =>
      runScript(
        'outdated',
        '--report',
        write('report.json', report),
        '--manifest',
        write('package.json', { dependencies: { zod: '4.6.7' } }),
      );
    const tool = { mocha: { current: '11.0.0', latest: '12.1.0' } };
    assert.equal(outdated({}).code, 0);
    assert.equal(outdated({ ...tool, zod: [{ current: '4.6.7', latest: '4.9.0' }] }).code, 0);
    const behind = outdated({ ...tool, zod: { current: '4.6.7', latest: '5.0.0' } });
    assert.deepEqual(
      [behind.code, behind.said.includes('zod: 4.6.7, latest 5.0.0: SHIPPED'), behind.said.match(/SHIPPED/g)?.length],
      [1, true, 1],
    );
  });

  test('complexity: the product is under the limit, and a function over it is told', () => {
    const { code, said } = runScript('complexity', 'src/engine/sql/**/*.ts');
    assert.equal(code, 0, said);
    assert.match(said, /^\d+ functions, complexity \d/);
    const knot = runScript('complexity', 'test/unit/scripts/fixtures/knot.ts');
    assert.equal(knot.code, 1, knot.said);
    assert.match(knot.said, /61 {2}test\/unit\/scripts\/fixtures\/knot\.ts:2 {2}Function 'knot': OVER 50/);
  });

  test('documentation: each export has a comment, and one without is named [P75]', () => {
    const { code, said } = runScript('docCoverage');
    assert.equal(code, 0, said);
    write('src/a.ts', '/** Said. */\nexport const a = 1;\nconst inner = 2;\nexport function silent(): number {\n  return inner;\n}\n');
    const silent = runScript('docCoverage', '--root', folder);
    assert.equal(silent.code, 1);
    assert.match(silent.said, /src\/a\.ts:4: silent has no doc comment/);
    assert.match(silent.said, /1 of 2 exports/);
  });
});
