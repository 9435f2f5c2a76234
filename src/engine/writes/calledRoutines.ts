import { text, type CatalogRow } from '../driver/catalogRow.ts';
import type { SessionPool } from '../driver/sessionPool.ts';
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

/** Those whose definitions can be read: an account that may run a procedure need not see its text. */
export async function readCalledRoutines(...asked: Parameters<typeof findRoutines>): Promise<readonly CalledRoutine[]> {
  return (await findRoutines(...asked)).routines;
}

/** `all`: the definition of each was read. */
async function findRoutines(
  pool: SessionPool,
  sql: string,
  dialect: Dialect,
  database: string | undefined,
): Promise<{ readonly routines: readonly CalledRoutine[]; readonly all: boolean }> {
  const found = new Map<string, CalledRoutine>();
  let all = true;
  const open = callsIn(parse(sql, dialect), database);
  for (let name = open.pop(); name !== undefined; name = open.pop()) {
    if (found.has(keyOfName(name))) continue;
    const routine = found.size < MAX_ROUTINES ? await readRoutine(pool, name, dialect) : undefined;
    if (routine === undefined) all = false;
    else {
      found.set(keyOfName(name), routine);
      open.push(...callsIn([routine.body], name.database));
    }
  }
  return { routines: [...found.values()], all };
}

/** Statements of a body that end a transaction, or may: all others keep it. */
const MAY_COMMIT: ReadonlySet<string> = new Set<Statement['kind']>([
  ...(['transaction', 'set', 'truncate', 'maintenance', 'lockTables', 'administration', 'unsupported'] as const),
  ...(['createTable', 'alterTable', 'createIndex', 'database', 'view', 'trigger', 'routine', 'alterRoutine', 'event'] as const),
  ...(['sequenceDefinition', 'drop', 'renameTable'] as const),
]);
const ENDS: ReadonlySet<string> = new Set<ReturnType<typeof transactionEffect>>(['commits', 'begins', 'commit', 'rollback']);

/** Whether a program that a statement is, or a procedure that it calls, ends the transaction that is open before: a statement of it may be one of a text that is made as it runs. */
export async function commitsInside(
  pool: SessionPool,
  sql: string,
  dialect: Dialect,
  database: string | undefined,
): Promise<ProgramEffect> {
  const programs = parse(sql, dialect);
  if (programs.length === 0) return 'mayCommit';
  const own = programs.map((program) => effectOfProgram(sql, program));
  if (own.includes('commits')) return 'commits';
  const { routines, all } = await findRoutines(pool, sql, dialect, database);
  const effects = new Set([...own, ...routines.map(({ text: whole, body }) => effectOfProgram(whole, body))]);
  if (effects.has('commits')) return 'commits';
  return all && !effects.has('mayCommit') ? 'keeps' : 'mayCommit';
}

function effectOfProgram(whole: string, program: Statement): ProgramEffect {
  let effect: ProgramEffect = 'keeps';
  walk(program, (node) => {
    if (!MAY_COMMIT.has(node.kind)) return undefined;
    const one = transactionEffect(whole.slice(node.start, node.end));
    if (ENDS.has(one)) effect = 'commits';
    else if (one === 'unknown' && effect === 'keeps') effect = 'mayCommit';
    return false;
  });
  return effect;
}

/** None where the text can't be read. */
function parse(sql: string, dialect: Dialect): readonly Statement[] {
  try {
    return parseRunnable(sql, dialect);
  } catch {
    return [];
  }
}

function callsIn(roots: readonly Statement[], database: string | undefined): QualifiedName[] {
  const calls: QualifiedName[] = [];
  for (const root of roots)
    walk(root, (node) => {
      if (node.kind !== 'callStatement') return undefined;
      const { routine } = node as CallStatement;
      const where = routine.database?.name ?? database;
      if (where !== undefined) calls.push({ database: where, name: routine.name.name });
      return undefined;
    });
  return calls;
}

async function readRoutine(pool: SessionPool, name: QualifiedName, { flavor, version }: Dialect): Promise<CalledRoutine | undefined> {
  const row = await pool.withSession(undefined, async (session): Promise<CatalogRow | undefined> => {
    const [found] = await session.read(ROUTINE, [name.database, name.name]);
    return found;
  });
  if (row === undefined) return undefined;
  const body = text(row, 'body');
  const dialect = dialectOf(flavor, version, text(row, 'mode'));
  if (body === '' || dialect === undefined) return undefined;
  try {
    return { name, text: body, body: parseRoutineBody(body, dialect), dialect };
  } catch {
    return undefined;
  }
}
