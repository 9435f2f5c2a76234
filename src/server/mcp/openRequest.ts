import { isModernEra } from './eras.ts';
import type { ServerContext } from '@modelcontextprotocol/server';
import type { RequestContext } from '../calls/requestContext.ts';
import type { ApprovalStates } from './approvalStates.ts';
import type { ClientLog } from './clientLog.ts';
import { chooseApprover, type PageApprovals } from './chooseApprover.ts';
import { clientOf, showsApps } from './clientOf.ts';
import type { ProtocolServer } from './mcpServer.ts';

interface ReceivedRequest {
  readonly server: ProtocolServer;
  readonly context: ServerContext;
  readonly log: ClientLog;
  readonly approvals: ApprovalStates;
  readonly paged: PageApprovals | undefined;
  readonly resourcesChanged: (() => void) | undefined;
}

/** A request that is being answered; `end` is to be called when its result is there. */
export interface OpenRequest {
  readonly request: RequestContext;
  readonly end: () => void;
}

/** What a call needs of its request, in either era. */
export function openRequest({ server, context, log, approvals, paged, resourcesChanged }: ReceivedRequest): OpenRequest {
  const { mcpReq } = context;
  const client = clientOf(server, context);
  const modern = isModernEra(client);
  const stop = new AbortController();
  const onAbort = (): void => {
    stop.abort();
  };
  mcpReq.signal.addEventListener('abort', onAbort);
  const later: (() => void)[] = [];
  let answered = false;
  const notify = async (method: string, params?: Record<string, unknown>): Promise<void> => {
    await mcpReq.notify({ method, ...(params === undefined ? {} : { params }) }).catch(() => undefined);
  };
  const request: RequestContext = {
    signal: stop.signal,
    stop: onAbort,
    hasSession: !modern || context.http === undefined,
    approver: chooseApprover({ context, client, approvals, paged }),
    showsApps: showsApps(client),
    onResponseSent: (work) => later.push(work),
    progress: (progress, message) => {
      const progressToken = mcpReq._meta?.progressToken;
      if (progressToken !== undefined && !answered) void notify('notifications/progress', { progressToken, progress, message });
    },
    log: (entry) => {
      if (modern && answered) return; // a response ends what may be said about its request
      log(entry, modern ? context : undefined);
    },
    resourcesChanged: async () => {
      if (modern && resourcesChanged !== undefined) resourcesChanged();
      else await notify('notifications/resources/list_changed');
    },
  };
  const end = (): void => {
    answered = true;
    mcpReq.signal.removeEventListener('abort', onAbort);
    if (later.length === 0) return;
    // A tick is behind all that the SDK does with the result, so that this comes behind the write, which is at the end of this turn, and before the next request.
    process.nextTick(() => {
      setImmediate(() => {
        for (const work of later) work();
      });
    });
  };
  return { request, end };
}
