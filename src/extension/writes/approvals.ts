import * as vscode from 'vscode';
import type { ApprovalRequest, Decision } from '../../broker/contracts.ts';
import { cutLine } from '../../engine/text.ts';
import { describeTarget } from '../../engine/driver/profile.ts';
import type { ProfileStore } from '../connections/profileStore.ts';
import { Disposable } from '../disposable.ts';
import { nameWithEnvironment } from '../tree/environments.ts';
import { PreviewDocuments } from './previewDocuments.ts';

/** A dialog has room for so much; the document has all of it. */
const SHOWN_LINES = 6;
const SHOWN_LENGTH = 160;

type Answer = Decision['decision'];

interface Waiting {
  readonly request: ApprovalRequest;
  readonly uri: vscode.Uri;
  readonly settle: (answer: Answer) => void;
  /** A dialog about it is open. */
  asking: boolean;
}

/**
 * Asks the person at this window about writes of agents, one after the other: the preview stands in an editor, and a dialog names
 * the connection and the rows. Whatever is not a click on "Run" is a no.
 */
export class Approvals extends Disposable {
  readonly #profiles: ProfileStore;
  readonly #documents = this.register(new PreviewDocuments());
  readonly #waiting = new Map<string, Waiting>();
  #turn: Promise<unknown> = Promise.resolve();

  constructor(profiles: ProfileStore) {
    super();
    this.#profiles = profiles;
    const of = (uri: unknown): Waiting | undefined => {
      const key = uri instanceof vscode.Uri ? uri : vscode.window.activeTextEditor?.document.uri;
      return key === undefined ? undefined : this.#waiting.get(key.toString());
    };
    this.register(
      this.#documents.onDidClose((uri) => {
        of(uri)?.settle('reject');
      }),
    );
    this.register(
      vscode.commands.registerCommand('mysqlPilot.decideWrite', async (uri: unknown) => {
        const waiting = of(uri);
        if (waiting !== undefined) await this.#ask(waiting);
      }),
    );
    this.register(
      vscode.commands.registerCommand('mysqlPilot.rejectWrite', (uri: unknown) => {
        of(uri)?.settle('reject');
      }),
    );
  }

  /** Resolves to `reject` as soon as the signal says that nobody waits for the decision. */
  async decide(request: ApprovalRequest, signal: AbortSignal): Promise<Answer> {
    const decided = this.#turn.then(() => this.#decide(request, signal));
    this.#turn = decided.catch(() => undefined);
    return decided;
  }

  async #decide(request: ApprovalRequest, signal: AbortSignal): Promise<Answer> {
    const isOver = (): boolean => signal.aborted;
    if (isOver()) return 'reject';
    const profile = await this.#profiles.get(request.profile);
    if (profile === undefined) return 'reject';
    const answer = Promise.withResolvers<Answer>();
    const uri = await this.#documents.open(vscode.l10n.t('Write on {0}', profile.name), request.id, request.document);
    const waiting: Waiting = { request, uri, settle: answer.resolve, asking: false };
    this.#waiting.set(uri.toString(), waiting);
    const over = (): void => {
      answer.resolve('reject');
    };
    signal.addEventListener('abort', over, { once: true });
    if (isOver()) over();
    try {
      this.#ask(waiting).catch(over);
      const decided = await answer.promise;
      if (isOver())
        void vscode.window.showInformationMessage(
          vscode.l10n.t('Nobody waits any longer for the decision about the write on "{0}". Nothing was changed.', profile.name),
        );
      return decided;
    } finally {
      signal.removeEventListener('abort', over);
      this.#waiting.delete(uri.toString());
      await this.#documents.close(uri);
    }
  }

  /** The first button is the one that Enter presses: a dialog that comes while somebody types must not be able to run anything. */
  async #ask(waiting: Waiting): Promise<void> {
    if (waiting.asking) return;
    waiting.asking = true;
    const { request, settle } = waiting;
    try {
      const profile = await this.#profiles.get(request.profile);
      if (profile === undefined) {
        settle('reject');
        return;
      }
      const look = vscode.l10n.t('Look at the Preview');
      const run = vscode.l10n.t('Run');
      const where = nameWithEnvironment(profile);
      const [what = '', ...warnings] = request.summary;
      const lines = [
        what,
        describeTarget(profile),
        ...warnings.slice(0, SHOWN_LINES).map((warning) => `⚠ ${warning}`),
        ...(warnings.length > SHOWN_LINES ? ['…'] : []),
        vscode.l10n.t('Asked by: {0}', request.client ?? vscode.l10n.t('an unnamed program')),
      ];
      const detail = lines.map((line) => cutLine(line, SHOWN_LENGTH)).join('\n'); // names of tables may hold line ends
      const question = vscode.l10n.t('May an agent change data on {0}?', where);
      const answer = await vscode.window.showWarningMessage(question, { modal: true, detail }, look, run);
      if (answer === run) settle('run');
      else if (answer !== look) settle('reject');
    } finally {
      waiting.asking = false;
    }
  }
}
