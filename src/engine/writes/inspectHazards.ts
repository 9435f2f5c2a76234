import type { SessionPool } from '../driver/sessionPool.ts';
import { findHazards, hazardsIn, needsDatabase } from '../policy/hazards.ts';
import { type Hazard, type NamedObject } from '../policy/hazard.ts';
import type { ReadPath } from '../query/reads/runReads.ts';
import type { CreateTable, Drop } from '../sql/ast/definitions.ts';
import type { Statement } from '../sql/ast/statements.ts';
import { PLAIN_MODES, type Dialect } from '../sql/lexer/dialect.ts';
import { ModeTracker } from '../sql/sqlMode.ts';
import { walk } from '../sql/walk.ts';
import { findCalledRoutines } from './calledRoutines.ts';
import { HazardInspector, nameOf, qualify, REASONS } from './hazardInspector.ts';
import { baseTables } from './matchingRows.ts';
import { isSameDialect, readDialects } from './serverDialects.ts';

export interface EndangeredObject {
  /** With its database, where it has one. */
  readonly name: string;
  /** Undefined where nobody knows. */
  readonly rows?: { readonly count: number; readonly exact: boolean } | undefined;
}

/** Why an UPDATE or DELETE is asked about: `unchecked` where nobody could find out whether it picks all rows. */
export type RowReason = 'noWhere' | 'alwaysTrue' | 'constant' | 'allRows' | 'unchecked';

export interface Danger {
  readonly kind: Hazard['kind'];
  /** Upper case: `TABLE`, `PRIMARY KEY`, `USER`. */
  readonly type: string;
  readonly objects: readonly EndangeredObject[];
  readonly part?: string | undefined;
  readonly reason?: RowReason | undefined;
  /** The rows are those that a join finds. */
  readonly joined?: boolean | undefined;
  /** The procedure that does it, which the statement calls. */
  readonly routine?: string | undefined;
}

/** A statement and the database that it runs in. */
export interface StatementInPlace {
  readonly sql: string;
  readonly database: string | undefined;
}

/**
 * What statements of a person destroy, with the objects as this server has them; one list for each statement. Nothing is changed, and what cannot be found out is asked
 * about: also where the server gives us no session of ours.
 */
export async function inspectHazards(
  path: ReadPath,
  statements: readonly StatementInPlace[],
  signal: AbortSignal,
  session?: Dialect,
): Promise<readonly (readonly Danger[])[]> {
  let dialects: readonly Dialect[];
  try {
    dialects = await serverDialects(path.pool);
  } catch {
    // The statement itself then says why.
    const known = session === undefined ? ANY_SERVER : [session];
    return statements.map(({ sql, database }) => findHazards(sql, known).map((hazard) => withoutServer(hazard, database)));
  }
  const [agent, people = agent] = dialects;
  if (agent === undefined || people === undefined) return statements.map(() => []);
  // Statements before may set how those behind them are read.
  const modes = new ModeTracker(session ?? people);
  const all: Danger[][] = [];
  for (const { sql, database } of statements) {
    const dangers: Danger[] = [];
    all.push(dangers);
    const hazards = findHazards(sql, session === undefined ? [...dialects, modes.dialect] : [modes.dialect]);
    const inspector = new HazardInspector(path, agent, database, signal);
    for (const hazard of hazards) {
      const danger = await inspector.inspect(hazard);
      if (danger !== undefined) dangers.push(danger);
    }
    if (isCall(sql)) dangers.push(...(await inspectCalled(path, sql, modes.dialect, database, signal)));
    modes.run(sql);
  }
  return all;
}

/** What procedures destroy that a statement calls, whoever calls them: what depends on their parameters is theirs to decide. What nobody can read of them may destroy something. */
async function inspectCalled(
  path: ReadPath,
  sql: string,
  dialect: Dialect,
  database: string | undefined,
  signal: AbortSignal,
): Promise<Danger[]> {
  const none = { routines: [], unread: [] };
  const { routines, unread } = await findCalledRoutines(path.pool, sql, dialect, database).catch(() => none);
  const dangers: Danger[] = unread.map((name) => ({ kind: 'unreadable', type: 'CALL', objects: [], routine: qualify(name, undefined) }));
  for (const routine of routines) {
    const hazards = hazardsIn(routine.body, routine.text, routine.dialect);
    const own = temporaryTables(routine.body);
    const inspector = new HazardInspector(path, dialect, routine.name.database, signal);
    for (const hazard of hazards) {
      const names = namesOf(hazard);
      if (hazard.rows?.where === 'byRow' || (names.length > 0 && names.every(({ name }) => own.has(name)))) continue;
      const danger = await inspector.inspect(hazard);
      if (danger !== undefined) dangers.push({ ...danger, routine: qualify(routine.name, undefined) });
    }
  }
  return dangers;
}

function isCall(sql: string): boolean {
  return !/^\s*(?:INSERT|UPDATE|DELETE|SELECT|REPLACE)\b/i.test(sql) && /\bCALL\b/i.test(sql);
}

/** Tables that a program makes for itself, or drops as such. */
function temporaryTables(body: Statement): ReadonlySet<string> {
  const found = new Set<string>();
  walk(body, (node) => {
    if (node.kind === 'createTable' && (node as CreateTable).temporary) found.add((node as CreateTable).table.name.name);
    if (node.kind === 'drop' && (node as Drop).temporary) for (const { name } of (node as Drop).names) found.add(name.name);
    return undefined;
  });
  return found;
}

function namesOf({ names, rows: hazard }: Hazard): readonly NamedObject[] {
  return hazard === undefined ? names : baseTables(hazard.statement.tables).map(nameOf);
}

/** True where the session's database decides which objects a statement means. */
export async function dependsOnDatabase(path: ReadPath, sql: string): Promise<boolean> {
  const dialects = await serverDialects(path.pool).catch(() => ANY_SERVER);
  return needsDatabase(sql, dialects);
}

/** Newer than every server. */
const ANY_SERVER: readonly Dialect[] = [
  { flavor: 'mysql', version: 99_99_99, ...PLAIN_MODES },
  { flavor: 'mariadb', version: 99_99_99, ...PLAIN_MODES },
];

function withoutServer({ kind, type, names, part, rows: hazard }: Hazard, database: string | undefined): Danger {
  const targets = hazard === undefined ? names : baseTables(hazard.statement.tables).map(nameOf);
  const objects = targets.map((name) => ({ name: qualify(name, database) }));
  return { kind, type, objects, part, ...(hazard === undefined ? {} : { reason: REASONS[hazard.where] }) };
}

async function serverDialects(pool: SessionPool): Promise<Dialect[]> {
  const { agent, people } = await readDialects(pool);
  return people === undefined || isSameDialect(people, agent) ? [agent] : [agent, people];
}
