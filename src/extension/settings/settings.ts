import * as vscode from 'vscode';
import type { SettingKey, SettingValue } from './settingsSchema.ts';
import { showWarning } from '../ui/dialogs.ts';

export const SECTION = 'mysqlPilot';

/** What was said already: a wrong value is told once for each window, and not with every statement. */
const told = new Set<string>();

/** The one way to a setting: a value that does not fit its schema is replaced by the default, and the person is told once. */
export async function readSetting<K extends SettingKey>(key: K): Promise<SettingValue<K>> {
  const { SETTINGS, checkSetting } = await import('./settingsSchema.ts'); // with the schema library, which activation does not need
  const given = rawSetting(key);
  const checked = checkSetting(key, given);
  if (checked !== undefined) return checked.value;
  const { fallback } = SETTINGS[key];
  void tell(key, JSON.stringify(fallback));
  return fallback as SettingValue<K>;
}

/** Whatever stands there: to see whether it has changed, and for nothing else. */
export function rawSetting(key: SettingKey): unknown {
  return vscode.workspace.getConfiguration(SECTION).get<unknown>(key);
}

async function tell(key: SettingKey, fallback: string): Promise<void> {
  if (told.has(key)) return;
  told.add(key);
  const open = vscode.l10n.t('Open Settings');
  const message = vscode.l10n.t('The setting "{0}" has an invalid value. The default is used instead: {1}.', `${SECTION}.${key}`, fallback);
  const choice = await showWarning(message, open);
  if (choice === open) await openSetting(key);
}

export async function openSetting(key: SettingKey): Promise<void> {
  await vscode.commands.executeCommand('workbench.action.openSettings', `@id:${SECTION}.${key}`);
}
