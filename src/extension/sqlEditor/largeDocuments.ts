import type * as vscode from 'vscode';

const MAX_CHARACTERS = 500_000;

/** True for a file that is data and not something that people write statement by statement. Looks at no character of it. */
export function isLarge(document: vscode.TextDocument): boolean {
  return document.offsetAt(document.lineAt(document.lineCount - 1).range.end) > MAX_CHARACTERS;
}
