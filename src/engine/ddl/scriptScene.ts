import { phrase } from '../phrase.ts';
import type { Session } from '../driver/session.ts';
import { agentDialect } from '../query/authorization/agentDialect.ts';
import type { ForeignKey } from '../schema/foreignKeys.ts';
import { keyOfName, type QualifiedName } from '../sql/identifiers.ts';
import type { Statement } from '../sql/ast/statements.ts';
import type { ColumnAttribute, Constraint } from '../sql/ast/tableElements.ts';
import { walk } from '../sql/walk.ts';
import type { DdlContext, ReferringKey } from './ddlContext.ts';
import type { Outcome } from './forecast.ts';
import type { Judgement, Scene } from './judgeScene.ts';
import { judgeStatement } from './judgeStatement.ts';
import { isUnreadable, readChecks, readDependents, readPrograms, readSettings, readSizes, readTable } from './readTables.ts';
import type { Dependent, NamedCheck, ServerSettings, Unreadable } from './readTables.ts';
import { SchemaState } from './schemaState.ts';
import { namesOf, type ScriptPart } from './scriptStatements.ts';
import { StatementFails, StatementUnknown } from './statementFails.ts';
import { charsetOf, same } from './tableModel.ts';

/** What a script meets on a server. */
export interface ScriptScene {
  readonly settings: ServerSettings;
  readonly dependents: readonly Dependent[];
  /** On MySQL, those of all tables that have a name which the script gives. */
  readonly checks: readonly NamedCheck[];
  readonly unknown: ReadonlyMap<string, Unreadable>;
  /** Tables that are altered, dropped or renamed. */
  readonly changed: readonly QualifiedName[];
  readonly flavor: 'mysql' | 'mariadb';
  readonly versionNumber: number;
  state: SchemaState;
}

interface Given {
  readonly keys: readonly ForeignKey[];
  readonly database: string | undefined;
}

/** All that the statements name, as it is now. */
export async function readScene(session: Session, script: readonly ScriptPart[], { keys, database }: Given): Promise<ScriptScene> {
  const names = namesOf(script, database);
  const settings = await readSettings(session);
  const state = new SchemaState(keys.map(toReferring), database);
  for (const [database] of settings.defaults) state.setProgram('DATABASE', { database: '', name: database }, true);
  const unknown = new Map<string, Unreadable>();
  for (const name of names.tables) {
    const { known } = await readTable(session, name, settings);
    if (isUnreadable(known)) unknown.set(keyOfName(name), known);
    else state.set(name, known);
  }
  const existing = names.tables.filter((name) => typeof state.get(name) === 'object');
  for (const size of await readSizes(session, existing)) {
    const table = state.get(size);
    if (typeof table === 'object') state.set(size, { ...table, rows: size.rows, bytes: size.bytes });
  }
  for (const program of await readPrograms(session, names.programs)) state.setProgram(program.kind, program, true);
  const keysOf = (counts: (statement: Statement) => boolean): ReadonlySet<string> => keysIn(script, database, counts);
  const [touched, changed] = [keysOf(takesAway), keysOf(({ kind }) => DEFINES.has(kind))];
  const taken = existing.filter((name) => touched.has(keyOfName(name)));
  const dependents = taken.length === 0 ? [] : await readDependents(session, taken);
  const { flavor, versionNumber } = session.server;
  return {
    settings,
    dependents,
    checks: await readChecks(session, checkNames(script), names.tables),
    changed: existing.filter((name) => changed.has(keyOfName(name))),
    unknown,
    flavor,
    versionNumber,
    state,
  };
}

/** Names that the script gives to checks. */
function checkNames(script: readonly ScriptPart[]): string[] {
  const found = new Set<string>();
  for (const { statement } of script)
    if (statement !== undefined)
      walk(statement, (node) => {
        if (node.kind === 'constraint' && (node as Constraint).type === 'CHECK') found.add((node as Constraint).constraint?.name ?? '');
        if (node.kind === 'columnAttribute' && (node as ColumnAttribute).attribute === 'CHECK')
          found.add((node as ColumnAttribute).name?.name ?? '');
        return undefined;
      });
  found.delete('');
  return [...found];
}

/** Tables that some of the statements name, by `keyOfName`. */
function keysIn(
  script: readonly ScriptPart[],
  database: string | undefined,
  counts: (statement: Statement) => boolean,
): ReadonlySet<string> {
  const parts = script.filter(({ statement }) => statement !== undefined && (statement.kind === 'use' || counts(statement)));
  return new Set(namesOf(parts, database).tables.map(keyOfName));
}

const DEFINES = new Set<Statement['kind']>(['alterTable', 'createIndex', 'drop', 'renameTable', 'truncate']);

function toReferring({ name, table, columns, referenced, referencedColumns, onDelete }: ForeignKey): ReferringKey {
  return {
    name,
    child: table,
    columns,
    table: referenced,
    referenced: referencedColumns,
    onDelete: onDelete === 'SET NULL' ? 'SET NULL' : undefined,
    onUpdate: undefined,
  };
}

/** Other objects may name what such a statement changes. */
function takesAway(statement: Statement): boolean {
  if (statement.kind === 'drop') return statement.object === 'TABLE';
  if (statement.kind === 'renameTable' || statement.kind === 'truncate') return true;
  return (
    statement.kind === 'alterTable' && statement.actions.some(({ action }) => /^(?:DROP COLUMN|RENAME|MODIFY|CHANGE|CONVERT)/.test(action))
  );
}

function contextOf({ checks, dependents, settings, flavor, versionNumber, state }: ScriptScene): DdlContext {
  return {
    ...{
      flavor,
      versionNumber,
      ...(state.modes ?? { strict: settings.strict, noZeroDate: settings.noZeroDate }),
      logs: settings.logs,
      collations: settings.collations,
    },
    foreignKeyChecks: state.foreignKeyChecks,
    dialect: agentDialect({ flavor, versionNumber } as Parameters<typeof agentDialect>[0]),
    database: state.database ?? '',
    table: (name) => {
      const known = state.get(name);
      return known === 'opaque' ? 'view' : known;
    },
    referring: (name) => state.referring(name),
    collationOf: (name) => settings.defaults.get(name),
    hasForeignKey: (where, name, except) => state.hasForeignKey(where, name, except),
    hasCheck: (where, name, except) =>
      state.hasCheck(where, name, except) ||
      checks.some((one) => same(one.database, where) && same(one.name, name) && !state.knows({ database: one.database, name: one.table })),
    isMissing: (name) => state.isMissing(name),
    hasTriggers: (name) => {
      const known = state.get(name);
      const origin = typeof known === 'object' ? known.origin : undefined;
      return dependents.some(
        ({ kind, table, database }) => kind === 'trigger' && same(table, origin?.name) && database === origin?.database,
      );
    },
    hasCollation: (name) =>
      settings.allCollations.has(name.replace(/^utf8_/, 'utf8mb3_')) || settings.allCollations.has(name.replace(/^[^_]+_/, '')),
    hasCharset: (name) => name === 'utf8' || settings.collations.has(name),
  };
}

export function sceneOf(scene: ScriptScene): Scene {
  return { state: scene.state, context: contextOf(scene), defaults: defaultsOf(scene) };
}

export function judge(
  statement: Statement,
  scene: Scene,
  { unknown }: ScriptScene,
): { readonly judgement: Judgement } | { readonly outcome: Outcome } {
  try {
    for (const name of namesOf([{ text: '', statement, reason: '' }], scene.state.database).tables) {
      const why = unknown.get(keyOfName(name));
      if (why !== undefined) return { outcome: outcomeOf(name, why) };
    }
    return { judgement: judgeStatement(statement, scene) };
  } catch (error) {
    if (error instanceof StatementFails) return { outcome: { kind: 'fails', errno: error.errno, reason: error.reason } };
    if (error instanceof StatementUnknown) return { outcome: { kind: 'unknown', reason: error.reason } };
    throw error;
  }
}

function outcomeOf({ name }: QualifiedName, why: Unreadable): Outcome {
  if (why === 'denied') return { kind: 'unknown', reason: phrase("this account can't read the definition of {0}", name) };
  if (why === 'unreadable') return { kind: 'unknown', reason: phrase('the definition is beyond the rules: {0}', name) };
  const { errno, wrongName } = why;
  if (wrongName !== undefined) return { kind: 'fails', errno, reason: wrongName(name) };
  return { kind: 'unknown', reason: phrase("the server can't show the definition of {0}: error {1}", name, String(errno)) };
}

function defaultsOf({ settings, state }: ScriptScene): Scene['defaults'] {
  const collation = settings.defaults.get(state.database ?? '');
  return { charset: charsetOf(collation) ?? 'utf8mb4', collation };
}
