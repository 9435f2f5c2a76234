import * as vscode from 'vscode';
import type { DatabaseCache } from '../../engine/connection/databaseCache.ts';
import type { ConnectionProfile } from '../../engine/driver/profile.ts';
import type { ColumnName } from '../../engine/policy/columnRules.ts';
import { countMet } from '../../engine/schema/ruledColumns.ts';
import { isColumnRule, parseColumnRule, type ColumnRuleProblem } from '../../engine/sql/columnRule.ts';
import { withTimeout } from '../../engine/timeout.ts';
import { askText, inputNote } from '../ui/picks.ts';

/** Rules can be written without a server. */
const CONNECT_MS = 10_000;

/** Asks for the columns that agents don't see as they are, and says while somebody types what each rule meets. Resolves to undefined where the person leaves. */
export async function askColumnRules(
  profile: ConnectionProfile,
  databases: DatabaseCache,
): Promise<{ columns: string[] | undefined } | undefined> {
  // What a rule meets is told as soon as it is known; where it can't be read, rules can be written all the same.
  const names = withTimeout(CONNECT_MS, readNames(profile, databases)).catch(() => undefined);
  const text = await askText({
    title: vscode.l10n.t('Columns that agents see only in part on "{0}"', profile.name),
    prompt: vscode.l10n.t(
      'Write database.table.column=action, separated by commas. Actions: hide, mask, pseudonym. * matches any characters.',
    ),
    placeHolder: 'shop.customers.email=mask, shop.*.ssn=hide, *.users.name=pseudonym',
    value: (profile.columns ?? []).join(', '),
    ignoreFocusOut: true,
    validateInput: async (typed) => checkRules(splitRules(typed), await names),
  });
  if (text === undefined) return undefined;
  const rules = splitRules(text);
  return { columns: rules.length === 0 ? undefined : rules };
}

async function readNames(profile: ConnectionProfile, databases: DatabaseCache): Promise<readonly ColumnName[]> {
  return (await databases.get(profile)).schema.columnNames();
}

/** At commas and line ends, but for those between back-ticks. */
function splitRules(text: string): string[] {
  return (text.match(/(?:`[^`]*`|[^,\n`])+|`/g) ?? []).map((rule) => rule.trim()).filter((rule) => rule !== '');
}

function checkRules(rules: readonly string[], names: readonly ColumnName[] | undefined): vscode.InputBoxValidationMessage | undefined {
  const counts: string[] = [];
  for (const text of rules) {
    const rule = parseColumnRule(text);
    if (!isColumnRule(rule)) return inputNote(problemText(text, rule), 'Error');
    if (names === undefined) continue;
    const count = countMet(rule, names);
    if (count === 0) return inputNote(vscode.l10n.t('{0} matches no column.', text), 'Warning');
    counts.push(vscode.l10n.t('Columns that match {0}: {1}', text, count));
  }
  return counts.length === 0 ? undefined : inputNote(counts.join('; '), 'Info');
}

function problemText(text: string, { problem }: ColumnRuleProblem): string {
  return problem === 'action'
    ? vscode.l10n.t('{0}: use hide, mask, or pseudonym as the action.', text)
    : vscode.l10n.t('{0}: write database.table.column=action.', text);
}
