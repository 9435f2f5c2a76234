import type * as vscode from 'vscode';

const MAX_CHARACTERS = 500_000;

/** True for a file that is data and not something that people write statement by statement. */
export function isLarge(document: vscode.TextDocument): boolean {
  return lengthOf(document) > MAX_CHARACTERS;
}

/** In UTF-16 units. Looks at no character: a text of 10 MB takes VS Code long to put together. */
export function lengthOf(document: vscode.TextDocument): number {
  return document.offsetAt(document.lineAt(document.lineCount - 1).range.end);
}
