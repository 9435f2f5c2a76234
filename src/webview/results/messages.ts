/** What window and results view say to each other. Nothing but types: both sides are built apart. */

export interface GridColumn {
  readonly name: string;
  /** Numbers stand at the end. */
  readonly align: 'start' | 'end';
}

export interface GridSort {
  readonly column: number;
  readonly descending: boolean;
}

export interface RunMessage {
  readonly kind: 'ok' | 'info' | 'warning' | 'error';
  readonly text: string;
  readonly where: string;
  /** The statement, on one line. */
  readonly sql: string;
  /** Of the statement in its file, counted from 1; undefined where there is no file. */
  readonly line?: number | undefined;
  /** Names the message among all of this window. */
  readonly id: number;
}

interface TabBase {
  readonly id: number;
  readonly title: string;
  /** The statement, and where it ran. */
  readonly tooltip: string;
  /** A new run of the same file leaves it alone. */
  readonly pinned: boolean;
  /** One line below: rows, time, what was cut. */
  readonly status: string;
}

/** A result set. Its rows are asked for as they come into sight. */
export interface GridTab extends TabBase {
  readonly kind: 'grid';
  readonly columns: readonly GridColumn[];
  /** Changes with the order of rows: rows of another version are not those. */
  readonly version: number;
  /** Rows that are shown, and all of them. */
  readonly shown: number;
  readonly total: number;
  readonly sort: GridSort | undefined;
  readonly filter: string;
}

/** What the last run of each file has said, the newest at the end. */
export interface MessagesTab extends TabBase {
  readonly kind: 'messages';
  readonly messages: readonly RunMessage[];
}

export type ResultTabInfo = GridTab | MessagesTab;

/** A list that narrows the rows down to one value of a column. */
export interface RowChoice {
  readonly label: string;
  /** The first one is for all rows. */
  readonly values: readonly string[];
  /** The place of the chosen one. */
  readonly chosen: number;
}

/** A button that only some tables have. */
export interface ExtraButton {
  readonly icon: string;
  readonly title: string;
}

/** A cell as it is shown: cut where it is long; null is SQL NULL. */
export type ShownCell = string | null;

/** Rows and columns of a selection, both ends included, as they are shown. */
export interface CellRange {
  readonly fromRow: number;
  readonly toRow: number;
  readonly fromColumn: number;
  readonly toColumn: number;
}

export type ToResultsView =
  | {
      readonly type: 'state';
      readonly tabs: readonly ResultTabInfo[];
      readonly active: number | undefined;
      readonly running: string | undefined;
      /** Who shows it, where an agent does: then there is one result, which is looked at alone. */
      readonly from?: string | undefined;
      /** The buttons that do something there; all but editing if left out. */
      readonly offers?: readonly ResultsAction[] | undefined;
      readonly choices?: readonly RowChoice[] | undefined;
      readonly extras?: readonly ExtraButton[] | undefined;
    }
  | {
      readonly type: 'rows';
      readonly tab: number;
      readonly version: number;
      readonly start: number;
      readonly rows: readonly (readonly ShownCell[])[];
    }
  | { readonly type: 'selectAll' };

/** What the buttons do; the window has a command for each. */
type ResultsAction = 'stop' | 'copy' | 'copyAs' | 'export' | 'view' | 'edit';

export type FromResultsView =
  | { readonly type: 'ready' }
  | { readonly type: 'rows'; readonly tab: number; readonly version: number; readonly start: number; readonly count: number }
  | { readonly type: 'order'; readonly tab: number; readonly sort?: GridSort | undefined; readonly filter: string }
  | { readonly type: 'selection'; readonly tab: number; readonly ranges: readonly CellRange[] }
  | { readonly type: 'activate' | 'close' | 'pin'; readonly tab: number }
  /** Shows the statement of a message in its file. */
  | { readonly type: 'reveal'; readonly message: number }
  | { readonly type: 'action'; readonly action: ResultsAction }
  /** A value of a list, and a button, by their places. */
  | { readonly type: 'choose'; readonly choice: number; readonly value: number }
  | { readonly type: 'extra'; readonly button: number };

export type ResultsStrings = Readonly<
  Record<
    | 'empty'
    | 'filter'
    | 'filterHint'
    | 'copyAs'
    | 'export'
    | 'view'
    | 'edit'
    | 'stop'
    | 'running'
    | 'close'
    | 'pin'
    | 'unpin'
    | 'tabs'
    | 'rowNumber'
    | 'loading'
    | 'noRows'
    | 'messages'
    | 'reveal'
    | 'tools',
    string
  >
>;
