import * as vscode from 'vscode';
import { plainLine } from '../../../engine/foreignText.ts';
import type { FormDescription, FormPreview } from '../../../webview/form/messages.ts';
import type { Met, RuleProblem } from './protectionRules.ts';

/** So many names of what a rule meets say whether it is the right one. */
const SHOWN_NAMES = 5;
const SHOWN_NAME = 100;

/** What the rules meet now, as a table. */
export function matchesTable(met: readonly Met[]): FormPreview | undefined {
  const { t } = vscode.l10n;
  if (met.length === 0) return undefined;
  return { title: t('What the rules match now'), rows: [[t('Rule'), t('Matches')], ...met.map((one) => [one.rule, matchesOf(one)])] };
}

/** The form of the rules for tables and columns. */
export function protectionForm(heading: string): FormDescription {
  const { t } = vscode.l10n;
  return {
    heading,
    intro: t('These rules limit what agents see on this connection. You still see everything.'),
    sections: [
      {
        title: t('Tables'),
        fields: [
          {
            id: 'allow',
            kind: 'area',
            label: t('Allowed tables'),
            placeholder: 'shop.*',
            help: t('Write database.table, one rule per line. * matches any characters. Leave this empty to allow all tables.'),
          },
          {
            id: 'deny',
            kind: 'area',
            label: t('Denied tables'),
            placeholder: 'shop.salaries',
            help: t('Takes precedence over the tables above. Agents see the names of these tables, but no rows.'),
          },
        ],
      },
      {
        title: t('Columns'),
        fields: [
          {
            id: 'columns',
            kind: 'area',
            rows: 8,
            label: t('Protected columns'),
            placeholder: 'shop.customers.email=mask\n*.users.name=pseudonym',
            help: t(
              "Write database.table.column=action, one rule per line. hide: the column doesn't exist for agents. mask: agents see ••• instead of values. pseudonym: equal values get the same code.",
            ),
          },
        ],
      },
    ],
    actions: [
      { id: 'save', label: t('Save') },
      { id: 'check', label: t('Show Matches'), secondary: true },
      { id: 'add', label: t('Add Columns…'), secondary: true },
      { id: 'suggest', label: t('Suggest Columns'), secondary: true },
      { id: 'cancel', label: t('Cancel'), secondary: true },
    ],
    browse: t('Browse…'),
  };
}

function matchesOf({ field, names }: Met): string {
  const { t } = vscode.l10n;
  if (names.length === 0) return field === 'columns' ? t('no column') : t('no table');
  const shown = names.slice(0, SHOWN_NAMES).map((name) => plainLine(name, SHOWN_NAME));
  return names.length > shown.length ? t('{0}, and {1} more', shown.join(', '), names.length - shown.length) : shown.join(', ');
}

export function problemText({ rule, problem }: RuleProblem): string {
  const { t } = vscode.l10n;
  const shown = plainLine(rule, SHOWN_NAME);
  switch (problem) {
    case 'action':
      return t('{0}: use hide, mask, or pseudonym as the action.', shown);
    case 'form':
      return t('{0}: write database.table.column=action.', shown);
    case 'table':
      return t('{0}: write database.table.', shown);
    case 'many':
      return t('There are more than 1,000 rules. Use * to combine them.');
  }
}
