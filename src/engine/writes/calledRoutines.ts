import { text, type CatalogRow } from '../driver/catalogRow.ts';
import type { SessionPool } from '../driver/sessionPool.ts';
import { transactionEffect } from '../guard/sessionEffects.ts';
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
export async function readCalledRoutines(
  pool: SessionPool,
  sql: string,
  dialect: Dialect,
  database: string | undefined,
): Promise<readonly CalledRoutine[]> {
  const found = new Map<string, CalledRoutine>();
  const open = callsIn(parse(sql, dialect), database);
  for (let name = open.pop(); name !== undefined && found.size < MAX_ROUTINES; name = open.pop()) {
    if (found.has(keyOfName(name))) continue;
    const routine = await readRoutine(pool, name, dialect);
    if (routine === undefined) continue;
    found.set(keyOfName(name), routine);
    open.push(...callsIn([routine.body], name.database));
  }
  return [...found.values()];
}

/** Statements of a body that end a transaction, or may: all others keep it. */
const MAY_COMMIT: ReadonlySet<string> = new Set<Statement['kind']>([
  ...(['transaction', 'set', 'setStatement', 'truncate', 'maintenance', 'lockTables', 'administration', 'unsupported'] as const),
  ...(['createTable', 'alterTable', 'createIndex', 'database', 'view', 'trigger', 'routine', 'alterRoutine', 'event'] as const),
  ...(['sequenceDefinition', 'drop', 'renameTable'] as const),
]);
const ENDS: ReadonlySet<string> = new Set<ReturnType<typeof transactionEffect>>(['commits', 'begins', 'commit', 'rollback']);

/** True where a program that a statement is, or a procedure that it calls, ends the transaction that is open before; as far as that can be read. */
export async function commitsInside(pool: SessionPool, sql: string, dialect: Dialect, database: string | undefined): Promise<boolean> {
  if (parse(sql, dialect).some((program) => endsTransaction(sql, program))) return true;
  return (await readCalledRoutines(pool, sql, dialect, database)).some(({ text: whole, body }) => endsTransaction(whole, body));
}

function endsTransaction(whole: string, program: Statement): boolean {
  let ends = false;
  walk(program, (node) => {
    if (MAY_COMMIT.has(node.kind)) ends ||= ENDS.has(transactionEffect(whole.slice(node.start, node.end)));
    return ends || MAY_COMMIT.has(node.kind) ? false : undefined;
  });
  return ends;
}

/** None where the text can't be read. */
function parse(sql: string, dialect: Dialect): readonly Statement[] {
  try {
    return parseRunnable(sql, dialect);
  } catch {
    return []; // the server will say so
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
