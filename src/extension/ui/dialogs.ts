import * as vscode from 'vscode';
import { indentedBlock, plainBlock, plainLine } from '../../engine/foreignText.ts';
import { currentGesture } from './gestures.ts';

/** A line of a question; a statement keeps its own lines, set apart so that none can look like one of ours. */
export type DetailLine = string | { readonly statement: string };

/** Shows a notification. No part of it becomes a link or an icon, wherever its words come from; what a person may do is a button. */
export function showInformation(message: string, ...buttons: readonly string[]): Promise<string | undefined> {
  return whole(message, buttons, (text, shown) => vscode.window.showInformationMessage(text, ...shown));
}

export function showWarning(message: string, ...buttons: readonly string[]): Promise<string | undefined> {
  return whole(message, buttons, (text, shown) => vscode.window.showWarningMessage(text, ...shown));
}

/** So many characters fit into a line. */
const LINE = 50;

/** VS Code cuts a notification to one line unless it has a button: a longer one gets one. Not an error, which VS Code would keep on the screen for it until it is closed. */
async function whole(
  message: string,
  buttons: readonly string[],
  show: (text: string, shown: readonly string[]) => Thenable<string | undefined>,
): Promise<string | undefined> {
  const text = plainLine(message);
  const copy = vscode.l10n.t('Copy Message');
  const added = buttons.length === 0 && text.length > LINE ? [copy] : [];
  const answer = await show(text, [...buttons.map((button) => plainLine(button)), ...added]);
  if (added.length === 0 || answer !== copy) return answer;
  await vscode.env.clipboard.writeText(text);
  return undefined;
}

export function showError(message: string, ...buttons: readonly string[]): Thenable<string | undefined> {
  return vscode.window.showErrorMessage(plainLine(message), ...buttons.map((button) => plainLine(button)));
}

export interface Question {
  readonly question: string;
  readonly detail?: readonly DetailLine[];
  /** The button that Enter presses. It changes nothing: the dialog may open while somebody types. */
  readonly safe: string;
  /** What may be done. Each takes a click, or a key that was meant for it. */
  readonly actions: readonly string[];
}

/**
 * Asks in a modal dialog, which takes the keyboard. One that could do something opens only in answer to a click or a key of a moment ago: else a notification asks first, and
 * what is typed into a terminal or a chat presses none of its buttons. VS Code gives the focus to the first button and adds *Cancel* at the end, wherever a button with `isCloseAffordance` stands: so the safe one is a
 * button of its own. Resolves to the button, or to undefined.
 */
export async function ask({ question, detail = [], safe, actions }: Question): Promise<string | undefined> {
  const gesture = currentGesture();
  const isLate = actions.length > 0 && gesture?.isLate !== false;
  if (isLate && !(await isAwaited(question, gesture?.abandoned))) return undefined;
  // A dialog gives the keyboard back to what had it: that would be the notification, which is gone by then.
  if (isLate) await vscode.commands.executeCommand('workbench.action.focusActiveEditorGroup');
  const answered = gesture?.opens();
  const text = detail.map(toText).join('\n');
  const options = { modal: true, ...(text === '' ? {} : { detail: text }) };
  const answer = await vscode.window.showWarningMessage(
    plainLine(question),
    options,
    ...[safe, ...actions].map((button) => plainLine(button)),
  );
  answered?.();
  return answer;
}

/** True once the person wants to see the question; false where they have closed the notification, or asked for the same again. */
async function isAwaited(question: string, abandoned: AbortSignal | undefined): Promise<boolean> {
  const show = vscode.l10n.t('Show Question');
  const answer = Promise.withResolvers<undefined>();
  const abandon = (): void => {
    answer.resolve(undefined);
  };
  abandoned?.addEventListener('abort', abandon, { once: true });
  try {
    if (abandoned?.aborted === true || (await Promise.race([showWarning(question, show), answer.promise])) !== show) return false;
    currentGesture()?.renew();
    return true;
  } finally {
    abandoned?.removeEventListener('abort', abandon);
  }
}

/** True for a click on `action`; Enter presses `safe`. */
export async function confirm(question: string, { safe, action, detail = [] }: Confirmation): Promise<boolean> {
  return (await ask({ question, detail, safe, actions: [action] })) === action;
}

export interface Confirmation {
  readonly safe: string;
  readonly action: string;
  readonly detail?: readonly DetailLine[];
}

function toText(line: DetailLine): string {
  if (typeof line === 'string') return plainLine(line);
  return plainBlock(indentedBlock(line.statement));
}

export function withProgress<T>(
  options: vscode.ProgressOptions,
  work: (report: (message: string) => void, token: vscode.CancellationToken) => Promise<T>,
): Thenable<T> {
  const shown = options.title === undefined ? options : { ...options, title: plainLine(options.title) };
  return vscode.window.withProgress(shown, (progress, token) =>
    work((message) => {
      progress.report({ message: plainLine(message) });
    }, token),
  );
}

/** For a moment in the status bar, behind an icon. */
export function showStatus(icon: string, message: string, milliseconds: number): void {
  vscode.window.setStatusBarMessage(`$(${icon}) ${plainLine(message)}`, milliseconds);
}
