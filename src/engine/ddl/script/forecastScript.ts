import { phrase, type Words } from '../../phrase.ts';
import type { Session } from '../../driver/session.ts';
import type { SessionPool } from '../../driver/sessionPool.ts';
import { describeServer } from '../../driver/serverInfo.ts';
import { agentDialect } from '../../query/authorization/agentDialect.ts';
import type { ForeignKey } from '../../schema/foreignKeys.ts';
import { keyOfName, type QualifiedName } from '../../sql/identifiers.ts';
import type { OwnSql } from '../../sql/ownSql.ts';
import type { Statement } from '../../sql/ast/statements.ts';
import { dataNotes } from '../askRows.ts';
import { dependentNotes } from '../dependents.ts';
import type { Alteration } from '../alterTable.ts';
import type { DdlContext } from '../ddlContext.ts';
import { effectsOf } from '../effectsOf.ts';
import { readLiveFacts, type LiveFacts } from '../liveFacts.ts';
import { maxRowVersions } from '../ways.ts';
import type { Forecast, Outcome, TableFacts } from '../forecast.ts';
import { asAlteration } from '../judgeAlter.ts';
import { qualify, type Scene } from '../judgeScene.ts';
import { readingMode } from '../judgeStatement.ts';
import { droppedByModify } from '../losses.ts';
import { wayBack, withClauses } from '../rewrite.ts';
import type { SchemaState } from '../schemaState.ts';
import { judge, readScene, sceneOf, type ScriptScene } from '../scriptScene.ts';
import { namesOf, readScript, type ScriptPart } from '../scriptStatements.ts';
import { isTriable } from '../trial/scriptTrial.ts';
import { tryStatement } from '../trial/tryStatement.ts';
import { withTrial, type TrialPlace, type Trying } from '../trial/withTrial.ts';

export interface ForecastSource {
  readonly pool: SessionPool;
  readonly foreignKeys: () => Promise<readonly ForeignKey[]>;
  /** Counts rows on the agent's own way; undefined where agents see no rows. */
  readonly count: ((sql: OwnSql) => Promise<number>) | undefined;
  readonly database: string | undefined;
  /** As in the live facts. */
  readonly replicaLag: () => Promise<number | null | undefined>;
  /** Rejects when the caller cancels or the time is over: the session of the work is ended then. */
  readonly race: <T>(work: Promise<T>) => Promise<T>;
  readonly maxStatements: number | undefined;
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
  readonly trial: { readonly scratch: string; readonly reason: Words | undefined } | undefined;
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
  readonly names: readonly QualifiedName[];
}

/** What a server would do with each statement, as if those before it had run. Nothing is run but reads. */
export async function forecastScript(text: string, source: ForecastSource): Promise<ScriptForecast> {
  const { pool, race } = source;
  const keys = await race(source.foreignKeys());
  const lag = await race(source.replicaLag());
  const { parts, work, server, names } = await pool.withSession(undefined, (session) =>
    race(prepare(session, text, { keys, lag }, source)),
  );
  const all = async (trial: Trying | undefined): Promise<ScriptForecast> => {
    const statements: Forecast[] = [];
    for (const part of parts) statements.push(await forecastOne(part, work, trial));
    const { scratch } = source.trial ?? {};
    const reason = trial !== undefined && 'reason' in trial ? trial.reason : undefined;
    return { server, statements, live: work.live, trial: scratch === undefined ? undefined : { scratch, reason } };
  };
  const place = source.trial;
  if (place === undefined || !parts.some(({ statement }) => statement !== undefined && isTriable(statement))) return all(undefined);
  const { settings, state, unknown } = work;
  return withTrial({ ...place, pool, race, settings, state, unknown, tables: names }, all);
}

async function prepare(
  session: Session,
  text: string,
  { keys, lag }: { readonly keys: readonly ForeignKey[]; readonly lag: LiveFacts['lag'] },
  source: ForecastSource,
): Promise<Prepared> {
  const script = readScript(text, agentDialect(session.server), source.maxStatements);
  const scene = await readScene(session, script, { keys, database: source.database });
  const names = namesOf(script, source.database).tables;
  source.looksAt(names.filter((name) => typeof scene.state.get(name) === 'object'));
  const live = await readLiveFacts(session, scene.changed, { logs: scene.settings.logs, lag });
  for (const name of scene.changed) {
    const table = scene.state.get(name);
    if (typeof table === 'object') table.rowVersions = live.rowVersions.get(keyOfName(name));
  }
  return { parts: script, work: { source, live, ...scene }, server: describeServer(session.server), names };
}

/** The statement, or what is said of a text that can't be read as the server would. */
function statementOf({ statement, isCommand, reason }: ScriptPart, state: SchemaState): Statement | { readonly outcome: Outcome } {
  if (isCommand === true) return { outcome: { kind: 'unknown', reason } };
  const mode = readingMode(state);
  if (mode !== undefined && statement?.kind !== 'set' && statement?.kind !== 'use')
    return { outcome: { kind: 'unknown', reason: phrase('the script sets sql_mode to {0}, which changes how its text is read', mode) } };
  return statement ?? { outcome: { kind: 'fails', errno: 1064, reason } };
}

async function forecastOne(part: ScriptPart, work: Work, trial: Trying | undefined): Promise<Forecast> {
  const { text } = part;
  const verb = /^(?:\s|--[^\n]*\n|#[^\n]*\n|\/\*[^]*?\*\/)*(\w+)/.exec(text)?.[1]?.toUpperCase() ?? '';
  const base = { text, verb, table: undefined, notes: [], rewritten: undefined, wayBack: undefined, effects: [] };
  const statement = statementOf(part, work.state);
  if ('outcome' in statement) return { ...base, ...statement };
  const before = work.state.clone();
  const scene = sceneOf(work);
  const { context } = scene;
  const judged = judge(statement, scene, work);
  if (!('judgement' in judged)) {
    work.state = before;
    const found = await tryStatement(statement, judged.outcome, { before, trial, isIdle: false, context });
    const runs = found.outcome.kind === 'way' || found.outcome.kind === 'runs';
    return { ...base, ...found, table: tableOf(statement, before, scene), effects: runs ? effectsOf(statement, undefined, before) : [] };
  }
  const { judgement } = judged;
  const { alteration } = judgement;
  const notes: Words[] = judgement.idle === true ? [phrase('nothing is done: IF EXISTS or IF NOT EXISTS applies')] : [];
  const effects = effectsOf(statement, judgement, before);
  let { outcome } = judgement;
  let fitsNot = false;
  if (alteration !== undefined && outcome.kind === 'way') {
    notes.push(...droppedByModify(alteration, context));
    const data = await dataNotes(alteration, outcome.way, context, work.source.count);
    notes.push(...data.notes);
    if (data.changes) effects.push({ kind: 'changesValues' });
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
