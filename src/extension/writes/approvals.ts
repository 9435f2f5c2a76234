import * as vscode from 'vscode';
import type { ApprovalRequest, Decision } from '../../broker/contracts.ts';
import { cutLine } from '../../engine/text.ts';
import { describeTarget } from '../../engine/driver/profile.ts';
import type { ProfileStore } from '../connections/profileStore.ts';
import { nameWithEnvironment } from '../connections/environments.ts';
import { showInformation } from '../ui/dialogs.ts';
import type { Review, Reviews } from './reviews.ts';

/** A dialog has room for so much; the document has all of it. */
const SHOWN_LINES = 6;
const SHOWN_LENGTH = 160;

type Answer = Decision['decision'];

/** Asks the person at this window about writes of agents, one after the other. */
export class Approvals {
  readonly #profiles: ProfileStore;
  readonly #reviews: Reviews;
  #turn: Promise<unknown> = Promise.resolve();

  constructor(profiles: ProfileStore, reviews: Reviews) {
    this.#profiles = profiles;
    this.#reviews = reviews;
  }

  /** Resolves to `reject` as soon as the signal says that nobody waits for the decision. */
  async decide(request: ApprovalRequest, signal: AbortSignal): Promise<Answer> {
    const decided = this.#turn.then(() => this.#decide(request, signal));
    this.#turn = decided.catch(() => undefined);
    return decided;
  }

  async #decide(request: ApprovalRequest, signal: AbortSignal): Promise<Answer> {
    const profile = await this.#profiles.get(request.profile);
    if (profile === undefined) return 'reject';
    const runs = await this.#reviews.decide(
      {
        ...{ name: vscode.l10n.t('Write request for {0}', profile.name), id: request.id, document: request.document, opensByItself: true },
        question: () => this.#question(request),
      },
      signal,
    );
    if (signal.aborted) void showInformation(vscode.l10n.t('The write request for "{0}" has expired. Nothing was changed.', profile.name));
    return runs ? 'run' : 'reject';
  }

  async #question(request: ApprovalRequest): ReturnType<Review['question']> {
    const profile = await this.#profiles.get(request.profile);
    if (profile === undefined) return undefined;
    const [what = '', ...warnings] = request.summary;
    const lines = [
      what,
      describeTarget(profile),
      ...warnings.slice(0, SHOWN_LINES).map((warning) => `⚠ ${warning}`),
      ...(warnings.length > SHOWN_LINES ? ['…'] : []),
      vscode.l10n.t('Requested by: {0}', request.client ?? vscode.l10n.t('an unnamed program')),
    ];
    return {
      question: vscode.l10n.t('Allow an agent to change data on {0}?', nameWithEnvironment(profile)),
      detail: lines.map((line) => cutLine(line, SHOWN_LENGTH)),
    };
  }
}
