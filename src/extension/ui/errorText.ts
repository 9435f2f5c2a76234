import * as vscode from 'vscode';
import { describeForPerson } from './errorWords.ts';

/** An error in words for the person at this window. */
export function errorText(error: unknown): string {
  const { t } = vscode.l10n;
  return describeForPerson(error, t);
}
