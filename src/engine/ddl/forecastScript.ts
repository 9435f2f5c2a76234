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
import { readLiveFacts, type LiveFacts } from './liveFacts.ts';
import { maxRowVersions } from './ways.ts';
import type { Forecast, Outcome, TableFacts } from './forecast.ts';
import { asAlteration } from './judgeAlter.ts';
import { qualify, type Scene } from './judgeScene.ts';
import { readingMode } from './judgeStatement.ts';
import { droppedByModify } from './losses.ts';
import { wayBack, withClauses } from './rewrite.ts';
import type { SchemaState } from './schemaState.ts';
import { judge, readScene, sceneOf, type ScriptScene } from './scriptScene.ts';
import { namesOf, readScript, type ScriptPart } from './scriptStatements.ts';
import { isTriable } from './trial/scriptTrial.ts';
import { tryStatement } from './trial/tryStatement.ts';
import { withTrial, type TrialPlace, type Trying } from './trial/withTrial.ts';

export interface ForecastSource {
  readonly pool: SessionPool;
  readonly foreignKeys: () => Promise<readonly ForeignKey[]>;
  /** Counts rows on the agent's own way; undefined where agents see no rows. */
  readonly count: ((sql: OwnSql) => Promise<number>) | undefined;
  readonly database: string | undefined;
  /** As in the live facts. */
  readonly replicaLag: () => Promise<number | null | undefined>;
  /** Told of the tables whose definitions are read. */
  readonly looksAt: (tables: readonly QualifiedName[]) => void;
  /** Undefined without a scratch database. */
  readonly trial?: TrialPlace | undefined;
}

export interface ScriptForecast {
  readonly server: string;
  readonly statements: readonly Forecast[];
  readonly live: LiveFacts;
  /** Where statements were tried, or why none was; undefined without a scratch database. */
  readonly trial: { readonly scratch: string; readonly reason: string | undefined } | undefined;
}

const NEAR = 10;

interface Work extends ScriptScene {
  readonly source: ForecastSource;
  readonly live: LiveFacts;
}

/** What a server would do with each statement, as if those before it had run. Nothing is run but reads. */
export async function forecastScript(text: string, source: ForecastSource): Promise<ScriptForecast> {
  const keys = await source.foreignKeys();
  const lag = await source.replicaLag();
  const { parts, work, server, names } = await source.pool.withSession(undefined, async (session) => {
    const script = readScript(text, agentDialect(session.server));
    const scene = await readScene(session, script, { keys, database: source.database });
    const names = namesOf(script, source.database).tables;
    source.looksAt(names.filter((name) => typeof scene.state.get(name) === 'object'));
    const live = await readLiveFacts(session, scene.changed, { logs: scene.settings.logs, lag });
    for (const name of scene.changed) {
      const table = scene.state.get(name);
      if (typeof table === 'object') table.rowVersions = live.rowVersions.get(keyOfName(name));
    }
    const found = { source, live, ...scene };
    return { parts: script, work: found, server: describeServer(session.server), names };
  });
  const all = async (trial: Trying | undefined): Promise<ScriptForecast> => {
    const statements: Forecast[] = [];
    for (const part of parts) statements.push(await forecastOne(part, work, trial));
    const { scratch } = source.trial ?? {};
    const reason = trial !== undefined && 'reason' in trial ? trial.reason : undefined;
    return { server, statements, live: work.live, trial: scratch === undefined ? undefined : { scratch, reason } };
  };
  const place = source.trial;
  if (place === undefined || !parts.some(({ statement }) => statement !== undefined && isTriable(statement))) return all(undefined);
  return withTrial({ ...place, pool: source.pool, settings: work.settings, state: work.state, unknown: work.unknown, tables: names }, all);
}

async function forecastOne(part: ScriptPart, work: Work, trial: Trying | undefined): Promise<Forecast> {
  const { text, statement } = part;
  const verb = /^(?:\s|--[^\n]*\n|#[^\n]*\n|\/\*[^]*?\*\/)*(\w+)/.exec(text)?.[1]?.toUpperCase() ?? '';
  const base = { text, verb, table: undefined, notes: [], rewritten: undefined, wayBack: undefined };
  const mode = readingMode(work.state);
  if (mode !== undefined && statement?.kind !== 'set' && statement?.kind !== 'use')
    return { ...base, outcome: { kind: 'unknown', reason: `the script sets sql_mode to ${mode}, which changes how its text is read` } };
  if (statement === undefined) return { ...base, outcome: { kind: 'fails', errno: 1064, reason: part.reason } };
  const before = work.state.clone();
  const scene = sceneOf(work);
  const { context } = scene;
  const judged = judge(statement, scene, work);
  if (!('judgement' in judged)) {
    work.state = before;
    const tried = await tryStatement(statement, judged.outcome, { before, trial, isIdle: false, context });
    return { ...base, ...tried, table: tableOf(statement, before, scene) };
  }
  const { judgement } = judged;
  const { alteration } = judgement;
  const notes = judgement.idle === true ? ['nothing is done: IF EXISTS or IF NOT EXISTS applies'] : [];
  let { outcome } = judgement;
  let fitsNot = false;
  if (alteration !== undefined && outcome.kind === 'way') {
    notes.push(...droppedByModify(alteration, context));
    const data = await dataNotes(alteration, outcome.way, context, work.source.count);
    notes.push(...data.notes);
    if (data.failure !== undefined) {
      outcome = data.failure;
      work.state = before;
    }
    fitsNot = data.failure !== undefined;
  }
  const given = { before, isIdle: judgement.idle === true, alteration, context };
  const found = await tryStatement(statement, outcome, { ...given, trial: fitsNot ? undefined : trial });
  const { tried } = found;
  ({ outcome } = found);
  if (outcome.kind === 'fails') work.state = before;
  notes.push(...found.notes);
  const renamed = statement.kind === 'renameTable' ? statement.pairs.map(({ from }) => qualify(from, { state: before })) : [];
  if (alteration !== undefined) notes.push(...versionNotes(alteration, outcome, context));
  notes.push(...dependentNotes(judgement, renamed, work.dependents));
  const node = asAlteration(statement);
  const runs = outcome.kind === 'way';
  return {
    ...{ text, verb, outcome, tried, notes, table: tableOf(statement, before, scene) },
    rewritten: outcome.kind === 'way' ? withClauses(text, statement, outcome.way, context) : undefined,
    wayBack: runs && alteration !== undefined && node.kind === 'alterTable' ? wayBack(node, alteration, context) : undefined,
  };
}

/** Near the limit, from where on a change of columns rebuilds the table. */
function versionNotes({ before, after, added, dropped }: Alteration, outcome: Outcome, { versionNumber, flavor }: DdlContext): string[] {
  const { rowVersions } = before;
  if (flavor === 'mariadb' || outcome.kind !== 'way' || rowVersions === undefined || added.length + dropped.length === 0) return [];
  const limit = maxRowVersions(versionNumber);
  if (rowVersions >= limit && outcome.way.rebuilds)
    return [`not INSTANT: ${String(rowVersions)} row versions are used, the limit is ${String(limit)}`];
  const left = limit - (after.rowVersions ?? rowVersions);
  return left <= NEAR ? [`row versions left for INSTANT afterwards: ${String(left)} of ${String(limit)}`] : [];
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
