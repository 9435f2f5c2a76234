import type { BrokerClient } from '../../broker/brokerClient.ts';
import type { InputRequiredResult } from '@modelcontextprotocol/server';
import type { ApprovalRequest } from '../../broker/contracts.ts';
import { PilotError } from '../../engine/errors.ts';
import { DECISION_MS } from '../../engine/writes/pendingPreviews.ts';

export interface WriteToApprove extends ApprovalRequest {
  /** Digest of all that the decision is about; the same for two previews that found the same. */
  readonly content: string;
}

/** Asks a person about a write. */
export interface Approver {
  /**
   * Resolves if the person has decided to run exactly this preview; throws `approval.denied` or `approval.expired` for everything else, and DecisionPending where the decision
   * comes with another request.
   */
  approve(request: WriteToApprove, signal: AbortSignal): Promise<void>;
}

/** Ends a call that the client repeats with the decision. */
export class DecisionPending extends Error {
  readonly answer: InputRequiredResult;

  constructor(answer: InputRequiredResult) {
    super('The decision belongs to another request.');
    this.name = 'DecisionPending';
    this.answer = answer;
  }
}

/** By its name: the classes of two bundles are not the same. */
export function isDecisionPending(error: unknown): error is DecisionPending {
  return error instanceof Error && error.name === 'DecisionPending';
}

/** Asks at the VS Code window that started this server. */
export class WindowApprover implements Approver {
  readonly #broker: BrokerClient;
  readonly #patienceMs: number;

  constructor(broker: BrokerClient, patienceMs = DECISION_MS) {
    this.#broker = broker;
    this.#patienceMs = patienceMs;
  }

  async approve({ content: _, ...request }: WriteToApprove, signal: AbortSignal): Promise<void> {
    if (signal.aborted) throw canceled();
    const over = new AbortController();
    const waited = Promise.withResolvers<never>();
    const giveUp = (why: PilotError): void => {
      waited.reject(why);
      over.abort();
    };
    const onAbort = (): void => {
      giveUp(canceled());
    };
    const late = setTimeout(() => {
      giveUp(expired());
    }, this.#patienceMs);
    signal.addEventListener('abort', onAbort);
    const { decision, id } = await Promise.race([this.#broker.approve(request, over.signal), waited.promise]).finally(() => {
      clearTimeout(late);
      signal.removeEventListener('abort', onAbort);
    });
    if (decision !== 'run') throw denied('The user rejected the write.');
    if (id !== request.id) throw denied('The decision was about another preview.');
  }
}

function canceled(): PilotError {
  return denied('The call was canceled before anyone decided.');
}

/** The error for a write that a person, or the lack of one, has refused. */
export function denied(message: string): PilotError {
  return new PilotError('approval.denied', `${message} Nothing was changed.`, {
    nextStep: "Don't send the statement again. Ask the user what to change.",
  });
}

/** The error for a write that nobody has decided about in time. */
export function expired(): PilotError {
  return new PilotError('approval.expired', 'The write request expired after two minutes without a decision. Nothing was changed.', {
    nextStep: 'Ask the user whether the write is wanted, then call again.',
  });
}
