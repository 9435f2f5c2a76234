import type { Session } from '../../driver/session.ts';
import { isPilotError } from '../../errors.ts';
import type { ConnectionRules } from '../../guard/readContext.ts';
import type { Statement } from '../../sql/ast/statements.ts';
import { quoteIdentifier, type QualifiedName } from '../../sql/identifiers.ts';
import { sql } from '../../sql/ownSql.ts';
import { agentDialect } from './agentDialect.ts';
import type { ColumnGate } from './columnGate.ts';
import type { ObjectCheck } from './objectCheck.ts';
import { PlacedRefusal } from './objectProblem.ts';
import { parseReads } from './parseReads.ts';

interface Judge {
  readonly rules: ConnectionRules;
  readonly gate: ColumnGate;
  readonly check: ObjectCheck;
}

/** The columns that `SELECT *` of a view gives to agents. Runs nothing. */
export async function viewColumns(
  session: Session,
  { database, name }: QualifiedName,
  { rules, gate, check }: Judge,
): Promise<ReadonlySet<string> | 'all' | 'refused'> {
  const text = sql`SELECT * FROM ${quoteIdentifier(database)}.${quoteIdentifier(name)}`;
  const [read] = parseReads(text, { ...rules, dialect: agentDialect(session.server), database });
  if (read === undefined) throw new Error('A statement of ours is none.');
  try {
    await check.statement(read.statement, read.context, { kind: read.kind, path: [] });
    const { statement, outputs } = await gate.read(session, read, check, new Map());
    return outputs === undefined ? 'all' : new Set(namesOf(statement));
  } catch (error) {
    if (error instanceof PlacedRefusal || isPilotError(error)) return 'refused';
    throw error;
  }
}

function namesOf(statement: Statement): readonly string[] {
  if (statement.kind !== 'query' || statement.body.kind !== 'select') return [];
  return statement.body.items.flatMap(({ value, alias }) => alias?.name ?? (value.kind === 'column' ? value.name.name : []));
}
