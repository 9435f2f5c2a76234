import * as vscode from 'vscode';
import type { DatabaseCache } from '../../engine/connection/databaseCache.ts';
import { usedDatabase } from '../../engine/sql/usedDatabase.ts';
import type { ExecutionTarget } from '../results/resultTabs.ts';
import { pick, pickChange } from '../ui/picks.ts';

/**
 * Resolves to undefined where the person gave up. The default of the connection comes first, so that Enter takes it. Where it has none, Enter takes none, and `keep` says so: who types on
 * would have the statement run in whatever database comes first.
 */
export async function pickDatabase(
  { profile, database }: ExecutionTarget,
  databases: DatabaseCache,
  keep: string,
): Promise<string | undefined> {
  const names = await (await databases.get(profile)).schema.databases();
  const sorted = [...names].sort((a, b) => Number(b === database) - Number(a === database));
  const items = sorted.map((name) => ({ label: name, description: name === database ? vscode.l10n.t('connection default') : '' }));
  const title = vscode.l10n.t('Select a database for the statements in this file');
  const options = { title, placeHolder: vscode.l10n.t('Select a database'), ignoreFocusOut: true };
  const hasDefault = database !== undefined && names.includes(database);
  return (await (hasDefault ? pick(items, options) : pickChange(items, { ...options, keep })))?.label;
}

/** True where statements change something whose name leaves the database open, before a USE says which one is meant. */
export async function needsDatabase(
  statements: readonly string[],
  { profile }: ExecutionTarget,
  databases: DatabaseCache,
): Promise<boolean> {
  if (profile.readOnly === true) return false; // which refuses them
  const { classifyUserStatement } = await import('../../engine/guard/userStatementPolicy.ts');
  for (const sql of statements) {
    if (usedDatabase(sql) !== undefined) return false;
    if (classifyUserStatement(sql).effect === 'changes' && (await (await databases.get(profile)).sessions.dependsOnDatabase(sql)))
      return true;
  }
  return false;
}
