import type { Session } from '../../driver/session.ts';
import { isPilotError } from '../../errors.ts';
import { quoteIdentifier, type QualifiedName } from '../../sql/identifiers.ts';
import { integer, joined, sql } from '../../sql/ownSql.ts';

/** `ER_BAD_FIELD_ERROR`. */
const UNKNOWN_COLUMN = 1054;
/** A join has 61 tables at most. */
const AT_ONCE = 50;
/** No table, no privilege, a view that is not valid. */
const NOT_HELD = new Set([1049, 1142, 1143, 1146, 1356]);
/** The column of ORDER BY that is not there. */
const NO_COLUMN = 99;

/**
 * Keeps what stands behind these names until the transaction of the session ends: nobody can replace, alter or drop it, or give it a trigger, and on MySQL no foreign key either.
 * What is looked up behind this is what a statement then meets. Resolves to the tables that could not be kept.
 *
 * The servers keep the metadata locks of a statement that failed. This one fails while its names are resolved, before anything of a view is run, which even a SELECT with LIMIT 0
 * does.
 * @see https://dev.mysql.com/doc/refman/9.7/en/metadata-locking.html
 */
export async function holdTables(session: Session, tables: readonly QualifiedName[]): Promise<QualifiedName[]> {
  const left: QualifiedName[] = [];
  for (let i = 0; i < tables.length; i += AT_ONCE) {
    const some = tables.slice(i, i + AT_ONCE);
    if (await isHeld(session, some)) continue;
    if (some.length === 1) left.push(...some);
    else for (const one of some) if (!(await isHeld(session, [one]))) left.push(one);
  }
  return left;
}

async function isHeld(session: Session, tables: readonly QualifiedName[]): Promise<boolean> {
  const places = tables.map(
    ({ database, name }, i) => sql`${quoteIdentifier(database)}.${quoteIdentifier(name)} AS ${quoteIdentifier(`t${String(i)}`)}`,
  );
  try {
    await session.read(sql`SELECT 1 FROM ${joined(places)} ORDER BY ${integer(NO_COLUMN)}`);
  } catch (error) {
    if (isPilotError(error) && error.errno === UNKNOWN_COLUMN) return true;
    if (isPilotError(error) && error.errno !== undefined && NOT_HELD.has(error.errno)) return false;
    throw error;
  }
  throw new Error('A statement that must fail did not.');
}
