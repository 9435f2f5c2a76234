import { inputRequired, inputResponse, type ServerContext } from '@modelcontextprotocol/server';
import { PilotError } from '../../engine/errors.ts';
import { DecisionPending, denied, type Approver, type WriteToApprove } from '../writes/approver.ts';
import type { ApprovalClaim, ApprovalStates } from './approvalStates.ts';
import { asksByForm, type ClientInfo } from './clientOf.ts';
import { decisionForm, requireRun, runChoice } from './decisionForm.ts';

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

  async approve(request: WriteToApprove): Promise<void> {
    const { context, client } = this.#options;
    if (!asksByForm(client)) throw denied("This client can't ask its user, so no one can approve the write.");
    const state = this.#state;
    this.#state = undefined;
    if (state === undefined) return this.#ask(request, []);
    const claim = await this.#redeem(state);
    const answer = inputResponse(context.mcpReq.inputResponses, KEY);
    if (answer.kind !== 'elicit') throw denied('The client did not ask its user.');
    requireRun(answer.action, answer.content, runChoice(claim.preview));
    if (claim.content !== request.content) return this.#ask(request, ['The data changed after the preview. This is its current state.']);
  }

  async #ask(request: WriteToApprove, notes: readonly string[]): Promise<never> {
    const { approvals, context } = this.#options;
    const [first = '', ...rest] = request.summary;
    const form = decisionForm({ ...request, summary: [first, ...notes, ...rest] }, true);
    const requestState = await approvals.mint({ preview: request.id, content: request.content }, context);
    throw new DecisionPending(inputRequired({ inputRequests: { [KEY]: inputRequired.elicit(form) }, requestState }));
  }

  /** Throws `approval.expired` for a state that is not ours, not this client's, too old or used. */
  async #redeem(state: unknown): Promise<ApprovalClaim> {
    try {
      if (typeof state !== 'string') throw new Error('malformed');
      return await this.#options.approvals.redeem(state, this.#options.context);
    } catch (error) {
      const why = 'The approval is not valid: it is expired, used, changed, or from another server process or client.';
      throw new PilotError('approval.expired', `${why} Nothing was changed.`, {
        nextStep: 'Call again without it; the user is asked again.',
        untrusted: false,
        cause: error,
      });
    }
  }
}
