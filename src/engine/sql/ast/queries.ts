import type { CastType, Expression, Name, ObjectName, OnResponse, Span, Star, StringLiteral, UserVariable } from './expressions.ts';

/** A whole query: what stands where `SELECT …` may stand. */
export interface Query extends Span {
  readonly kind: 'query';
  readonly with?: With | undefined;
  readonly body: QueryBody;
  readonly orderBy: readonly OrderItem[];
  readonly limit?: Limit | undefined;
  /** PROCEDURE ANALYSE(), which old servers have. */
  readonly procedure?: Procedure | undefined;
  readonly into?: Into | undefined;
  readonly locking: readonly Locking[];
}

export type QueryBody = Select | SetOperation | NestedQuery | ValuesRows | TableQuery;

export interface With extends Span {
  readonly kind: 'with';
  readonly recursive: boolean;
  readonly expressions: readonly CommonTableExpression[];
}

export interface CommonTableExpression extends Span {
  readonly kind: 'cte';
  readonly name: Name;
  readonly columns: readonly Name[];
  readonly query: Query;
  /** MariaDB: `CYCLE a, b RESTRICT`. */
  readonly cycle?: readonly Name[] | undefined;
}

/** Operands with operators between them, left to right; INTERSECT binds tighter and is a node of its own. */
export interface SetOperation extends Span {
  readonly kind: 'setOperation';
  readonly operands: readonly QueryBody[];
  readonly operators: readonly SetOperator[];
}

export interface SetOperator extends Span {
  readonly kind: 'setOperator';
  readonly operator: 'UNION' | 'EXCEPT' | 'INTERSECT';
  readonly quantifier?: 'ALL' | 'DISTINCT' | undefined;
}

/** A query in parentheses that is an operand or a whole body. */
export interface NestedQuery extends Span {
  readonly kind: 'nestedQuery';
  readonly query: Query;
}

/** `VALUES ROW(1, 2), ROW(3, 4)`; MariaDB writes the rows without ROW. */
export interface ValuesRows extends Span {
  readonly kind: 'values';
  readonly rows: readonly (readonly Expression[])[];
}

/** `TABLE t`. */
export interface TableQuery extends Span {
  readonly kind: 'tableQuery';
  readonly table: ObjectName;
}

export interface Select extends Span {
  readonly kind: 'select';
  readonly hints: readonly Hint[];
  /** DISTINCT, ALL, STRAIGHT_JOIN, HIGH_PRIORITY, SQL_CALC_FOUND_ROWS, SQL_NO_CACHE …, once each, in the order written. */
  readonly options: readonly string[];
  readonly items: readonly SelectItem[];
  /** INTO before FROM. */
  readonly into?: Into | undefined;
  readonly from: readonly TableReference[];
  readonly where?: Expression | undefined;
  readonly groupBy?: GroupBy | undefined;
  readonly having?: Expression | undefined;
  readonly windows: readonly NamedWindow[];
  readonly qualify?: Expression | undefined;
}

export interface SelectItem extends Span {
  readonly kind: 'selectItem';
  readonly value: Expression | Star;
  readonly alias?: Name | undefined;
  /** The column's name that the server would give it without an alias; undefined where there is an alias, or a column or star. */
  readonly implicitName?: string | undefined;
}

export interface OrderItem extends Span {
  readonly kind: 'orderItem';
  readonly value: Expression;
  readonly direction?: 'ASC' | 'DESC' | undefined;
}

export interface GroupBy extends Span {
  readonly kind: 'groupBy';
  readonly items: readonly OrderItem[];
  /** `WITH ROLLUP`, `ROLLUP (…)`, `CUBE (…)`. */
  readonly modifier?: 'WITH ROLLUP' | 'ROLLUP' | 'CUBE' | undefined;
}

export interface Limit extends Span {
  readonly kind: 'limit';
  readonly count?: Expression | undefined;
  readonly offset?: Expression | undefined;
  /** MariaDB: `ROWS EXAMINED n`. */
  readonly examined?: Expression | undefined;
  /** MariaDB: `FETCH FIRST n ROWS ONLY | WITH TIES`. */
  readonly fetch?: 'ONLY' | 'WITH TIES' | undefined;
}

export interface Locking extends Span {
  readonly kind: 'locking';
  readonly strength: 'UPDATE' | 'SHARE' | 'LOCK IN SHARE MODE';
  /** OF t1, t2. */
  readonly tables: readonly ObjectName[];
  /** NOWAIT, SKIP LOCKED, WAIT. */
  readonly wait?: 'NOWAIT' | 'SKIP LOCKED' | 'WAIT' | undefined;
  readonly seconds?: string | undefined;
}

export interface Into extends Span {
  readonly kind: 'into';
  readonly target: 'OUTFILE' | 'DUMPFILE' | 'VARIABLES';
  readonly file?: StringLiteral | undefined;
  readonly charset?: Name | undefined;
  readonly format?: FileFormat | undefined;
  /** User variables, or variables of a routine. */
  readonly variables: readonly (UserVariable | Name)[];
}

/** FIELDS and LINES of INTO OUTFILE and LOAD DATA, in the order written. */
export interface FileFormat extends Span {
  readonly kind: 'fileFormat';
  readonly options: readonly { readonly word: string; readonly value: StringLiteral }[];
}

export interface Procedure extends Span {
  readonly kind: 'procedure';
  readonly name: Name;
  readonly args: readonly Expression[];
}

/** One hint of an optimizer hint comment: `MAX_EXECUTION_TIME(100)`, `BKA(@qb t1, t2)`. */
export interface Hint extends Span {
  readonly kind: 'hint';
  /** Upper case. */
  readonly name: string;
  /** The arguments as tokens, in the order written: names (with `@block` behind), numbers, strings, commas and equals signs. */
  readonly args: readonly HintToken[];
  readonly parenthesized: boolean;
}

export interface HintToken extends Span {
  readonly kind: 'hintToken';
  readonly type: 'name' | 'block' | 'number' | 'string' | ',' | '.' | '=' | '(' | ')';
  /** Without quotes and without `@`. */
  readonly text: string;
}

export interface WindowSpecification extends Span {
  readonly kind: 'window';
  readonly base?: Name | undefined;
  readonly partitionBy: readonly Expression[];
  readonly orderBy: readonly OrderItem[];
  readonly frame?: WindowFrame | undefined;
}

export interface WindowFrame extends Span {
  readonly kind: 'frame';
  readonly unit: 'ROWS' | 'RANGE' | 'GROUPS';
  readonly from: FrameBound;
  readonly to?: FrameBound | undefined;
  readonly exclude?: 'CURRENT ROW' | 'GROUP' | 'TIES' | 'NO OTHERS' | undefined;
}

export interface FrameBound extends Span {
  readonly kind: 'frameBound';
  readonly bound: 'UNBOUNDED PRECEDING' | 'UNBOUNDED FOLLOWING' | 'CURRENT ROW' | 'PRECEDING' | 'FOLLOWING';
  /** Distance for PRECEDING and FOLLOWING; may be an interval. */
  readonly distance?: Expression | undefined;
}

export interface NamedWindow extends Span {
  readonly kind: 'namedWindow';
  readonly name: Name;
  readonly window: WindowSpecification;
}

export type TableReference = TableFactor | Join;

export type TableFactor = BaseTable | DerivedTable | JsonTable | NestedTables | OdbcJoin | Dual;

export interface Dual extends Span {
  readonly kind: 'dual';
}

/** A table, view, common table expression or sequence by name. */
export interface BaseTable extends Span {
  readonly kind: 'table';
  readonly table: ObjectName;
  readonly partitions: readonly Name[];
  readonly alias?: Name | undefined;
  readonly indexHints: readonly IndexHint[];
  /** MariaDB: `FOR SYSTEM_TIME …`. */
  readonly systemTime?: SystemTime | undefined;
  /** MySQL 9: `TABLESAMPLE SYSTEM (10)`. */
  readonly sample?: TableSample | undefined;
}

export interface TableSample extends Span {
  readonly kind: 'sample';
  readonly method: 'SYSTEM' | 'BERNOULLI';
  readonly percentage: Expression;
}

export interface SystemTime extends Span {
  readonly kind: 'systemTime';
  readonly form: 'ALL' | 'AS OF' | 'FROM' | 'BETWEEN' | 'BEFORE';
  /** `TRANSACTION` or `TIMESTAMP` before each point. */
  readonly points: readonly { readonly unit?: 'TRANSACTION' | 'TIMESTAMP' | undefined; readonly value: Expression }[];
}

export interface IndexHint extends Span {
  readonly kind: 'indexHint';
  readonly action: 'USE' | 'FORCE' | 'IGNORE';
  readonly purpose?: 'JOIN' | 'ORDER BY' | 'GROUP BY' | undefined;
  readonly indexes: readonly Name[];
}

export interface DerivedTable extends Span {
  readonly kind: 'derived';
  readonly lateral: boolean;
  readonly query: Query;
  readonly alias?: Name | undefined;
  readonly columns: readonly Name[];
}

/** Table references in parentheses. */
export interface NestedTables extends Span {
  readonly kind: 'nestedTables';
  readonly tables: readonly TableReference[];
}

/** `{OJ …}`. */
export interface OdbcJoin extends Span {
  readonly kind: 'odbcJoin';
  readonly table: TableReference;
}

/** Joins from left to right: `a JOIN b ON … JOIN c` has two parts. A part's table is a join itself in `a JOIN b JOIN c ON … ON …`. */
export interface Join extends Span {
  readonly kind: 'join';
  readonly first: TableReference;
  readonly parts: readonly JoinPart[];
}

export interface JoinPart extends Span {
  readonly kind: 'joinPart';
  readonly type:
    | 'JOIN'
    | 'INNER JOIN'
    | 'CROSS JOIN'
    | 'STRAIGHT_JOIN'
    | 'LEFT JOIN'
    | 'RIGHT JOIN'
    | 'FULL JOIN'
    | 'NATURAL JOIN'
    | 'NATURAL LEFT JOIN'
    | 'NATURAL RIGHT JOIN'
    | 'NATURAL FULL JOIN';
  readonly table: TableReference;
  readonly on?: Expression | undefined;
  readonly using?: readonly Name[] | undefined;
}

export interface JsonTable extends Span {
  readonly kind: 'jsonTable';
  readonly document: Expression;
  readonly path: StringLiteral;
  readonly columns: readonly JsonTableColumn[];
  readonly alias?: Name | undefined;
}

export interface JsonTableColumn extends Span {
  readonly kind: 'jsonColumn';
  readonly form: 'ORDINALITY' | 'PATH' | 'EXISTS PATH' | 'NESTED';
  readonly name?: Name | undefined;
  readonly type?: CastType | undefined;
  readonly path?: StringLiteral | undefined;
  readonly onEmpty?: OnResponse | undefined;
  readonly onError?: OnResponse | undefined;
  /** Columns of NESTED PATH. */
  readonly columns: readonly JsonTableColumn[];
}
