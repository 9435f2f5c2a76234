export type ChartKind = 'bar' | 'line' | 'pie';

export interface ShownChart {
  readonly title: string;
  /** Who shows it, and from where. */
  readonly from: string;
  readonly kind: ChartKind;
  readonly labels: readonly string[];
  /** Numbers for each label; null for NULL. */
  readonly series: readonly { readonly name: string; readonly values: readonly (number | null)[] }[];
}

export interface ToChartView {
  readonly type: 'chart';
  readonly chart: ShownChart;
}

/** `rows`: shows the rows that the chart is made of. */
export interface FromChartView {
  readonly type: 'ready' | 'rows';
}

/** The words of the view, in the user's language. */
export type ChartStrings = Readonly<Record<'chart' | 'kind' | ChartKind | 'rows' | 'summary' | 'firstOnly', string>>;
