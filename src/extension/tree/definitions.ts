import * as vscode from 'vscode';
import type { DatabaseCache } from '../../engine/connection/databaseCache.ts';
import type { ConnectionProfile } from '../../engine/driver/profile.ts';
import { definitionColumn, definitionStatement, type DefinedName } from '../../engine/schema/showCreate.ts';

const OPTIONS = { limits: { maxRows: 1000, maxCharacters: 10_000_000 }, timeoutMs: 30_000 };

/** As the server writes it. The server hides what the account may not see, and so does the guard: hashes of passwords. */
export async function definitionOf(profile: ConnectionProfile, defined: DefinedName, databases: DatabaseCache): Promise<string> {
  const database = await databases.get(profile);
  const [result] = await database.reads.query(definitionStatement(defined), OPTIONS);
  const at = definitionColumn(result?.columns ?? []);
  const hidden = vscode.l10n.t("-- This account can't read the definition.");
  const text = (result?.rows ?? []).map((row) => ((row[at] ?? null) === null ? hidden : `${row[at] ?? ''};`)).join('\n');
  if (defined.kind !== 'view') return `${text}\n`;
  const { formatStatement } = await import('../../engine/sql/formatStatement.ts'); // which activation does not need
  return `${formatStatement(text)}\n`;
}
