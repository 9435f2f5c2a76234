/** An entry of FROM as far as a text tells it. */
export type Source = TableSource | QuerySource;

export interface TableSource {
  readonly kind: 'table';
  readonly alias: string;
  readonly key: string;
}

/** A derived table, a common table expression, or what reads none. */
export interface QuerySource {
  readonly kind: 'query';
  readonly alias: string | undefined;
  /** In lower case; undefined where they are not known. */
  readonly names: ReadonlySet<string> | undefined;
}

/** Where names are looked up: one SELECT inside of others. */
export interface Level {
  readonly sources: readonly Source[];
  /** Names of its select list, in lower case. */
  readonly aliases: ReadonlySet<string>;
  readonly outer: Level | undefined;
}

export function tableSources(sources: readonly Source[]): TableSource[] {
  return sources.filter((source) => source.kind === 'table');
}
