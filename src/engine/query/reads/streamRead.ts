import type { RowSink, Session } from '../../driver/session.ts';
import { SERVER_TIME_LIMIT_MS } from '../../driver/sessionSetup.ts';
import { PilotError } from '../../errors.ts';
import type { StatementKind } from '../../guard/readPolicy.ts';
import type { QualifiedName } from '../../sql/identifiers.ts';
import { agentDialect } from '../authorization/agentDialect.ts';
import type { ReadSources } from '../results/readSources.ts';
import type { LockWaitWatch } from './lockWaitMonitor.ts';
import type { AuthorizedRead } from '../authorization/readAuthorizer.ts';
import { bind, parseReads, type ParsedRead } from '../authorization/parseReads.ts';
import type { ReadOptions, ReadPath } from './runReads.ts';
import { protectedSink } from './protectRows.ts';
import { Stop } from './stop.ts';

export interface StreamOptions extends Omit<ReadOptions, 'limits' | 'paging'> {
  /** Runs in the session before the statement does, with the tables that it reads. */
  readonly before?: ((session: Session, tables: readonly QualifiedName[]) => Promise<void>) | undefined;
}

export interface Streamed {
  /** False where the sink had enough. */
  readonly complete: boolean;
  readonly blockedStatements: readonly string[];
  readonly sources: () => ReadSources;
}

/** Hands all rows of one read to a sink, on the same path as every read and in no more memory than the sink needs. Throws a PilotError. */
export async function streamRead(path: ReadPath, sql: string, sink: RowSink, options: StreamOptions): Promise<Streamed> {
  const text = options.parameters === undefined ? sql : bind(sql, options.parameters);
  const database = options.database ?? path.database;
  const stop = new Stop(options.timeoutMs, options.signal);
  let watch: LockWaitWatch | undefined;
  try {
    return await path.pool.withSession(options.database, async (session) => {
      const { read } = await stop.race(authorizeExported(path, session, text, database));
      const { sql: printed, tables, depth, inert, documentMs, outputs, withheld } = read;
      const seen = path.blocks.begin(tables);
      watch = seen;
      if (options.before !== undefined) await stop.race(options.before(session, tables));
      if (depth === 'functions') session.retire();
      if (options.timeoutMs > SERVER_TIME_LIMIT_MS) await stop.race(session.allowTime(options.timeoutMs));
      stop.limitDocuments(documentMs);
      try {
        const { complete } = await stop.race(session.stream(printed, await protectedSink(path, sink, { outputs, withheld })));
        // The sink keeps no columns: what the server would tell of them is not known.
        const sources = (): ReadSources => read.sources({ columns: [], warnings: [], complete: false });
        return { complete, blockedStatements: seen.blockedStatements, sources };
      } finally {
        if (!inert && !session.running) session.restoreReadOnly();
      }
    });
  } catch (error) {
    throw watch === undefined ? error : watch.explain(error);
  } finally {
    watch?.stop();
    stop.dispose();
  }
}

const EXPORTED = new Set<StatementKind>(['read', 'structure']);

/** The one read of a text, as it may be sent. Throws a PilotError. */
export async function authorizeExported(
  { authorizer }: Pick<ReadPath, 'authorizer'>,
  session: Session,
  text: string,
  database: string | undefined,
): Promise<{ readonly statement: ParsedRead; readonly read: AuthorizedRead }> {
  const [statement, second] = parseReads(text, { ...authorizer.rules, dialect: agentDialect(session.server), database });
  if (statement === undefined || second !== undefined || !EXPORTED.has(statement.kind)) {
    throw new PilotError('input.invalid', 'One read can be exported at a time.', { advice: 'statement.oneRead' });
  }
  return { statement, read: await authorizer.authorize(session, text, statement) };
}
