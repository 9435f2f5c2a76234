import type { Session } from '../driver/session.ts';
import { PilotError } from '../errors.ts';
import type { ReadContext } from '../guard/readContext.ts';
import { wideKey } from '../lineage/columnNames.ts';
import type { ColumnRules } from '../policy/columnRules.ts';
import { keyOfName, quoteIdentifier, type QualifiedName } from '../sql/identifiers.ts';
import type { SetClause, Statement } from '../sql/ast/statements.ts';
import { sql } from '../sql/ownSql.ts';
import { parseStatements } from '../sql/parser/parse.ts';
import { walk } from '../sql/walk.ts';
import { CheckedTable } from './checkedTable.ts';
import { STATEMENT, type Touched, type TouchedTable, type TouchingTrigger } from './touchedTables.ts';
import { mixesColumns, namesInTrigger } from './triggerBody.ts';

/** Columns by `wideKey`; undefined for any. */
type Written = ReadonlySet<string> | undefined;
type IsWritten = (column: string) => boolean;

/**
 * Throws `statement.refused` for a write that names no protected column, and whose outcome tells of one all the same. Where the server checks a key, a foreign key, a CHECK, a generated
 * column or a partition, or runs a trigger, it compares what is written with protected values: each guess gets an answer, and a dry run answers as many as are asked.
 */
export async function refuseTies(session: Session, statement: Statement, touched: Touched, context: ReadContext): Promise<void> {
  const { columns: rules } = context;
  if (rules === undefined) return;
  const near = [...touched.tables, ...touched.checks, ...touched.reads, ...touched.keys.map(({ child }) => child)];
  if (!near.some((table) => rules.mayMeet(table))) return;
  const check = new TieCheck(session, context, rules, touched);
  for (const table of touched.tables) await check.run(table, writtenOf(statement, touched, table));
}

/** What the statement sets itself, and what foreign keys set along. */
function writtenOf(statement: Statement, { keys }: Touched, table: TouchedTable): Written {
  const isDirect = table.because === STATEMENT;
  const named = isDirect ? namedIn(statement) : new Set<string>();
  const along = keys.filter(
    ({ child, onDelete, onUpdate }) => keyOfName(child) === keyOfName(table) && (isAction(onDelete) || isAction(onUpdate)),
  );
  if (named === undefined || (!isDirect && along.length === 0)) return undefined; // a trigger may set any
  return new Set([...named, ...along.flatMap(({ childColumns }) => childColumns.map(wideKey))]);
}

function isAction(rule: string): boolean {
  return rule !== 'RESTRICT' && rule !== 'NO ACTION';
}

function namedIn(statement: Statement): Written {
  const isInsert = statement.kind === 'insert';
  if (isInsert && statement.columns === undefined && statement.source.kind !== 'insertSet') return undefined;
  const found = new Set(isInsert ? statement.columns?.map(({ name }) => wideKey(name.name)) : []);
  walk(statement, (node) => {
    if (node.kind === 'setClause') found.add(wideKey((node as SetClause).column.name.name));
    return undefined;
  });
  return found;
}

class TieCheck {
  readonly #session: Session;
  readonly #context: ReadContext;
  readonly #rules: ColumnRules;
  readonly #touched: Touched;
  readonly #definitions = new Map<string, Promise<CheckedTable>>();

  constructor(session: Session, context: ReadContext, rules: ColumnRules, touched: Touched) {
    this.#session = session;
    this.#context = context;
    this.#rules = rules;
    this.#touched = touched;
  }

  async run(table: TouchedTable, written: Written): Promise<void> {
    const triggers = this.#touched.triggers.filter((one) => one.database === table.database && one.table === table.name);
    const writes = this.#writtenWith(triggers, written);
    await this.#checkReferringKeys(table, writes);
    if (!table.events.includes('INSERT') && !table.events.includes('UPDATE')) return;
    await this.#checkTriggers(table, triggers, written);
    const parents = this.#touched.checks.some((parent) => this.#rules.mayMeet(parent));
    if (parents || this.#rules.mayMeet(table)) await this.#checkDefinition(table, writes);
  }

  /** A trigger that runs before the change may set what it names. */
  #writtenWith(triggers: readonly TouchingTrigger[], written: Written): IsWritten {
    if (written === undefined) return () => true;
    const all = new Set(written);
    for (const trigger of triggers.filter(({ when }) => when.startsWith('BEFORE '))) {
      const names = namesInTrigger(trigger, this.#context.dialect);
      if (names === undefined) return () => true;
      for (const name of names) all.add(wideKey(name));
    }
    return (column) => all.has(wideKey(column));
  }

  /** To delete a row, or to change its key, tells whether protected columns refer to it. */
  async #checkReferringKeys(table: TouchedTable, writes: IsWritten): Promise<void> {
    for (const { parent, parentColumns, child, childColumns } of this.#touched.keys) {
      if (keyOfName(parent) !== keyOfName(table)) continue;
      const isChecked = table.events.includes('DELETE') || (table.events.includes('UPDATE') && parentColumns.some(writes));
      if (isChecked && (await this.#anySecret(child, childColumns))) throw tied(table, parentColumns.join(', '));
    }
  }

  async #checkTriggers(table: TouchedTable, own: readonly TouchingTrigger[], written: Written): Promise<void> {
    if (own.length === 0) return;
    const secrets = await Promise.all([...this.#touched.tables, ...this.#touched.reads].map((one) => this.#secretOf(one)));
    const isSecret = (column: string): boolean => secrets.some((keys) => keys.has(wideKey(column)));
    for (const trigger of own) {
      const others = own.filter((one) => one !== trigger);
      if (mixesColumns(trigger, this.#context.dialect, isSecret, this.#writtenWith(others, written)))
        throw tied(table, `the columns of the trigger ${trigger.name}`);
    }
  }

  async #checkDefinition(table: TouchedTable, writes: IsWritten): Promise<void> {
    const definition = await this.#definition(table);
    const written = definition.withGenerated(writes);
    for (const { columns, parent, parentColumns } of definition.foreignKeys)
      if (columns.some((key) => written.has(key)) && (await this.#anySecret(parent, parentColumns)))
        throw tied(table, definition.spelled(columns));
    const secret = await this.#secretOf(table);
    // A new row has the defaults of protected columns in it where no trigger sets them, and with NULL in one of them a key meets no other row.
    const isNew = table.because === STATEMENT && !table.events.includes('UPDATE');
    const keys = definition.foreignKeys.map(({ columns }) => ({ columns, isUnique: true }));
    for (const { columns, isUnique } of [...definition.together, ...keys]) {
      const hidden = columns.filter((key) => secret.has(key));
      const open = columns.filter((key) => written.has(key) && !secret.has(key));
      if (hidden.length === 0 || open.length === 0) continue;
      if (isNew && (!isUnique || hidden.some((key) => definition.isNullByDefault(key) && !written.has(key)))) continue;
      throw tied(table, definition.spelled(open));
    }
  }

  async #anySecret(table: QualifiedName, columns: readonly string[]): Promise<boolean> {
    const secret = await this.#secretOf(table);
    return columns.some((name) => secret.has(wideKey(name)));
  }

  /** The protected columns of a table, with those that follow from them. */
  async #secretOf(table: QualifiedName): Promise<ReadonlySet<string>> {
    if (!this.#rules.mayMeet(table)) return new Set();
    const { database, name } = table;
    const isRuled = (column: string): boolean => this.#rules.actionOf({ database, table: name, column }) !== undefined;
    return (await this.#definition(table)).withGenerated(isRuled);
  }

  #definition(table: QualifiedName): Promise<CheckedTable> {
    const key = keyOfName(table);
    const known = this.#definitions.get(key) ?? this.#readDefinition(table);
    this.#definitions.set(key, known);
    return known;
  }

  async #readDefinition({ database, name }: QualifiedName): Promise<CheckedTable> {
    const [row] = await this.#session.read(sql`SHOW CREATE TABLE ${quoteIdentifier(database)}.${quoteIdentifier(name)}`);
    const text = row?.['Create Table'];
    const [tree] = typeof text === 'string' ? this.#parse(text) : [];
    if (tree?.kind !== 'createTable') throw tied({ database, name }, "the definition, which can't be parsed reliably");
    return new CheckedTable(tree, database);
  }

  #parse(text: string): readonly Statement[] {
    try {
      return parseStatements(text, this.#context.dialect);
    } catch {
      return [];
    }
  }
}

/** `what` names no protected column: it may be hidden. */
function tied({ database, name }: QualifiedName, what: string): PilotError {
  return new PilotError('statement.refused', 'An error of this statement would reveal values of protected columns. Nothing was run.', {
    evidence: `${database}.${name}: ${what}`,
    advice: 'rights.columnTies',
  });
}
