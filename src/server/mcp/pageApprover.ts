import type { ApprovalPages, OpenedPage } from '../approvalPage/approvalPages.ts';
import type { WriteFinished } from '../../broker/contracts.ts';
import { kindOf, type Approval, type Approver, type ToApprove } from '../writes/approver.ts';
import { canceled, denied, expired, rejected, untouched } from '../writes/refusals.ts';

/** Brings an address to the person, and to nobody who works for the agent. */
export interface AddressPresenter {
  /** Resolves when the person has it; throws `approval.denied` where they don't want it, or can't get it. */
  present(page: OpenedPage, signal: AbortSignal): Promise<void>;
  /** The decision is made: the address is no longer of use. */
  decided?(): Promise<void>;
}

/** Asks in a page of the loopback, within the call that waits. */
export class PageApprover implements Approver {
  readonly #pages: () => Promise<ApprovalPages>;
  readonly #presenter: AddressPresenter;
  readonly #decisionTimeoutMs: number | undefined;

  constructor(pages: () => Promise<ApprovalPages>, presenter: AddressPresenter, decisionTimeoutMs?: number) {
    this.#pages = pages;
    this.#presenter = presenter;
    this.#decisionTimeoutMs = decisionTimeoutMs;
  }

  async approve(request: ToApprove, signal: AbortSignal, onExtended?: () => void): Promise<Approval> {
    const kind = kindOf(request);
    if (signal.aborted) throw canceled(kind);
    const page = await openPage(this.#pages, request, this.#decisionTimeoutMs);
    const over = new AbortController();
    const { promise: notShown, reject } = Promise.withResolvers<never>();
    notShown.catch(() => undefined); // awaited below, unless the decision is there first
    this.#presenter.present(page, over.signal).catch(reject);
    try {
      return await Promise.race([decisionOf(page, signal, onExtended), notShown]);
    } catch (error) {
      page.review.withdraw(`The request has ended. ${untouched(kind)}`);
      throw error;
    } finally {
      over.abort();
      await this.#presenter.decided?.();
    }
  }

  async finished(write: WriteFinished): Promise<void> {
    tellPage(await this.#pages(), write.id, write);
  }
}

/** Rejects with `approval.denied` where there can be no page. */
export async function openPage(pages: () => Promise<ApprovalPages>, request: ToApprove, decisionTimeoutMs?: number): Promise<OpenedPage> {
  try {
    return await (await pages()).open(request, decisionTimeoutMs);
  } catch (error) {
    throw denied(kindOf(request), `The approval page couldn't be opened (${error instanceof Error ? error.message : String(error)}).`);
  }
}

/** Resolves if the person decides to run it; throws as an approver for everything else. Whoever has waited takes the page with it. */
export async function decisionOf({ review }: OpenedPage, signal: AbortSignal, onExtended: () => void = () => undefined): Promise<Approval> {
  const { kind } = review;
  const stopped = Promise.withResolvers<never>();
  const onAbort = (): void => {
    stopped.reject(canceled(kind)); // first: the page ends without a decision
    review.withdraw(`The agent canceled the request. ${untouched(kind)}`);
  };
  if (signal.aborted) onAbort();
  signal.addEventListener('abort', onAbort);
  const silence = review.onExtended(onExtended);
  try {
    const decided = await Promise.race([stopped.promise, review.decision]);
    if (decided.decision === 'reject') throw rejected(kind, decided.reason);
    if (decided.decision === 'expired' || !review.take()) throw expired(kind);
    return { forSession: decided.forSession };
  } finally {
    silence();
    signal.removeEventListener('abort', onAbort);
  }
}

/** Shows in the page of that preview what became of the write. */
export function tellPage(pages: ApprovalPages, id: string, write: WriteFinished): void {
  pages.find(id)?.review.finish(write);
  pages.retire(id);
}
