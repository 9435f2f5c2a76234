import * as vscode from 'vscode';
import type { RerunEffect } from '../../engine/query/authorization/rerun.ts';

/** Why a view or a stored function may do more than read: which one, and by what. */
export function problemLine({ path, problem: { code, value = '' } }: Pick<RerunEffect, 'path' | 'problem'>): string {
  const { t } = vscode.l10n;
  const where = path.join(' → ');
  switch (code) {
    case 'contains':
      return t('{0} contains: {1}', where, value);
    case 'hidden':
      return t("{0}: this account can't read the definition.", where);
    case 'unreadable':
      return t("{0}: MySQL Pilot can't parse the definition.", where);
    case 'engine':
      return t('{0}: the storage engine {1} can read other sources.', where, value);
    case 'system':
      return t('{0}: a function of the sys schema can change settings.', where);
    case 'unchecked':
      return t("{0} couldn't be checked.", where);
  }
}
