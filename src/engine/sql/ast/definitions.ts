import type { CastType, Expression, Name, ObjectName, Span, StringLiteral } from './expressions.ts';
import type { OrderItem, Query } from './queries.ts';
import type { Account, Statement } from './statements.ts';
import type { ColumnDefinition, Constraint, Partition, Partitioning, TableOption } from './tableElements.ts';

/** Statements that define or drop objects of a schema. */
export type DefinitionStatement =
  | CreateTable
  | AlterTable
  | CreateIndex
  | CreateDatabase
  | CreateView
  | CreateTrigger
  | CreateRoutine
  | AlterRoutine
  | EventDefinition
  | SequenceDefinition
  | Drop
  | RenameTable;

export interface CreateTable extends Span {
  readonly kind: 'createTable';
  readonly orReplace: boolean;
  readonly temporary: boolean;
  readonly ifNotExists: boolean;
  readonly table: ObjectName;
  readonly like?: ObjectName | undefined;
  readonly elements: readonly (ColumnDefinition | Constraint)[];
  readonly options: readonly TableOption[];
  readonly partitioning?: Partitioning | undefined;
  readonly duplicates?: 'IGNORE' | 'REPLACE' | undefined;
  readonly query?: Query | undefined;
}

export interface AlterTable extends Span {
  readonly kind: 'alterTable';
  /** MariaDB: IGNORE, ONLINE; old MySQL: IGNORE. */
  readonly options: readonly string[];
  readonly ifExists: boolean;
  readonly table: ObjectName;
  readonly actions: readonly AlterAction[];
  readonly partitioning?: Partitioning | 'REMOVE' | undefined;
}

export interface AlterAction extends Span {
  readonly kind: 'alterAction';
  readonly action:
    | 'ADD COLUMN'
    | 'ADD CONSTRAINT'
    | 'MODIFY COLUMN'
    | 'CHANGE COLUMN'
    | 'ALTER COLUMN'
    | 'RENAME COLUMN'
    | 'DROP COLUMN'
    | 'DROP INDEX'
    | 'DROP PRIMARY KEY'
    | 'DROP FOREIGN KEY'
    | 'DROP CHECK'
    | 'DROP CONSTRAINT'
    | 'ALTER INDEX'
    | 'ALTER CHECK'
    | 'ALTER CONSTRAINT'
    | 'RENAME INDEX'
    | 'RENAME TO'
    | 'CONVERT TO CHARACTER SET'
    | 'ORDER BY'
    | 'DISABLE KEYS'
    | 'ENABLE KEYS'
    | 'DISCARD TABLESPACE'
    | 'IMPORT TABLESPACE'
    | 'FORCE'
    | 'ALGORITHM'
    | 'LOCK'
    | 'WITH VALIDATION'
    | 'WITHOUT VALIDATION'
    | 'OPTION'
    | 'ADD PARTITION'
    | 'DROP PARTITION'
    | 'TRUNCATE PARTITION'
    | 'COALESCE PARTITION'
    | 'REORGANIZE PARTITION'
    | 'EXCHANGE PARTITION'
    | 'ANALYZE PARTITION'
    | 'CHECK PARTITION'
    | 'OPTIMIZE PARTITION'
    | 'REBUILD PARTITION'
    | 'REPAIR PARTITION'
    | 'DISCARD PARTITION TABLESPACE'
    | 'IMPORT PARTITION TABLESPACE'
    | 'ADD SYSTEM VERSIONING'
    | 'DROP SYSTEM VERSIONING'
    | 'DROP PERIOD';
  readonly ifExists?: boolean | undefined;
  /** Column, index, constraint that it is about: the old name. */
  readonly name?: Name | undefined;
  readonly newName?: Name | undefined;
  readonly column?: ColumnDefinition | undefined;
  /** `ADD COLUMN (a INT, INDEX (a))`. */
  readonly elements?: readonly (ColumnDefinition | Constraint)[] | undefined;
  readonly constraint?: Constraint | undefined;
  /** Where the column goes. */
  readonly position?: 'FIRST' | Name | undefined;
  /** ALTER COLUMN: SET DEFAULT (value), DROP DEFAULT, SET VISIBLE …; also of ALTER INDEX and CHECK. */
  readonly change?: string | undefined;
  readonly value?: Expression | undefined;
  readonly table?: ObjectName | undefined;
  readonly option?: TableOption | undefined;
  readonly collation?: Name | undefined;
  readonly orderBy?: readonly OrderItem[] | undefined;
  /** Value of ALGORITHM and LOCK, count of partitions. */
  readonly word?: string | undefined;
  /** `ALL` is undefined with `word: 'ALL'`. */
  readonly partitions?: readonly Name[] | undefined;
  readonly definitions?: readonly Partition[] | undefined;
}

export interface CreateIndex extends Span {
  readonly kind: 'createIndex';
  readonly orReplace: boolean;
  readonly constraint: Constraint;
  readonly table: ObjectName;
  /** ALGORITHM and LOCK. */
  readonly options: readonly TableOption[];
}

/** CREATE and ALTER DATABASE. */
export interface CreateDatabase extends Span {
  readonly kind: 'database';
  readonly verb: 'CREATE' | 'ALTER';
  readonly orReplace: boolean;
  readonly ifNotExists: boolean;
  readonly name?: Name | undefined;
  readonly options: readonly TableOption[];
}

/** CREATE and ALTER VIEW. */
export interface CreateView extends Span {
  readonly kind: 'view';
  readonly verb: 'CREATE' | 'ALTER';
  readonly orReplace: boolean;
  readonly ifNotExists: boolean;
  readonly algorithm?: 'UNDEFINED' | 'MERGE' | 'TEMPTABLE' | undefined;
  readonly definer?: Account | undefined;
  readonly security?: 'DEFINER' | 'INVOKER' | undefined;
  readonly view: ObjectName;
  readonly columns: readonly Name[];
  readonly query: Query;
  readonly check?: 'CASCADED' | 'LOCAL' | undefined;
}

export interface CreateTrigger extends Span {
  readonly kind: 'trigger';
  readonly orReplace: boolean;
  readonly ifNotExists: boolean;
  readonly definer?: Account | undefined;
  readonly trigger: ObjectName;
  readonly time: 'BEFORE' | 'AFTER';
  readonly events: readonly ('INSERT' | 'UPDATE' | 'DELETE')[];
  readonly table: ObjectName;
  readonly order?: { readonly place: 'FOLLOWS' | 'PRECEDES'; readonly trigger: Name } | undefined;
  readonly body: Statement;
}

/** CREATE FUNCTION and CREATE PROCEDURE with a body in SQL. */
export interface CreateRoutine extends Span {
  readonly kind: 'routine';
  readonly type: 'FUNCTION' | 'PROCEDURE';
  readonly aggregate: boolean;
  readonly orReplace: boolean;
  readonly ifNotExists: boolean;
  readonly definer?: Account | undefined;
  readonly routine: ObjectName;
  readonly parameters: readonly RoutineParameter[];
  readonly returns?: CastType | undefined;
  readonly characteristics: readonly Characteristic[];
  readonly body: Statement;
}

export interface RoutineParameter extends Span {
  readonly kind: 'routineParameter';
  readonly mode?: 'IN' | 'OUT' | 'INOUT' | undefined;
  readonly name: Name;
  readonly type: CastType;
}

export interface Characteristic extends Span {
  readonly kind: 'characteristic';
  readonly name:
    | 'DETERMINISTIC'
    | 'NOT DETERMINISTIC'
    | 'CONTAINS SQL'
    | 'NO SQL'
    | 'READS SQL DATA'
    | 'MODIFIES SQL DATA'
    | 'LANGUAGE SQL'
    | 'SQL SECURITY DEFINER'
    | 'SQL SECURITY INVOKER'
    | 'COMMENT';
  readonly text?: StringLiteral | undefined;
}

export interface AlterRoutine extends Span {
  readonly kind: 'alterRoutine';
  readonly type: 'FUNCTION' | 'PROCEDURE';
  readonly routine: ObjectName;
  readonly characteristics: readonly Characteristic[];
}

/** CREATE and ALTER EVENT. */
export interface EventDefinition extends Span {
  readonly kind: 'event';
  readonly verb: 'CREATE' | 'ALTER';
  readonly orReplace: boolean;
  readonly ifNotExists: boolean;
  readonly definer?: Account | undefined;
  readonly event: ObjectName;
  readonly at?: Expression | undefined;
  readonly every?: { readonly value: Expression; readonly unit: string } | undefined;
  readonly starts?: Expression | undefined;
  readonly ends?: Expression | undefined;
  readonly preserve?: boolean | undefined;
  readonly renameTo?: ObjectName | undefined;
  readonly state?: 'ENABLE' | 'DISABLE' | 'DISABLE ON SLAVE' | undefined;
  readonly comment?: StringLiteral | undefined;
  readonly body?: Statement | undefined;
}

/** MariaDB: CREATE and ALTER SEQUENCE. */
export interface SequenceDefinition extends Span {
  readonly kind: 'sequenceDefinition';
  readonly verb: 'CREATE' | 'ALTER';
  readonly orReplace: boolean;
  readonly temporary: boolean;
  readonly ifNotExists: boolean;
  readonly sequence: ObjectName;
  readonly options: readonly TableOption[];
}

export interface Drop extends Span {
  readonly kind: 'drop';
  readonly object: 'TABLE' | 'VIEW' | 'DATABASE' | 'INDEX' | 'TRIGGER' | 'FUNCTION' | 'PROCEDURE' | 'EVENT' | 'SEQUENCE';
  readonly temporary: boolean;
  readonly ifExists: boolean;
  readonly names: readonly ObjectName[];
  /** Table of DROP INDEX. */
  readonly table?: ObjectName | undefined;
  readonly behavior?: 'RESTRICT' | 'CASCADE' | undefined;
  /** ALGORITHM and LOCK of DROP INDEX. */
  readonly options: readonly TableOption[];
}

export interface RenameTable extends Span {
  readonly kind: 'renameTable';
  readonly ifExists: boolean;
  readonly pairs: readonly { readonly from: ObjectName; readonly to: ObjectName }[];
}
