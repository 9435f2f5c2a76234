import type { ServerContext } from '@modelcontextprotocol/server';
import type { ApprovalPages } from '../approvalPage/approvalPages.ts';
import type { ApprovalWay } from '../writes/approvalWays.ts';
import { kindOf, type Approver } from '../writes/approver.ts';
import { cannotAsk } from '../writes/refusals.ts';
import type { ApprovalStates } from './approvalStates.ts';
import { asksByForm, asksByUrl, type ClientInfo } from './clientOf.ts';
import { ElicitationApprover } from './elicitationApprover.ts';
import { isModernEra } from './eras.ts';
import { InputRequiredApprover } from './inputRequiredApprover.ts';
import { BrowserPresenter, StderrPresenter } from './localPresenters.ts';
import { PageApprover } from './pageApprover.ts';
import { UrlInputApprover, UrlPresenter } from './urlApprovers.ts';

/** Pages on the loopback, for people who sit at this computer. */
export interface PageApprovals {
  readonly way: ApprovalWay;
  readonly pages: () => Promise<ApprovalPages>;
}

interface AskingRequest {
  readonly context: ServerContext;
  readonly client: ClientInfo;
  readonly approvals: ApprovalStates;
  /** Undefined where clients are on other computers. */
  readonly paged: PageApprovals | undefined;
}

/**
 * Who asks the person about the writes and exports of a request. An address of a page goes to the client by URL elicitation alone, or past it: in what a tool answers, and in an error, the model
 * would read it and could approve its own write.
 */
export function chooseApprover({ context, client, approvals, paged }: AskingRequest): Approver {
  const modern = isModernEra(client);
  const { way = 'client', pages } = paged ?? {};
  if (pages !== undefined) {
    if (way === 'browser') return new PageApprover(pages, new BrowserPresenter());
    if (way === 'stderr') return new PageApprover(pages, new StderrPresenter());
    if (asksByUrl(client) && (way === 'page' || !asksByForm(client)))
      return modern ? new UrlInputApprover({ context, approvals, pages }) : new PageApprover(pages, presenterOf(context));
    if (way === 'page') return { approve: (request) => Promise.reject(cannotAsk(kindOf(request))) };
  }
  return modern
    ? new InputRequiredApprover({ context, approvals, client })
    : new ElicitationApprover({
        asksByForm: asksByForm(client),
        hasTitles: (client.protocolVersion ?? '') >= '2025-11-25',
        elicit: (params, options) => context.mcpReq.send({ method: 'elicitation/create', params }, options),
      });
}

function presenterOf({ mcpReq }: ServerContext): UrlPresenter {
  return new UrlPresenter({
    elicit: (params, options) => mcpReq.send({ method: 'elicitation/create', params }, options),
    complete: (elicitationId) =>
      mcpReq.notify({ method: 'notifications/elicitation/complete', params: { elicitationId } }).catch(() => undefined),
  });
}
