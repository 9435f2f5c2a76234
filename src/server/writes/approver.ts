import type { BrokerClient } from '../../broker/brokerClient.ts';
import type { InputRequiredResult } from '@modelcontextprotocol/server';
import type { ApprovalRequest, WriteFinished } from '../../broker/contracts.ts';
import type { ConnectionProfile } from '../../engine/driver/profile.ts';
import { PilotError } from '../../engine/errors.ts';
import { DECISION_MS } from '../../engine/writes/pendingPreviews.ts';
import { canceled, denied, expired, rejected, untouched, type DecisionKind } from './refusals.ts';

export interface ToApprove extends Omit<ApprovalRequest, 'waitMs'> {
  /** Digest of all that the decision is about; the same for two previews that found the same. */
  readonly content: string;
  /** One line for each thing that a person has to know, for a client that shows text alone. */
  readonly summary: readonly string[];
  /** Everything that is known, as an SQL document. */
  readonly document: string;
  readonly connection: ConnectionProfile;
}

/** What a person said yes to. */
export interface Approval {
  /** They aren't asked again about exports of this connection while the session lasts. */
  readonly forSession: boolean;
}

export const ONCE: Approval = { forSession: false };

export function kindOf({ review }: Pick<ToApprove, 'review'>): DecisionKind {
  return 'kind' in review ? review.kind : 'write';
}

/** Asks a person about a write or an export. */
export interface Approver {
  /** False where nobody can be asked this way. Left out: somebody can. */
  readonly canAsk?: boolean;
  /** True where the request that is being answered brings a decision already. */
  readonly hasAnswer?: boolean;
  /** False where nothing of what is shown passes through the client. Left out: it may. */
  readonly passesClient?: boolean;
  /**
   * Resolves if the person has decided to run exactly this; throws `approval.denied` or `approval.expired` for everything else, and DecisionPending where the decision
   * comes with another request. `onExtended` hears that the person takes more time.
   */
  approve(request: ToApprove, signal: AbortSignal, onExtended?: () => void): Promise<Approval>;
  /** Tells whoever has approved it what became of it. */
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

  async approve(request: ToApprove, signal: AbortSignal, onExtended?: () => void): Promise<Approval> {
    this.#asked = undefined;
    const approver = await this.#choose(kindOf(request));
    this.#asked = approver;
    const approval = await approver.approve(request, signal, onExtended);
    this.#approved = approver;
    return approval;
  }

  /** Of whoever was asked last. */
  get passesClient(): boolean {
    return this.#asked !== undefined && this.#asked.passesClient !== false;
  }

  async finished(write: WriteFinished): Promise<void> {
    await this.#approved?.finished?.(write);
  }

  /** A further way to ask belongs behind the client. */
  async #choose(kind: DecisionKind): Promise<Approver> {
    if (this.#client.hasAnswer === true) return this.#client;
    if (await this.#window.isThere()) return this.#window;
    if (this.#client.canAsk !== false) return this.#client;
    throw new PilotError(
      'approval.denied',
      `No VS Code window runs the MySQL Pilot extension, and this client can't ask its user, so no one can approve the ${kind}. ${untouched(kind)}`,
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

  async approve({ id, profile, review, client }: ToApprove, signal: AbortSignal, onExtended?: () => void): Promise<Approval> {
    const kind = kindOf({ review });
    if (signal.aborted) throw canceled(kind);
    const over = new AbortController();
    const waited = Promise.withResolvers<never>();
    const giveUp = (why: PilotError): void => {
      waited.reject(why);
      over.abort();
      tooLate().catch(() => undefined); // a yes on its way when nobody waits any longer
    };
    const onAbort = (): void => {
      giveUp(canceled(kind));
    };
    const late = setTimeout(() => {
      giveUp(expired(kind));
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
    if (answer.decision !== 'run') throw rejected(kind, answer.reason);
    if (answer.id !== id) throw denied(kind, 'The decision belongs to another preview.');
    return { forSession: answer.forSession === true };
  }

  async finished(write: WriteFinished): Promise<void> {
    await this.#broker.reportWrite(write);
  }
}
