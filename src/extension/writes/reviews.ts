import * as vscode from 'vscode';
import { Disposable } from '../base/disposable.ts';
import { ask, type DetailLine } from '../ui/dialogs.ts';
import { currentGesture, duringGesture } from '../ui/gestures.ts';
import { outOfSight } from './outOfSight.ts';
import { PreviewDocuments } from './previewDocuments.ts';

/** What a person decides about: a document that shows all of it, and a question that names it. */
export interface Review {
  /** Of the document's tab. */
  readonly name: string;
  readonly id: string;
  readonly document: string;
  /** Read again each time that it is asked; undefined where nothing can be decided any longer. */
  readonly question: () => Promise<{ readonly question: string; readonly detail: readonly DetailLine[] } | undefined>;
}

interface Waiting {
  readonly review: Review;
  readonly uri: vscode.Uri;
  /** Where the document has more than it seems. */
  readonly hints: readonly string[];
  readonly settle: (run: boolean) => void;
  /** A dialog about it is open. */
  asking: boolean;
}

/**
 * Documents about which a person decides. Whatever is not a click on *Run* in a dialog that they have opened from the document is a no: closing it, rejecting it, and
 * what was typed before anything was seen.
 */
export class Reviews extends Disposable {
  readonly #documents = this.register(new PreviewDocuments());
  readonly #waiting = new Map<string, Waiting>();

  constructor() {
    super();
    const of = (uri: unknown): Waiting | undefined => {
      const key = uri instanceof vscode.Uri ? uri : vscode.window.activeTextEditor?.document.uri;
      return key === undefined ? undefined : this.#waiting.get(key.toString());
    };
    this.register(
      this.#documents.onDidClose((uri) => {
        of(uri)?.settle(false);
      }),
    );
    this.register(
      vscode.commands.registerCommand('mysqlPilot.decideWrite', async (uri: unknown) => {
        const waiting = of(uri);
        // Only from the document itself. A task, which an agent may have written, calls this, too, while the person types elsewhere: it can't name the document.
        const isMeant = uri instanceof vscode.Uri || (waiting !== undefined && this.#documents.isTouched(waiting.uri));
        if (waiting !== undefined) await duringGesture(() => this.#ask(waiting, isMeant && isInFront(waiting.uri)));
      }),
    );
    this.register(
      vscode.commands.registerCommand('mysqlPilot.rejectWrite', (uri: unknown) => {
        of(uri)?.settle(false);
      }),
    );
  }

  /** Resolves to true for *Run*, and to false for all else, also as soon as the signal says that nobody waits for the decision. */
  async decide(review: Review, signal?: AbortSignal): Promise<boolean> {
    const isOver = (): boolean => signal?.aborted === true;
    if (isOver()) return false;
    const answer = Promise.withResolvers<boolean>();
    const hints = hintsOf(review.document);
    const uri = await this.#documents.open(review.name, review.id, [...hints.map((hint) => `-- ${hint}\n`), review.document].join(''));
    const waiting: Waiting = { review, uri, hints, settle: answer.resolve, asking: false };
    this.#waiting.set(uri.toString(), waiting);
    const over = (): void => {
      answer.resolve(false);
    };
    signal?.addEventListener('abort', over, { once: true });
    if (isOver()) over();
    try {
      return await answer.promise;
    } finally {
      currentGesture()?.renew(); // it was answered by a click
      signal?.removeEventListener('abort', over);
      this.#waiting.delete(uri.toString());
      await this.#documents.close(uri);
    }
  }

  /** The first button is the one that Enter presses, and looks. *Run* is there only where the person has come from the document. */
  async #ask(waiting: Waiting, seen: boolean): Promise<void> {
    if (waiting.asking) return;
    waiting.asking = true;
    const { review, hints, settle } = waiting;
    try {
      const question = await review.question();
      if (question === undefined) {
        settle(false);
        return;
      }
      const look = vscode.l10n.t('Open Preview');
      const run = vscode.l10n.t('Run');
      const detail = [...question.detail, ...(hints.length === 0 ? [] : ['', ...hints])];
      const answer = await ask({ question: question.question, detail, safe: look, actions: seen ? [run] : [] });
      if (seen && answer === run) settle(true);
      else if (answer !== look) settle(false);
      else await this.#documents.focus(waiting.uri);
    } finally {
      waiting.asking = false;
    }
  }
}

const MAX_HINTS = 5;

function hintsOf(document: string): string[] {
  const { t } = vscode.l10n;
  const found = outOfSight(document);
  const shown = found.slice(0, MAX_HINTS);
  const more = found.length - shown.length;
  const lines = shown.length + (more > 0 ? 1 : 0); // which stand above the document
  return [
    ...shown.map(({ line, characters, blankLines = 0 }) =>
      characters === undefined
        ? t('⚠ Line {0} follows {1} blank lines. Scroll down to read all of it.', line + lines, blankLines)
        : t('⚠ Line {0} has {1} characters. Scroll right to read all of it.', line + lines, characters),
    ),
    ...(more === 1 ? [t('⚠ One more line is very long or follows blank lines. Scroll to read all of it.')] : []),
    ...(more > 1 ? [t('⚠ {0} more lines are very long or follow blank lines. Scroll to read all of them.', more)] : []),
  ];
}

function isInFront(uri: vscode.Uri): boolean {
  return vscode.window.activeTextEditor?.document.uri.toString() === uri.toString();
}
