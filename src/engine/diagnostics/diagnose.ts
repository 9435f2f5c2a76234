import type { Session } from '../driver/session.ts';
import type { SessionPool } from '../driver/sessionPool.ts';
import { isPilotError } from '../errors.ts';
import { SYSTEM_DATABASES } from '../schema/systemDatabases.ts';
import type { HealthFinding, HealthRow } from './healthCheck.ts';
import { HEALTH_CHECKS } from './healthChecks.ts';
import { checkedText } from '../sql/ownSql.ts';

export interface Diagnosis {
  /** Most severe first. */
  readonly findings: readonly HealthFinding[];
  /** What is worth knowing beside them, a few words each. */
  readonly facts: readonly string[];
  /** Checks that say nothing here, each with the reason. */
  readonly notJudged: readonly { readonly id: string; readonly reason: string }[];
  /** Checks that found nothing. */
  readonly passed: readonly string[];
  /** Checks that are not made on a connection with rules on tables. */
  readonly withheld: readonly string[];
  /** Checks that the account may not make. */
  readonly unseen: readonly string[];
  /** Checks of which this server, being older, knows nothing. */
  readonly unknown: readonly string[];
}

/** Access denied to a table, column, database, or for lack of a global privilege. */
const DENIED = new Set([1044, 1142, 1143, 1227, 1370]);
/** An older server has no such statement, table or variable. */
const NOT_THERE = new Set([1064, 1109, 1146, 1193, 1054]);

const OWN = `table_schema NOT IN (${SYSTEM_DATABASES.map((name) => `'${name}'`).join()})`;
const ORDER = { high: 0, medium: 1, low: 2 };

/** Looks at the health of the server, and of one database or all. With `hasRules` nothing is told of accounts and of what others run. */
export async function diagnose(pool: SessionPool, database: string | undefined, hasRules: boolean): Promise<Diagnosis> {
  return pool.withSession(undefined, async (session) => {
    const findings: HealthFinding[] = [];
    const facts: string[] = [];
    const notJudged: { id: string; reason: string }[] = [];
    const passed: string[] = [];
    const withheld: string[] = [];
    const unseen: string[] = [];
    const unknown: string[] = [];
    for (const check of HEALTH_CHECKS) {
      try {
        const statement = typeof check.sql === 'string' ? check.sql : check.sql[session.server.flavor];
        if (statement === undefined) continue; // the other flavor's
        if (hasRules && check.onlyStructure !== true) {
          withheld.push(check.id);
          continue;
        }
        const rows = await run(session, statement, database);
        const found = rows === undefined ? undefined : check.evaluate === undefined ? [] : check.evaluate(rows);
        facts.push(...(rows === undefined ? [] : (check.facts?.(rows) ?? [])));
        if (found === undefined) unknown.push(check.id);
        else if ('notJudged' in found) notJudged.push({ id: check.id, reason: found.notJudged });
        else if (found.length === 0 && check.evaluate !== undefined) passed.push(check.id);
        else findings.push(...found);
      } catch (error) {
        if (!isPilotError(error) || !DENIED.has(error.errno ?? 0)) throw error;
        unseen.push(check.id);
      }
    }
    return {
      findings: findings.sort((a, b) => ORDER[a.severity] - ORDER[b.severity]),
      facts,
      notJudged,
      passed,
      withheld,
      unseen,
      unknown,
    };
  });
}

/** Undefined where the server has nothing of the kind. */
async function run(session: Session, own: string, database: string | undefined): Promise<HealthRow[] | undefined> {
  const place = own.includes('{objects}') ? 'object_schema' : 'table_schema';
  const scoped = /\{(?:databases|objects)\}/.test(own) && database !== undefined;
  const condition = scoped ? `${place} = ?` : OWN.replace('table_schema', place);
  // Constants of HEALTH_CHECKS, with one of our own conditions in them.
  const statement = checkedText(
    own
      .replaceAll(/\{(?:databases|objects)\}/g, condition)
      .replace('{replicaStatus}', session.server.replicaStatus)
      .replace('{indexVisible}', session.server.indexVisible),
  );
  try {
    return await session.read(statement, scoped ? [database] : []);
  } catch (error) {
    if (isPilotError(error) && NOT_THERE.has(error.errno ?? 0)) return undefined;
    throw error;
  }
}
