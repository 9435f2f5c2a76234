import * as vscode from 'vscode';
import type { AccessMode, WriteClass } from '../../../engine/sql/statementClasses.ts';

export function className(one: WriteClass): string {
  switch (one) {
    case 'insert':
      return vscode.l10n.t('Insert rows');
    case 'update':
      return vscode.l10n.t('Update rows');
    case 'delete':
      return vscode.l10n.t('Delete rows');
    case 'ddl':
      return vscode.l10n.t('Create, alter, and drop objects');
    case 'call':
      return vscode.l10n.t('Call procedures');
    case 'administration':
      return vscode.l10n.t('Administer the server');
  }
}

/** The same in the middle of a sentence. One of them has commas, so a semicolon parts them. */
export function classNames(classes: readonly WriteClass[]): string {
  return classes.map(classAction).join('; ');
}

function classAction(one: WriteClass): string {
  switch (one) {
    case 'insert':
      return vscode.l10n.t('insert rows');
    case 'update':
      return vscode.l10n.t('update rows');
    case 'delete':
      return vscode.l10n.t('delete rows');
    case 'ddl':
      return vscode.l10n.t('create, alter, and drop objects');
    case 'call':
      return vscode.l10n.t('call procedures');
    case 'administration':
      return vscode.l10n.t('administer the server');
  }
}

export function modeName(mode: AccessMode): string {
  switch (mode) {
    case 'readOnly':
      return vscode.l10n.t('Never');
    case 'ask':
      return vscode.l10n.t('With my approval');
    case 'allow':
      return vscode.l10n.t('Without asking');
  }
}
