import * as vscode from 'vscode';
import { plainBlock, plainLine } from '../../engine/foreignText.ts';

/** A line of a question; a statement keeps its own lines, set apart so that none can look like one of ours. */
export type DetailLine = string | { readonly statement: string };

const STATEMENT_MARGIN = '    ';

/** Shows a notification. No part of it becomes a link or an icon, wherever its words come from; what a person may do is a button. */
export function showInformation(message: string, ...buttons: readonly string[]): Thenable<string | undefined> {
  return vscode.window.showInformationMessage(plainLine(message), ...buttons.map((button) => plainLine(button)));
}

/** The same with the sign of a warning. */
export function showWarning(message: string, ...buttons: readonly string[]): Thenable<string | undefined> {
  return vscode.window.showWarningMessage(plainLine(message), ...buttons.map((button) => plainLine(button)));
}

/** The same with the sign of an error. */
export function showError(message: string, ...buttons: readonly string[]): Thenable<string | undefined> {
  return vscode.window.showErrorMessage(plainLine(message), ...buttons.map((button) => plainLine(button)));
}

/** What a question is about. */
export interface Question {
  readonly question: string;
  readonly detail?: readonly DetailLine[];
  /** The first one is what Enter presses. */
  readonly buttons: readonly string[];
  /** The button in the place of *Cancel*, which Enter and Escape press. */
  readonly dismiss?: string;
}

/** Asks in a modal dialog, beside whose buttons VS Code puts *Cancel*. Resolves to the button, or to undefined. */
export async function ask({ question, detail = [], buttons, dismiss }: Question): Promise<string | undefined> {
  const text = detail.map(toText).join('\n');
  // First, so that Enter presses it: nothing is decided by a key that was meant for something else.
  const items = [...(dismiss === undefined ? [] : [{ title: dismiss, isCloseAffordance: true }]), ...buttons.map((title) => ({ title }))];
  const options = { modal: true, ...(text === '' ? {} : { detail: text }) };
  return (await vscode.window.showWarningMessage(plainLine(question), options, ...items))?.title;
}

/** True for a click on `action`. */
export async function confirm(question: string, action: string, ...detail: readonly DetailLine[]): Promise<boolean> {
  return (await ask({ question, detail, buttons: [action] })) === action;
}

function toText(line: DetailLine): string {
  if (typeof line === 'string') return plainLine(line);
  const lines = plainBlock(line.statement).split('\n');
  return lines.map((one) => STATEMENT_MARGIN + one).join('\n');
}

/** Runs work while VS Code shows that it runs. */
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
