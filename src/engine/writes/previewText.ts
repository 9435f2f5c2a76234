import type { ResultTable } from '../query/results/resultSet.ts';
import { readableText, shownStatement } from './shownStatement.ts';
import { cut, hidesText, mixesAlphabets, visibleText } from '../text.ts';
import type { StatementPreview, WritePreview } from './writePreview.ts';
import { inEnglish, phrase, rowsPhrase, type Phrase, type Words } from '../phrase.ts';

const WIDTH = 66;
const SHOWN_CELL = 60;
const SHOWN_TABLES = 12;
/** Of each table in the text; a review shows the others. */
export const SHOWN_ROWS = 5;

/** One sentence about what would happen: `UPDATE changes 3 rows of orders`. */
export function summarize({ statements }: WritePreview): string {
  const parts = statements.map(({ statement: { verb }, rows, table, level }) => {
    const name = table === undefined ? undefined : visibleText(table.name);
    const where = name === undefined ? '' : ` of ${name}`;
    if (rows === undefined) return `${verb}${name === undefined ? '' : ` on ${name}`}`;
    const about = level === 'shown' ? 'about ' : '';
    return `${verb}: ${about}${rows.toLocaleString('en-US')} ${rows === 1 ? 'row' : 'rows'}${where}`;
  });
  return parts.join('; ');
}

/** What somebody has to know who decides without reading the rest, one line each. */
export function cautions({ statements }: WritePreview): string[] {
  const lines = statements.flatMap((preview) => [
    ...looksText(preview),
    ...preview.dangers,
    ...preview.warnings,
    ...preview.advice,
    ...(preview.statement.shape === undefined ? preview.facts.slice(0, 1) : []),
    ...lastingText(preview),
    ...(preview.statement.shape !== undefined && preview.level === 'shown' ? [levelText(preview)] : []),
  ]);
  return [...new Set(lines.map((line) => visibleText(inEnglish(line))))];
}

/** All that is known before a decision, as an SQL document: what we say stands in comments. `connection` names it, and where it leads. */
export function previewDocument(preview: WritePreview, connection: string): string {
  const { statements, dryRun, identity } = preview;
  const together =
    statements.length > 1 ? [`${String(statements.length)} statements in one transaction: all of them are committed, or none.`] : [];
  const head = [
    `WRITE PREVIEW ${preview.id.slice(0, 8)}: ${summarize(preview)}`,
    `Connection: ${connection}`,
    `Server:     ${identity.label}, account ${identity.account}${identity.database === '' ? '' : `, database ${identity.database}`}`,
    ...together,
    'skipped' in dryRun
      ? `Dry run:    none (${inEnglish(dryRun.skipped)}).`
      : `Dry run:    run and rolled back in ${String(dryRun.elapsedMs)} ms. The rows were locked during the run. AUTO_INCREMENT values that it used aren't reused.`,
  ];
  return `${[comment(head), ...statements.map((statement, i) => section(statement, statements.length > 1 ? i + 1 : undefined))].join('\n\n')}\n`;
}

function section(preview: StatementPreview, number: number | undefined): string {
  const { statement, printed, facts, before, after, touched, plan, rows, guards } = preview;
  const tables = (touched?.tables ?? []).map(
    ({ database, name, engine, rows: all, because }) =>
      `  ${database}.${name}: ${engine === '' ? 'view' : engine}, about ${inEnglish(rowsPhrase(all ?? 0))}, changed by ${inEnglish(because)}`,
  );
  const triggers = (touched?.triggers ?? []).map(({ name, table, when }) => `  trigger ${name}: ${when} on ${table}`);
  const lines = [
    ...(number === undefined ? [] : [`--- Statement ${String(number)} ---`]),
    ...[...looksText(preview), ...preview.dangers, ...preview.warnings, ...preview.advice].map(
      (warning) => `WARNING: ${inEnglish(warning)}`,
    ),
    ...(statement.shape === undefined ? [] : [levelText(preview), ...guardTexts(preview)]),
    ...lastingText(preview).map((line) => `WARNING: ${inEnglish(line)}`),
    ...facts.flatMap(factLines),
    ...list('Tables:', [...tables.slice(0, SHOWN_TABLES), ...(tables.length > SHOWN_TABLES ? ['  …'] : []), ...triggers]),
    ...list(
      'Plan:',
      plan.map(
        (step) =>
          `  ${step.table ?? '-'}: ${step.access}${step.key === undefined ? '' : ` using index ${step.key}`}, about ${inEnglish(rowsPhrase(step.rows ?? 0))}`,
      ),
    ),
  ];
  // What is sent, and not what was written: that may say in a comment what it does not do.
  const parts = [comment(lines), `${shownStatement(printed, statement.context.dialect)};`];
  for (const { what, sample, count } of guards)
    if (sample !== undefined && sample.rows.length > 0) parts.push(comment(tableLines(`Now: ${inEnglish(what)}`, sample, count)));
  if (before !== undefined && before.rows.length > 0) parts.push(comment(tableLines('Rows before', before, rows)));
  if (after !== undefined && after.rows.length > 0) parts.push(comment(tableLines('Rows after the dry run', after, rows)));
  return parts.join('\n\n');
}

function levelText({ level, reason, expected }: StatementPreview): string {
  switch (level) {
    case 'rows':
      return 'Verified before the commit: the keys and values of these rows. If any of them has changed, nothing is committed.';
    case 'count':
      return `Verified before the commit: only that the server counts ${inEnglish(rowsPhrase(expected ?? 0))} (${inEnglish(reason ?? '')}).`;
    case 'shown':
      return `NOT verified: other rows may be affected when it runs (${inEnglish(reason ?? '')}).`;
  }
}

/** What is verified besides the rows themselves, and what is not. */
function guardTexts({ guards, unheld }: StatementPreview): string[] {
  return [
    ...(guards.length === 0 ? [] : [`Also verified: ${guards.map(({ what }) => inEnglish(what)).join('; ')}.`]),
    ...(unheld.length === 0 ? [] : [`NOT verified: ${unheld.map(inEnglish).join('; ')}.`]),
  ];
}

/** A statement of this length hides its condition behind its values. */
const LONG_STATEMENT = 5000;

/** Why a statement may look like another one. */
export function looksText({ printed, statement }: StatementPreview): Phrase[] {
  const text = readableText(printed, statement.context.dialect);
  const names = new Set([...printed.matchAll(/`((?:[^`]|``)+)`/g)].map(([, name = '']) => name).filter(mixesAlphabets));
  return [
    ...(hidesText(text) ? [phrase('The statement contains invisible characters, which are shown as escape codes.')] : []),
    ...[...names].map((name) => phrase('The name {0} mixes look-alike letters from different alphabets.', name)),
    ...(printed.length > LONG_STATEMENT ? [phrase('The statement is {0} characters long. Read it to the end.', printed.length)] : []),
  ];
}

/** The first line is ours. What stands behind it is text of the server, and each of its lines is marked as such. */
function factLines(fact: Words): string[] {
  const [first = '', ...rest] = inEnglish(fact).split('\n');
  return [first, ...rest.map((line) => `  | ${line}`)];
}

export function lastingText({ touched }: StatementPreview): Phrase[] {
  return touched?.lasting === undefined ? [] : [phrase('ROLLBACK may not undo all changes: {0}.', touched.lasting)];
}

function list(title: string, lines: readonly string[]): string[] {
  return lines.length === 0 ? [] : [title, ...lines];
}

/** A table in columns of equal width; line ends and tabs are shown as escapes, so that no cell can look like a line of ours. */
function tableLines(title: string, { columns, rows: kept }: ResultTable, all: number | undefined): string[] {
  const rows = kept.slice(0, SHOWN_ROWS);
  const cells = [columns.map(({ name }) => name), ...rows.map((row) => row.map((cell) => cell ?? 'NULL'))].map((row) =>
    row.map((cell) =>
      cut(visibleText(cell.replaceAll('\\', '\\\\').replaceAll('\n', '\\n').replaceAll('\r', '\\r').replaceAll('\t', '\\t')), SHOWN_CELL),
    ),
  );
  const widths = columns.map((_, i) => Math.max(...cells.map((row) => row[i]?.length ?? 0)));
  const lines = cells.map((row) => `  ${row.map((cell, i) => cell.padEnd(widths[i] ?? 0)).join('  ')}`.trimEnd());
  const count = all === undefined || all <= rows.length ? '' : ` (${String(rows.length)} of ${all.toLocaleString('en-US')})`;
  return [`${title}${count}:`, ...lines];
}

/** Every line begins with `-- `: whatever stands in it, it is no statement. */
function comment(lines: readonly string[]): string {
  return lines
    .flatMap((line) => wrap(visibleText(line)))
    .map((line) => `-- ${line}`.trimEnd())
    .join('\n');
}

/** At blanks, to what fits beside a chat; tables begin with blanks and stay whole. */
function wrap(line: string): string[] {
  if (line.startsWith('  ')) return [line];
  const lines: string[] = [];
  let rest = line;
  while (rest.length > WIDTH) {
    const at = rest.lastIndexOf(' ', WIDTH);
    if (at < WIDTH / 2) break;
    lines.push(rest.slice(0, at));
    rest = `  ${rest.slice(at + 1)}`;
  }
  return [...lines, rest];
}
