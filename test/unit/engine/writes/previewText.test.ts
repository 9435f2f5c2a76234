import assert from 'node:assert/strict';
import { parseWrites } from '../../../../src/engine/writes/parseWrites.ts';
import { cautions, previewDocument, summarize } from '../../../../src/engine/writes/previewText.ts';
import { MYSQL } from '../sql/dialects.ts';
import type { StatementPreview, WritePreview } from '../../../../src/engine/writes/writePreview.ts';

const STATEMENT: Omit<StatementPreview, 'statement' | 'printed'> = {
  level: 'rows',
  reason: undefined,
  rows: 2,
  expected: 2,
  snapshot: undefined,
  guards: [],
  unheld: [],
  table: { database: 'shop', name: 'orders' },
  columns: [],
  before: undefined,
  after: undefined,
  plan: [],
  touched: undefined,
  readsChange: undefined,
  dangers: [],
  warnings: [],
  advice: [],
  facts: [],
  sizes: [],
  isTransactional: true,
  definition: undefined,
  held: [],
};

function preview(sql: string, more: Partial<StatementPreview> = {}): WritePreview {
  const statements = parseWrites(sql, { dialect: MYSQL, database: 'shop' }).map((statement) => ({
    ...STATEMENT,
    statement,
    printed: statement.sql,
    ...more,
  }));
  const identity = { label: 'MySQL 9.7.4', server: 'x', account: 'app@%', database: 'shop', sqlMode: '', since: undefined };
  return { id: 'ab'.repeat(32), content: 'cd'.repeat(32), identity, statements, dryRun: { skipped: 'no one reviews this preview' } };
}

suite('the text of a preview', () => {
  test('whatever the rows hold, every line of theirs is a comment', () => {
    const column = { name: 'a\nDROP TABLE x', type: 253, binary: false };
    const before = {
      columns: [column],
      rows: [['1\n; DROP TABLE x; --'], ['\u2028DELETE FROM t'], [null], ['x\r\n*/ /*'], ['y'.repeat(200)]],
    };
    const text = previewDocument(preview('DELETE FROM orders WHERE id = 1', { before }), 'shop\nDROP TABLE y');
    const code = text.split('\n').filter((line) => !line.startsWith('-- ') && line !== '--' && line !== '');
    assert.deepEqual(code, ['DELETE FROM `orders`', 'WHERE `id` = 1;']);
    assert.doesNotMatch(text, /\u2028/);
  });

  test('a decision without reading still knows what cannot be undone or is not held to anything', () => {
    const touched = {
      tables: [],
      triggers: [],
      keys: [],
      reads: [],
      checks: [],
      unknown: undefined,
      lasting: 't uses the storage engine MyISAM',
    };
    assert.deepEqual(
      cautions(preview('UPDATE orders SET a = 1', { level: 'shown', reason: 'chance', touched, warnings: ['There is no WHERE.'] })),
      [
        'There is no WHERE.',
        'ROLLBACK may not undo all changes: t uses the storage engine MyISAM.',
        'NOT verified: other rows may be affected when it runs (chance).',
      ],
    );
    assert.deepEqual(
      cautions(preview('DROP TABLE orders', { facts: ["The statement commits implicitly and can't be rolled back.", 'more'] })),
      ["The statement commits implicitly and can't be rolled back."],
    );
  });

  test('hidden characters are shown as escapes, wherever they stand', () => {
    const hidden = ['\u202e', '\u2066', '\u200b', '\u001b', '\u0085', '\u3164', '\u00ad', '\u{e0041}', '\ufeff', '\u2028', '\u000b'];
    for (const one of hidden) {
      const sql = `UPDATE orders SET a = 'x${one}y' WHERE \`b${one}\` = 1`;
      const columns = [{ name: `c${one}`, type: 253, binary: false }];
      const shown = preview(sql, {
        table: { database: 'shop', name: `t${one}t` },
        before: { columns, rows: [[`v${one}`]] },
        warnings: [`Server warning: ${one}`],
        facts: [`f${one}`],
      });
      const text = [previewDocument(shown, `c${one}`), summarize(shown), ...cautions(shown)].join('');
      assert.ok(!text.includes(one), JSON.stringify(one));
      assert.match(text, /contains invisible characters/);
    }
  });

  test('a line end in a name or value does not begin a line', () => {
    const shown = preview("UPDATE orders SET a = ';\n\n-- Rows before:\n--   id\n'", {
      table: { database: 'shop', name: 'x\nApproved: yes' },
    });
    const lines = [
      ...previewDocument(shown, 'shop').split('\n'),
      ...summarize(shown).split('\n'),
      ...cautions(shown).flatMap((one) => one.split('\n')),
    ];
    assert.deepEqual(
      lines.filter((line) => /^(?:-- Rows|Approved)/.test(line)),
      [],
    );
  });

  test('the statement that is sent is shown, not the comments around the one that was written', () => {
    for (const sql of [
      'UPDATE orders SET a = 1 -- WHERE id = 1',
      'UPDATE orders SET a = 1 /* one row only, agreed with the DBA */',
      'UPDATE orders SET a = 1 # WHERE id = 1',
      'UPDATE orders /* LIMIT 1 */ SET a = 1',
      '/* approved */ UPDATE orders SET a = 1',
    ]) {
      const text = previewDocument(preview(sql, { printed: 'UPDATE `shop`.`orders` SET `a` = 1' }), 'shop');
      assert.ok(text.includes('\nUPDATE `shop`.`orders`\nSET `a` = 1;\n'), text);
      assert.doesNotMatch(text, /agreed|approved|LIMIT 1|id = 1/);
    }
  });

  test('the text of a procedure cannot pass for lines of ours', () => {
    const text = previewDocument(
      preview('CALL p()', { facts: ['Definition:\nBEGIN\nVerified before the commit: all\nWARNING: none\nTables:\n  none\nEND'] }),
      'shop',
    );
    assert.deepEqual(
      text.split('\n').filter((line) => /^--.*(?:Verified before|WARNING|Tables| none$)/.test(line)),
      ['--   | Verified before the commit: all', '--   | WARNING: none', '--   | Tables:', '--   |   none'],
    );
  });

  test('a name with letters of several alphabets, and a very long statement, are remarked upon', () => {
    for (const name of ['l\u043eg', 'us\u0435rs', '\u0430ccounts', 'p\u03bfsts', 'd\u0430ta'])
      assert.match(cautions(preview('DROP TABLE x', { printed: `DROP TABLE \`shop\`.\`${name}\`` })).join(), /different alphabets/);
    assert.doesNotMatch(
      cautions(preview('DROP TABLE x', { printed: 'DROP TABLE `주문`, `заказы`, `größe`, `orders_2`' })).join(),
      /alphabets/,
    );
    assert.match(cautions(preview('DROP TABLE x', { printed: `UPDATE t SET a = '${'x'.repeat(6000)}'` })).join(), /characters long/);
  });

  test('what is held besides, and what is not, is told', () => {
    const guard = { what: 'the rows of kid that are also deleted', sql: '', changes: true, digest: '', count: 1, sample: undefined };
    const text = previewDocument(preview('DELETE FROM orders', { guards: [guard], unheld: ['what the triggers change'] }), 'shop');
    assert.match(text, /-- Also verified: the rows of kid that are also deleted\.\n-- NOT verified: what the triggers change\./);
  });

  test('one sentence names what and how much', () => {
    assert.equal(summarize(preview('UPDATE orders SET a = 1')), 'UPDATE: 2 rows of orders');
    assert.equal(summarize(preview('UPDATE orders SET a = 1', { rows: undefined })), 'UPDATE on orders');
    assert.equal(
      summarize(preview('UPDATE orders SET a = 1; DELETE FROM orders', { level: 'shown', rows: 1 })),
      'UPDATE: about 1 row of orders; DELETE: about 1 row of orders',
    );
  });
});
