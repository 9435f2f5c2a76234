import assert from 'node:assert/strict';
import { WriteReviewSchema } from '../../../src/broker/reviewContract.ts';
import type { ConnectionProfile } from '../../../src/engine/driver/profile.ts';
import type { Cell } from '../../../src/engine/driver/values.ts';
import { parseWrites } from '../../../src/engine/writes/parseWrites.ts';
import type { StatementPreview, WritePreview } from '../../../src/engine/writes/writePreview.ts';
import { reviewOf, type ReviewedStatement } from '../../../src/engine/writes/writeReview.ts';
import type { Translate } from '../../../src/review/translate.ts';
import { shownReview } from '../../../src/review/reviewModel.ts';
import type { Pieces, ShownReview } from '../../../src/webview/review/messages.ts';
import { MYSQL } from '../engine/sql/dialects.ts';

const PROFILE: ConnectionProfile = {
  ...{ id: 'p', name: 'shop', host: 'db.example.com', port: 3306, user: 'app', tls: 'preferred', createdAt: 0 },
};

const STATEMENT: Omit<StatementPreview, 'statement' | 'printed'> = {
  ...{ level: 'rows', reason: undefined, rows: 2, expected: 2, snapshot: undefined, guards: [], unheld: [] },
  ...{
    table: { database: 'shop', name: 'orders' },
    columns: [],
    before: undefined,
    after: undefined,
    plan: [],
    touched: undefined,
    readsChange: undefined,
  },
  ...{ dangers: [], warnings: [], advice: [], facts: [], sizes: [], isTransactional: true, definition: undefined, held: [] },
};

export const translate = (text: string, ...values: (string | number | boolean)[]): string =>
  text.replaceAll(/\{(\d)\}/g, (_, place: string) => String(values[Number(place)]));

function previewOf(sql: string, more: Partial<StatementPreview> = {}): WritePreview {
  const statements = parseWrites(sql, { dialect: MYSQL, database: 'shop' }).map((statement) => ({
    ...STATEMENT,
    statement,
    printed: statement.sql,
    ...more,
  }));
  const identity = { label: 'MySQL 9.7.4', server: 'x', account: 'app@%', database: 'shop', sqlMode: '', since: undefined };
  return { id: 'ab'.repeat(32), content: 'cd'.repeat(32), identity, statements, dryRun: { elapsedMs: 12 } };
}

/** Rows of a table with a key `id`, and what a dry run made of them. */
export function rowsOf(
  names: readonly string[],
  before: readonly (readonly Cell[])[],
  after?: readonly (readonly Cell[])[],
): Partial<StatementPreview> {
  const columns = names.map((name) => ({ name, type: 253, binary: false }));
  const written = names.map((name) => ({
    ...{ name, type: 'varchar', key: name === 'id', generated: false, updatedByServer: false, definition: '' },
  }));
  return {
    columns: written,
    before: { columns, rows: before },
    after: after === undefined ? undefined : { columns, rows: after },
    rows: before.length,
  };
}

/** Of a batch, each with the same found. */
export function reviewedAll(sql: string, more: Partial<StatementPreview> = {}): readonly ReviewedStatement[] {
  return reviewOf(previewOf(sql, more), false).statements;
}

export function reviewed(sql: string, more: Partial<StatementPreview> = {}): ReviewedStatement {
  return reviewedAll(sql, more)[0] ?? assert.fail();
}

export function shown(
  sql: string,
  more: Partial<StatementPreview> = {},
  profile: Partial<ConnectionProfile> = {},
  client = 'agent',
  t: Translate = translate,
): ShownReview {
  const subject = {
    ticket: 't',
    // As it comes from the server of the window, which is another process.
    review: WriteReviewSchema.parse(JSON.parse(JSON.stringify(reviewOf(previewOf(sql, more), false)))),
    profile: { ...PROFILE, ...profile },
    environment: profile.environment,
    client,
  };
  return shownReview(subject, t);
}

export function textOf(pieces: Pieces | undefined): string {
  return (pieces ?? []).map(({ text }) => text).join('');
}

/** Every piece that the review shows, wherever it stands. */
export function allPieces(value: unknown): Pieces {
  if (Array.isArray(value)) return value.flatMap(allPieces);
  if (typeof value !== 'object' || value === null) return [];
  return 'kind' in value && 'text' in value && typeof value.text === 'string'
    ? (value as Pieces[number], [value as Pieces[number]])
    : Object.values(value).flatMap(allPieces);
}

/** Every string of it, in pieces or not. */
export function allStrings(value: unknown): string[] {
  if (typeof value === 'string') return [value];
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(allStrings) : [];
}
