import type { CastType, Expression, Name, ObjectName, Span, StringLiteral } from './expressions.ts';

export interface ColumnDefinition extends Span {
  readonly kind: 'columnDefinition';
  readonly name: Name;
  /** `SERIAL` is a type of its own. */
  readonly type?: CastType | undefined;
  readonly attributes: readonly ColumnAttribute[];
}

export interface ColumnAttribute extends Span {
  readonly kind: 'columnAttribute';
  readonly attribute:
    | 'NULL'
    | 'NOT NULL'
    | 'DEFAULT'
    | 'ON UPDATE'
    | 'AUTO_INCREMENT'
    | 'SERIAL DEFAULT VALUE'
    | 'UNIQUE'
    | 'PRIMARY KEY'
    | 'KEY'
    | 'COMMENT'
    | 'COLLATE'
    | 'COLUMN_FORMAT'
    | 'STORAGE'
    | 'ENGINE_ATTRIBUTE'
    | 'SECONDARY_ENGINE_ATTRIBUTE'
    | 'GENERATED'
    | 'VISIBLE'
    | 'INVISIBLE'
    | 'NOT SECONDARY'
    | 'SRID'
    | 'REF_SYSTEM_ID'
    | 'CHECK'
    | 'REFERENCES'
    | 'WITH SYSTEM VERSIONING'
    | 'WITHOUT SYSTEM VERSIONING'
    | 'GENERATED ROW START'
    | 'GENERATED ROW END'
    | 'COMPRESSED';
  /** DEFAULT, ON UPDATE, GENERATED, CHECK. */
  readonly value?: Expression | undefined;
  /** GENERATED: kept in the row. */
  readonly stored?: 'STORED' | 'VIRTUAL' | 'PERSISTENT' | undefined;
  readonly text?: StringLiteral | undefined;
  /** COLLATE, or the constraint of CHECK. */
  readonly name?: Name | undefined;
  /** COLUMN_FORMAT, STORAGE, SRID. */
  readonly word?: string | undefined;
  readonly references?: References | undefined;
  readonly enforced?: boolean | undefined;
}

export interface References extends Span {
  readonly kind: 'references';
  readonly table: ObjectName;
  readonly columns: readonly Name[];
  readonly match?: string | undefined;
  readonly onDelete?: ReferentialAction | undefined;
  readonly onUpdate?: ReferentialAction | undefined;
}

export type ReferentialAction = 'RESTRICT' | 'CASCADE' | 'SET NULL' | 'NO ACTION' | 'SET DEFAULT';

export interface Constraint extends Span {
  readonly kind: 'constraint';
  readonly type: 'PRIMARY KEY' | 'UNIQUE' | 'INDEX' | 'FULLTEXT' | 'SPATIAL' | 'VECTOR' | 'FOREIGN KEY' | 'CHECK' | 'PERIOD';
  /** Behind CONSTRAINT. */
  readonly constraint?: Name | undefined;
  readonly ifNotExists: boolean;
  readonly name?: Name | undefined;
  readonly parts: readonly KeyPart[];
  readonly options: readonly TableOption[];
  readonly references?: References | undefined;
  readonly check?: Expression | undefined;
  readonly enforced?: boolean | undefined;
}

export interface KeyPart extends Span {
  readonly kind: 'keyPart';
  /** A column with an optional length, or an expression. */
  readonly column?: Name | undefined;
  readonly length?: string | undefined;
  readonly expression?: Expression | undefined;
  readonly direction?: 'ASC' | 'DESC' | undefined;
  /** MariaDB: `WITHOUT OVERLAPS` behind a period. */
  readonly withoutOverlaps?: boolean | undefined;
}

/** `ENGINE = InnoDB`, `USING BTREE`, `COMMENT 'x'`: an option of a table, index, database or partition. */
export interface TableOption extends Span {
  readonly kind: 'option';
  /** Upper case, one blank between words, synonyms made one: `ENGINE`, `CHARACTER SET`, `DATA DIRECTORY`. */
  readonly name: string;
  readonly value?: Name | StringLiteral | Expression | undefined;
  /** UNION = (t1, t2) of MERGE tables. */
  readonly tables?: readonly ObjectName[] | undefined;
}

export interface Partitioning extends Span {
  readonly kind: 'partitioning';
  readonly method: PartitionMethod;
  readonly count?: string | undefined;
  readonly subpartition?: PartitionMethod | undefined;
  readonly subpartitionCount?: string | undefined;
  readonly partitions: readonly Partition[];
}

export interface PartitionMethod extends Span {
  readonly kind: 'partitionMethod';
  readonly method: 'HASH' | 'KEY' | 'RANGE' | 'RANGE COLUMNS' | 'LIST' | 'LIST COLUMNS' | 'SYSTEM_TIME';
  readonly linear: boolean;
  readonly algorithm?: string | undefined;
  readonly expression?: Expression | undefined;
  readonly columns: readonly Name[];
}

export interface Partition extends Span {
  readonly kind: 'partition';
  readonly name: Name;
  readonly lessThan?: readonly Expression[] | undefined;
  readonly in?: readonly Expression[] | undefined;
  readonly special?: 'DEFAULT' | 'HISTORY' | 'CURRENT' | undefined;
  readonly options: readonly TableOption[];
  readonly subpartitions: readonly Partition[];
}
