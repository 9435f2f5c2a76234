import assert from 'node:assert/strict';
import { ExportReviewSchema, type ExportReview } from '../../../src/broker/exportContract.ts';
import { outcomeText } from '../../../src/review/outcomeText.ts';
import { shownExport } from '../../../src/review/shownExport.ts';
import { summaryOf } from '../../../src/server/exports/exportText.ts';
import type { Pieces, ShownReview } from '../../../src/webview/review/messages.ts';
import { translate } from './shownWrite.ts';

const PROFILE = { id: 'p', name: 'shop', host: 'db.example.com', port: 3306, user: 'app', tls: 'preferred', createdAt: 0 } as const;
const REVIEW: ExportReview = {
  ...{ kind: 'export', database: 'shop', sql: 'SELECT 1', tables: [], protected: [], format: 'csv', folder: '/exports', file: 'a.csv' },
  hasSession: true,
};

const textOf = (pieces: Pieces): string => pieces.map(({ text }) => text).join('');
const show = (more: Partial<ExportReview>): ShownReview =>
  shownExport(
    {
      ...{ ticket: 't', profile: { ...PROFILE, environment: 'production' }, environment: 'Production', client: 'agent' },
      review: ExportReviewSchema.parse({ ...REVIEW, ...more }),
    },
    translate,
  );
const about = (shown: ShownReview, label: string): string | undefined => {
  const found = shown.about.find((one) => one.label === label);
  return found === undefined ? undefined : textOf(found.value);
};

suite('the review of an export, in words', () => {
  test('names connection, environment, rows, format, file and folder', () => {
    const shown = show({ format: 'jsonl', file: 'a.jsonl' });
    assert.equal(textOf(shown.headline), 'Export to a.jsonl');
    assert.deepEqual(
      ['Requested by', 'Connection', 'Server', 'Account', 'Database', 'Tables', 'Rows', 'Protected columns', 'Format', 'Folder'].map(
        (label) => about(shown, label),
      ),
      [
        ...['agent', 'shop (Production)', 'app@db.example.com:3306', 'app', 'shop', undefined],
        ...['All rows of the result', undefined, 'JSON Lines', '/exports'],
      ],
    );
    assert.equal(about(show({ maxRows: '100' }), 'Rows'), 'At most 100');
  });

  test('a yes for the session is offered only where there is a session', () => {
    assert.equal(show({}).runForSession, 'Export and Allow for This Session');
    assert.equal(show({ hasSession: false }).runForSession, undefined);
  });

  test('says what agents see of protected columns, and counts names beyond the first fifty', () => {
    const name = { database: 'shop', name: 'customers' };
    const shown = show({
      tables: Array.from({ length: 53 }, (_, i) => ({ database: 'shop', name: `t${String(i)}` })),
      protected: [
        { ...name, column: 'email', action: 'mask' },
        { ...name, column: 'name', action: 'pseudonym' },
      ],
    });
    assert.equal(about(shown, 'Protected columns'), 'shop.customers.email (masked), shop.customers.name (pseudonym)');
    assert.match(about(shown, 'Tables') ?? '', /^shop\.t0, .*shop\.t49 and 3 more$/);
  });

  test('names of the agent and the database look like nothing of ours', () => {
    const hostile = 'a`\n(masked) \u202Ex';
    const shown = show({ tables: [{ database: 'shop', name: hostile }], folder: `/x\n${hostile}`, file: `f\u202E.csv`, maxRows: '1\n2' });
    for (const pieces of [shown.headline, ...shown.about.map(({ value }) => value)]) {
      assert.doesNotMatch(textOf(pieces), /[\n\u202E]/);
      for (const { text, kind } of pieces) if (text.includes('masked')) assert.notEqual(kind, 'plain');
    }
  });

  test('a text for a client has a line for each thing that is to be known', () => {
    const protectedColumns = [{ database: 'shop', name: 'customers', column: 'email', action: 'mask' as const }];
    assert.deepEqual(
      summaryOf({ ...REVIEW, tables: [{ database: 'shop', name: 'customers' }], protected: protectedColumns }, '"shop", app@db'),
      [
        ...['EXPORT to a.csv (csv)', 'Connection: "shop", app@db', 'Database: shop', 'Folder: /exports', 'Rows: all rows of the result'],
        ...['Tables: shop.customers', 'Protected columns: shop.customers.email (masked)'],
      ],
    );
  });

  test('the outcome says what is with the file, and nothing of changes', () => {
    const outcomes = ['exported', 'rejected', 'expired', 'failed', 'unknown'] as const;
    assert.deepEqual(
      outcomes.map((outcome) => outcomeText('export', { outcome, rows: 1200, milliseconds: 5 }, translate)),
      [
        'Exported in 5 ms. Rows: 1,200.',
        'You rejected the export. No file was written.',
        'The request expired. No file was written.',
        'The export failed. No file was written.',
        'OUTCOME UNKNOWN: check whether the file is complete.',
      ],
    );
  });
});
