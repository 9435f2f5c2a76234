import assert from 'node:assert/strict';
import { readingTime } from '../../../src/review/reviewModel.ts';
import type { ShownReview } from '../../../src/webview/review/messages.ts';
import { reviewed, reviewedAll, rowsOf, shown, textOf } from './shownWrite.ts';

const headline = (...given: Parameters<typeof shown>): string => textOf(shown(...given).headline);

suite('the review of a write, in words', () => {
  test('the headline and the button say verb, number and object', () => {
    const size = (rows: number, bytes: number) => ({ sizes: [{ name: 'orders', rows, bytes }], level: 'shown', rows: undefined }) as const;
    for (const [sql, more, expected, run] of [
      ['UPDATE orders SET a = 1', { rows: 42 }, 'Update 42 rows in shop.orders', 'Run 42-Row Update'],
      ['UPDATE orders SET a = 1 WHERE id = 1', { rows: 1 }, 'Update 1 row in shop.orders', 'Run 1-Row Update'],
      ['UPDATE orders SET a = 1', { rows: 1200, level: 'shown' }, 'Update about 1,200 rows in shop.orders', 'Run Update'],
      ['UPDATE orders SET a = 1', { rows: undefined, level: 'shown' }, 'Update rows in shop.orders', 'Run Update'],
      ['DELETE FROM other.orders', { rows: 3 }, 'Delete 3 rows from other.orders', 'Run 3-Row Delete'],
      ['INSERT INTO orders (a) VALUES (1), (2)', {}, 'Insert 2 rows into shop.orders', 'Run 2-Row Insert'],
      ['REPLACE INTO orders (a) VALUES (1), (2)', {}, 'Replace or insert 2 rows in shop.orders', 'Run 2-Row Replace'],
      ['REPLACE INTO orders (a) VALUES (1)', { rows: 1 }, 'Replace or insert 1 row in shop.orders', 'Run 1-Row Replace'],
      [
        'INSERT INTO orders (a) VALUES (1), (2), (3) ON DUPLICATE KEY UPDATE a = VALUES(a)',
        { rows: 3, level: 'count', expected: 6 },
        'Insert or update 3 rows in shop.orders',
        'Run 3-Row Insert or Update',
      ],
      [
        'INSERT INTO orders (a) VALUES (1) ON DUPLICATE KEY UPDATE a = 2',
        { rows: 1, level: 'shown' },
        'Insert or update 1 row in shop.orders',
        'Run Insert or Update',
      ],
      ['DROP TABLE orders', size(1000, 65_536), 'Drop table shop.orders (about 1,000 rows, 64 KiB)', 'Drop Table'],
      ['DROP TABLE a, b, c, d, e', {}, 'Drop tables shop.a, shop.b, shop.c and 2 more', 'Drop Tables'],
      ['DROP DATABASE shop', size(5, 3 * 1024 ** 3), 'Drop database shop (about 5 rows, 3.0 GiB)', 'Drop Database'],
      ['DROP INDEX i ON orders', {}, 'Drop index shop.orders.i', 'Drop Index'],
      ['TRUNCATE orders', size(7, 2 * 1024 ** 2), 'Delete all rows from table shop.orders (about 7 rows, 2 MiB)', 'Truncate Table'],
      ['CREATE TABLE x.t (a INT)', {}, 'Create table x.t', 'Create Table'],
      ['ALTER TABLE orders DROP COLUMN a', {}, 'Alter table shop.orders', 'Alter Table'],
      ['RENAME TABLE a TO b', {}, 'Rename table shop.a to shop.b', 'Rename Table'],
      ['CALL p(1)', {}, 'Call procedure shop.p', 'Call Procedure'],
      ["CREATE USER 'bob'@'%' IDENTIFIED BY 'x'", {}, 'Run CREATE USER for bob@%', 'Run CREATE USER'],
      ['SET GLOBAL max_connections = 10', {}, 'Run SET', 'Run SET'],
      ['UPDATE a, b SET a.x = 1 WHERE a.id = b.id', { level: 'shown', rows: 3 }, 'Update about 3 rows in shop.a', 'Run Update'],
    ] as const) {
      const review = shown(sql, more);
      assert.deepEqual([textOf(review.headline), review.run], [expected, run], sql);
    }
  });

  test('accounts are named where all of them are understood, with and without a host', () => {
    for (const [sql, names] of [
      ["DROP USER 'a'@'b', c", ['a@b', 'c']],
      ['DROP USER IF EXISTS a', ['a']],
      ['DROP ROLE r, s', ['r', 's']],
      ['GRANT ALL ON *.* TO a', ['a']],
      ['GRANT SELECT (x, y), UPDATE ON d.t TO a@b, `to`@c WITH GRANT OPTION', ['a@b', 'to@c']],
      ['GRANT r TO a AS b', undefined],
      ['GRANT ALL ON *.* TO CURRENT_USER', undefined],
      ['GRANT ALL ON *.* TO a, CURRENT_USER()', undefined],
      ['REVOKE SELECT ON d.* FROM a, b@c', ['a', 'b@c']],
      ["CREATE USER a@b IDENTIFIED BY 'x', c", ['a@b', 'c']],
      ["CREATE USER a IDENTIFIED BY 'x' PASSWORD EXPIRE", ['a']],
      ['CREATE USER a@b DEFAULT ROLE r, s', undefined],
      ["ALTER USER a ACCOUNT LOCK COMMENT 'x, y'", ['a']],
      ['RENAME USER a@b TO c@d, e TO f', ['a@b', 'c@d', 'e', 'f']],
      ["SET PASSWORD FOR a = 'x'", ['a']],
      ["SET PASSWORD = 'x'", undefined],
      ['SET DEFAULT ROLE r TO a, b', ['a', 'b']],
      ['FLUSH TABLES', undefined],
      ['KILL 5', undefined],
    ] as const)
      assert.deepEqual(
        reviewed(sql).object?.names.map(([name]) => name),
        names,
        sql,
      );
  });

  test('several statements are one button, and each has its own headline', () => {
    const review = shown('UPDATE a SET x = 1; DELETE FROM b');
    assert.equal(textOf(review.headline), 'Run 2 statements as one transaction');
    assert.equal(review.run, 'Run 2 Statements');
    assert.deepEqual(
      review.statements.map(({ title }) => textOf(title)),
      ['1. Update 2 rows in shop.a', '2. Delete 2 rows from shop.b'],
    );
  });

  test('each of several statements is named among what is to be seen before they run, whatever else there is', () => {
    const textsOf = ({ warnings }: ShownReview): string[] => warnings.map(({ label, text }) => `${label}: ${textOf(text)}`);
    assert.deepEqual(textsOf(shown('UPDATE a SET x = 1 WHERE id = 1')), []);
    assert.deepEqual(textsOf(shown('UPDATE a SET x = 1 WHERE id = 1; DELETE FROM b WHERE id < 900', { advice: ['It reads all rows.'] })), [
      'Note: Statement 1: Update 2 rows in shop.a',
      'Note: Statement 2: Delete 2 rows from shop.b',
      'Note: Statement 1: It reads all rows.',
      'Note: Statement 2: It reads all rows.',
    ]);
  });

  test('warnings come in order of weight, those of all statements together', () => {
    const review = shown('UPDATE orders SET a = 1', {
      ...{
        dangers: ['There is no WHERE clause: every row is affected.'],
        warnings: ['1,200 rows: more than 1,000.'],
        advice: ['It reads all rows.'],
      },
      ...{ level: 'shown', reason: 'the statement joins tables' },
    });
    assert.deepEqual(
      review.warnings.map(({ weight, label, text }) => [weight, label, textOf(text)]),
      [
        ['danger', 'Danger', 'There is no WHERE clause: every row is affected.'],
        ['warning', 'Warning', 'Not verified before the commit: the statement joins tables. Other rows may be affected.'],
        ['warning', 'Warning', '1,200 rows: more than 1,000.'],
        ['note', 'Note', 'It reads all rows.'],
      ],
    );
  });

  test('the name is typed on production, and for what no script brings back', () => {
    const typed = (...given: Parameters<typeof shown>): string | undefined => shown(...given).typed?.value;
    assert.equal(typed('UPDATE orders SET a = 1'), undefined);
    assert.equal(typed('UPDATE orders SET a = 1', {}, { environment: 'production' }), 'orders');
    assert.equal(typed('UPDATE orders SET a = 1', {}, { environment: 'staging' }), undefined);
    assert.equal(typed('UPDATE orders SET a = 1', { level: 'count' }), 'orders');
    assert.equal(typed('UPDATE orders SET a = 1', { rows: 10_001 }), 'orders');
    assert.equal(typed('DROP TABLE orders'), 'orders');
    assert.equal(typed('CALL p()'), 'p');
    assert.equal(typed('SET GLOBAL max_connections = 10', {}, { environment: 'production' }), 'shop');
    assert.equal(typed('INSERT INTO orders (a) VALUES (1)', { level: 'count' }), undefined);
  });

  test('what destroys something and what does not are told apart', () => {
    for (const [sql, irreversible] of [
      ['CREATE TABLE t (a INT)', false],
      ['CREATE OR REPLACE VIEW v AS SELECT 1', true],
      ['ALTER TABLE t ADD COLUMN b INT', false],
      ['ALTER TABLE t ADD COLUMN b INT, DROP COLUMN a', true],
      ['ALTER TABLE t MODIFY a TINYINT', true],
      ['ALTER TABLE t DROP PARTITION p', true],
      ['ALTER TABLE t ADD INDEX (a)', false],
      ['ALTER TABLE t ENGINE = BLACKHOLE', true],
      ['ALTER TABLE t ENGINE = MEMORY', true],
      ['ALTER TABLE t ENGINE = InnoDB', false],
      ['DROP INDEX i ON t', false],
      ['DROP VIEW v', true],
      ['RENAME TABLE a TO b', false],
      ["DROP USER 'bob'@'%'", true],
      ["GRANT SELECT ON *.* TO 'bob'@'%'", false],
      ["REVOKE SELECT ON *.* FROM 'bob'@'%'", true],
      ['REPLACE INTO t (a) VALUES (1)', true],
      ['INSERT INTO t (a) VALUES (1) ON DUPLICATE KEY UPDATE a = 2', true],
    ] as const)
      assert.equal(reviewed(sql).irreversible, irreversible, sql);
  });

  test('what may turn out not to be undone is irreversible: keys, rows of other tables, and batches with the rows of a query', () => {
    const table = (name: string, because: string) => ({
      ...{ database: 'shop', name, engine: 'InnoDB', isSequence: false, rows: 5, bytes: 0, because, events: [] },
    });
    const orders = table('orders', 'the statement');
    const touched = (...tables: (typeof orders)[]) => ({
      touched: { tables, triggers: [], keys: [], reads: [], checks: [], lasting: undefined, unknown: undefined },
    });
    const rows = rowsOf(['id', 'a'], [['1', 'x']]);
    const cascades = touched(orders, table('items', 'the foreign key fk'));
    assert.equal(reviewed('UPDATE orders SET ID = id + 10', rows).irreversible, true);
    assert.equal(reviewed('UPDATE orders SET a = 1', { ...rows, ...touched(orders) }).irreversible, false);
    assert.equal(reviewed('DELETE FROM orders WHERE id = 1', { ...rows, ...touched(orders) }).irreversible, false);
    assert.equal(reviewed('DELETE FROM orders WHERE id = 1', { ...rows, ...cascades }).irreversible, true);
    const batch = (sql: string): boolean[] => reviewedAll(sql, rows).map(({ irreversible }) => irreversible);
    assert.deepEqual(batch('DELETE FROM orders WHERE id = 1; INSERT INTO orders (a) VALUES (1)'), [false, false]);
    assert.deepEqual(batch('DELETE FROM orders WHERE id = 1; INSERT INTO orders (a) SELECT 1'), [true, false]);
    assert.deepEqual(batch('DELETE FROM orders WHERE id = 1; UPDATE orders SET a = 1'), [false, false]);
    assert.deepEqual(batch('INSERT INTO orders (a) VALUES (1)'), [false]);
  });

  test('who asks, where, and whether it was tried is told', () => {
    const about = new Map(
      shown('UPDATE orders SET a = 1', {}, { environment: 'production' }, 'Copilot').about.map(({ label, value }) => [
        label,
        textOf(value),
      ]),
    );
    assert.deepEqual(Object.fromEntries(about), {
      'Requested by': 'Copilot',
      Connection: 'shop (production)',
      Server: 'app@db.example.com:3306 · MySQL 9.7.4',
      Account: 'app@%',
      Database: 'shop',
      'Dry run': 'Run and rolled back in 12 ms',
    });
  });

  test('what is verified before the commit is one sentence', () => {
    const verified = (...given: Parameters<typeof shown>): string => textOf(shown(...given).statements[0]?.verified);
    assert.match(verified('UPDATE orders SET a = 1'), /compares the keys and values of all these rows/);
    assert.equal(
      verified('UPDATE orders SET a = 1', { level: 'count', expected: 1200, reason: 'the table has no primary key' }),
      'The statement is committed only if the server reports exactly 1,200 rows (the table has no primary key).',
    );
    assert.match(
      verified('UPDATE orders SET a = 1', { level: 'shown', reason: 'the statement joins tables' }),
      /aren't verified .*\(the statement joins tables\)/,
    );
    assert.match(verified('DROP TABLE orders'), /commits implicitly/);
  });

  test('a long headline takes longer to read, and none takes for ever', () => {
    const time = (length: number): number => readingTime([{ kind: 'plain', text: 'x'.repeat(length) }]);
    assert.deepEqual([time(1), time(40), time(60), time(10_000)], [1500, 2000, 3000, 6000]);
    assert.ok(headline('UPDATE orders SET a = 1').length > 0);
  });

  test('an INSERT shows what it gives to each column, a page at a time', () => {
    const values = Array.from({ length: 45 }, (_, i) => `(${String(i)}, 'n${String(i)}', NOW())`).join(', ');
    const table = shown(`INSERT INTO orders (id, note, at) VALUES ${values}`, {
      rows: 45,
      ...{ columns: rowsOf(['id'], []).columns ?? [] },
    }).statements[0]?.table;
    assert.equal(table?.title, 'Rows to insert');
    for (const sql of [
      'INSERT INTO orders (id) VALUES (1) ON DUPLICATE KEY UPDATE id = 2',
      'INSERT IGNORE INTO orders (id) VALUES (1)',
      'REPLACE INTO orders (id) VALUES (1)',
    ])
      assert.equal(shown(sql).statements[0]?.table?.title, 'Rows from the statement', sql);
    assert.equal(table.first.label, '1–20 of 45');
    assert.deepEqual(
      table.first.heads.map(({ text, key }) => [textOf(text), key]),
      [
        ['id', true],
        ['note', false],
        ['at', false],
      ],
    );
    assert.deepEqual(
      table.first.rows[1]?.cells.map(({ after }) => textOf(after)),
      ['1', "'n1'", 'NOW()'],
    );
  });

  test('an INSERT of a query shows some of the rows that it gives, as values', () => {
    const column = (name: string) => ({ name, type: 253, binary: false });
    const table = shown('INSERT INTO orders (note, id) SELECT a, b FROM other', {
      ...{ level: 'count', rows: 40, columns: rowsOf(['id', 'note'], []).columns ?? [] },
      guards: [
        {
          ...{ what: 'the rows that the query returns', sql: 'x', changes: false, digest: '', count: 40 },
          sample: {
            columns: [column('a'), column('b')],
            rows: [
              ['NULL', '1'],
              [null, '2'],
            ],
          },
        },
      ],
    }).statements[0]?.table;
    assert.deepEqual([table?.title, table?.remarks], ['Rows to insert', ['The first 2 of 40 rows are shown here.']]);
    assert.deepEqual(
      table?.first.heads.map(({ text, key }) => [textOf(text), key]),
      [
        ['note', false],
        ['id', true],
      ].reverse(),
    );
    assert.deepEqual(
      table.first.rows.map(({ cells }) => cells.map(({ after }) => textOf(after))),
      [
        ['1', "'NULL'"],
        ['2', 'NULL'],
      ],
    );
  });

  test('rows whose keys change are not said to be untried', () => {
    const table = shown('UPDATE orders SET id = id + 10', rowsOf(['id', 'a'], [['1', 'x']])).statements[0]?.table;
    assert.match(table?.remarks.join() ?? '', /^The statement changes keys/);
    assert.equal(table?.first.rows[0]?.label, 'Not matched');
    const untried = shown('UPDATE orders SET a = 1', rowsOf(['id', 'a'], [['1', 'x']])).statements[0]?.table;
    assert.match(untried?.remarks.join() ?? '', /^There was no dry run/);
    assert.equal(untried?.first.rows[0]?.label, 'No dry run');
  });
});
