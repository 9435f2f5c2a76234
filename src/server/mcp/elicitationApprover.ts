import { SdkError, SdkErrorCode, type ElicitRequestFormParams, type ElicitResult } from '@modelcontextprotocol/server';
import { DECISION_MS } from '../../engine/writes/pendingPreviews.ts';
import { kindOf, type Approval, type Approver, type ToApprove } from '../writes/approver.ts';
import { canceled, cannotAsk, denied, expired } from '../writes/refusals.ts';
import { decisionForm, requireRun } from './decisionForm.ts';

/** A client that may put a form before its user. */
export interface FormClient {
  readonly asksByForm: boolean;
  /** It knows choices with titles. */
  readonly hasTitles: boolean;
  /** Asks on the stream of the request that is being answered. Rejects with the SDK's errors. */
  readonly elicit: (
    form: ElicitRequestFormParams & { mode: 'form' },
    options: { readonly timeout: number; readonly signal: AbortSignal },
  ) => Promise<ElicitResult>;
}

/** Asks through a client of the era up to 2025-11-25, by a request of ours. */
export class ElicitationApprover implements Approver {
  readonly #client: FormClient;
  readonly #decisionTimeoutMs: number;

  constructor(client: FormClient, decisionTimeoutMs = DECISION_MS) {
    this.#client = client;
    this.#decisionTimeoutMs = decisionTimeoutMs;
  }

  get canAsk(): boolean {
    return this.#client.asksByForm;
  }

  async approve(request: ToApprove, signal: AbortSignal): Promise<Approval> {
    const { asksByForm, hasTitles, elicit } = this.#client;
    const kind = kindOf(request);
    if (!asksByForm) throw cannotAsk(kind);
    const controller = new AbortController();
    const onAbort = (): void => {
      controller.abort();
    };
    signal.addEventListener('abort', onAbort);
    let answer: ElicitResult;
    try {
      if (signal.aborted) onAbort();
      answer = await elicit(decisionForm(request, hasTitles), { timeout: this.#decisionTimeoutMs, signal: controller.signal });
    } catch (error) {
      if (signal.aborted) throw canceled(kind);
      if (error instanceof SdkError && error.code === SdkErrorCode.RequestTimeout) throw expired(kind);
      throw denied(kind, `The client couldn't ask the user (${error instanceof Error ? error.message : String(error)}).`);
    } finally {
      signal.removeEventListener('abort', onAbort);
    }
    return requireRun(kind, answer, request.id);
  }
}
