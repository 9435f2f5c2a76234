import { inputRequired, inputResponse, type ServerContext } from '@modelcontextprotocol/server';
import { DecisionPending, kindOf, type Approval, type Approver, type ToApprove } from '../writes/approver.ts';
import { cannotAsk, denied } from '../writes/refusals.ts';
import { redeem } from './approvalClaim.ts';
import type { ApprovalStates } from './approvalStates.ts';
import { asksByForm, type ClientInfo } from './clientOf.ts';
import { decisionForm, requireRun } from './decisionForm.ts';

/** The request that is answered, and who sent it. */
interface InputRequiredApproverOptions {
  readonly context: ServerContext;
  readonly approvals: ApprovalStates;
  readonly client: ClientInfo;
}

/** The question's name within a request. */
const KEY = 'decision';

/**
 * Asks through a client of the era since 2026-07-28: the call ends with the question, and the client repeats it with the answer. Nothing is kept meanwhile: what was decided about is
 * in a signed state, and the repeated call looks again at what it would do. @see https://modelcontextprotocol.io/specification/2026-07-28/basic/patterns/mrtr
 */
export class InputRequiredApprover implements Approver {
  readonly #options: InputRequiredApproverOptions;
  /** A request carries one decision, and that decides once. */
  #state: unknown;

  constructor(options: InputRequiredApproverOptions) {
    this.#options = options;
    this.#state = options.context.mcpReq.requestState();
  }

  get canAsk(): boolean {
    return asksByForm(this.#options.client);
  }

  get hasAnswer(): boolean {
    return this.#state !== undefined;
  }

  async approve(request: ToApprove): Promise<Approval> {
    const { context, client, approvals } = this.#options;
    const kind = kindOf(request);
    if (!asksByForm(client)) throw cannotAsk(kind);
    const state = this.#state;
    this.#state = undefined;
    if (state === undefined) return this.#ask(request, []);
    const claim = await redeem(state, approvals, context);
    const answer = inputResponse(context.mcpReq.inputResponses, KEY);
    if (answer.kind !== 'elicit') throw denied(kind, "The client didn't ask its user.");
    const approval = requireRun(kind, answer, claim.preview);
    if (claim.content === request.content) return approval;
    const changed = kind === 'write' ? 'The data changed after the preview.' : 'The export changed after the question.';
    return this.#ask(request, [`${changed} This is its current state.`]);
  }

  async #ask(request: ToApprove, notes: readonly string[]): Promise<never> {
    const { approvals, context } = this.#options;
    const [first = '', ...rest] = request.summary;
    const form = decisionForm({ ...request, summary: [first, ...notes, ...rest] }, true);
    const requestState = await approvals.mint({ preview: request.id, content: request.content }, context);
    throw new DecisionPending(inputRequired({ inputRequests: { [KEY]: inputRequired.elicit(form) }, requestState }));
  }
}
