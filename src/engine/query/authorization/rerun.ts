import type { SessionPool } from '../../driver/sessionPool.ts';
import type { Session } from '../../driver/session.ts';
import { isPilotError } from '../../errors.ts';
import { shadowedNativesSql, shadowKey, wasAsked } from '../../guard/builtins/shadowedNatives.ts';
import { classifyUserStatement } from '../../guard/userStatementPolicy.ts';
import type { ConnectionRules } from '../../guard/readContext.ts';
import type { Dialect } from '../../sql/lexer/dialect.ts';
import { keyOfName } from '../../sql/identifiers.ts';
import { checkedText } from '../../sql/ownSql.ts';
import { agentDialect } from './agentDialect.ts';
import { findFunctions, findPackages, findTables, type FoundTable } from './objectCatalog.ts';
import { ObjectCheck } from './objectCheck.ts';
import { resolveNames } from './objectLookup.ts';
import { excerptAt, ObjectRefusal, PlacedRefusal, type ObjectProblem } from './objectProblem.ts';
import { parseReads, TextRefusal } from './parseReads.ts';

/** Why a statement may change something when it runs again: its own text does, or a view or a stored function that it reaches by `path`. */
export interface RerunEffect {
  readonly of: 'statement' | 'objects';
  readonly path: readonly string[];
  readonly problem: ObjectProblem;
}

export interface RerunPlace {
  /** Undefined where it is not known how its session reads it. */
  readonly dialect: Dialect | undefined;
  readonly database: string | undefined;
  /** A name that no catalog has may be that of a temporary table. */
  readonly mayHideTables: boolean;
}

const SYS = keyOfName({ database: 'sys', name: '' });
/** Every stored function may be called as far as its body only reads; those of `sys` are known by their names. */
const RULES: ConnectionRules = { functions: { has: (key) => !key.startsWith(SYS) }, showsCredentials: true };

/**
 * What a statement of a person may change when it runs again, by all that it reaches: views and stored functions are read from the catalog, in a session of ours. Undefined where it only
 * reads. What can't be read may change something.
 */
export async function findRerunEffect(pool: SessionPool, sql: string, place: RerunPlace): Promise<RerunEffect | undefined> {
  if (place.dialect === undefined && classifyUserStatement(sql).effect !== 'reads')
    return ofText({ code: 'contains', value: excerptAt(sql, 0) });
  return pool.withSession(undefined, async (session) => {
    const { database, mayHideTables } = place;
    const context = { ...RULES, dialect: place.dialect ?? agentDialect(session.server), database };
    const check = new ObjectCheck(session, RULES, {
      tables: (names) =>
        resolveNames(new Map(), names, async (wanted) => {
          const found = await findTables(session, wanted);
          return wanted.map((name, i): FoundTable | undefined => found[i] ?? (mayHideTables ? { kind: 'numbers', ...name } : undefined));
        }),
      functions: (names) => resolveNames(new Map(), names, (wanted) => findFunctions(session, wanted)),
      packages: (names) => resolveNames(new Map(), names, (wanted) => findPackages(session, wanted)),
      shadowed: () => findShadowed(session),
    });
    try {
      const [read, second] = parseReads(sql, context);
      if (read === undefined || second !== undefined) return ofText({ code: 'unreadable' });
      await check.statement(read.statement, read.context, { kind: 'read', path: [] });
      await check.defaults(read.context);
      return undefined;
    } catch (error) {
      if (error instanceof ObjectRefusal) return { of: 'objects', path: error.path, problem: error.problem };
      if (error instanceof TextRefusal) return ofText({ code: 'contains', value: excerptAt(sql, error.position) });
      if (error instanceof PlacedRefusal) return ofText({ code: 'contains', value: excerptAt(sql, error.refusal.position) });
      if (isUnread(error)) return ofText({ code: 'unreadable' });
      throw error;
    }
  });
}

/** The server reads more than we do: it has no part in this error. */
function isUnread(error: unknown): boolean {
  return isPilotError(error, 'statement.refused') || (isPilotError(error, 'statement.failed') && error.errno === undefined);
}

function ofText(problem: ObjectProblem): RerunEffect {
  return { of: 'statement', path: [], problem };
}

/** Stored functions with names of native ones, on servers whose natives are only believed. */
async function findShadowed(session: Session): Promise<ReadonlySet<string>> {
  const dialect = agentDialect(session.server);
  const rows = wasAsked(dialect) ? [] : await session.read(checkedText(shadowedNativesSql(dialect)));
  return new Set(rows.map((row) => shadowKey(String(row['database']), String(row['name']))));
}
