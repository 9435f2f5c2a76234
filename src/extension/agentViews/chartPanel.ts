import * as vscode from 'vscode';
import * as z from 'zod';
import type { ChartStrings, FromChartView, ShownChart, ToChartView } from '../../webview/chart/messages.ts';
import { PagePanel } from '../panels/pagePanel.ts';

const MessageSchema: z.ZodType<FromChartView> = z.strictObject({ type: z.enum(['ready', 'rows']) });

export interface ChartPanelParts {
  readonly extension: vscode.Uri;
  readonly log: vscode.LogOutputChannel;
}

/** Fills an editor tab with a chart that an agent shows. */
export class ChartPanel extends PagePanel<FromChartView, ToChartView> {
  readonly #chart: ShownChart;
  readonly #showRows: () => void;

  constructor({ extension, log }: ChartPanelParts, panel: vscode.WebviewPanel, chart: ShownChart, showRows: () => void) {
    super(panel);
    [this.#chart, this.#showRows] = [chart, showRows];
    this.open({ extension, log, schema: MessageSchema, name: 'chart', title: panel.title, strings: strings() });
  }

  protected receive({ type }: FromChartView): void {
    if (type === 'ready') this.post({ type: 'chart', chart: this.#chart });
    else this.#showRows();
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
