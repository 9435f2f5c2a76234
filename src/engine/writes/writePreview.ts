import type { PlanStep } from '../diagnostics/planFindings.ts';
import type { ResultTable } from '../query/results/resultSet.ts';
import type { QualifiedName } from '../sql/identifiers.ts';
import type { Guard } from './guards.ts';
import type { ParsedWrite } from './parseWrites.ts';
import type { WrittenColumn } from './snapshotSql.ts';
import type { ServerIdentity } from './serverIdentity.ts';
import type { Touched } from './touchedTables.ts';
import type { Words } from '../phrase.ts';

/** Rows that a preview keeps for whoever reviews it, as they are and as the dry run left them. */
export const KEPT_FOR_REVIEW = { rows: 10_000, characters: 2_000_000 } as const;

/** How large a table or a database is that a statement defines anew, or drops; as the server estimates it. */
export interface ObjectSize {
  readonly name: string;
  readonly rows: number;
  readonly bytes: number;
}

/**
 * How much of a statement is held to what was shown. `rows`: the keys and all values of the rows that it changes. `count`: how
 * many rows the server counts. `shown`: nothing; a person sees the statement and what is known of it.
 */
type PreviewLevel = 'rows' | 'count' | 'shown';

export interface StatementPreview {
  readonly statement: ParsedWrite;
  /** What is sent: the statement as it was printed from its tree. */
  readonly printed: string;
  /** All that it names or reads are base tables that can roll back, and native functions. */
  readonly isTransactional: boolean;
  readonly level: PreviewLevel;
  /** Why it is not held to more; undefined for `rows`. */
  readonly reason: Words | undefined;
  /** How many rows it picks or adds, where that is known. */
  readonly rows: number | undefined;
  /** What the server has to count when it runs; undefined where nothing can be said. */
  readonly expected: number | undefined;
  /** The rows that it picks: the query for them, and the digest of what it gave. */
  readonly snapshot: { readonly sql: string; readonly digest: string } | undefined;
  /** What must be the same besides. */
  readonly guards: readonly Guard[];
  /** What is not held to what it is now, for people. */
  readonly unheld: readonly Words[];
  readonly table: QualifiedName | undefined;
  readonly columns: readonly WrittenColumn[];
  /** Some of the rows as they are, and what the dry run made of them. */
  readonly before: ResultTable | undefined;
  readonly after: ResultTable | undefined;
  readonly plan: readonly PlanStep[];
  readonly touched: Touched | undefined;
  /** Why it may change other rows than a query finds beforehand. */
  readonly readsChange: Words | undefined;
  /** What it destroys, as far as that is known. */
  readonly dangers: readonly Words[];
  readonly warnings: readonly Words[];
  /** What its plan gives to think about. */
  readonly advice: readonly Words[];
  /** What is known of a statement that commits by itself: sizes, locks, the text of a procedure. */
  readonly facts: readonly Words[];
  /** Of the objects that such a statement is about. */
  readonly sizes: readonly ObjectSize[];
  /** How that is defined which a statement is about that commits by itself. */
  readonly definition: string | undefined;
  /** Tables and views that must keep their meaning while it runs. */
  readonly held: readonly QualifiedName[];
}

/** All that a person sees before deciding about a write. */
export interface WritePreview {
  /** Names the place, the statements and all that was found; a decision carries it. */
  readonly id: string;
  /** Digest of the same without what makes it the only one: two previews that found the same share it. */
  readonly content: string;
  readonly identity: ServerIdentity;
  readonly statements: readonly StatementPreview[];
  /** Set if the statements were run and rolled back; else why they were not. */
  readonly dryRun: { readonly elapsedMs: number } | { readonly skipped: Words };
}
