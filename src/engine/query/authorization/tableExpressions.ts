import type { Session } from '../../driver/session.ts';
import type { ReadContext } from '../../guard/readContext.ts';
import { checkPart } from '../../guard/readPolicy.ts';
import { quoteIdentifier, type QualifiedName } from '../../sql/identifiers.ts';
import { sql } from '../../sql/ownSql.ts';
import { parseStatements } from '../../sql/parser/parse.ts';
import { walk, type Node } from '../../sql/walk.ts';
import { phrase, type Phrase } from '../../phrase.ts';

/** Parts of a definition that are no expressions. */
const PARTS = new Set(
  'createTable columnDefinition columnAttribute constraint references keyPart partitioning partitionMethod partition type defaultValue'.split(
    ' ',
  ),
);

/**
 * Why the expressions of a table (defaults, generated columns, checks, keys, partitions) may do more than compute; undefined where they do not.
 * MariaDB's defaults can advance a sequence.
 */
export async function findActiveExpression(session: Session, table: QualifiedName, context: ReadContext): Promise<Phrase | undefined> {
  const { database, name } = table;
  const [row] = await session.read(sql`SHOW CREATE TABLE ${quoteIdentifier(database)}.${quoteIdentifier(name)}`);
  const text = row?.['Create Table'];
  const [tree] = typeof text === 'string' ? parseDefinition(text, context) : [];
  if (tree?.kind !== 'createTable') return phrase("the definition of {0} can't be parsed reliably", name);
  const inside = { ...context, functions: undefined, isTableDenied: undefined, database };
  let why: Phrase | undefined;
  walk(tree, (node) => {
    if (why !== undefined || node.kind === 'option') return false;
    const refusal = PARTS.has(node.kind) ? undefined : checkPart(node, inside, 'leaveOut.it');
    why = refusal === undefined ? undefined : phrase('the definition of {0} contains: {1}', name, refusal.what);
    return undefined;
  });
  return why;
}

function parseDefinition(text: string, { dialect }: ReadContext): readonly Node[] {
  try {
    return parseStatements(text, dialect);
  } catch {
    return [];
  }
}
