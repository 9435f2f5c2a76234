import type { ChartStrings } from '../chart/messages.ts';
import type { ResultsStrings } from '../results/messages.ts';

/** As the server's own texts, in English. */
export const RESULTS_STRINGS: ResultsStrings = {
  empty: 'There are no rows to show.',
  filter: 'Filter rows',
  filterHint: 'Filter: text, or column:text',
  copyAs: 'Copy with Column Names',
  export: 'Download All Rows as CSV',
  view: 'Open Cell',
  edit: 'Edit Cell',
  stop: 'Cancel',
  running: 'Running…',
  close: 'Close',
  pin: 'Pin',
  unpin: 'Unpin',
  tabs: 'Results',
  rowNumber: 'Row',
  loading: 'Loading…',
  noRows: 'No rows',
  messages: 'Messages',
  reveal: 'Go to statement',
  tools: 'Tools',
};

export const CHART_STRINGS: ChartStrings = {
  chart: 'Chart',
  kind: 'Chart type',
  bar: 'Bar',
  line: 'Line',
  pie: 'Pie',
  rows: 'Show Rows',
  summary: '{0} points, {1}',
  firstOnly: 'A pie chart shows only the first numeric column: {0}.',
};
