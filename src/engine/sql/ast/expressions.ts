import type { OrderItem, Query, WindowSpecification } from './queries.ts';

/** UTF-16 offsets in the text that was parsed. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

/** An identifier, without its quotes. */
export interface Name extends Span {
  readonly kind: 'name';
  readonly name: string;
  readonly quoted: boolean;
}

/** A table, view, sequence or routine, maybe with its database. */
export interface ObjectName extends Span {
  readonly kind: 'objectName';
  readonly database?: Name | undefined;
  readonly name: Name;
}

/** A text literal; adjacent literals are one. */
export interface StringLiteral extends Span {
  readonly kind: 'string';
  /** Escapes resolved. */
  readonly value: string;
  /** `_utf8mb4`, without the underscore; `N'…'` is `national`. */
  readonly introducer?: string | undefined;
  readonly national?: boolean | undefined;
  /** The value of the first literal where several are adjacent: it names the column. */
  readonly first?: string | undefined;
}

/** A number as written: `1`, `1.50`, `.5`, `1e3`. */
export interface NumberLiteral extends Span {
  readonly kind: 'number';
  readonly text: string;
}

/** `0x4D`, `x'4D'`, `0b101`, `b'101'`. */
export interface BinaryLiteral extends Span {
  readonly kind: 'hex' | 'bit';
  readonly digits: string;
  /** True for `x'…'` and `b'…'`: MariaDB gives these another type than `0x…`. */
  readonly quoted: boolean;
  readonly introducer?: string | undefined;
}

export interface NullLiteral extends Span {
  readonly kind: 'null';
}

export interface BooleanLiteral extends Span {
  readonly kind: 'boolean';
  readonly value: boolean;
}

/** `DATE '2024-01-31'`, or ODBC's `{d '2024-01-31'}`. */
export interface TemporalLiteral extends Span {
  readonly kind: 'temporal';
  readonly type: 'DATE' | 'TIME' | 'TIMESTAMP';
  readonly value: string;
}

/** `?` of a prepared statement. */
export interface Parameter extends Span {
  readonly kind: 'parameter';
}

/** DEFAULT as a value in INSERT, UPDATE or SET. */
export interface DefaultKeyword extends Span {
  readonly kind: 'defaultValue';
  /** MariaDB's IGNORE is a value, too. */
  readonly word?: 'IGNORE' | 'ON' | 'ALL' | 'BINARY' | 'ROW' | 'SYSTEM' | undefined;
}

/** A column, a routine's variable or parameter: which one, the resolver tells. `NEW.a` has `NEW` as its table. */
export interface ColumnReference extends Span {
  readonly kind: 'column';
  readonly database?: Name | undefined;
  readonly table?: Name | undefined;
  readonly name: Name;
}

/** `*`, `t.*`, `db.t.*`. */
export interface Star extends Span {
  readonly kind: 'star';
  readonly database?: Name | undefined;
  readonly table?: Name | undefined;
}

export interface UserVariable extends Span {
  readonly kind: 'userVariable';
  readonly name: string;
}

/** `@@name`, `@@global.name`, `@@key_cache.name`. */
export interface SystemVariable extends Span {
  readonly kind: 'systemVariable';
  readonly scope?: 'GLOBAL' | 'SESSION' | 'LOCAL' | 'PERSIST' | 'PERSIST_ONLY' | undefined;
  /** The component or key cache before the dot. */
  readonly base?: Name | undefined;
  readonly name: Name;
}

/** `@a := 1` inside an expression. */
export interface Assignment extends Span {
  readonly kind: 'assignment';
  readonly variable: UserVariable;
  readonly value: Expression;
}

export interface Parenthesized extends Span {
  readonly kind: 'paren';
  readonly expression: Expression;
}

/** `(a, b)` or `ROW(a, b)`. */
export interface RowExpression extends Span {
  readonly kind: 'row';
  readonly keyword: boolean;
  readonly items: readonly Expression[];
}

export interface Unary extends Span {
  readonly kind: 'unary';
  readonly operator: '-' | '+' | '~' | '!' | 'NOT' | 'BINARY';
  readonly operand: Expression;
}

/**
 * Operators of one precedence between operands, left to right: `a + b - c` has three operands and two operators. A long chain is one
 * node, so that the depth of a tree is that of its parentheses.
 */
export interface Chain extends Span {
  readonly kind: 'chain';
  readonly operands: readonly Expression[];
  readonly operators: readonly ChainOperator[];
}

export type ChainOperator =
  | 'OR'
  | 'XOR'
  | 'AND'
  /** `||` where it concatenates. */
  | '||'
  | '='
  | '<=>'
  | '>='
  | '>'
  | '<='
  | '<'
  | '<>'
  | '|'
  | '&'
  | '<<'
  | '>>'
  | '+'
  | '-'
  | '*'
  | '/'
  | 'DIV'
  | 'MOD'
  | '%'
  | '^';

export interface Collate extends Span {
  readonly kind: 'collate';
  readonly operand: Expression;
  readonly collation: Name;
}

export interface IsTest extends Span {
  readonly kind: 'is';
  readonly operand: Expression;
  readonly not: boolean;
  readonly test: 'NULL' | 'TRUE' | 'FALSE' | 'UNKNOWN';
}

export interface Like extends Span {
  readonly kind: 'like';
  readonly operator: 'LIKE' | 'REGEXP' | 'SOUNDS LIKE';
  readonly operand: Expression;
  readonly not: boolean;
  readonly pattern: Expression;
  readonly escape?: Expression | undefined;
}

export interface Between extends Span {
  readonly kind: 'between';
  readonly operand: Expression;
  readonly not: boolean;
  readonly low: Expression;
  readonly high: Expression;
}

export interface In extends Span {
  readonly kind: 'in';
  readonly operand: Expression;
  readonly not: boolean;
  readonly list: readonly Expression[] | Subquery;
}

export interface MemberOf extends Span {
  readonly kind: 'memberOf';
  readonly operand: Expression;
  readonly array: Expression;
}

/** `(SELECT …)` as a value or row. */
export interface Subquery extends Span {
  readonly kind: 'subquery';
  readonly query: Query;
}

/** Right side of a comparison: `= ALL (SELECT …)`. */
export interface Quantified extends Span {
  readonly kind: 'quantified';
  readonly quantifier: 'ALL' | 'ANY';
  readonly query: Query;
}

export interface Exists extends Span {
  readonly kind: 'exists';
  readonly query: Query;
}

export interface Case extends Span {
  readonly kind: 'case';
  readonly operand?: Expression | undefined;
  readonly branches: readonly CaseBranch[];
  readonly otherwise?: Expression | undefined;
}

export interface CaseBranch extends Span {
  readonly kind: 'caseBranch';
  readonly when: Expression;
  readonly result: Expression;
}

/** Operand of `+` and `-`: `INTERVAL 1 DAY`. */
export interface Interval extends Span {
  readonly kind: 'interval';
  readonly value: Expression;
  readonly unit: string;
}

/** `column->'$.a'` and `column->>'$.a'`. */
export interface JsonPath extends Span {
  readonly kind: 'jsonPath';
  readonly column: ColumnReference;
  readonly unquote: boolean;
  readonly path: StringLiteral;
}

/** A call in the generic form: native, loadable or stored, which the parser does not decide. */
export interface Call extends Span {
  readonly kind: 'call';
  readonly database?: Name | undefined;
  readonly name: Name;
  readonly args: readonly Argument[];
  /** A blank or comment stands between the name and the parenthesis. */
  readonly blankBefore: boolean;
}

export interface Argument extends Span {
  readonly kind: 'argument';
  readonly value: Expression;
  /** Loadable functions take `expr AS alias`. */
  readonly alias?: Name | undefined;
}

/** A built-in function whose arguments have a grammar of their own; always the server's own function. */
export interface SpecialCall extends Span {
  readonly kind: 'special';
  /** Upper case, as the server's manual names it. */
  readonly name: string;
  readonly form: SpecialForm;
  readonly args: readonly Expression[];
  /** Unit of time, side of TRIM, type of GET_FORMAT. */
  readonly word?: string | undefined;
  readonly charset?: Name | undefined;
  readonly type?: CastType | undefined;
  readonly onEmpty?: OnResponse | undefined;
  readonly onError?: OnResponse | undefined;
}

export type SpecialForm =
  /** `NAME(a, b)`: a name that the grammar itself takes for the built-in function. */
  | 'list'
  /** `CURRENT_USER`, without parentheses. */
  | 'bare'
  /** `CAST(a AS type)`. */
  | 'cast'
  /** `CONVERT(a, type)`. */
  | 'convert'
  /** `CONVERT(a USING charset)`, `CHAR(a, b USING charset)`. */
  | 'using'
  /** `EXTRACT(word FROM a)`. */
  | 'extract'
  /** `TRIM(word a FROM b)`: args are a (maybe left out) and b. */
  | 'trim'
  /** `SUBSTRING(a FROM b FOR c)`. */
  | 'from'
  /** `POSITION(a IN b)`. */
  | 'in'
  /** `DATE_ADD(a, INTERVAL b word)`. */
  | 'interval'
  /** `TIMESTAMPADD(word, a, b)`, `GET_FORMAT(word, a)`. */
  | 'word'
  /** `WEIGHT_STRING(a AS type LEVEL …)`. */
  | 'weight'
  /** `MATCH (a, b) AGAINST (c word)`: the last of args is what is looked for. */
  | 'match'
  /** `CAST(a AT TIME ZONE b AS type)`. */
  | 'timeZone'
  /** `a AS type` among the arguments of MariaDB's functions of dynamic columns; its name is AS. */
  | 'typed'
  /** `JSON_VALUE(a, b RETURNING type … ON EMPTY … ON ERROR)`. */
  | 'jsonValue';

export interface OnResponse extends Span {
  readonly kind: 'onResponse';
  readonly action: 'ERROR' | 'NULL' | 'DEFAULT';
  readonly value?: Expression | undefined;
}

/** Type of CAST, CONVERT, JSON_VALUE and JSON_TABLE; also of columns and of routines' parameters. */
export interface CastType extends Span {
  readonly kind: 'type';
  /** Upper case, one blank between words: `UNSIGNED`, `DOUBLE PRECISION`, `NATIONAL CHAR VARYING`. */
  readonly name: string;
  readonly numbers: readonly string[];
  /** Members of ENUM and SET. */
  readonly members: readonly (StringLiteral | BinaryLiteral)[];
  /** UNSIGNED, ZEROFILL, BINARY, ARRAY, ASCII, UNICODE, BYTE, COMPRESSED. */
  readonly attributes: readonly string[];
  readonly charset?: Name | undefined;
  readonly collation?: Name | undefined;
}

/** An aggregate or window function. */
export interface AggregateCall extends Span {
  readonly kind: 'aggregate';
  /** Upper case. */
  readonly name: string;
  readonly distinct: boolean;
  /** `COUNT(*)` has a star. */
  readonly args: readonly (Expression | Star)[];
  readonly orderBy: readonly OrderItem[];
  readonly separator?: StringLiteral | BinaryLiteral | undefined;
  /** GROUP_CONCAT's LIMIT, which MariaDB has: count, or offset and count. */
  readonly limit: readonly Expression[];
  readonly nulls?: 'RESPECT' | 'IGNORE' | undefined;
  readonly fromLast?: boolean | undefined;
  readonly withinGroup?: readonly OrderItem[] | undefined;
  readonly over?: WindowSpecification | Name | undefined;
}

/** MariaDB: `NEXT VALUE FOR s`, `NEXTVAL(s)`, `PREVIOUS VALUE FOR s`, `LASTVAL(s)`, `SETVAL(s, 1, …)`. */
export interface SequenceCall extends Span {
  readonly kind: 'sequence';
  readonly operation: 'NEXTVAL' | 'LASTVAL' | 'SETVAL';
  readonly sequence: ObjectName;
  readonly args: readonly Expression[];
}

export type Literal = StringLiteral | NumberLiteral | BinaryLiteral | NullLiteral | BooleanLiteral | TemporalLiteral;

export type Expression =
  | Literal
  | Parameter
  | DefaultKeyword
  | ColumnReference
  | UserVariable
  | SystemVariable
  | Assignment
  | Parenthesized
  | RowExpression
  | Unary
  | Chain
  | Collate
  | IsTest
  | Like
  | Between
  | In
  | MemberOf
  | Subquery
  | Quantified
  | Exists
  | Case
  | Interval
  | JsonPath
  | Call
  | SpecialCall
  | AggregateCall
  | SequenceCall;
