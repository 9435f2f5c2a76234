import type { ExportReview } from '../../broker/exportContract.ts';

/** Tables and columns beyond that are counted. */
const MAX_NAMES = 50;

/** For a client that shows text alone: one line for each thing that a person has to know. */
export function summaryOf(
  { folder, file, format, tables, protected: columns, maxRows, database }: ExportReview,
  connection: string,
): string[] {
  const ruled = columns.map(
    ({ database: of, name, column, action }) => `${of}.${name}.${column} (${action === 'mask' ? 'masked' : action})`,
  );
  return [
    `EXPORT to ${file} (${format})`,
    `Connection: ${connection}`,
    ...(database === '' ? [] : [`Database: ${database}`]),
    `Folder: ${folder}`,
    `Rows: ${maxRows === undefined ? 'all rows of the result' : `at most ${maxRows}`}`,
    ...(tables.length === 0 ? [] : [`Tables: ${listOf(tables.map(({ database: of, name }) => `${of}.${name}`))}`]),
    ...(ruled.length === 0 ? [] : [`Protected columns: ${listOf(ruled)}`]),
  ];
}

function listOf(names: readonly string[]): string {
  const rest = names.length - MAX_NAMES;
  const shown = names.slice(0, MAX_NAMES).join(', ');
  return rest > 0 ? `${shown} and ${String(rest)} more` : shown;
}
