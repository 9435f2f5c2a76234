import assert from 'node:assert/strict';
import type { ConnectionProfile } from '../../../../src/engine/driver/profile.ts';
import { plainReview } from '../../../../src/engine/writes/plainReview.ts';
import { reviewedEdit } from '../../../../src/engine/writes/reviewedEdit.ts';
import { reviewedImport } from '../../../../src/engine/writes/reviewedImport.ts';
import { shownOwnReview, type OwnChange } from '../../../../src/extension/writes/ownReview.ts';
import { statementLines } from '../../../../src/review/reviewPieces.ts';
import type { ShownReview } from '../../../../src/webview/review/messages.ts';
import { textOf, translate } from '../../review/shownWrite.ts';

const PROFILE: ConnectionProfile = {
  ...{ id: 'p', name: 'shop', host: 'db.example.com', port: 3306, user: 'app', tls: 'preferred', createdAt: 0 },
};
const SAID = 'It runs as it is written.';

function shown(change: Partial<OwnChange>, environment?: ConnectionProfile['environment']): ShownReview {
  const profile = { ...PROFILE, environment };
  const whole = { profile, database: 'shop', statements: [], verified: SAID, warnings: [], ...change };
  return shownOwnReview(whole, { ticket: 't', environment }, translate);
}

const DELETE = plainReview({
  ...{ verb: 'DELETE', sql: 'DELETE FROM orders', rows: 1000, irreversible: true },
  object: { type: 'TABLE', names: [['shop', 'orders']] },
  warnings: [{ weight: 'danger', text: 'This statement has no WHERE clause and affects every row.' }],
});

suite('the review of what people change themselves', () => {
  test('says what and where, and has neither somebody who asks nor a dry run', () => {
    const review = shown({ statements: [DELETE], server: 'MySQL 9.7.4' });
    assert.equal(review.agent, false);
    assert.equal(textOf(review.headline), 'Delete 1,000 rows from shop.orders');
    assert.equal(review.run, 'Run 1,000-Row Delete');
    assert.deepEqual(Object.fromEntries(review.about.map(({ label, value }) => [label, textOf(value)])), {
      Connection: 'shop',
      Server: 'app@db.example.com:3306 · MySQL 9.7.4',
      Account: 'app',
      Database: 'shop',
    });
    assert.equal(textOf(review.statements[0]?.verified), SAID);
    assert.deepEqual(review.typed?.value, 'orders');
  });

  test('a name is typed on production, and for what cannot be undone', () => {
    const one = plainReview({ verb: 'UPDATE', sql: 'UPDATE orders SET a = 1', object: { type: 'TABLE', names: [['shop', 'orders']] } });
    assert.equal(shown({ statements: [one] }).typed, undefined);
    assert.equal(shown({ statements: [one] }, 'production').typed?.value, 'orders');
    assert.equal(shown({ statements: [one, DELETE] }).typed?.value, 'orders');
  });

  test('among several statements it is told whose name is typed, and the connection is named where several objects are at stake', () => {
    const of = (verb: string, table: string, irreversible = false): typeof DELETE =>
      plainReview({ verb, sql: `${verb} ${table}`, irreversible, object: { type: 'TABLE', names: [['shop', table]] } });
    const typed = (...given: Parameters<typeof shown>): readonly (string | undefined)[] => {
      const { label, value } = shown(...given).typed ?? {};
      assert.deepEqual(
        label?.filter(({ kind }) => kind === 'name').map(({ text }) => text),
        [value],
      );
      return [value, textOf(label)];
    };
    const [update, other, drop, second] = [of('UPDATE', 'a'), of('UPDATE', 'b'), of('DROP', 'aged', true), of('DROP', 'old', true)];
    assert.deepEqual(typed({ statements: [drop] }), ['aged', 'Type aged to confirm']);
    assert.deepEqual(typed({ statements: [update, drop] }), ['aged', 'Type aged, from statement 2, to confirm all 2 statements']);
    const connection = 'Type the name of the connection, shop, to confirm all 2 statements';
    assert.deepEqual(typed({ statements: [drop, second] }), ['shop', connection]);
    assert.deepEqual(typed({ statements: [update, other] }, 'production'), ['shop', connection]);
    assert.deepEqual(typed({ statements: [update, update] }, 'production'), ['a', 'Type a to confirm all 2 statements']);
    const both = plainReview({
      verb: 'DROP',
      sql: 'DROP TABLE a, b',
      irreversible: true,
      object: {
        type: 'TABLE',
        names: [
          ['shop', 'a'],
          ['shop', 'b'],
        ],
      },
    });
    assert.deepEqual(typed({ statements: [both] }), ['shop', 'Type the name of the connection, shop, to confirm']);
  });

  test('several statements are each named among the warnings', () => {
    const drop = plainReview({ verb: 'DROP', sql: 'DROP TABLE a', level: 'alone', object: { type: 'TABLE', names: [['shop', 'a']] } });
    const { headline, run, warnings, statements } = shown({ statements: [DELETE, drop] });
    assert.deepEqual([textOf(headline), run], ['Run 2 statements', 'Run 2 Statements']);
    assert.deepEqual(
      warnings.map(({ label, text }) => `${label}: ${textOf(text)}`),
      [
        'Danger: Statement 1: This statement has no WHERE clause and affects every row.',
        'Note: Statement 1: Delete 1,000 rows from shop.orders',
        'Note: Statement 2: Drop table shop.a',
      ],
    );
    assert.deepEqual(
      statements.map(({ title }) => textOf(title)),
      ['1. Delete 1,000 rows from shop.orders', '2. Drop table shop.a'],
    );
  });

  const source = (column: string) => ({ database: 'shop', table: 'orders', alias: 'o', column });
  const columns = ['id', 'note', 'total'].map((name) => ({ name, type: 253, binary: false, source: source(name) }));
  const edit = { table: { database: 'shop', name: 'orders' }, columns, row: ['1', null, '5'], key: [0] };

  test('the cell of a row is shown before and after, behind the key', () => {
    const { headline, run, statements } = shown({ statements: [reviewedEdit({ ...edit, column: 1, value: 'NULL' })] });
    assert.deepEqual([textOf(headline), run], ['Update 1 row in shop.orders', 'Run 1-Row Update']);
    const [row] = statements[0]?.table?.first.rows ?? [];
    assert.equal(row?.label, 'Changed');
    assert.deepEqual(
      row.cells.map(({ before, after }) => [textOf(before), textOf(after)]),
      [
        ['1', ''],
        ['NULL', "'NULL'"],
      ],
    );
  });

  test('a new key is what the statement assigns', () => {
    const { statements } = shown({ statements: [reviewedEdit({ ...edit, column: 0, value: '9' })] });
    const [row] = statements[0]?.table?.first.rows ?? [];
    assert.deepEqual(
      row?.cells.map(({ before, after }) => [textOf(before), textOf(after)]),
      [['1', "'9'"]],
    );
    assert.match(statements[0]?.table?.remarks.join(' ') ?? '', /changes keys/);
  });

  test('the rows of a file are shown as values, as many as there are', () => {
    const rows = [
      ['1', null],
      ['2', "x'y"],
    ];
    const named = ['id', 'note'].map((name) => ({ name, key: false }));
    const sql = 'INSERT INTO `shop`.`orders` (`id`, `note`) VALUES …';
    const one = reviewedImport({ table: edit.table, columns: named, rows, total: 1200, sql });
    const { statements } = shown({ statements: [one] });
    assert.match(statements[0]?.table?.remarks.join(' ') ?? '', /The first 2 of 1,200 rows/);
    assert.deepEqual(
      statements[0]?.table?.first.rows.map(({ cells }) => cells.map(({ after }) => textOf(after))),
      [
        ['1', 'NULL'],
        ['2', "x'y"],
      ],
    );
    assert.equal(textOf(statementLines(sql)[0] ?? []), sql);
  });

  test('what stands behind a gap of blanks or lines is in sight, and the gap has a length', () => {
    const lines = (sql: string): string[] => statementLines(sql).map(textOf);
    assert.deepEqual(lines(`DELETE FROM t WHERE a = 1${' '.repeat(1300)}OR 1 = 1`), ['DELETE FROM t WHERE a = 1… 1,300 …OR 1 = 1']);
    assert.deepEqual(lines(`DELETE FROM t WHERE a = 1\n${'\n'.repeat(400)}OR 1 = 1`), ['DELETE FROM t WHERE a = 1', '… 401 …', 'OR 1 = 1']);
    assert.deepEqual(lines(`DELETE FROM t -- all${'\t'.repeat(50)}\r\nWHERE a = 1\n\nOR b`), [
      'DELETE FROM t -- all… 50 …',
      'WHERE a = 1',
      '',
      'OR b',
    ]);
  });
});
