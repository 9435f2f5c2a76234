import type { Delete, Update } from '../sql/ast/statements.ts';
import type { Truth } from './conditionTruth.ts';
import type { AlterAction } from '../sql/ast/definitions.ts';

export interface NamedObject {
  readonly database?: string | undefined;
  readonly name: string;
}

/** Something in a statement that a person is asked about first, because it loses data or definitions, or changes every row. */
export interface Hazard {
  readonly kind:
    | 'drop'
    | 'truncate'
    | 'delete'
    | 'update'
    /** REPLACE of rows that a query gives: each deletes the row with its key. */
    | 'replace'
    /** ALTER TABLE IGNORE with a new unique key: rows with equal keys are deleted. */
    | 'deduplicate'
    /** Another type for a column: values may be cut or rounded. */
    | 'retype'
    /** CREATE OR REPLACE and ALTER of what has a text: its definition is lost, if it is there. */
    | 'redefine'
    /** Another storage engine, which may keep no rows, or another character set, which may not have all characters. */
    | 'convert'
    /** PURGE, RESET and CLONE. */
    | 'reset'
    /** The server ends. */
    | 'stop'
    /** A statement of a verb that destroys, which the parser does not read; or one in a variable, which only the session knows. */
    | 'unreadable';
  /** Upper case: `TABLE`, `PRIMARY KEY`, `USER`; the verb where there is no object. */
  readonly type: string;
  /** The objects, or the table that the part belongs to. */
  readonly names: readonly NamedObject[];
  /** A column, index, constraint or partitions. */
  readonly part?: string | undefined;
  /** Of an UPDATE or DELETE. */
  readonly rows?: RowHazard | undefined;
  readonly action?: AlterAction | undefined;
}

/** Which rows an UPDATE or DELETE picks. `none`: it has no WHERE. What is `byRow` is a hazard only if all rows match, which the server knows. */
export interface RowHazard {
  readonly where: Exclude<Truth, 'never'> | 'none';
  readonly statement: Update | Delete;
}
