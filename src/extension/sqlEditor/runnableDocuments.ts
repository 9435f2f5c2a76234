import type * as vscode from 'vscode';
import { SQL_LANGUAGES } from './editorConnections.ts';

/**
 * The documents whose statements may run: files, and what a person writes before it is one. No other: previews, definitions, diffs and outputs hold text of agents and
 * databases, and are there to be read.
 */
const SCHEMES: readonly string[] = ['file', 'untitled', 'vscode-remote', 'vscode-vfs', 'vscode-userdata', 'vscode-test-web', 'memfs'];

export const RUNNABLE_DOCUMENTS: readonly vscode.DocumentFilter[] = SQL_LANGUAGES.flatMap((language) =>
  SCHEMES.map((scheme) => ({ language, scheme })),
);

/** Whether the statements of a document may run at all. */
export function isRunnable({ uri }: Pick<vscode.TextDocument, 'uri'>): boolean {
  return SCHEMES.includes(uri.scheme);
}
