import { OpenColumns } from './inOrder.ts';
import type { AggregateCall, Call, Expression, SpecialCall, Star } from '../../sql/ast/expressions.ts';
import { countEllipses, writtenText } from './documents.ts';
import { COLUMN_BYTES, LONGEST_TEXT_BYTES } from './limits.ts';
import { nameOf, numberBound } from './numberBound.ts';

/** A number, a date or a truth value as text. */
const SHORT_BYTES = 80;
/** `optimizer_switch` has more than 1 KB, a set of GTIDs may have many. */
const VARIABLE_BYTES = 64 * 1024;
/** A path with `**` finds a value again in each level around it. */
const DEEPEST_LEVELS = 100;
/** MySQL makes at most so many points of a shape, 21 bytes each. */
const MADE_POINTS = 65_536;
const MADE_POINTS_BYTES = 21 * MADE_POINTS;
const BUFFER_FACTOR = 16;
const GROUP_CONCAT_BYTES = 1024 * 1024;
const SHORT = new Set(
  (
    'LENGTH OCTET_LENGTH CHAR_LENGTH CHARACTER_LENGTH BIT_LENGTH ASCII ORD LOCATE INSTR POSITION STRCMP CRC32 CRC32C ISNULL ABS ROUND FLOOR CEIL ' +
    'CEILING SIGN MD5 SHA SHA1 SHA2 DATE TIME YEAR MONTH DAY HOUR MINUTE SECOND NOW CURDATE UNIX_TIMESTAMP DATEDIFF TIMESTAMPDIFF EXTRACT ' +
    'FIND_IN_SET FIELD JSON_VALID JSON_LENGTH JSON_DEPTH JSON_TYPE JSON_CONTAINS JSON_CONTAINS_PATH JSON_OVERLAPS REGEXP_INSTR REGEXP_LIKE MATCH ' +
    'SOUNDEX_LENGTH INET_ATON UUID RAND MOD POW POWER SQRT EXP LN LOG SUM_TEXT UNCOMPRESSED_LENGTH STATEMENT_DIGEST'
  ).split(' '),
);
/** Bytes of the result for a byte of the arguments, where that is more than one. */
const FACTORS: Readonly<Record<string, number>> = {
  HEX: 2,
  QUOTE: 2,
  TO_BASE64: 2,
  JSON_QUOTE: 6,
  JSON_DETAILED: 64,
  JSON_PRETTY: 64,
  JSON_ARRAY: 6,
  JSON_OBJECT: 6,
  JSON_SEARCH: 8,
  EXPORT_SET: 64,
  STATEMENT_DIGEST_TEXT: 40,
};
const PADDING = new Set(['LPAD', 'RPAD', 'LPAD_ORACLE', 'RPAD_ORACLE']);
const REPLACING = new Set(['REPLACE', 'REPLACE_ORACLE', 'REGEXP_REPLACE']);
/** Encryption and the like keep the length; what unpacks may make a long text from a short one. */
const UNPACKING = new Set(['UNCOMPRESS']);

/** Bounds the length of texts. `columns`: the longest that may be named; it grows with what inner queries of the statement put into theirs. */
export class TextBounds {
  readonly columns = new OpenColumns(COLUMN_BYTES);
  readonly #known = new Map<Expression | Star, number>();

  /** An upper bound in bytes, at most that of the server; each node is looked at once. */
  of(expression: Expression | Star): number {
    const known = this.#known.get(expression);
    if (known !== undefined) return known;
    const bytes = Math.min(this.#compute(expression), LONGEST_TEXT_BYTES);
    this.#known.set(expression, bytes);
    return bytes;
  }

  #compute(expression: Expression | Star): number {
    switch (expression.kind) {
      case 'string':
        return expression.value.length * 4;
      case 'hex':
      case 'bit':
        return expression.digits.length;
      case 'paren':
        return this.of(expression.expression);
      case 'collate':
        return this.of(expression.operand);
      case 'assignment':
        return this.of(expression.value);
      case 'unary':
        return expression.operator === 'BINARY' ? this.of(expression.operand) : SHORT_BYTES;
      case 'chain':
        return expression.operators[0] === '||' ? this.#sum(expression.operands) : SHORT_BYTES;
      case 'case':
        return expression.branches.reduce(
          (longest, { result }) => Math.max(longest, this.of(result)),
          expression.otherwise === undefined ? 0 : this.of(expression.otherwise),
        );
      case 'call':
      case 'special':
        return this.#ofCall(expression);
      case 'aggregate':
        return this.#ofAggregate(expression);
      case 'column':
      case 'star':
      case 'subquery':
      case 'userVariable':
      case 'jsonPath':
        return this.columns.reachable;
      case 'systemVariable':
        return VARIABLE_BYTES;
      default:
        return SHORT_BYTES;
    }
  }

  #ofCall(call: Call | SpecialCall): number {
    const name = nameOf(call);
    const args = argumentsOf(call);
    const [first = 0, second = 0, third = 0] = args.slice(0, 3).map((argument) => this.of(argument));
    const count = (index: number): number => {
      const argument = args[index];
      return argument === undefined ? 0 : Math.max(0, numberBound(argument));
    };
    if (SHORT.has(name)) return SHORT_BYTES;
    if (name === 'REPEAT') return product(first, count(1));
    if (name === 'SPACE') return count(0);
    if (PADDING.has(name)) return Math.max(first, count(1) * 4);
    if (REPLACING.has(name)) return first + product(first, third + (name === 'REGEXP_REPLACE' ? second : 0));
    if (name === 'LEFT' || name === 'RIGHT') return Math.min(first, count(1) * 4);
    if (name === 'CAST' || name === 'CONVERT') return castBytes(call, first);
    if (name === 'JSON_EXTRACT') return product(first, foundIn(args));
    if (name === 'ST_LINEINTERPOLATEPOINTS') return MADE_POINTS_BYTES;
    if (name === 'ST_BUFFER') return product(first, pointsOf(args));
    if (UNPACKING.has(name)) return product(first, 1000);
    if (name === 'CONCAT_WS') return first * args.length + this.#sum(args);
    return this.#sum(args) * (FACTORS[name] ?? 1) + SHORT_BYTES;
  }

  #ofAggregate({ name, args }: AggregateCall): number {
    if (name === 'GROUP_CONCAT') return GROUP_CONCAT_BYTES;
    if (name === 'JSON_ARRAYAGG' || name === 'JSON_OBJECTAGG') return GROUP_CONCAT_BYTES;
    if (name === 'ST_COLLECT') return GROUP_CONCAT_BYTES;
    return args.reduce((longest, argument) => Math.max(longest, this.of(argument)), SHORT_BYTES);
  }

  #sum(expressions: readonly Expression[]): number {
    return expressions.reduce((bytes, expression) => bytes + this.of(expression), 0);
  }
}

export function argumentsOf(call: Call | SpecialCall): readonly Expression[] {
  return call.kind === 'call' ? call.args.map(({ value }) => value) : call.args;
}

/** How often JSON_EXTRACT may put the document, or parts of it that overlap, into its result. */
function foundIn(args: readonly Expression[]): number {
  return args.slice(1).reduce((times, path) => times + (countEllipses(writtenText(path) ?? '') > 0 ? DEEPEST_LEVELS : 1), 0);
}

/** Bytes that a buffer has for each of the shape: some 32 points for each of its own, or as many as a strategy says. */
function pointsOf(args: readonly Expression[]): number {
  return args.slice(2).reduce((most, strategy) => {
    const call = strategy.kind === 'call' ? argumentsOf(strategy)[1] : undefined;
    return Math.max(most, Math.min(MADE_POINTS, call === undefined ? MADE_POINTS : numberBound(call)));
  }, BUFFER_FACTOR);
}

/** `CAST('' AS CHAR(60000))` makes a column of that width in a recursive table, which the rows below it may fill. */
function castBytes(call: Call | SpecialCall, first: number): number {
  const width = call.kind === 'special' ? Number(call.type?.numbers[0] ?? '0') : 0;
  return Math.max(first, Number.isNaN(width) ? 0 : width * 4);
}

/** 0 × Infinity is nothing. */
function product(a: number, b: number): number {
  return a === 0 || b === 0 ? 0 : a * b;
}
