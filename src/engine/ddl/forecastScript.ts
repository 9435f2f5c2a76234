import { phrase, type Words } from '../phrase.ts';
import type { Session } from '../driver/session.ts';
import type { SessionPool } from '../driver/sessionPool.ts';
import { describeServer } from '../driver/serverInfo.ts';
import { agentDialect } from '../query/authorization/agentDialect.ts';
import type { ForeignKey } from '../schema/foreignKeys.ts';
import { keyOfName, type QualifiedName } from '../sql/identifiers.ts';
import type { OwnSql } from '../sql/ownSql.ts';
import type { Statement } from '../sql/ast/statements.ts';
import { dataNotes } from './askRows.ts';
import { dependentNotes } from './dependents.ts';
import type { Alteration } from './alterTable.ts';
import type { DdlContext } from './ddlContext.ts';
import { effectsOf } from './effectsOf.ts';
import { readLiveFacts, type LiveFacts } from './liveFacts.ts';
import { maxRowVersions } from './ways.ts';
import type { Forecast, Outcome, TableFacts } from './forecast.ts';
import { asAlter, dropAsAlter } from './judgeAlter.ts';
import { qualify, type Scene } from './judgeScene.ts';
import { droppedByModify } from './losses.ts';
import { wayBack, withClauses } from './rewrite.ts';
import type { SchemaState } from './schemaState.ts';
import { judge, readScene, sceneOf, type ScriptScene } from './scriptScene.ts';
import { namesOf, readScript, type ScriptPart } from './scriptStatements.ts';

export interface ForecastSource {
  readonly pool: SessionPool;
  readonly foreignKeys: () => Promise<readonly ForeignKey[]>;
  /** Counts rows on the agent's own way; undefined where agents see no rows. */
  readonly count: ((sql: OwnSql) => Promise<number>) | undefined;
  readonly database: string | undefined;
  /** Rejects when the caller cancels or the time is over: the session of the work is ended then. */
  readonly race: <T>(work: Promise<T>) => Promise<T>;
  readonly maxStatements: number | undefined;
  /** Told of the tables whose definitions are read. */
  readonly looksAt: (tables: readonly QualifiedName[]) => void;
}

export interface ScriptForecast {
  readonly server: string;
  readonly statements: readonly Forecast[];
  readonly live: LiveFacts;
}

const NEAR = 10;

interface Work extends ScriptScene {
  readonly source: ForecastSource;
  readonly live: LiveFacts;
}

interface Prepared {
  readonly parts: readonly ScriptPart[];
  readonly work: Work;
  readonly server: string;
}

/** What a server would do with each statement, as if those before it had run. Nothing is run but reads. */
export async function forecastScript(text: string, source: ForecastSource): Promise<ScriptForecast> {
  const keys = await source.race(source.foreignKeys());
  const { parts, work, server } = await source.pool.withSession(undefined, (session) => source.race(prepare(session, text, keys, source)));
  const statements: Forecast[] = [];
  for (const part of parts) statements.push(await forecastOne(part, work));
  return { server, statements, live: work.live };
}

async function prepare(session: Session, text: string, keys: readonly ForeignKey[], source: ForecastSource): Promise<Prepared> {
  const script = readScript(text, agentDialect(session.server), source.maxStatements);
  const scene = await readScene(session, script, { keys, database: source.database });
  source.looksAt(namesOf(script, source.database).tables.filter((name) => typeof scene.state.get(name) === 'object'));
  const live = await readLiveFacts(session, scene.changed, scene.settings.logs);
  for (const name of scene.changed) {
    const table = scene.state.get(name);
    if (typeof table === 'object') table.rowVersions = live.rowVersions.get(keyOfName(name));
  }
  return { parts: script, work: { source, live, ...scene }, server: describeServer(session.server) };
}

async function forecastOne(part: ScriptPart, work: Work): Promise<Forecast> {
  const { text, statement } = part;
  const verb = /^(?:\s|--[^\n]*\n|#[^\n]*\n|\/\*[^]*?\*\/)*(\w+)/.exec(text)?.[1]?.toUpperCase() ?? '';
  const base = { text, verb, table: undefined, notes: [], rewritten: undefined, wayBack: undefined, effects: [] };
  if (part.isCommand === true) return { ...base, outcome: { kind: 'unknown', reason: part.reason } };
  if (statement === undefined) return { ...base, outcome: { kind: 'fails', errno: 1064, reason: part.reason } };
  const before = work.state.clone();
  const scene = sceneOf(work);
  const { context } = scene;
  const judged = judge(statement, scene, work);
  if (!('judgement' in judged)) {
    work.state = before;
    return { ...base, outcome: judged.outcome, table: tableOf(statement, before, scene) };
  }
  const { judgement } = judged;
  const { alteration } = judgement;
  const notes: Words[] = judgement.idle === true ? [phrase('nothing is done: IF EXISTS or IF NOT EXISTS applies')] : [];
  const effects = effectsOf(statement, judgement, before);
  let { outcome } = judgement;
  if (alteration !== undefined && outcome.kind === 'way') {
    notes.push(...droppedByModify(alteration, context));
    const data = await dataNotes(alteration, outcome.way, context, work.source.count);
    notes.push(...data.notes);
    if (data.changes) effects.push({ kind: 'changesValues' });
    if (data.failure !== undefined) {
      outcome = data.failure;
      work.state = before;
    }
  }
  const renamed = statement.kind === 'renameTable' ? statement.pairs.map(({ from }) => qualify(from, { state: before })) : [];
  if (alteration !== undefined) notes.push(...versionNotes(alteration, outcome, context));
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
    effects: outcome.kind === 'fails' ? [] : effects,
    wayBack: runs && alteration !== undefined && node.kind === 'alterTable' ? wayBack(node, alteration, context) : undefined,
  };
}

/** Near the limit, from where on a change of columns rebuilds the table. */
function versionNotes({ before, after, added, dropped }: Alteration, outcome: Outcome, { versionNumber, flavor }: DdlContext): Words[] {
  const { rowVersions } = before;
  if (flavor === 'mariadb' || outcome.kind !== 'way' || rowVersions === undefined || added.length + dropped.length === 0) return [];
  const limit = maxRowVersions(versionNumber);
  if (rowVersions >= limit && outcome.way.rebuilds)
    return [phrase('not INSTANT: {0} row versions are used, the limit is {1}', rowVersions, limit)];
  const left = limit - (after.rowVersions ?? rowVersions);
  return left <= NEAR ? [phrase('row versions left for INSTANT: {0} of {1}', left, limit)] : [];
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
