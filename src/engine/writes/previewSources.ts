import type { Receiver, ReadSources, Seen } from '../query/results/readSources.ts';
import { keyOfName, type QualifiedName } from '../sql/identifiers.ts';
import type { WriteOutcome } from './approvedRun.ts';
import { SHOWN_ROWS } from './previewText.ts';
import type { StatementPreview, WritePreview } from './writePreview.ts';

/** Tells what a preview shows of tables: rows before and after, and those that it checks. */
export function tellPreview({ statements }: WritePreview, seen: Seen, receiver: Receiver): void {
  for (const statement of statements) {
    const shown = [statement.before, statement.after, ...statement.guards.map(({ sample }) => sample)];
    const rows = shown.reduce((sum, table) => sum + Math.min(SHOWN_ROWS, table?.rows.length ?? 0), 0);
    const tables = tablesOf(statement);
    if (rows > 0) seen.rows(sourcesOf(tables), rows, receiver);
    seen.structure(tables);
  }
}

interface Written {
  readonly preview: WritePreview;
  readonly outcome: WriteOutcome;
  /** A script with the rows as they were lies in a file. */
  readonly isScriptKept: boolean;
}

/** Tells what an agent gets of a write that has run: results of procedures, and the script that undoes it. */
export function tellOutcome({ preview, outcome, isScriptKept }: Written, seen: Seen): void {
  const tables = preview.statements.flatMap(tablesOf);
  for (const { rows } of outcome.results ?? []) {
    seen.rows(sourcesOf(tables), rows.length, 'answer');
    seen.facts('procedure'); // whose tables are not known
  }
  const changed = outcome.effects.reduce((sum, { affected }) => sum + affected, 0);
  if (isScriptKept) seen.rows(sourcesOf(tables), changed, 'file');
}

function tablesOf({ table, touched, held }: StatementPreview): QualifiedName[] {
  const all = [...(table === undefined ? [] : [table]), ...(touched?.tables ?? []), ...(touched?.reads ?? []), ...held];
  return [...new Map(all.map(({ database, name }) => [keyOfName({ database, name }), { database, name }])).values()];
}

/** Which columns a preview shows differs with each statement: all of them. */
function sourcesOf(tables: readonly QualifiedName[]): ReadSources {
  const whole = tables.map((name) => ({ ...name, all: true, columns: [], maybe: [], protected: [] }));
  return { tables: whole, structure: [], shows: undefined, plan: false };
}
