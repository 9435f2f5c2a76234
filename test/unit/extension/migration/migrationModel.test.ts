import assert from 'node:assert/strict';
import { globSync, readFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import type { Forecast, Outcome } from '../../../../src/engine/ddl/forecast.ts';
import { COPY, INSTANT, REBUILD } from '../../../../src/engine/ddl/wayKinds.ts';
import { phrase, type Words } from '../../../../src/engine/phrase.ts';
import { migrationModel, startsOf } from '../../../../src/extension/migration/migrationModel.ts';
import { ROOT } from '../../../harness/root.ts';

const t = (text: string, ...values: readonly unknown[]): string =>
  text.replaceAll(/\{(\d)\}/g, (_, i: string) => String(values[Number(i)]));
const forecast = (text: string, outcome: Outcome, more: Partial<Forecast> = {}): Forecast => ({
  ...{ text, verb: 'ALTER', outcome, table: undefined, notes: [], rewritten: undefined, wayBack: undefined, effects: [] },
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
    assert.equal(summary, 'Fails: 1 · Unknown: 1 · Blocks other statements: 1 · Rebuilds a table: 1 · No problems found: 2');
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
    assert.equal(summary, 'Blocks other statements: 1 · Has notes: 2 · No problems found: 1');
  });

  test('shows a statement that loses data, or does what is not reviewed, by its worst effect', () => {
    const effects = [
      [{ kind: 'rebuildsTables' }, { kind: 'dropsTable', name: 'orders' }],
      [{ kind: 'changesValues' }],
      [{ kind: 'runsProcedure', name: 'wipe' }],
      [{ kind: 'writesFile' }, { kind: 'locksTables' }],
      [],
    ] as const;
    const statements = effects.map((some) => forecast('A', { kind: 'runs' }, { effects: some }));
    const lossy = forecast('A', { kind: 'way', way: INSTANT }, { wayBack: { text: 'ALTER TABLE a ADD b INT', losesValues: true } });
    const model = migrationModel(
      { server: 's', statements: [...statements, lossy], live, trial: undefined },
      { text: '', place: 'x', dialect: undefined },
      t,
    );
    assert.deepEqual(
      model.statements.map(({ level }) => level),
      ['loses', 'loses', 'unknown', 'blocks', 'fine', 'fine'],
    );
    assert.deepEqual(
      model.statements.map(({ outcome }) => outcome),
      [
        ...['Loses data', 'Loses data', 'Runs, but not all effects are known', 'Blocks other statements', 'Runs'],
        'INSTANT: changes only metadata',
      ],
    );
    assert.deepEqual(model.statements[0]?.notes, ['Rebuilds the tables.', 'Drops the table orders with all its rows.']);
    assert.equal(model.statements[5]?.wayBack, 'ALTER TABLE a ADD b INT');
    assert.deepEqual(model.statements[5].notes, ["The undo statement doesn't restore the values."]);
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
    const model = (trial: Parameters<typeof migrationModel>[0]['trial'], tried?: true | Words): ReturnType<typeof migrationModel> =>
      migrationModel(
        { server: 's', statements: [forecast('A', { kind: 'way', way: INSTANT }, { tried })], live, trial },
        { text: 'A', place: 'x', dialect: undefined },
        t,
      );
    const place = { scratch: 'spare', reason: undefined };
    assert.match(model(undefined).remarks[0] ?? '', /^By the rules of the manual .* the file wasn't run\.$/);
    assert.match(model(place, true).remarks[0] ?? '', /^Tried on empty copies in the scratch database spare, which were then dropped/);
    assert.match(
      model({ ...place, reason: phrase('no copies could be made (error {0})', '1044') }).remarks[0] ?? '',
      /Nothing was tried in the scratch database spare: no copies could be made \(error 1044\)\./,
    );
    const untried = model(place, phrase('{0} is not tried', 'UNION'));
    assert.match(untried.remarks[0] ?? '', /No statement was tried in the scratch database spare\./);
    assert.deepEqual(untried.statements[0]?.notes, ['By the rules of the manual, not tried: UNION is not tried']);
  });

  test('asks whether a file is for another database system where none of its statements could be read, and not otherwise', () => {
    const asks = (...outcomes: Outcome[]): boolean =>
      migrationModel(
        { server: 's', statements: outcomes.map((outcome) => forecast('A', outcome)), live, trial: undefined },
        { text: '', place: 'x', dialect: undefined },
        t,
      ).remarks.some((one) => one.startsWith('None of the statements is MySQL.'));
    const [syntax, unknown] = [{ kind: 'fails', errno: 1064, reason: '' } as const, { kind: 'unknown', reason: '' } as const];
    assert.deepEqual(
      [asks(syntax), asks(syntax, unknown), asks(unknown), asks(syntax, { kind: 'runs' }), asks({ ...syntax, errno: 1050 }), asks()],
      [true, true, false, false, false, false],
    );
  });

  test('says that definitions end the transaction around them, and only then', () => {
    const says = (...verbs: string[]): boolean =>
      migrationModel(
        { server: 's', statements: verbs.map((verb) => forecast(verb, { kind: 'runs' }, { verb })), live, trial: undefined },
        { text: '', place: 'x', dialect: undefined },
        t,
      ).remarks.some((one) => one.startsWith('MySQL commits before and after each definition'));
    assert.deepEqual(
      [
        says('BEGIN', 'CREATE', 'COMMIT'),
        says('START', 'INSERT', 'ALTER'),
        says('BEGIN', 'INSERT'),
        says('CREATE', 'BEGIN'),
        says('CREATE'),
      ],
      [true, true, false, false, false],
    );
  });

  test('says reasons and notes in the language of the window, with names as they are', async () => {
    const korean = JSON.parse(await readFile(path.join(ROOT, 'l10n/bundle.l10n.ko.json'), 'utf8')) as Record<string, string>;
    const statements = [
      forecast('A', { kind: 'fails', errno: 1054, reason: phrase("column {0} doesn't exist", 'price') }),
      forecast(
        'B',
        { kind: 'unknown', reason: phrase("the rules don't cover {0}", 'LOAD DATA') },
        { notes: [phrase('{0} is computed', 'x')] },
      ),
    ];
    const { statements: shown } = migrationModel(
      { server: 's', statements, live, trial: undefined },
      { text: '', place: 'x', dialect: undefined },
      (text, ...values) => t(korean[text] ?? text, ...values),
    );
    assert.deepEqual(
      shown.flatMap(({ outcome, notes }) => [outcome, ...notes]),
      ['오류 1054(으)로 실패: 열 price이(가) 없습니다', '알 수 없음: 규칙에 LOAD DATA이(가) 없습니다', 'x은(는) 계산된 값입니다'],
    );
  });

  test('every reason of the rules can be said in another language', () => {
    for (const file of globSync('src/engine/ddl/{*,script/*}.ts', { cwd: ROOT })) {
      const source = readFileSync(path.join(ROOT, file), 'utf8');
      assert.doesNotMatch(
        source,
        /(?:new Statement(?:Fails|Unknown)|failsOn|malformed)\((?:[^()`'"]|\([^()]*\)|'(?:INPLACE|mysql)')*[`'"]\w+ /,
        file,
      );
      assert.doesNotMatch(source, /(?:unasked|what|reason): [`'"]\w+ /, file);
    }
    for (const file of globSync('src/engine/ddl/{trial,script}/*.ts', { cwd: ROOT })) {
      const source = readFileSync(path.join(ROOT, file), 'utf8');
      const own = source.replaceAll(/\/\*[^]*?\*\/|\/\/[^\n]*|(?:phrase|new Error)\(\s*(['"]).*?\1/g, '');
      assert.doesNotMatch(own, /(?<=[\s([])[`'"](?:\w|\$\{)[^`'"\n]*\b[a-z]{2,} [a-z]{2,}\b/, file);
    }
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
