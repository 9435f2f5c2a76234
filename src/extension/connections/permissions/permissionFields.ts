import * as vscode from 'vscode';
import type { ConnectionProfile } from '../../../engine/driver/profile.ts';
import { plainLine } from '../../../engine/foreignText.ts';
import { ACCESS_MODES, WRITE_CLASSES } from '../../../engine/sql/statementClasses.ts';
import type { FormDescription, FormField, FormPreview } from '../../../webview/form/messages.ts';
import { className, modeName } from './accessNames.ts';
import { fieldOf, PRESETS } from './permissionValues.ts';
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

/** The form of what agents see and change on a connection. */
export function permissionsForm(heading: string, profile: ConnectionProfile): FormDescription {
  const { t } = vscode.l10n;
  return {
    heading,
    intro: [
      t("These settings limit agents on this connection. Agents can't change them, and you still see everything."),
      ...(profile.readOnly === true
        ? [t("The connection is read-only for everyone: agents can't change anything, whatever is selected here.")]
        : []),
    ].join(' '),
    sections: [
      { title: t('What agents can see'), fields: [visibilityField()] },
      { title: t('What agents can change'), fields: accessFields(profile.environment === 'production') },
      { title: t('Tables'), fields: tableFields() },
      { title: t('Columns'), fields: [columnsField()] },
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

function visibilityField(): FormField {
  const { t } = vscode.l10n;
  return {
    id: 'agents',
    kind: 'select',
    label: t('Data'),
    help: t("Structure only: agents see no rows, and can't change anything. Hidden: for agents, this connection doesn't exist."),
    options: [
      { value: 'data', label: t('Rows and structure') },
      { value: 'schema', label: t('Structure only') },
      { value: 'none', label: t('Hidden from agents') },
    ],
  };
}

const SEES_ROWS = { field: 'agents', holds: ['data'] };

function accessFields(production: boolean): FormField[] {
  const { t } = vscode.l10n;
  const presets: Readonly<Record<(typeof PRESETS)[number], string>> = {
    nothing: t('Nothing'),
    rows: t('Rows, with my approval'),
    everything: t('Everything, with my approval'),
    each: t('Choose for each statement type'),
  };
  const modes = ACCESS_MODES.map((mode) => ({ value: mode, label: modeName(mode) }));
  return [
    {
      id: 'changes',
      kind: 'select',
      label: t('Changes'),
      help: t(
        "Rows: INSERT, UPDATE, and DELETE. Everything includes CREATE, ALTER, DROP, CALL, and administration statements, which can't be rolled back.",
      ),
      options: PRESETS.map((preset) => ({ value: preset, label: presets[preset] })),
      when: [SEES_ROWS],
    },
    ...WRITE_CLASSES.map((one): FormField => ({
      ...{ id: fieldOf(one), kind: 'select', label: className(one), options: modes },
      when: [SEES_ROWS, { field: 'changes', holds: ['each'] }],
    })),
    ...(production
      ? [
          {
            ...{ id: 'unattendedProduction', kind: 'check' as const, label: t('"Without asking" also applies to production') },
            help: t('This is a production connection. Otherwise, agents always ask before they change anything on it.'),
            when: [SEES_ROWS, { field: 'changes', holds: ['each'] }],
          },
          {
            ...{
              id: 'dryRunOnProduction',
              kind: 'check' as const,
              label: t('Allow dry runs on production (run the write, then roll it back)'),
            },
            when: [SEES_ROWS, { field: 'changes', holds: PRESETS.filter((preset) => preset !== 'nothing') }],
          },
        ]
      : []),
  ];
}

function tableFields(): FormField[] {
  const { t } = vscode.l10n;
  return [
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
  ];
}

function columnsField(): FormField {
  const { t } = vscode.l10n;
  return {
    id: 'columns',
    kind: 'area',
    rows: 8,
    label: t('Protected columns'),
    placeholder: 'shop.customers.email=mask\n*.users.name=pseudonym',
    help: t(
      "Write database.table.column=action, one rule per line. hide: the column doesn't exist for agents. mask: agents see ••• instead of values. pseudonym: equal values get the same code.",
    ),
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
