import type { ServerContext } from '@modelcontextprotocol/server';
import { PilotError } from '../../engine/errors.ts';
import type { ApprovalClaim, ApprovalStates } from './approvalStates.ts';

/** What a repeated call was asked about. Throws `approval.expired` for a state that is not ours, not this client's, too old or used. */
export async function redeem(state: unknown, approvals: ApprovalStates, context: ServerContext): Promise<ApprovalClaim> {
  try {
    if (typeof state !== 'string') throw new Error('malformed');
    return await approvals.redeem(state, context);
  } catch (error) {
    const why = 'The approval is invalid: it has expired, was used or changed, or is from another server process or client.';
    throw new PilotError('approval.expired', `${why} Nothing was changed.`, {
      nextStep: 'Call again without it; the user is asked again.',
      untrusted: false,
      cause: error,
    });
  }
}
