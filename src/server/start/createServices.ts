import { lazy } from '../../engine/lazy.ts';
import { DatabaseCache } from '../../engine/connection/databaseCache.ts';
import type { CacheOptions } from '../../engine/query/reads/cacheOptions.ts';
import type { Log } from '../../engine/observability/logger.ts';
import { type StatementEvent } from '../../engine/observability/statementEvents.ts';
import { ExportFolder } from '../exports/exportFolder.ts';
import { RequestPolicy, NO_LIMITS, type RequestLimits } from '../limits/requestPolicy.ts';
import { limitsOf, type Limits } from '../limits/limits.ts';
import type { SharedServices } from '../sessions/mcpSession.ts';
import { StatementTags } from '../journal/statementTags.ts';
import { allTools } from '../tools/builtInTools.ts';
import { NO_TRACING, type Tracing } from '../observability/tracing.ts';
import type { ApprovalWay } from '../writes/approvalWays.ts';
import { VERSION } from './version.ts';

/** Is told of every statement that has ended, with the name of its connection. */
type StatementObserver = (connection: string, event: StatementEvent) => void;

/** What both ways to start have made. */
export interface Services extends SharedServices {
  /** Ends the pages in which people are asked. */
  readonly closePages: () => Promise<void>;
  /** More may be added. */
  readonly observers: StatementObserver[];
}

export interface ServicesOptions extends Pick<SharedServices, 'scope' | 'approver' | 'viewer' | 'source'> {
  readonly limits?: Limits;
  /** The cache of results; without it there is none. */
  readonly results?: CacheOptions | undefined;
  readonly requestLimits?: RequestLimits;
  readonly recordReads?: boolean;
  readonly log: Log;
  readonly tracing?: Tracing;
  /** Left out: where people and clients may be at other computers. */
  readonly approvalWay?: ApprovalWay | undefined;
}

/** What all clients of this process share. */
export function createServices({
  source,
  scope,
  approver,
  viewer,
  limits = limitsOf(),
  results,
  requestLimits = NO_LIMITS,
  recordReads = true,
  tracing = NO_TRACING,
  approvalWay,
  log,
}: ServicesOptions): Services {
  const observers: StatementObserver[] = [];
  const tags = new StatementTags();
  const databases = new DatabaseCache({
    getSecret: (id) => source.getSecret(id),
    getSshSecrets: (id) => source.getSshSecrets?.(id) ?? Promise.resolve([]),
    getPseudonymKey: (id) => source.getPseudonymKey?.(id) ?? Promise.resolve(undefined),
    warn: (message, error) => {
      log({ level: 'warning', logger: 'server', message, error });
    },
    observe: (connection, event) => {
      for (const observe of observers) observe(connection, event);
    },
    tag: () => tags.current,
    results,
  });
  const exports = new ExportFolder(async () => (await source.getExports()).folder);
  return {
    version: VERSION,
    source,
    scope,
    approver,
    viewer,
    ...pagesOf(approvalWay),
    limits,
    requestPolicy: new RequestPolicy(requestLimits),
    tools: allTools(limits),
    databases,
    exports,
    log,
    tracing,
    recordReads,
    tags,
    observers,
  };
}

/** Loaded with the first write that needs a page. */
function pagesOf(way: ApprovalWay | undefined): Pick<Services, 'paged' | 'closePages'> {
  if (way === undefined) return { closePages: () => Promise.resolve() };
  const pages = lazy(async () => new (await import('../approvalPage/approvalPages.ts')).ApprovalPages());
  return {
    paged: { way, pages: pages.get },
    closePages: async () => (await pages.loaded)?.close(),
  };
}

/** Ends what runs on the database servers, then `rest`. */
export async function closeServices(
  { databases, source, closePages }: Pick<Services, 'databases' | 'source' | 'closePages'>,
  rest: () => Promise<void>,
): Promise<void> {
  await closePages();
  await databases.close();
  await rest();
  source.close();
}
