import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { compareTimings, median } from '../../../scripts/timings/compare.ts';
import { full } from '../../harness/depth.ts';
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

    // The script runs once a week.
    full(
      test('the script fails for recorded numbers that have become worse, and not for those that have not [P73]', () => {
        const compare = (measured: object): { code: number | null; said: string } =>
          runScript('timings', '--compare', '--recorded', write('recorded.json', recorded), '--measured', write('measured.json', measured));
        assert.equal(compare(recorded).code, 0);
        const worse = compare({ ...recorded, 'point look-up / raw': 2.6 });
        assert.equal(worse.code, 1);
        assert.match(worse.said, /point look-up \/ raw: 2\.60, recorded 2\.00/);
      }),
    );

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

  suite('complexity', () => {
    const KNOT = 'test/unit/scripts/fixtures/knot.ts';
    const knot = (...entries: object[]): { code: number | null; said: string } =>
      runScript('complexity', '--allow', write('allow.json', entries), KNOT);
    const entry = { function: `${KNOT} knot`, complexity: 61, reason: 'A fixture that is too complex on purpose.' };

    // That no function is over the limit is a rule of `npm run lint`, too; that no reason is stale is looked at here alone.
    full(
      test('the product is under the limit, except where a reason is stated', () => {
        const { code, said } = runScript('complexity');
        assert.equal(code, 0, said);
        assert.match(said, /^\d+ functions, complexity \d/);
      }),
    );

    // The limit itself is a rule of `npm run lint`.
    full(
      test('a function over the limit fails; a stated reason lets it pass until it grows', () => {
        const over = knot();
        assert.equal(over.code, 1, over.said);
        assert.match(over.said, /61 {2}test\/unit\/scripts\/fixtures\/knot\.ts:2 {2}Function 'knot': OVER 25/);
        const stated = knot(entry);
        assert.equal(stated.code, 0, stated.said);
        assert.match(knot({ ...entry, complexity: 60 }).said, /OVER 60/);
      }),
    );

    // The limit itself is a rule of `npm run lint`.
    full(
      test('a reason that nothing needs fails', () => {
        const stale = knot(entry, { ...entry, function: `${KNOT} gone` });
        assert.equal(stale.code, 1, stale.said);
        assert.match(stale.said, /knot\.ts gone is allowed, and needs it no longer/);
        assert.equal(knot(entry, { ...entry, function: 'src/elsewhere.ts gone' }).code, 0);
      }),
    );
  });
});
