import * as vscode from 'vscode';
import type { View } from '../../broker/viewContract.ts';
import { plainLine } from '../../engine/foreignText.ts';
import type { ConnectionProfile } from '../../engine/driver/profile.ts';
import { nameWithEnvironment } from '../connections/environments.ts';

const SHOWN_TITLE = 60;
const SHOWN_CLIENT = 60;

/** The agent's title of what it shows, or what it is. */
export function titleOf({ title, content }: View): string {
  if (title !== undefined && title.trim() !== '') return title.trim();
  const { t } = vscode.l10n;
  switch (content.kind) {
    case 'grid':
      return t('Rows');
    case 'chart':
      return t('Chart');
    case 'plan':
      return t('Plan');
    case 'diagram':
      return t('Diagram of {0}', content.database);
  }
}

/** Of an editor tab: never mistaken for one of ours. */
export function tabTitleOf(view: View): string {
  return vscode.l10n.t('From Agent: {0}', plainLine(titleOf(view), SHOWN_TITLE));
}

/** Who shows it, and from where. */
export function originOf({ client, database, content }: View, profile: ConnectionProfile): string {
  const who = client === undefined ? vscode.l10n.t('an agent') : plainLine(client, SHOWN_CLIENT);
  const inDatabase = content.kind === 'diagram' ? content.database : (database ?? profile.database);
  const where = [nameWithEnvironment(profile), ...(inDatabase === undefined ? [] : [inDatabase])].join(' · ');
  return vscode.l10n.t('Shown by {0} from {1}', who, where);
}
