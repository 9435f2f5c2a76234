import path from 'node:path';
import * as vscode from 'vscode';
import type { ConnectionProfile } from '../../engine/driver/profile.ts';
import type { Cell } from '../../engine/driver/values.ts';
import type { QualifiedName } from '../../engine/sql/identifiers.ts';
import { reviewedImport } from '../../engine/writes/reviewedImport.ts';
import type { ImportRow } from '../../engine/writes/rowImport.ts';
import type { OwnChange } from '../writes/ownReview.ts';
import { number } from '../../review/reviewHeadline.ts';
import { namePieces, PLACE, piecesOf, SECOND, sentence, foreignSentence } from '../../review/reviewPieces.ts';

export interface ImportSubject {
  readonly profile: ConnectionProfile;
  readonly table: QualifiedName;
  readonly file: string;
  readonly columns: readonly { readonly name: string }[];
  readonly sql: string;
  /** All rows or none. */
  readonly atomic: boolean;
  /** What of the file is left out. */
  readonly leavesOut: readonly string[];
}

/** Of the rows that the review shows. */
const MAX_ROWS = 1000;
const MAX_CHARACTERS = 2_000_000;
/** A person waits for the count. */
const COUNT_MS = 3000;
/** Between two looks at the time. */
const ROWS_BETWEEN = 1000;

/** What is shown of the rows of a file before they are inserted; reads the file as far as that takes a moment. */
export async function reviewImport(
  { profile, table, file, columns, sql, atomic, leavesOut }: ImportSubject,
  rows: AsyncIterable<ImportRow>,
): Promise<OwnChange> {
  const { t } = vscode.l10n;
  const { shown, total } = await countRows(rows);
  const named = columns.map(({ name }) => ({ name, key: false }));
  const where = [piecesOf(path.basename(file), 'name'), namePieces([table.database, table.name])];
  const headline =
    total === undefined
      ? sentence(t('Import rows from {0} into {1}', PLACE, SECOND), ...where)
      : total === 1
        ? sentence(t('Import 1 row from {0} into {1}', PLACE, SECOND), ...where)
        : sentence(t('Import {0} rows from {1} into {2}', number(total), PLACE, SECOND), ...where);
  return {
    ...{ profile, database: table.database, headline },
    run: total === undefined ? t('Import Rows') : total === 1 ? t('Import 1 Row') : t('Import {0} Rows', number(total)),
    statements: [reviewedImport({ table, columns: named, rows: shown, total, sql })],
    verified: atomic
      ? t('All rows are inserted, or none. If the server rejects a row, the import is rolled back.')
      : t('Rows that the server rejects are skipped. The other rows are committed as they are inserted.'),
    warnings: leavesOut.map((text) => ({ weight: 'warning', text: foreignSentence(text) })),
  };
}

/** The first rows, and how many there are; the number is undefined where counting takes too long. */
async function countRows(
  rows: AsyncIterable<ImportRow>,
): Promise<{ readonly shown: readonly (readonly Cell[])[]; readonly total: number | undefined }> {
  const end = performance.now() + COUNT_MS;
  const shown: (readonly Cell[])[] = [];
  let characters = 0;
  let total = 0;
  for await (const { values } of rows) {
    total++;
    characters += values.reduce((sum, value) => sum + (value?.length ?? 0), 0);
    if (shown.length < MAX_ROWS && characters <= MAX_CHARACTERS) shown.push(values);
    if (total % ROWS_BETWEEN === 0 && performance.now() > end) return { shown, total: undefined };
  }
  return { shown, total };
}
