import * as vscode from 'vscode';
import * as z from 'zod';
import type { ChartStrings, FromChartView, ShownChart, ToChartView } from '../../webview/chart/messages.ts';
import { Disposable } from '../base/disposable.ts';
import { errorText } from '../messages/errorText.ts';
import { openPage, receiveMessages } from '../panels/webviewPage.ts';
import { showError } from '../ui/dialogs.ts';

const MessageSchema: z.ZodType<FromChartView> = z.strictObject({ type: z.enum(['ready', 'rows']) });

export interface ChartPanelParts {
  readonly extension: vscode.Uri;
  readonly log: vscode.LogOutputChannel;
}

/** Fills an editor tab with a chart that an agent shows. */
export class ChartPanel extends Disposable {
  constructor({ extension, log }: ChartPanelParts, panel: vscode.WebviewPanel, chart: ShownChart, showRows: () => void) {
    super();
    this.register(
      receiveMessages(panel.webview, {
        schema: MessageSchema,
        log,
        receive: ({ type }) => {
          const told: ToChartView = { type: 'chart', chart };
          if (type === 'ready') void panel.webview.postMessage(told);
          else showRows();
        },
        failed: (error) => {
          void showError(errorText(error));
        },
      }),
    );
    this.register(
      panel.onDidDispose(() => {
        this.dispose();
      }),
    );
    openPage(panel.webview, extension, { name: 'chart', title: panel.title, strings: strings() });
  }
}

function strings(): ChartStrings {
  const { t } = vscode.l10n;
  return {
    chart: t('Chart'),
    kind: t('Chart type'),
    bar: t('Bar'),
    line: t('Line'),
    pie: t('Pie'),
    rows: t('Show Rows'),
    summary: t('{0} points, {1}'),
    firstOnly: t('A pie chart shows only the first numeric column: {0}.'),
  };
}
