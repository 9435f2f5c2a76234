import {
  inputRequired,
  inputResponse,
  type ElicitRequestURLParams,
  type ElicitResult,
  type ServerContext,
} from '@modelcontextprotocol/server';
import type { ApprovalPages, OpenedPage } from '../approvalPage/approvalPages.ts';
import type { WriteFinished } from '../../broker/contracts.ts';
import { DecisionPending, kindOf, type Approval, type Approver, type ToApprove } from '../writes/approver.ts';
import { denied, expired, untouched, type DecisionKind } from '../writes/refusals.ts';
import { redeem } from './approvalClaim.ts';
import type { ApprovalStates } from './approvalStates.ts';
import { decisionOf, openPage, tellPage, type AddressPresenter } from './pageApprover.ts';

/** What the client says beside the address. Nothing in it is of the database or of the agent. */
const OPEN_PAGE: Readonly<Record<DecisionKind, string>> = {
  write: 'An agent wants to change data. Open this page on your computer to review the change and decide. The address works once.',
  export:
    'An agent wants to export data to a file. Open this page on your computer to review the export and decide. The address works once.',
};

/** A client that opens addresses for its user. Neither it nor the model reads what the page says. */
export interface UrlClient {
  /** Rejects with the SDK's errors. */
  readonly elicit: (
    params: ElicitRequestURLParams,
    options: { readonly timeout: number; readonly signal: AbortSignal },
  ) => Promise<ElicitResult>;
  /** Tells the client that it need not show the address any longer. Never rejects. */
  readonly complete: (elicitationId: string) => Promise<void>;
}

/** The page ends the wait, and the client's question with it: this is only above what a page ever waits. */
const LONG_MS = 24 * 60 * 60_000;

/** Shows the address by a client of the era up to 2025-11-25. @see https://modelcontextprotocol.io/specification/2025-11-25/client/elicitation#url-mode-elicitation-requests */
export class UrlPresenter implements AddressPresenter {
  readonly #client: UrlClient;
  readonly #id = crypto.randomUUID();

  constructor(client: UrlClient) {
    this.#client = client;
  }

  async present({ address, review: { kind } }: OpenedPage, signal: AbortSignal): Promise<void> {
    const params = { mode: 'url' as const, message: OPEN_PAGE[kind], url: address, elicitationId: this.#id };
    let action: ElicitResult['action'];
    try {
      ({ action } = await this.#client.elicit(params, { timeout: LONG_MS, signal }));
    } catch (error) {
      if (signal.aborted) return; // it is decided
      throw denied(kind, `The client couldn't show the approval page (${error instanceof Error ? error.name : 'unknown error'}).`);
    }
    // A yes is to opening it: the decision comes from the page alone.
    if (action !== 'accept') throw denied(kind, "The user didn't open the approval page.");
  }

  async decided(): Promise<void> {
    await this.#client.complete(this.#id);
  }
}

interface UrlInputOptions {
  readonly context: ServerContext;
  readonly approvals: ApprovalStates;
  readonly pages: () => Promise<ApprovalPages>;
}

/** The question's name within a request. */
const KEY = 'page';

/**
 * Asks in a page whose address a client of the era since 2026-07-28 shows: the call ends with the address, and the client repeats it when its user has it. The repeated call waits for the
 * page, which holds the decision about the preview that the person has seen.
 */
export class UrlInputApprover implements Approver {
  readonly #options: UrlInputOptions;
  /** A request carries one page, and that decides once. */
  #state: unknown;
  /** The page of each preview that is run: it was opened for an earlier one of the same content. */
  readonly #shown = new Map<string, string>();

  constructor(options: UrlInputOptions) {
    this.#options = options;
    this.#state = options.context.mcpReq.requestState();
  }

  get hasAnswer(): boolean {
    return this.#state !== undefined;
  }

  async approve(request: ToApprove, signal: AbortSignal, onExtended?: () => void): Promise<Approval> {
    const { context, approvals, pages } = this.#options;
    const kind = kindOf(request);
    const state = this.#state;
    this.#state = undefined;
    if (state === undefined) return this.#ask(request);
    const claim = await redeem(state, approvals, context);
    const page = (await pages()).find(claim.preview);
    if (page?.content !== claim.content) throw expired(kind);
    const answer = inputResponse(context.mcpReq.inputResponses, KEY);
    if (answer.kind !== 'elicit' || answer.action !== 'accept') {
      page.review.withdraw(`The request has ended. ${untouched(kind)}`);
      throw denied(kind, "The user didn't open the approval page.");
    }
    if (page.content !== request.content) {
      page.review.withdraw(
        kind === 'write'
          ? 'The data changed, so nothing was run. The agent shows the write again.'
          : 'The export changed, so no file was written. The agent asks again.',
      );
      return this.#ask(request);
    }
    const approval = await decisionOf(page, signal, onExtended);
    this.#shown.set(request.id, claim.preview);
    return approval;
  }

  async finished(write: WriteFinished): Promise<void> {
    tellPage(await this.#options.pages(), this.#shown.get(write.id) ?? write.id, write);
  }

  async #ask(request: ToApprove): Promise<never> {
    const { approvals, context, pages } = this.#options;
    const { address } = await openPage(pages, request);
    const requestState = await approvals.mint({ preview: request.id, content: request.content }, context);
    const question = inputRequired.elicitUrl({ message: OPEN_PAGE[kindOf(request)], url: address });
    throw new DecisionPending(inputRequired({ inputRequests: { [KEY]: question }, requestState }));
  }
}
