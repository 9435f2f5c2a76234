import * as vscode from 'vscode';
import { pick, type PickItem } from '../ui/picks.ts';
import type { CopyFormat } from './copyFormats.ts';

/** Asks as what cells are copied; undefined where the person doesn't want to. */
export async function pickCopyFormat(formats: readonly CopyFormat[]): Promise<CopyFormat | undefined> {
  const items: (PickItem & { format: CopyFormat })[] = [
    { label: vscode.l10n.t('Tab-Separated'), description: vscode.l10n.t('for spreadsheets'), format: 'tsv' },
    { label: 'CSV', description: vscode.l10n.t('with column names'), format: 'csv' },
    { label: 'JSON', description: vscode.l10n.t('one object per row'), format: 'json' },
    { label: 'Markdown', description: vscode.l10n.t('a table'), format: 'markdown' },
    { label: 'INSERT', description: vscode.l10n.t('a statement'), format: 'insert' },
    { label: 'IN (…)', description: vscode.l10n.t('distinct values'), format: 'inList' },
  ];
  const offered = items.filter(({ format }) => formats.includes(format));
  return (await pick(offered, { title: vscode.l10n.t('Copy the selected cells as') }))?.format;
}
