import type { ResultTable } from '../query/results/resultSet.ts';
import { readableText, shownStatement } from './shownStatement.ts';
import { cut, hidesText, mixesAlphabets, visibleText } from '../text.ts';
import type { StatementPreview, WritePreview } from './writePreview.ts';

const WIDTH = 66;
const SHOWN_CELL = 60;
const SHOWN_TABLES = 12;
/** Of each table in the text; a review shows the others. */
const SHOWN_ROWS = 5;

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
  return [...new Set(lines.map(visibleText))];
}

/** All that is known before a decision, as an SQL document: what we say stands in comments. `connection` names it, and where it leads. */
export function previewDocument(preview: WritePreview, connection: string): string {
  const { statements, dryRun, identity } = preview;
  const together = statements.length > 1 ? [`${String(statements.length)} statements as one transaction: all of them or none.`] : [];
  const head = [
    `WRITE PREVIEW ${preview.id.slice(0, 8)}: ${summarize(preview)}`,
    `Connection: ${connection}`,
    `Server:     ${identity.label}, account ${identity.account}${identity.database === '' ? '' : `, database ${identity.database}`}`,
    ...together,
    'skipped' in dryRun
      ? `Dry run:    none, because ${dryRun.skipped}.`
      : `Dry run:    run and rolled back in ${String(dryRun.elapsedMs)} ms. It locked the rows meanwhile; numbers of AUTO_INCREMENT that it used are not used again.`,
  ];
  return `${[comment(head), ...statements.map((statement, i) => section(statement, statements.length > 1 ? i + 1 : undefined))].join('\n\n')}\n`;
}

function section(preview: StatementPreview, number: number | undefined): string {
  const { statement, printed, facts, before, after, touched, plan, rows, guards } = preview;
  const tables = (touched?.tables ?? []).map(
    ({ database, name, engine, rows: all, because }) =>
      `  ${database}.${name}: ${engine === '' ? 'view' : engine}, about ${(all ?? 0).toLocaleString('en-US')} rows, touched by ${because}`,
  );
  const triggers = (touched?.triggers ?? []).map(({ name, table, when }) => `  trigger ${name}: ${when} on ${table}`);
  const lines = [
    ...(number === undefined ? [] : [`--- Statement ${String(number)} ---`]),
    ...[...looksText(preview), ...preview.dangers, ...preview.warnings, ...preview.advice].map((warning) => `WARNING: ${warning}`),
    ...(statement.shape === undefined ? [] : [levelText(preview), ...guardTexts(preview)]),
    ...lastingText(preview).map((line) => `WARNING: ${line}`),
    ...facts.flatMap(factLines),
    ...list('Tables:', [...tables.slice(0, SHOWN_TABLES), ...(tables.length > SHOWN_TABLES ? ['  …'] : []), ...triggers]),
    ...list(
      'Plan:',
      plan.map(
        (step) =>
          `  ${step.table ?? '-'}: ${step.access}${step.key === undefined ? '' : ` by ${step.key}`}, ~${(step.rows ?? 0).toLocaleString('en-US')} rows`,
      ),
    ),
  ];
  // What is sent, and not what was written: that may say in a comment what it does not do.
  const parts = [comment(lines), `${shownStatement(printed, statement.context.dialect)};`];
  for (const { what, sample, count } of guards)
    if (sample !== undefined && sample.rows.length > 0) parts.push(comment(tableLines(`Now ${what}`, sample, count)));
  if (before !== undefined && before.rows.length > 0) parts.push(comment(tableLines('Rows as they are', before, rows)));
  if (after !== undefined && after.rows.length > 0) parts.push(comment(tableLines('Rows as the dry run left them', after, rows)));
  return parts.join('\n\n');
}

function levelText({ level, reason, expected }: StatementPreview): string {
  switch (level) {
    case 'rows':
      return 'Held to these rows: it runs only if keys and values of all of them are then as they are now.';
    case 'count':
      return `Held to their number: it is committed only if the server counts ${(expected ?? 0).toLocaleString('en-US')} (${reason ?? ''}).`;
    case 'shown':
      return `NOT held to anything: what it then meets may be something else (${reason ?? ''}).`;
  }
}

/** What is held besides the rows themselves, and what is not. */
function guardTexts({ guards, unheld }: StatementPreview): string[] {
  return [
    ...(guards.length === 0 ? [] : [`Held, too: ${guards.map(({ what }) => what).join('; ')}.`]),
    ...(unheld.length === 0 ? [] : [`NOT held: ${unheld.join('; ')}.`]),
  ];
}

/** A statement of this length hides its condition behind its values. */
const LONG_STATEMENT = 5000;

/** Why a statement may look like another one. */
export function looksText({ printed, statement }: StatementPreview): string[] {
  const text = readableText(printed, statement.context.dialect);
  const names = new Set([...printed.matchAll(/`((?:[^`]|``)+)`/g)].map(([, name = '']) => name).filter(mixesAlphabets));
  return [
    ...(hidesText(text) ? ['It has characters that cannot be seen. They are shown as \\u{…}.'] : []),
    ...[...names].map((name) => `The name ${name} mixes letters of several alphabets that look alike.`),
    ...(printed.length > LONG_STATEMENT ? [`It is ${printed.length.toLocaleString('en-US')} characters long: look at its end, too.`] : []),
  ];
}

/** The first line is ours. What stands behind it is text of the server, and each of its lines is marked as such. */
function factLines(fact: string): string[] {
  const [first = '', ...rest] = fact.split('\n');
  return [first, ...rest.map((line) => `  | ${line}`)];
}

export function lastingText({ touched }: StatementPreview): string[] {
  return touched?.lasting === undefined ? [] : [`A ROLLBACK might not undo all of it: ${touched.lasting}.`];
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
