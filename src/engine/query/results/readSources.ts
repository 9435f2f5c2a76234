import type { ColumnAction } from '../../sql/columnRule.ts';
import type { QualifiedName } from '../../sql/identifiers.ts';

export interface ProtectedUse {
  readonly column: string;
  readonly action: Exclude<ColumnAction, 'hide'>;
}

/** What was read of a table or view, by names. */
export interface SourceTable extends QualifiedName {
  /** All columns that agents see of it: `*`, or it is not known which. */
  readonly all: boolean;
  readonly columns: readonly string[];
  /** Columns that a statement names without a table, and that may belong to another one. */
  readonly maybe: readonly string[];
  /** Those under a rule: shown as masks and pseudonyms, or counted. */
  readonly protected: readonly ProtectedUse[];
}

/** From where an answer is. */
export interface ReadSources {
  readonly tables: readonly SourceTable[];
  /** Tables and routines that SHOW and DESCRIBE are about. */
  readonly structure: readonly QualifiedName[];
  /** `SHOW` and its subject, for what is said by the server of itself. */
  readonly shows: string | undefined;
  /** It is a plan, and has no rows of its tables. */
  readonly plan: boolean;
}

/** To whom rows go: into the answer, into a file, to a view for the person, or nowhere, where only a conclusion is told. */
export type Receiver = 'answer' | 'file' | 'person' | 'nobody';

/** Hears of everything that an agent gets of a connection. */
export interface Seen {
  rows(sources: ReadSources, count: number, receiver: Receiver): void;
  /** Names, keys, comments and definitions: of a table, of all of a database (no name), or of all databases (no database). */
  structure(names: readonly QualifiedName[]): void;
  /** Facts of the server by a name of ours. */
  facts(what: ServerFacts): void;
}

/** What an answer has of the server that belongs to no table. */
export type ServerFacts = 'health' | 'workload' | 'procedure';
