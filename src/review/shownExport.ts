import type { ExportReview } from '../broker/exportContract.ts';
import type { Piece, Pieces, ShownReview } from '../webview/review/messages.ts';
import type { Translate } from './translate.ts';
import { placeOf, requestedBy, type ReviewSubject } from './reviewModel.ts';
import { namePieces, PLACE, piecesOf, plain, sentence, statementLines } from './reviewPieces.ts';

/** Tables and columns beyond that are counted. */
const MAX_NAMES = 50;

/** All that the review of an export shows, in words. */
export function shownExport(
  { ticket, review, profile, environment, client }: Omit<ReviewSubject, 'review'> & { readonly review: ExportReview },
  t: Translate,
): ShownReview {
  const { database, sql, tables, protected: columns, maxRows, format, folder, file, hasSession } = review;
  const limit =
    maxRows === undefined ? [plain(t('All rows of the result'))] : sentence(t('At most {0}', PLACE), piecesOf(maxRows, 'number'));
  const tableNames = tables.map((table) => namePieces([table.database, table.name]));
  const columnNames = columns.map(({ database: of, name, column, action }) =>
    sentence(action === 'mask' ? t('{0} (masked)', PLACE) : t('{0} (pseudonym)', PLACE), namePieces([of, name, column])),
  );
  return {
    kind: 'export',
    ticket,
    agent: true,
    headline: sentence(t('Export to {0}', PLACE), piecesOf(file, 'name')),
    environment: profile.environment,
    about: [
      requestedBy(client, t),
      ...placeOf({ profile, environment, server: undefined, account: profile.user, database }, t),
      ...(tableNames.length === 0 ? [] : [{ label: t('Tables'), value: listOf(tableNames, t) }]),
      { label: t('Rows'), value: limit },
      ...(columnNames.length === 0 ? [] : [{ label: t('Protected columns'), value: listOf(columnNames, t) }]),
      { label: t('Format'), value: piecesOf(formatName(format), 'name') },
      { label: t('Folder'), value: piecesOf(folder, 'name') },
    ],
    warnings: [],
    statements: [{ sql: statementLines(sql), verified: [], unverified: [], reaches: [], facts: [], plan: [] }],
    run: t('Export'),
    runForSession: hasSession ? t('Export and Allow for This Session') : undefined,
  };
}

/** As `exportFormats` names them to people. */
function formatName(format: string): string {
  return { csv: 'CSV', jsonl: 'JSON Lines', sql: 'SQL', parquet: 'Parquet' }[format] ?? format;
}

function listOf(names: readonly Pieces[], t: Translate): Piece[] {
  const shown = names.slice(0, MAX_NAMES).flatMap((name, i) => [...(i === 0 ? [] : [plain(', ')]), ...name]);
  const rest = names.length - MAX_NAMES;
  return rest > 0 ? [...shown, plain(` ${t('and {0} more', rest)}`)] : shown;
}
