import type { BrokerClient } from '../../broker/brokerClient.ts';
import type { InputRequiredResult } from '@modelcontextprotocol/server';
import type { ApprovalRequest, WriteFinished } from '../../broker/contracts.ts';
import type { ConnectionProfile } from '../../engine/driver/profile.ts';
import { PilotError } from '../../engine/errors.ts';
import { DECISION_MS } from '../../engine/writes/pendingPreviews.ts';

export interface WriteToApprove extends Omit<ApprovalRequest, 'waitMs'> {
  /** Digest of all that the decision is about; the same for two previews that found the same. */
  readonly content: string;
  /** One line for each thing that a person has to know, for a client that shows text alone. */
  readonly summary: readonly string[];
  /** Everything that is known, as an SQL document. */
  readonly document: string;
  readonly connection: ConnectionProfile;
}

/** Asks a person about a write. */
export interface Approver {
  /** False where nobody can be asked this way. Left out: somebody can. */
  readonly canAsk?: boolean;
  /** True where the request that is being answered brings a decision already. */
  readonly hasAnswer?: boolean;
  /** False where nothing of what is shown passes through the client. Left out: it may. */
  readonly passesClient?: boolean;
  /**
   * Resolves if the person has decided to run exactly this preview; throws `approval.denied` or `approval.expired` for everything else, and DecisionPending where the decision
   * comes with another request. `onExtended` hears that the person takes more time.
   */
  approve(request: WriteToApprove, signal: AbortSignal, onExtended?: () => void): Promise<void>;
  /** Tells whoever has approved a write what became of it. */
  finished?(write: WriteFinished): Promise<void>;
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

/** A way to a person that comes and goes. */
export interface PassingApprover extends Approver {
  isThere(): Promise<boolean>;
}

/** Asks where the person is: at a window if one is open, else at the client. */
export class FollowingApprover implements Approver {
  readonly #window: PassingApprover;
  readonly #client: Approver;
  #asked: Approver | undefined;
  /** Who has approved. */
  #approved: Approver | undefined;

  constructor(window: PassingApprover, client: Approver) {
    this.#window = window;
    this.#client = client;
  }

  async approve(request: WriteToApprove, signal: AbortSignal, onExtended?: () => void): Promise<void> {
    this.#asked = undefined;
    const approver = await this.#choose();
    this.#asked = approver;
    await approver.approve(request, signal, onExtended);
    this.#approved = approver;
  }

  /** Of whoever was asked last. */
  get passesClient(): boolean {
    return this.#asked !== undefined && this.#asked.passesClient !== false;
  }

  async finished(write: WriteFinished): Promise<void> {
    await this.#approved?.finished?.(write);
  }

  /** A further way to ask belongs behind the client. */
  async #choose(): Promise<Approver> {
    if (this.#client.hasAnswer === true) return this.#client;
    if (await this.#window.isThere()) return this.#window;
    if (this.#client.canAsk !== false) return this.#client;
    throw new PilotError(
      'approval.denied',
      "No VS Code window runs the MySQL Pilot extension, and this client can't ask its user, so no one can approve the write. Nothing was changed.",
      { advice: 'broker.openWindow' },
    );
  }
}

/** Asks at the VS Code window that started this server. */
export class WindowApprover implements PassingApprover {
  readonly passesClient = false;
  readonly #broker: BrokerClient;
  readonly #decisionTimeoutMs: number;

  constructor(broker: BrokerClient, decisionTimeoutMs = DECISION_MS) {
    this.#broker = broker;
    this.#decisionTimeoutMs = decisionTimeoutMs;
  }

  isThere(): Promise<boolean> {
    return this.#broker.hasWindow();
  }

  async approve({ id, profile, review, client }: WriteToApprove, signal: AbortSignal, onExtended?: () => void): Promise<void> {
    if (signal.aborted) throw canceled();
    const over = new AbortController();
    const waited = Promise.withResolvers<never>();
    const giveUp = (why: PilotError): void => {
      waited.reject(why);
      over.abort();
      tooLate().catch(() => undefined); // a yes on its way when nobody waits any longer
    };
    const onAbort = (): void => {
      giveUp(canceled());
    };
    const late = setTimeout(() => {
      giveUp(expired());
    }, this.#decisionTimeoutMs);
    const extend = (): void => {
      late.refresh();
      onExtended?.();
    };
    const request = { id, profile, review, client, waitMs: this.#decisionTimeoutMs };
    signal.addEventListener('abort', onAbort);
    const decided = this.#broker.approve(request, over.signal, extend);
    const tooLate = async (): Promise<void> => {
      const { decision } = await decided;
      if (decision === 'run') await this.finished({ id, outcome: 'failed', milliseconds: 0, error: 'approval.expired' });
    };
    const answer = await Promise.race([decided, waited.promise]).finally(() => {
      clearTimeout(late);
      signal.removeEventListener('abort', onAbort);
    });
    if (answer.decision !== 'run') throw rejected(answer.reason);
    if (answer.id !== id) throw denied('The decision belongs to another preview.');
  }

  async finished(write: WriteFinished): Promise<void> {
    await this.#broker.reportWrite(write);
  }
}

/** The reason is the user's own: as a string of JSON nothing in it looks like words of ours. */
export function rejected(reason: string | undefined): PilotError {
  const why = reason === undefined || reason.trim() === '' ? '' : ` The user's reason: ${JSON.stringify(reason.trim())}.`;
  return denied(`The user rejected the write.${why}`);
}

/** The error for a call that nobody waits for any longer. */
export function canceled(): PilotError {
  return denied('The call was canceled before anyone decided.');
}

/** The error where nobody can be asked. */
export function cannotAsk(): PilotError {
  return new PilotError('approval.denied', "This client can't ask its user, so no one can approve the write. Nothing was changed.", {
    nextStep:
      'Ask the user to set MYSQL_APPROVALS=browser (`approvals` in the configuration file) for the server, which then asks on a page in their browser.',
  });
}

/** The error for a write that a person, or the lack of one, has refused. */
export function denied(message: string): PilotError {
  return new PilotError('approval.denied', `${message} Nothing was changed.`, {
    nextStep: "Don't send the statement again. Ask the user what to change.",
  });
}

/** The error for a write that nobody has decided about in time. */
export function expired(): PilotError {
  return new PilotError('approval.expired', 'The write request expired without a decision. Nothing was changed.', {
    nextStep: 'Ask the user whether the write is wanted, then call again.',
  });
}
