import assert from 'node:assert/strict';
import type { Forecast, Outcome } from '../../../../src/engine/ddl/forecast.ts';
import { COPY, INSTANT, REBUILD } from '../../../../src/engine/ddl/wayKinds.ts';
import { migrationModel, startsOf } from '../../../../src/extension/migration/migrationModel.ts';

const t = (text: string, ...values: readonly unknown[]): string =>
  text.replaceAll(/\{(\d)\}/g, (_, i: string) => String(values[Number(i)]));
const forecast = (text: string, outcome: Outcome, more: Partial<Forecast> = {}): Forecast => ({
  ...{ text, verb: 'ALTER', outcome, table: undefined, notes: [], rewritten: undefined, wayBack: undefined },
  ...more,
});
const live = {
  rowVersions: new Map<string, number>(),
  locks: { holders: [] },
  logs: false,
  replicas: undefined,
  lag: undefined,
  longest: null,
};

suite('migration review', () => {
  test('sums up with the worst first', () => {
    const statements = [
      forecast('A', { kind: 'way', way: INSTANT }),
      forecast('B', { kind: 'way', way: COPY }),
      forecast('C', { kind: 'fails', errno: 1050, reason: 'exists' }),
      forecast('D', { kind: 'way', way: REBUILD }),
      forecast('E', { kind: 'unknown', reason: 'plugin' }),
      forecast('F', { kind: 'runs' }),
    ];
    const {
      summary,
      statements: shown,
      remarks,
    } = migrationModel(
      { server: 'MySQL 9', statements, live, trial: undefined },
      { text: 'A;B;C;D;E;F', place: 'x', dialect: undefined },
      t,
    );
    assert.equal(summary, 'Fails: 1 · Unknown: 1 · Blocks other statements: 1 · Rebuilds a table: 1 · Runs without blocking: 2');
    assert.deepEqual(
      shown.map(({ outcome }) => outcome),
      [
        'INSTANT: changes only metadata',
        'ALGORITHM=COPY, LOCK=SHARED · copies all rows · writes wait',
        'Fails with error 1050: exists',
        'ALGORITHM=INPLACE, LOCK=NONE · rebuilds the table · reads and writes continue',
        'Unknown: plugin',
        'Runs',
      ],
    );
    assert.ok(remarks.some((one) => one.startsWith('A script stops at its first error')));
  });

  test('never shows a statement with notes as one that simply runs', () => {
    const notes = ['drops the values of the column'];
    const statements = [
      forecast('A', { kind: 'way', way: INSTANT }, { notes }),
      forecast('B', { kind: 'runs' }, { notes }),
      forecast('C', { kind: 'way', way: COPY }, { notes }),
      forecast('D', { kind: 'runs' }),
    ];
    const { summary } = migrationModel(
      { server: 's', statements, live, trial: undefined },
      { text: 'A;B;C;D', place: 'x', dialect: undefined },
      t,
    );
    assert.equal(summary, 'Blocks other statements: 1 · Has notes: 2 · Runs without blocking: 1');
  });

  test('finds equal statements at their own lines, and none in a comment', () => {
    const text = '-- SELECT 1;\nSELECT 1;\n\nSELECT 1;\nSELECT 2;';
    const statements = [{ text: 'SELECT 1' }, { text: 'SELECT 1' }, { text: 'SELECT 2' }, { text: 'gone' }];
    assert.deepEqual(startsOf(text, statements, undefined), [13, 24, 34, undefined]);
  });

  test('cuts a note of a megabyte, and names the size of a table', () => {
    const table = { database: 'd', name: 't', rows: 1200, bytes: 3 * 1024 ** 3 };
    const one = forecast('A', { kind: 'way', way: COPY }, { table, notes: ['x'.repeat(1_000_000)] });
    const [shown] = migrationModel(
      { server: 's', statements: [one], live, trial: undefined },
      { text: 'A', place: 'x', dialect: undefined },
      t,
    ).statements;
    assert.match(shown?.table ?? '', /^t: about 1,200 rows, 3 GB$/);
    assert.ok((shown?.notes[0]?.length ?? 0) <= 1100);
    assert.match(shown?.notes[1] ?? '', /gh-ost/);
  });

  test('says whether statements were tried on copies, and why one was not', () => {
    const model = (trial: Parameters<typeof migrationModel>[0]['trial'], tried?: true | string): ReturnType<typeof migrationModel> =>
      migrationModel(
        { server: 's', statements: [forecast('A', { kind: 'way', way: INSTANT }, { tried })], live, trial },
        { text: 'A', place: 'x', dialect: undefined },
        t,
      );
    const place = { scratch: 'spare', reason: undefined };
    assert.match(model(undefined).remarks[0] ?? '', /^By the rules of the manual .* the file wasn't run\.$/);
    assert.match(model(place, true).remarks[0] ?? '', /^Tried on empty copies in the scratch database spare, which were then dropped/);
    assert.match(model({ ...place, reason: 'no rights' }).remarks[0] ?? '', /Nothing was tried in the scratch database spare: no rights\./);
    const untried = model(place, 'UNION is not tried');
    assert.match(untried.remarks[0] ?? '', /No statement was tried in the scratch database spare\./);
    assert.deepEqual(untried.statements[0]?.notes, ['By the rules of the manual, not tried: UNION is not tried']);
  });

  test('names who holds a lock, who waits, and why nobody is known', () => {
    const holder = { table: { database: 'd', name: 't' }, session: 7, lock: 'SHARED_READ', seconds: 12, idle: true, waits: false };
    const remarksOf = (locks: Parameters<typeof migrationModel>[0]['live']['locks']): string =>
      migrationModel(
        { server: 's', statements: [forecast('A', { kind: 'way', way: INSTANT })], live: { ...live, locks }, trial: undefined },
        { text: 'A', place: 'x', dialect: undefined },
        t,
      ).remarks.join('\n');
    assert.match(remarksOf({ holders: [holder] }), /Session 7 holds SHARED_READ on t, and has been idle in a transaction for 12 s/);
    assert.match(remarksOf({ holders: [{ ...holder, waits: true }] }), /Session 7 has waited 12 s for SHARED_READ on t/);
    assert.match(remarksOf({ unknown: 'no right' }), /Lock holders are unknown: no right\./);
  });
});
