import { text, type CatalogRow } from '../driver/catalogRow.ts';
import type { SessionPool } from '../driver/sessionPool.ts';
import { preparedText } from '../policy/hazards.ts';
import { transactionEffect, type ProgramEffect } from '../guard/sessionEffects.ts';
import type { CallStatement } from '../sql/ast/programs.ts';
import type { Statement } from '../sql/ast/statements.ts';
import { dialectOf, type Dialect } from '../sql/lexer/dialect.ts';
import { keyOfName, type QualifiedName } from '../sql/identifiers.ts';
import { parseRoutineBody, parseRunnable } from '../sql/parser/parse.ts';
import { walk } from '../sql/walk.ts';

/** A procedure that a statement calls, itself or through others, as it was defined. */
export interface CalledRoutine {
  readonly name: QualifiedName;
  readonly text: string;
  readonly body: Statement;
  readonly dialect: Dialect;
}

/** Procedures call few others; what is beyond is not looked at. */
const MAX_ROUTINES = 20;

const ROUTINE = `SELECT routine_definition AS body, sql_mode AS mode FROM information_schema.routines
  WHERE routine_type = 'PROCEDURE' AND routine_schema = ? AND routine_name = ?`;

interface CalledRoutines {
  readonly routines: readonly CalledRoutine[];
  /** Those whose text nobody can read: an account that may run a procedure need not see it. */
  readonly unread: readonly QualifiedName[];
  /** True where one is not there. */
  readonly missing: boolean;
}

/** What a statement calls, also one that is prepared from its text. */
export async function findCalledRoutines(
  pool: SessionPool,
  sql: string,
  dialect: Dialect,
  database: string | undefined,
): Promise<CalledRoutines> {
  const found = new Map<string, CalledRoutine | QualifiedName>();
  let missing = false;
  const open = callsIn(parse(sql, dialect), { text: sql, dialect, database });
  for (let name = open.pop(); name !== undefined; name = open.pop()) {
    if (found.has(keyOfName(name))) continue;
    const routine = found.size < MAX_ROUTINES ? await readRoutine(pool, name, dialect) : 'unread';
    if (routine === undefined) missing = true;
    else if (routine === 'unread') found.set(keyOfName(name), name);
    else {
      found.set(keyOfName(name), routine);
      open.push(...callsIn([routine.body], { ...routine, database: name.database }));
    }
  }
  const all = [...found.values()];
  return { routines: all.filter(isRead), unread: all.filter((one): one is QualifiedName => !isRead(one)), missing };
}

function isRead(routine: CalledRoutine | QualifiedName): routine is CalledRoutine {
  return 'body' in routine;
}

/** Statements of a body that end a transaction, or may: all others keep it. */
const MAY_COMMIT: ReadonlySet<string> = new Set<Statement['kind']>([
  ...(['transaction', 'set', 'truncate', 'maintenance', 'lockTables', 'administration', 'unsupported'] as const),
  ...(['createTable', 'alterTable', 'createIndex', 'database', 'view', 'trigger', 'routine', 'alterRoutine', 'event'] as const),
  ...(['sequenceDefinition', 'drop', 'renameTable'] as const),
]);
const COMMITS: ReadonlySet<string> = new Set<ReturnType<typeof transactionEffect>>(['commits', 'begins', 'commit']);

/** Whether a program that a statement is, or a procedure that it calls, ends the transaction that is open before: a statement of it may be one of a text that is made as it runs. */
export async function commitsInside(
  pool: SessionPool,
  sql: string,
  dialect: Dialect,
  database: string | undefined,
): Promise<ProgramEffect> {
  const programs = parse(sql, dialect);
  if (programs.length === 0) return 'mayEnd';
  const own = worst(programs.map((program) => effectOfProgram(sql, program)));
  if (own === 'ends' || own === 'commits') return own;
  const { routines, unread, missing } = await findCalledRoutines(pool, sql, dialect, database);
  return worst([
    own,
    ...routines.map(({ text: whole, body }) => effectOfProgram(whole, body)),
    missing || unread.length > 0 ? 'mayEnd' : 'keeps',
  ]);
}

/** The first of the list that is among them. */
function worst(effects: readonly ProgramEffect[]): ProgramEffect {
  return (['ends', 'commits', 'mayEnd'] as const).find((effect) => effects.includes(effect)) ?? 'keeps';
}

function effectOfProgram(whole: string, program: Statement): ProgramEffect {
  const effects: ProgramEffect[] = [];
  walk(program, (node) => {
    if (!MAY_COMMIT.has(node.kind)) return undefined;
    const one = transactionEffect(whole.slice(node.start, node.end));
    if (one === 'rollback') effects.push('ends');
    else if (COMMITS.has(one)) effects.push('commits');
    else if (one === 'unknown') effects.push('mayEnd');
    return false;
  });
  return worst(effects);
}

/** None where the text can't be read. */
function parse(sql: string, dialect: Dialect): readonly Statement[] {
  try {
    return parseRunnable(sql, dialect);
  } catch {
    return [];
  }
}

interface ProgramText {
  readonly text: string;
  readonly dialect: Dialect;
  readonly database: string | undefined;
}

function callsIn(roots: readonly Statement[], program: ProgramText): QualifiedName[] {
  const { text: whole, dialect, database } = program;
  const calls: QualifiedName[] = [];
  for (const root of roots)
    walk(root, (node) => {
      if (node.kind === 'unsupported' || node.kind === 'administration') {
        const prepared = preparedText(whole.slice(node.start, node.end), dialect);
        if (prepared !== undefined) calls.push(...callsIn(parse(prepared, dialect), { ...program, text: prepared }));
      }
      if (node.kind !== 'callStatement') return undefined;
      const { routine } = node as CallStatement;
      const where = routine.database?.name ?? database;
      if (where !== undefined) calls.push({ database: where, name: routine.name.name });
      return undefined;
    });
  return calls;
}

/** Undefined where there is none of this name for the account. */
async function readRoutine(
  pool: SessionPool,
  name: QualifiedName,
  { flavor, version }: Dialect,
): Promise<CalledRoutine | 'unread' | undefined> {
  const row = await pool.withSession(undefined, async (session): Promise<CatalogRow | undefined> => {
    const [found] = await session.read(ROUTINE, [name.database, name.name]);
    return found;
  });
  if (row === undefined) return undefined;
  const body = text(row, 'body');
  const dialect = dialectOf(flavor, version, text(row, 'mode'));
  if (body === '' || dialect === undefined) return 'unread';
  try {
    return { name, text: body, body: parseRoutineBody(body, dialect), dialect };
  } catch {
    return 'unread';
  }
}
