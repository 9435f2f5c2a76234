import * as vscode from 'vscode';
import type { DatabaseCache } from '../../engine/connection/databaseCache.ts';
import { tablesOf } from '../../engine/query/results/generatedColumns.ts';
import type { CellRange } from '../../webview/results/messages.ts';
import type { CommandTools } from '../connections/commandTools.ts';
import type { ReadOnlyDocuments } from '../files/readOnlyDocuments.ts';
import { showInformation } from '../ui/dialogs.ts';
import { readableCell } from './cellText.ts';
import { COPY_FORMATS, copyChanges, copyText, type CopyFormat } from './copyFormats.ts';
import { pickCopyFormat } from './pickCopyFormat.ts';
import { exportRows } from './exportRows.ts';
import type { RowsTab } from './resultTabs.ts';
import { rowAt } from '../../engine/query/results/rowOrder.ts';
import { selectedCells } from './selection.ts';

export interface RowsActionsParts {
  readonly tools: CommandTools;
  readonly databases: DatabaseCache;
  readonly documents: ReadOnlyDocuments;
}

/** What an action is about: a result, and what is selected in its grid. */
export interface RowsTarget {
  readonly tab: RowsTab;
  readonly ranges: readonly CellRange[];
}

/** What a person does with rows that they see, wherever these are shown. */
export class RowsActions {
  readonly #parts: RowsActionsParts;

  constructor(parts: RowsActionsParts) {
    this.#parts = parts;
  }

  async copy({ tab, ranges }: RowsTarget, format: CopyFormat = 'tsv'): Promise<void> {
    const { tools, databases } = this.#parts;
    const cells = selectedCells(tab, ranges);
    const generated =
      format === 'insert'
        ? await (await databases.get(await tools.sameServer(tab.place.profile))).schema.generatedColumns(tablesOf(cells.columns))
        : undefined;
    await vscode.env.clipboard.writeText(copyText(cells, format, generated));
    const { renamed, leftOut } = copyChanges(cells, format, generated);
    const notes = [
      ...(renamed.length === 0 ? [] : [vscode.l10n.t('Columns with the same name were renamed: {0}.', renamed.join(', '))]),
      ...(leftOut.length === 0 ? [] : [vscode.l10n.t('Generated columns were omitted: {0}.', leftOut.join(', '))]),
    ];
    if (notes.length > 0) void showInformation(notes.join(' '));
  }

  async copyAs(target: RowsTarget): Promise<void> {
    const format = await pickCopyFormat(COPY_FORMATS);
    if (format !== undefined) await this.copy(target, format);
  }

  /** Opens the first selected cell in an editor. */
  async view({ tab, ranges }: RowsTarget): Promise<void> {
    const { fromRow: row, fromColumn: column } = ranges[0] ?? { fromRow: 0, fromColumn: 0 };
    const cell = rowAt(tab, row)?.[column] ?? null;
    const name = tab.result.columns[column]?.name ?? '';
    await this.#parts.documents.show({ name: `${name}, ${vscode.l10n.t('row {0}', row + 1)}`, ...readableCell(cell) });
  }

  async export({ tab }: RowsTarget): Promise<void> {
    await exportRows(tab, this.#parts.tools, this.#parts.databases);
  }
}
