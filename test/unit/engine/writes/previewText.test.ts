import assert from 'node:assert/strict';
import { parseWrites } from '../../../../src/engine/writes/parseWrites.ts';
import { cautions, previewDocument, summarise } from '../../../../src/engine/writes/previewText.ts';
import { MYSQL } from '../sql/dialects.ts';
import type { StatementPreview, WritePreview } from '../../../../src/engine/writes/writePreview.ts';

const STATEMENT: Omit<StatementPreview, 'statement' | 'printed'> = {
  level: 'rows',
  reason: undefined,
  rows: 2,
  expected: 2,
  picture: undefined,
  table: { database: 'shop', name: 'orders' },
  columns: [],
  before: undefined,
  after: undefined,
  plan: [],
  touched: undefined,
  warnings: [],
  facts: [],
  isTransactional: true,
};

function preview(sql: string, more: Partial<StatementPreview> = {}): WritePreview {
  const statements = parseWrites(sql, { dialect: MYSQL, database: 'shop' }).map((statement) => ({
    ...STATEMENT,
    statement,
    printed: statement.sql,
    ...more,
  }));
  const identity = { label: 'MySQL 9.7.4', server: 'x', account: 'app@%', database: 'shop', sqlMode: '', since: undefined };
  return { id: 'ab'.repeat(32), content: 'cd'.repeat(32), identity, statements, dryRun: { skipped: 'nobody looks' } };
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
    assert.deepEqual(code, ['DELETE FROM orders', 'WHERE id = 1;']);
    assert.doesNotMatch(text, /\u2028/);
  });

  test('a decision without reading still knows what cannot be undone or is not held to anything', () => {
    const touched = { tables: [], triggers: [], keys: [], reads: [], unknown: undefined, lasting: 't is a table of the engine MyISAM' };
    assert.deepEqual(
      cautions(preview('UPDATE orders SET a = 1', { level: 'shown', reason: 'chance', touched, warnings: ['There is no WHERE.'] })),
      [
        'There is no WHERE.',
        'A ROLLBACK might not undo all of it: t is a table of the engine MyISAM.',
        'NOT held to anything: what it then meets may be something else (chance).',
      ],
    );
    assert.deepEqual(cautions(preview('DROP TABLE orders', { facts: ['It commits by itself: there is no ROLLBACK.', 'more'] })), [
      'It commits by itself: there is no ROLLBACK.',
    ]);
  });

  test('one sentence names what and how much', () => {
    assert.equal(summarise(preview('UPDATE orders SET a = 1')), 'UPDATE: 2 rows of orders');
    assert.equal(summarise(preview('UPDATE orders SET a = 1', { rows: undefined })), 'UPDATE on orders');
    assert.equal(
      summarise(preview('UPDATE orders SET a = 1; DELETE FROM orders', { level: 'shown', rows: 1 })),
      'UPDATE: about 1 row of orders; DELETE: about 1 row of orders',
    );
  });
});
