import type { CallStatement, ProgramStatement } from './programs.ts';
import type { DefinitionStatement } from './definitions.ts';
import type { ColumnReference, Expression, Name, ObjectName, Span, StringLiteral, SystemVariable, UserVariable } from './expressions.ts';
import type { Hint, Limit, OrderItem, Query, SelectItem, TableReference, With } from './queries.ts';

export type Statement =
  | Query
  | Insert
  | Update
  | Delete
  | Truncate
  | CallStatement
  | Do
  | Show
  | Describe
  | Explain
  | Help
  | TableMaintenance
  | Use
  | SetVariables
  | SetTransaction
  | SetStatement
  | Transaction
  | LockTables
  | Kill
  | DefinitionStatement
  | ProgramStatement
  | Administration
  | Unsupported;

/** INSERT and REPLACE. */
export interface Insert extends Span {
  readonly kind: 'insert';
  readonly verb: 'INSERT' | 'REPLACE';
  readonly hints: readonly Hint[];
  /** LOW_PRIORITY, DELAYED, HIGH_PRIORITY, IGNORE. */
  readonly options: readonly string[];
  readonly table: ObjectName;
  readonly partitions: readonly Name[];
  /** Undefined without a list; `()` is empty. */
  readonly columns?: readonly ColumnReference[] | undefined;
  readonly source: InsertRows | InsertSet | Query;
  /** MySQL: `AS new (a, b)`. */
  readonly alias?: Name | undefined;
  readonly aliasColumns: readonly Name[];
  readonly onDuplicate: readonly SetClause[];
  readonly returning: readonly SelectItem[];
}

/** `VALUES (1, DEFAULT), …`. */
export interface InsertRows extends Span {
  readonly kind: 'insertRows';
  /** Each row: expressions, or a `defaultValue`. */
  readonly rows: readonly (readonly Expression[])[];
}

/** `SET a = 1`. */
export interface InsertSet extends Span {
  readonly kind: 'insertSet';
  readonly set: readonly SetClause[];
}

/** `column = value` of INSERT and UPDATE. */
export interface SetClause extends Span {
  readonly kind: 'setClause';
  readonly column: ColumnReference;
  readonly value: Expression;
}

export interface Update extends Span {
  readonly kind: 'update';
  readonly with?: With | undefined;
  readonly hints: readonly Hint[];
  readonly options: readonly string[];
  readonly tables: readonly TableReference[];
  readonly set: readonly SetClause[];
  readonly where?: Expression | undefined;
  readonly orderBy: readonly OrderItem[];
  readonly limit?: Limit | undefined;
  readonly returning: readonly SelectItem[];
}

export interface Delete extends Span {
  readonly kind: 'delete';
  readonly with?: With | undefined;
  readonly hints: readonly Hint[];
  readonly options: readonly string[];
  /** `single`: DELETE FROM t. `from`: DELETE a, b FROM …. `using`: DELETE FROM a, b USING …. */
  readonly form: 'single' | 'from' | 'using';
  /** Targets of the forms for several tables: names or aliases among `tables`, `.*` left out. */
  readonly targets: readonly ObjectName[];
  /** The one table, or where rows are looked for. */
  readonly tables: readonly TableReference[];
  readonly where?: Expression | undefined;
  readonly orderBy: readonly OrderItem[];
  readonly limit?: Limit | undefined;
  readonly returning: readonly SelectItem[];
}

export interface Truncate extends Span {
  readonly kind: 'truncate';
  readonly table: ObjectName;
}

export interface Do extends Span {
  readonly kind: 'do';
  readonly expressions: readonly Expression[];
}

/** Every SHOW; which fields are set depends on the subject. */
export interface Show extends Span {
  readonly kind: 'show';
  /** Upper case words: `TABLES`, `COLUMNS`, `CREATE TABLE`, `TABLE STATUS`, `ENGINE STATUS`, …; synonyms are made one. */
  readonly subject: string;
  /** FULL, EXTENDED, GLOBAL, SESSION, COUNT, ALL, HISTORY …, in the order written. */
  readonly modifiers: readonly string[];
  /** Database of FROM or IN, or that of SHOW CREATE DATABASE. */
  readonly database?: Name | undefined;
  /** Table, view or routine that it is about. */
  readonly object?: ObjectName | undefined;
  /** Engine, user variable, log, channel or another name. */
  readonly name?: string | undefined;
  /** SHOW GRANTS FOR, SHOW CREATE USER. */
  readonly account?: Account | undefined;
  /** SHOW GRANTS … USING. */
  readonly roles: readonly Account[];
  /** Position of SHOW BINLOG EVENTS, id of MariaDB's SHOW EXPLAIN FOR. */
  readonly position?: Expression | undefined;
  readonly format?: string | undefined;
  readonly like?: StringLiteral | undefined;
  readonly where?: Expression | undefined;
  readonly limit?: Limit | undefined;
}

/** A user or role: `'u'@'%'`, `CURRENT_USER`. */
export interface Account extends Span {
  readonly kind: 'account';
  /** Undefined for CURRENT_USER and CURRENT_ROLE, which `current` names. */
  readonly user?: string | undefined;
  readonly host?: string | undefined;
  readonly current?: 'CURRENT_USER' | 'CURRENT_ROLE' | undefined;
}

/** `DESCRIBE t`, `DESC t column`, `EXPLAIN t 'pattern'`. */
export interface Describe extends Span {
  readonly kind: 'describe';
  readonly table: ObjectName;
  readonly column?: Name | undefined;
  readonly pattern?: StringLiteral | undefined;
}

export interface Explain extends Span {
  readonly kind: 'explain';
  /** MariaDB's ANALYZE runs the statement, as EXPLAIN ANALYZE does; `analyze` tells both. */
  readonly verb: 'EXPLAIN' | 'ANALYZE';
  readonly analyze: boolean;
  /** EXTENDED, PARTITIONS. */
  readonly options: readonly string[];
  readonly format?: string | undefined;
  readonly into?: UserVariable | undefined;
  /** FOR SCHEMA or FOR DATABASE: the database in which the names of the statement are looked up. */
  readonly schema?: Name | undefined;
  readonly connection?: Expression | undefined;
  readonly statement?: Statement | undefined;
}

export interface Help extends Span {
  readonly kind: 'help';
  readonly topic: string;
}

/** CHECKSUM, CHECK, ANALYZE, OPTIMIZE and REPAIR TABLE. */
export interface TableMaintenance extends Span {
  readonly kind: 'maintenance';
  readonly verb: 'CHECKSUM' | 'CHECK' | 'ANALYZE' | 'OPTIMIZE' | 'REPAIR';
  /** NO_WRITE_TO_BINLOG. */
  readonly local: boolean;
  readonly object: 'TABLE' | 'VIEW';
  readonly tables: readonly ObjectName[];
  /** QUICK, EXTENDED, FOR UPGRADE, …. */
  readonly options: readonly string[];
  /** UPDATE HISTOGRAM ON and DROP HISTOGRAM ON, PERSISTENT FOR: columns. */
  readonly columns: readonly Name[];
  readonly buckets?: string | undefined;
}

export interface Use extends Span {
  readonly kind: 'use';
  readonly database: Name;
}

/** SET of variables, SET NAMES, SET CHARACTER SET. */
export interface SetVariables extends Span {
  readonly kind: 'set';
  readonly assignments: readonly VariableAssignment[];
}

export interface VariableAssignment extends Span {
  readonly kind: 'variableAssignment';
  /** A plain name is a routine's variable or a system variable: the resolver tells. `NEW.a` is a column. */
  readonly target: UserVariable | SystemVariable | ColumnReference | Name;
  /** GLOBAL, SESSION … before the name; `@@global.x` has its scope in the target. */
  readonly scope?: SystemVariable['scope'];
  /** `names` and `charset` have no target of their own: it is named so. */
  readonly form: 'variable' | 'names' | 'charset';
  readonly value: Expression;
  readonly collation?: Name | undefined;
}

export interface SetTransaction extends Span {
  readonly kind: 'setTransaction';
  readonly scope?: 'GLOBAL' | 'SESSION' | undefined;
  /** `READ ONLY`, `ISOLATION LEVEL SERIALIZABLE`. */
  readonly characteristics: readonly string[];
}

/** MariaDB: `SET STATEMENT a = 1 FOR SELECT …`. */
export interface SetStatement extends Span {
  readonly kind: 'setStatement';
  readonly assignments: readonly VariableAssignment[];
  readonly statement: Statement;
}

/** START TRANSACTION, BEGIN, COMMIT, ROLLBACK, SAVEPOINT, RELEASE SAVEPOINT. */
export interface Transaction extends Span {
  readonly kind: 'transaction';
  readonly verb: 'START' | 'COMMIT' | 'ROLLBACK' | 'SAVEPOINT' | 'ROLLBACK TO' | 'RELEASE';
  /** `READ ONLY`, `WITH CONSISTENT SNAPSHOT`, `AND CHAIN`, `NO RELEASE` …. */
  readonly options: readonly string[];
  readonly savepoint?: Name | undefined;
}

export interface LockTables extends Span {
  readonly kind: 'lockTables';
  readonly unlock: boolean;
  readonly locks: readonly TableLock[];
}

export interface TableLock extends Span {
  readonly kind: 'tableLock';
  readonly table: ObjectName;
  readonly alias?: Name | undefined;
  readonly mode: string;
}

export interface Kill extends Span {
  readonly kind: 'kill';
  readonly target: 'CONNECTION' | 'QUERY';
  readonly id: Expression;
}

/** A statement about accounts or the server, as its words: which of them are names of what, is not told apart. */
export interface Administration extends Span {
  readonly kind: 'administration';
  /** The first words, upper case: `GRANT`, `CREATE USER`, `FLUSH`. */
  readonly head: string;
  readonly words: readonly AdministrationWord[];
}

export interface AdministrationWord extends Span {
  readonly kind: 'administrationWord';
  /** `word` may be a keyword; `host` is the `@host` of an account. */
  readonly type: 'word' | 'name' | 'host' | 'string' | 'number' | 'hexString' | 'hexNumber' | 'operator';
  readonly text: string;
}

/**
 * A statement of a kind that nothing here can print or send: its words behind the head are not read, and it ends at the separator. Every
 * decision refuses it by its head.
 */
export interface Unsupported extends Span {
  readonly kind: 'unsupported';
  /** The first words, upper case: `GRANT`, `LOAD DATA`, `CREATE USER`. */
  readonly head: string;
}
