/** From the worst to the best. */
export const LEVELS = ['fails', 'loses', 'unknown', 'blocks', 'rebuilds', 'notes', 'fine'] as const;
export type Level = (typeof LEVELS)[number];

export interface ShownStatement {
  /** From 1; undefined where the statement isn't found in the file. */
  readonly line: number | undefined;
  readonly text: string;
  readonly level: Level;
  readonly outcome: string;
  /** The size of the table; empty where it isn't known. */
  readonly table: string;
  readonly notes: readonly string[];
  readonly rewritten: string | undefined;
  readonly wayBack: string | undefined;
}

export interface ShownMigration {
  readonly place: string;
  readonly summary: string;
  /** What is true of the whole script. */
  readonly remarks: readonly string[];
  readonly statements: readonly ShownStatement[];
}

export type ToMigrationView =
  | { readonly type: 'busy' }
  | { readonly type: 'migration'; readonly migration: ShownMigration }
  /** Empty where nothing has changed since. */
  | { readonly type: 'changed'; readonly message: string }
  | { readonly type: 'stopped'; readonly message: string };

export type CopiedPart = 'rewritten' | 'wayBack';

export type FromMigrationView =
  | { readonly type: 'ready' | 'refresh' | 'cancel' }
  | { readonly type: 'goTo'; readonly index: number }
  | { readonly type: 'copy'; readonly index: number; readonly part: CopiedPart };

export type MigrationStrings = Readonly<
  Record<
    | 'title'
    | 'refresh'
    | 'cancel'
    | 'busy'
    | 'worst'
    | 'statement'
    | 'statements'
    | 'goTo'
    | 'rewritten'
    | 'wayBack'
    | 'copyRewritten'
    | 'copyWayBack'
    | Level,
    string
  >
>;
