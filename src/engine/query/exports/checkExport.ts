import type { Statement } from '../../sql/ast/statements.ts';
import { formatStatement } from '../../sql/formatStatement.ts';
import type { QualifiedName } from '../../sql/identifiers.ts';
import type { ProtectedUse } from '../results/readSources.ts';
import { prepare, QUERIES } from '../reads/prepareReads.ts';
import type { ReadOptions, ReadPath } from '../reads/runReads.ts';
import { Stop } from '../reads/stop.ts';
import { authorizeExported } from '../reads/streamRead.ts';

/** What an export would read. Columns that agents don't see are named nowhere in it. */
export interface CheckedExport {
  /** As it is sent, in lines. */
  readonly sql: string;
  readonly tables: readonly QualifiedName[];
  /** Columns that are in the file as masks or pseudonyms, or only counted. */
  readonly protected: readonly (QualifiedName & ProtectedUse)[];
  /** By the LIMIT of the statement; undefined where the result has no limit. */
  readonly maxRows: string | undefined;
}

/** Checks an export as its run does, and has the server resolve the names. Throws what a run would refuse. */
export async function checkExport(
  path: ReadPath,
  sql: string,
  { database, timeoutMs, signal }: Pick<ReadOptions, 'database' | 'timeoutMs' | 'signal'>,
): Promise<CheckedExport> {
  const stop = new Stop(timeoutMs, signal);
  try {
    return await path.pool.withSession(database, async (session) => {
      const { statement, read } = await stop.race(authorizeExported(path, session, sql, database ?? path.database));
      if (QUERIES.has(read.verb)) await stop.race(prepare(session, read.sql));
      const { tables } = read.sources({ columns: [], warnings: [], complete: false });
      return {
        sql: formatStatement(read.sql),
        tables: tables.map(({ database: of, name }) => ({ database: of, name })),
        protected: tables.flatMap(({ database: of, name, protected: uses }) => uses.map((use) => ({ database: of, name, ...use }))),
        maxRows: limitOf(statement.statement),
      };
    });
  } finally {
    stop.dispose();
  }
}

/** A number that nothing widens. */
function limitOf(statement: Statement): string | undefined {
  if (statement.kind !== 'query' || statement.limit?.fetch === 'WITH TIES') return undefined;
  const count = statement.limit?.count;
  return count?.kind === 'number' ? count.text : undefined;
}
