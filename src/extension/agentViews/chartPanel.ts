import * as vscode from 'vscode';
import * as z from 'zod';
import type { ChartStrings, FromChartView, ShownChart, ToChartView } from '../../webview/chart/messages.ts';
import { Disposable } from '../base/disposable.ts';
import { openPage } from '../panels/webviewPage.ts';

const MessageSchema: z.ZodType<FromChartView> = z.strictObject({ type: z.enum(['ready', 'rows']) });

/** Fills an editor tab with a chart that an agent shows. */
export class ChartPanel extends Disposable {
  constructor(extension: vscode.Uri, panel: vscode.WebviewPanel, chart: ShownChart, showRows: () => void) {
    super();
    this.register(
      panel.webview.onDidReceiveMessage((message: unknown) => {
        const parsed = MessageSchema.safeParse(message);
        if (!parsed.success) return;
        const told: ToChartView = { type: 'chart', chart };
        if (parsed.data.type === 'ready') void panel.webview.postMessage(told);
        else showRows();
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
    kind: t('Kind of chart'),
    bar: t('Bars'),
    line: t('Lines'),
    pie: t('Pie'),
    rows: t('Show Rows'),
    summary: t('{0} points, {1}'),
    firstOnly: t('A pie shows the first column of numbers: {0}.'),
  };
}
