import { text } from '../driver/catalogRow.ts';
import type { Session } from '../driver/session.ts';
import { modeLine, sessionFooter, sessionHeader, type LoadMode } from '../query/exports/sqlFile.ts';
import { keyOfName, type QualifiedName } from '../sql/identifiers.ts';
import type { ReferringKey } from './touchedTables.ts';
import { readForeignKeys, type ForeignKey } from './undoForeignKeys.ts';
import { rowsOf, type UndoRecord } from './undoRecord.ts';
import { readUniqueKeys } from './uniqueKeys.ts';
import { undoStatements, type UndoneTable, type UndoStatement } from './undoStatements.ts';

/** Statements that bring back the rows that were changed. They are a copy of data. */
export interface UndoScript {
  readonly sql: string;
  /** The same for a file, which sets the session that they need and puts it back. */
  readonly file: string;
  readonly statements: number;
  readonly rows: number;
  /** Triggers that bringing the rows back fires, for example `audit (AFTER INSERT)`: they may change them. */
  readonly fires: readonly string[];
}

export interface TableTrigger {
  readonly table: QualifiedName;
  /** For example INSERT. */
  readonly event: string;
  readonly told: string;
}

/** What decides how rows come back. */
export interface UndoFacts {
  readonly tables: readonly UndoneTable[];
  readonly keys: readonly ForeignKey[];
  readonly triggers: readonly TableTrigger[];
  /** Foreign keys by which rows of others follow. */
  readonly referring: readonly Pick<ReferringKey, 'parent'>[];
}

/** Undefined where only a program can undo it that checks foreign keys by itself: where rows go that others may refer to, the server would change or delete those along. */
export function undoScript(record: UndoRecord, { tables, keys, triggers, referring }: UndoFacts): UndoScript | undefined {
  const statements = undoStatements(tables, keys, { checked: true });
  const parents = new Set(referring.map(({ parent }) => keyOfName(parent)));
  if (statements.some(({ verb, table }) => verb === 'DELETE' && parents.has(keyOfName(table)))) return undefined;
  return {
    sql: statements.map(({ sql }) => `${sql};\n`).join(''),
    file: sessionHeader() + inModes(statements) + sessionFooter(),
    statements: statements.length,
    rows: rowsOf(record),
    fires: triggers
      .filter(({ table, event }) => statements.some((one) => one.verb === event && keyOfName(one.table) === keyOfName(table)))
      .map(({ told }) => told),
  };
}

function inModes(statements: readonly UndoStatement[]): string {
  let current: LoadMode = 'strict';
  let text = '';
  for (const { sql, mode } of statements) {
    if (mode !== current) text += modeLine(mode);
    current = mode;
    text += `${sql};\n`;
  }
  return text;
}

/** Table by table: servers that find out by opening tables open only those that an equation names. */
export async function readUndoFacts(session: Session, { tables }: UndoRecord, referring: UndoFacts['referring']): Promise<UndoFacts> {
  const known: UndoneTable[] = [];
  const triggers: TableTrigger[] = [];
  for (const table of tables) {
    known.push({ ...table, uniqueKeys: await readUniqueKeys(session, table) });
    const rows = await session.read(
      `SELECT trigger_name AS name, action_timing AS timing, event_manipulation AS event FROM information_schema.triggers
       WHERE event_object_schema = ? AND event_object_table = ? ORDER BY trigger_name LIMIT 1000000`,
      [table.database, table.name],
    );
    for (const row of rows) {
      const event = text(row, 'event');
      triggers.push({ table, event, told: `${text(row, 'name')} (${text(row, 'timing')} ${event})` });
    }
  }
  return { tables: known, keys: await readForeignKeys(session, tables), triggers, referring };
}
