import * as vscode from 'vscode';
import type { DatabaseCache } from '../../../engine/connection/databaseCache.ts';
import { rightsKey, type ConnectionProfile } from '../../../engine/driver/profile.ts';
import { PilotError } from '../../../engine/errors.ts';
import { plainLine } from '../../../engine/foreignText.ts';
import type { ColumnName } from '../../../engine/policy/columnRules.ts';
import { COLUMN_ACTIONS, type ColumnAction } from '../../../engine/sql/columnRule.ts';
import { withTimeout } from '../../../engine/timeout.ts';
import type { FormValues } from '../../../webview/form/messages.ts';
import { FormPanel } from '../../forms/formPanel.ts';
import { errorText } from '../../messages/errorText.ts';
import { pick } from '../../ui/picks.ts';
import { confirm } from '../../ui/dialogs.ts';
import type { CommandTools } from '../commandTools.ts';
import type { ProfileStore } from '../profileStore.ts';
import { matchesTable, permissionsForm, problemText } from './permissionFields.ts';
import { HIDDEN, permissionsOf, permissionValues, type Permissions } from './permissionValues.ts';
import { FIELDS, metBy, problemsOf, profileOf, ruleFor, rulesOf, suggestedRules, valuesOf, type Rules } from './protectionRules.ts';

export interface PermissionParts {
  readonly extension: vscode.Uri;
  readonly tools: CommandTools;
  readonly profiles: ProfileStore;
  readonly databases: DatabaseCache;
  readonly log: vscode.LogOutputChannel;
}

/** Rules can be written without a server. */
const CONNECT_MS = 10_000;
/** Whoever saves has done with the form, and does not wait long for what the rules match. */
const SAVE_MS = 1500;
/** More in a list are more than anybody looks through. */
const MAX_PICKED_FROM = 20_000;

/**
 * Opens the form of what agents see and change on a connection: the one place where that is widened, and no agent reaches it. Nothing is saved before *Save*, and nothing but
 * that a connection is hidden where it was changed meanwhile.
 */
export function openPermissions({ extension, tools, profiles, databases, log }: PermissionParts, profile: ConnectionProfile): FormPanel {
  const { t } = vscode.l10n;
  const title = t('Agent Permissions of "{0}"', profile.name);
  const readNames = async (): Promise<readonly ColumnName[]> => {
    const names = await withTimeout(
      CONNECT_MS,
      databases.get(profile).then(({ schema }) => schema.columnNames()),
    );
    if (names !== undefined) return names;
    throw new PilotError('connection.lost', t('"{0}" didn\'t answer.', profile.name), {
      nextStep: t('You can save the rules without seeing what they match.'),
    });
  };
  const before = profileOf(rulesOf(valuesOf(profile)));
  /** Rules of which the person knows that some of them match nothing: those that are there, and what was told. */
  let warnedOf = JSON.stringify(before);

  /** Undefined where a rule is none, which the form says then. */
  const read = (values: FormValues, panel: FormPanel): Rules | undefined => {
    const rules = rulesOf(values);
    const problems = problemsOf(rules);
    panel.problems(
      Object.fromEntries(FIELDS.flatMap((field) => (problems[field] === undefined ? [] : [[field, problemText(problems[field])]]))),
    );
    if (Object.keys(problems).length === 0) return rules;
    panel.status('error', t('Some rules are invalid.'));
    return undefined;
  };

  const showMatches = async (rules: Rules, panel: FormPanel, names: readonly ColumnName[]): Promise<string> => {
    const met = await metBy(rules, names);
    panel.preview(matchesTable(met));
    const none = met.filter((one) => one.names.length === 0).map(({ rule }) => plainLine(rule, 100));
    return none.length === 0 ? '' : t('These rules match nothing: {0}.', none.slice(0, 5).join(', '));
  };

  /** Whether rules that match nothing were told instead. */
  const warns = async (rules: Rules, panel: FormPanel): Promise<boolean> => {
    const key = JSON.stringify(profileOf(rules));
    if (warnedOf === key) return false;
    const names = await withTimeout(SAVE_MS, readNames()).catch(() => undefined);
    const none = names === undefined ? '' : await showMatches(rules, panel, names);
    if (none === '') return false;
    warnedOf = key;
    panel.status('warning', `${none} ${t('To save them anyway, select Save again.')}`, { ofValues: true });
    return true;
  };

  const save = async (rules: Rules, permissions: Permissions, panel: FormPanel): Promise<void> => {
    const unattended = permissions.unattendedProduction === true && profile.unattendedProduction !== true;
    if (unattended && !(await confirmUnattended(profile.name))) return;
    if (await warns(rules, panel)) return;
    const chosen = { ...permissions, ...profileOf(rules) };
    if (permissions.agents !== 'none') await tools.saveChoice(profile, chosen);
    else if (!(await hide(chosen)) && JSON.stringify(profileOf(rules)) !== JSON.stringify(before)) {
      panel.status('warning', t("The connection is hidden from agents now. It was changed elsewhere, so your rules weren't saved."));
      return;
    }
    panel.dispose();
  };

  /** Less is saved, whatever was changed elsewhere; false where it was, and no rules were saved with it. */
  const hide = async (chosen: Partial<ConnectionProfile>): Promise<boolean> => {
    let same = false;
    await profiles.update(profile.id, (now) => {
      same = rightsKey(now) === rightsKey(profile);
      return same ? chosen : HIDDEN;
    });
    return same;
  };

  const withRules = async (rules: Rules, added: readonly string[], panel: FormPanel, names: readonly ColumnName[]): Promise<void> => {
    panel.append('columns', added);
    const none = await showMatches({ ...rules, columns: [...rules.columns, ...added] }, panel, names);
    panel.status(none === '' ? 'ok' : 'warning', [t("Rules added: {0}. They aren't saved yet.", added.length), none].join(' ').trim());
  };

  const act = async (action: string, values: FormValues, panel: FormPanel): Promise<void> => {
    if (action === 'cancel') {
      panel.dispose();
      return;
    }
    const rules = read(values, panel);
    if (rules === undefined) return;
    if (action === 'save') return save(rules, permissionsOf(values, profile), panel);
    panel.status('busy', t('Reading the columns…'));
    const names = await readNames();
    if (action === 'check') {
      const none = await showMatches(rules, panel, names);
      panel.status(none === '' ? 'ok' : 'warning', none);
    } else if (action === 'add') {
      panel.status('ok', '');
      const added = await pickColumns(names, profile.name);
      if (added !== undefined) await withRules(rules, added, panel, names);
    } else {
      const added = await suggestedRules(rules.columns, names);
      if (added.length > 0) await withRules(rules, added, panel, names);
      else panel.status('ok', t("No other column has a name that suggests personal data or secrets. Values weren't read."));
    }
  };

  const panel = new FormPanel(
    extension,
    {
      title,
      form: permissionsForm(title, profile),
      values: { ...permissionValues(profile), ...valuesOf(profile) },
      restores: true,
      act: (action, values, shown) =>
        act(action, values, shown).catch((error: unknown) => {
          log.error('agent permissions', error);
          shown.status('error', errorText(error));
        }),
    },
    log,
  );
  return panel;
}

async function pickColumns(names: readonly ColumnName[], connection: string): Promise<string[] | undefined> {
  const { t } = vscode.l10n;
  const items = names
    .slice(0, MAX_PICKED_FROM)
    .map((name) => ({ label: name.column, description: `${name.database}.${name.table}`, name }));
  const picked = await pick(items, {
    canPickMany: true,
    matchOnDescription: true,
    title: t('Columns to protect on "{0}"', connection),
    placeHolder:
      names.length > MAX_PICKED_FROM
        ? t('Select columns. Only the first {0} of {1} are listed: for others, write a rule.', MAX_PICKED_FROM, names.length)
        : t('Select columns'),
  });
  if (picked === undefined || picked.length === 0) return undefined;
  const details: Readonly<Record<ColumnAction, string>> = {
    hide: t("The columns don't exist for agents."),
    mask: t('Agents see ••• instead of values.'),
    pseudonym: t('Agents see a code that is the same for equal values.'),
  };
  const action = (
    await pick(
      COLUMN_ACTIONS.map((one) => ({ label: one, detail: details[one], one })),
      { title: t('How to protect the selected columns') },
    )
  )?.one;
  return action === undefined ? undefined : picked.map(({ name }) => ruleFor(name, action));
}

async function confirmUnattended(name: string): Promise<boolean> {
  const { t } = vscode.l10n;
  const question = t('Allow agents to change production data on "{0}" without asking?', name);
  const detail = t(
    'Agents may follow instructions hidden in data or web pages, or make mistakes. You may not be able to undo committed changes.',
  );
  return confirm(question, { safe: t('Keep Asking'), action: t('Allow'), detail: [detail] });
}
