import * as vscode from 'vscode';
import { describeForPerson } from './describeForPerson.ts';

export function errorText(error: unknown): string {
  const { t } = vscode.l10n;
  return describeForPerson(error, t);
}
