/** What a piece of text is. A `name` and a `cell` are of the database; `plain` is ours. */
export type PieceKind = 'plain' | 'name' | 'cell' | 'null' | 'keyword' | 'string' | 'number' | 'code' | 'elided';

export interface Piece {
  readonly kind: PieceKind;
  readonly text: string;
  /** It stands for a character that can't be seen, or that looks like another one. */
  readonly escape?: true;
}

export type Pieces = readonly Piece[];

export interface ShownWarning {
  readonly weight: 'danger' | 'warning' | 'note';
  /** The weight in words. */
  readonly label: string;
  readonly text: Pieces;
}

export interface ShownCell {
  readonly changed: boolean;
  /** Undefined where there is none: of a row that is added. */
  readonly before?: Pieces | undefined;
  /** Undefined where there is none, or where nothing was tried. */
  readonly after?: Pieces | undefined;
}

export interface ShownRow {
  readonly index: number;
  readonly state: 'changed' | 'same' | 'deleted' | 'added' | 'unknown';
  readonly label: string;
  readonly cells: readonly ShownCell[];
}

export interface ShownHead {
  readonly text: Pieces;
  readonly key: boolean;
}

/** One page of the rows of a statement. */
export interface ShownPage {
  readonly from: number;
  readonly total: number;
  /** For example `1–20 of 42`. */
  readonly label: string;
  readonly heads: readonly ShownHead[];
  readonly rows: readonly ShownRow[];
}

/** All columns of one row. */
export interface ShownDetail {
  readonly row: number;
  readonly columns: readonly (ShownHead & { readonly cell: ShownCell })[];
}

export interface ShownTable {
  readonly title: string;
  /** What of it is not shown in the columns, or among the rows. */
  readonly remarks: readonly string[];
  readonly first: ShownPage;
}

export interface ShownStatement {
  /** Undefined for a single statement, which the headline names. */
  readonly title?: Pieces | undefined;
  readonly sql: readonly Pieces[];
  readonly condition?: Pieces | undefined;
  /** Empty where nothing is to be verified. */
  readonly verified: Pieces;
  readonly unverified: readonly Pieces[];
  readonly table?: ShownTable | undefined;
  /** What it reaches besides: triggers and foreign keys. */
  readonly reaches: readonly Pieces[];
  readonly facts: readonly Pieces[];
  readonly plan: readonly Pieces[];
}

export interface ShownReview {
  /** What is decided about. */
  readonly kind: 'write' | 'export';
  /** Names this review in every message: an answer to another one is none. */
  readonly ticket: string;
  /** An agent waits for the decision: for a while, and for the reason of a no. Else a person looks at what they asked for themselves. */
  readonly agent: boolean;
  readonly headline: Pieces;
  /** In color besides, by the environment. */
  readonly environment?: 'development' | 'staging' | 'production' | undefined;
  readonly about: readonly { readonly label: string; readonly value: Pieces }[];
  readonly warnings: readonly ShownWarning[];
  readonly statements: readonly ShownStatement[];
  readonly run: string;
  /** The button that says yes to what comes in this session, too. */
  readonly runForSession?: string | undefined;
  /** The name that the person types before *Run* is enabled. */
  readonly typed?: { readonly label: Pieces; readonly value: string } | undefined;
}

export interface ShownState {
  /** `waiting` for the decision; else what became of it. After a no the tab is closed, and may be opened again to look at it. */
  readonly phase: 'waiting' | 'running' | 'committed' | 'exported' | 'failed' | 'unknown' | 'rejected' | 'expired';
  /** It has been in sight for long enough. */
  readonly read: boolean;
  readonly remainingMs: number;
  /** In words, for all phases but `waiting`. */
  readonly text: string;
  readonly undo: boolean;
}

export type ToReview =
  | { readonly type: 'review'; readonly review: ShownReview }
  | { readonly type: 'state'; readonly state: ShownState }
  | { readonly type: 'page'; readonly statement: number; readonly page: ShownPage }
  | { readonly type: 'detail'; readonly statement: number; readonly detail: ShownDetail };

export type FromReview =
  | { readonly type: 'ready' }
  /** The review was painted. */
  | { readonly type: 'drawn'; readonly ticket: string }
  /** Whether anything covers the page: VS Code doesn't tell when a maximized panel or chat takes its place. */
  | { readonly type: 'sight'; readonly ticket: string; readonly visible: boolean }
  /** The warnings have been in view. */
  | { readonly type: 'seen'; readonly ticket: string }
  /** Keys that were not meant for the review: the reading begins anew. */
  | { readonly type: 'typing'; readonly ticket: string }
  | { readonly type: 'run'; readonly ticket: string; readonly typed: string; readonly forSession?: boolean | undefined }
  | { readonly type: 'reject'; readonly ticket: string; readonly reason: string }
  | { readonly type: 'extend'; readonly ticket: string }
  | { readonly type: 'undo'; readonly ticket: string }
  | { readonly type: 'page'; readonly ticket: string; readonly statement: number; readonly from: number }
  | { readonly type: 'detail'; readonly ticket: string; readonly statement: number; readonly row: number };

export type ReviewStrings = Readonly<
  Record<
    | 'warnings'
    | 'statement'
    | 'condition'
    | 'reaches'
    | 'facts'
    | 'plan'
    | 'verified'
    | 'key'
    | 'changedTo'
    | 'previous'
    | 'next'
    | 'showAll'
    | 'hideAll'
    | 'state'
    | 'reject'
    | 'cancel'
    | 'reason'
    | 'extend'
    | 'undo'
    | 'remaining'
    | 'reading'
    | 'scroll'
    | 'type'
    | 'ready'
    | 'escape',
    string
  >
>;
