import type { SessionPool } from '../driver/sessionPool.ts';
import { describeServer } from '../driver/serverInfo.ts';
import { agentDialect } from '../query/authorization/agentDialect.ts';
import type { ForeignKey } from '../schema/foreignKeys.ts';
import type { QualifiedName } from '../sql/identifiers.ts';
import { keyOfName } from '../sql/identifiers.ts';
import type { OwnSql } from '../sql/ownSql.ts';
import type { Statement } from '../sql/ast/statements.ts';
import { dataNotes } from './askRows.ts';
import type { DdlContext, ReferringKey } from './ddlContext.ts';
import { dependentNotes } from './dependents.ts';
import type { Forecast, Outcome, TableFacts } from './forecast.ts';
import { asAlter, dropAsAlter } from './judgeAlter.ts';
import { qualify, type Judgement, type Scene } from './judgeScene.ts';
import { judgeStatement } from './judgeStatement.ts';
import { droppedByModify } from './losses.ts';
import { readDependents, readPrograms, readSettings, readSizes, readTable, type Dependent, type ServerSettings } from './readTables.ts';
import { wayBack, withClauses } from './rewrite.ts';
import { SchemaState } from './schemaState.ts';
import { namesOf, readScript, type ScriptPart } from './scriptStatements.ts';
import { StatementFails, StatementUnknown } from './statementFails.ts';
import { charsetOf, same } from './tableModel.ts';

export interface ForecastSource {
  readonly pool: SessionPool;
  readonly foreignKeys: () => Promise<readonly ForeignKey[]>;
  /** Counts rows on the agent's own way; undefined where agents see no rows. */
  readonly count: ((sql: OwnSql) => Promise<number>) | undefined;
  readonly database: string | undefined;
}

export interface ScriptForecast {
  readonly server: string;
  readonly statements: readonly Forecast[];
}

interface Work {
  readonly source: ForecastSource;
  readonly settings: ServerSettings;
  readonly dependents: readonly Dependent[];
  readonly unknown: ReadonlyMap<string, 'denied' | 'unreadable'>;
  readonly flavor: 'mysql' | 'mariadb';
  readonly versionNumber: number;
  state: SchemaState;
}

/** What a server would do with each statement, as if those before it had run. Nothing is run but reads. */
export async function forecastScript(text: string, source: ForecastSource): Promise<ScriptForecast> {
  const keys = await source.foreignKeys();
  const { parts, work, server } = await source.pool.withSession(undefined, async (session) => {
    const script = readScript(text, agentDialect(session.server));
    const names = namesOf(script, source.database);
    const settings = await readSettings(session);
    const state = new SchemaState(keys.map(toReferring), source.database);
    for (const [database] of settings.defaults) state.setProgram('DATABASE', { database: '', name: database }, true);
    const unknown = new Map<string, 'denied' | 'unreadable'>();
    for (const name of names.tables) {
      const { known } = await readTable(session, name, settings);
      if (known === 'denied' || known === 'unreadable') unknown.set(keyOfName(name), known);
      else state.set(name, known);
    }
    const existing = names.tables.filter((name) => typeof state.get(name) === 'object');
    for (const size of await readSizes(session, existing)) {
      const table = state.get(size);
      if (typeof table === 'object') state.set(size, { ...table, rows: size.rows, bytes: size.bytes });
    }
    for (const program of await readPrograms(session, names.programs)) state.setProgram(program.kind, program, true);
    const touched = existing.filter((name) =>
      script.some(({ statement }) => takesAway(statement) && names.tables.length > 0 && name.name !== ''),
    );
    const dependents = touched.length === 0 ? [] : await readDependents(session, touched);
    const { flavor, versionNumber } = session.server;
    const found: Work = { source, settings, dependents, unknown, flavor, versionNumber, state };
    return { parts: script, work: found, server: describeServer(session.server) };
  });
  const statements: Forecast[] = [];
  for (const part of parts) statements.push(await forecastOne(part, work));
  return { server, statements };
}

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
function takesAway(statement: Statement | undefined): boolean {
  if (statement?.kind === 'drop') return statement.object === 'TABLE';
  if (statement?.kind === 'renameTable') return true;
  return (
    statement?.kind === 'alterTable' && statement.actions.some(({ action }) => /^(?:DROP COLUMN|RENAME|MODIFY|CHANGE|CONVERT)/.test(action))
  );
}

function contextOf({ dependents, settings, flavor, versionNumber, state }: Work): DdlContext {
  return {
    ...{
      flavor,
      versionNumber,
      strict: settings.strict,
      noZeroDate: settings.noZeroDate,
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
    hasTriggers: (name) => {
      const known = state.get(name);
      const origin = typeof known === 'object' ? known.origin : undefined;
      return dependents.some(({ kind, table, database }) => kind === 'trigger' && same(table, origin?.name) && database === origin?.database);
    },
    hasCollation: (name) => settings.allCollations.has(name.replace(/^utf8_/, 'utf8mb3_')) || settings.allCollations.has(name.replace(/^[^_]+_/, '')),
    hasCharset: (name) => name === 'utf8' || settings.collations.has(name),
  };
}

async function forecastOne(part: ScriptPart, work: Work): Promise<Forecast> {
  const { text, statement } = part;
  const verb = /^(?:\s|--[^\n]*\n|#[^\n]*\n|\/\*[^]*?\*\/)*(\w+)/.exec(text)?.[1]?.toUpperCase() ?? '';
  const base = { text, verb, table: undefined, notes: [], rewritten: undefined, wayBack: undefined };
  if (statement === undefined) return { ...base, outcome: { kind: 'fails', errno: 1064, reason: part.reason } };
  const before = work.state.clone();
  const context = contextOf(work);
  const scene: Scene = { state: work.state, context, defaults: defaultsOf(work) };
  const judged = judge(statement, scene, work);
  if (!('judgement' in judged)) {
    work.state = before;
    return { ...base, outcome: judged.outcome, table: tableOf(statement, before, scene) };
  }
  const { judgement } = judged;
  const { alteration } = judgement;
  const notes = judgement.idle === true ? ['nothing is done: IF EXISTS or IF NOT EXISTS applies'] : [];
  let { outcome } = judgement;
  if (alteration !== undefined && outcome.kind === 'way') {
    notes.push(...droppedByModify(alteration, context));
    const data = await dataNotes(alteration, outcome.way, context, work.source.count);
    notes.push(...data.notes);
    if (data.failure !== undefined) {
      outcome = data.failure;
      work.state = before;
    }
  }
  const renamed = statement.kind === 'renameTable' ? statement.pairs.map(({ from }) => qualify(from, { state: before })) : [];
  notes.push(...dependentNotes(judgement, renamed, work.dependents));
  const node =
    statement.kind === 'createIndex'
      ? asAlter(statement)
      : statement.kind === 'drop' && statement.object === 'INDEX'
        ? dropAsAlter(statement)
        : statement;
  const runs = outcome.kind === 'way';
  return {
    ...{ text, verb, outcome, notes, table: tableOf(statement, before, scene) },
    rewritten: outcome.kind === 'way' ? withClauses(text, statement, outcome.way, context) : undefined,
    wayBack: runs && alteration !== undefined && node.kind === 'alterTable' ? wayBack(node, alteration, context) : undefined,
  };
}

function judge(statement: Statement, scene: Scene, work: Work): { readonly judgement: Judgement } | { readonly outcome: Outcome } {
  try {
    const denied = namesOf([{ text: '', statement, reason: '' }], scene.state.database).tables.find((name) =>
      work.unknown.has(keyOfName(name)),
    );
    if (denied !== undefined) {
      const why =
        work.unknown.get(keyOfName(denied)) === 'denied'
          ? "this account can't read the definition of"
          : 'the definition is beyond the rules:';
      return { outcome: { kind: 'unknown', reason: `${why} ${denied.name}` } };
    }
    return { judgement: judgeStatement(statement, scene) };
  } catch (error) {
    if (error instanceof StatementFails) return { outcome: { kind: 'fails', errno: error.errno, reason: error.message } };
    if (error instanceof StatementUnknown) return { outcome: { kind: 'unknown', reason: error.message } };
    throw error;
  }
}

function defaultsOf({ settings, state }: Work): Scene['defaults'] {
  const collation = settings.defaults.get(state.database ?? '');
  return { charset: charsetOf(collation) ?? 'utf8mb4', collation };
}

function tableOf(statement: Statement, before: SchemaState, scene: Scene): TableFacts | undefined {
  const node =
    'table' in statement && typeof statement.table === 'object' && 'name' in statement.table
      ? statement.table
      : statement.kind === 'drop' && statement.object === 'TABLE'
        ? statement.names[0]
        : undefined;
  if (node === undefined) return undefined;
  const name: QualifiedName = { database: node.database?.name ?? before.database ?? scene.context.database, name: node.name.name };
  const known = before.get(name);
  return typeof known === 'object' ? { ...name, rows: known.rows, bytes: known.bytes } : undefined;
}
