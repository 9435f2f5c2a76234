import type { Call, Expression, SpecialCall } from '../../sql/ast/expressions.ts';
import type { Dialect } from '../../sql/lexer/dialect.ts';
import type { CostReason, CostRefusal } from './costRefusal.ts';
import {
  bare,
  countEllipses,
  countSearches,
  holdsCollections,
  isPathArgument,
  isModestFormat,
  nestsTooDeeply,
  parsesShape,
  writtenText,
} from './documents.ts';
import { searchedBytes } from './patterns.ts';
import {
  BUFFERED_BYTES,
  COMPARED_BYTES,
  COMPUTED_DOCUMENT_BYTES,
  DOCUMENT_BYTES,
  EXTRACTED_BYTES,
  NESTED_LEVELS,
  PAIRED_BYTES,
  PATHS,
  READ_BYTES,
  REPLACED_BYTES,
  XPATH_SEARCHES,
} from './limits.ts';
import { nameOf } from './numberBound.ts';
import { argumentsOf, type TextBounds } from './textBound.ts';

export interface CostCheck {
  readonly dialect: Dialect;
  readonly bounds: TextBounds;
  /** A recursive query of the statement may make longer texts than its expressions tell. */
  readonly recursive: boolean;
  /** Calls that put a shape of any kind into a collection: each may add a level. */
  readonly collections: number;
  /** The statement holds texts elsewhere that a computed shape may turn out to be. */
  readonly deepTexts: boolean;
}

const REPLACING = new Set(['REPLACE', 'REPLACE_ORACLE', 'REGEXP_REPLACE']);
/** They compare each member of one array with each of the other. */
const INTERSECTING = new Set(['JSON_OVERLAPS', 'JSON_ARRAY_INTERSECT']);
const MATCHING = new Set(['REGEXP_INSTR', 'REGEXP_LIKE', 'REGEXP_REPLACE', 'REGEXP_SUBSTR']);
/** They compare what they look for at each place of a text. */
const SEARCHING = new Set(['LOCATE', 'INSTR', 'POSITION', 'SUBSTRING_INDEX', 'REPLACE', 'REPLACE_ORACLE']);
const TRIMMING = new Set(['TRIM', 'TRIM_ORACLE', 'LTRIM', 'RTRIM', 'LTRIM_ORACLE', 'RTRIM_ORACLE']);
const COLLECTING = new Set(['GEOMETRYCOLLECTION', 'GEOMCOLLECTION']);
/** Shapes that hold no collection. */
const FLAT = new Set(['POINT', 'LINESTRING', 'POLYGON', 'MULTIPOINT', 'MULTILINESTRING', 'MULTIPOLYGON']);
/** Functions of two shapes. */
const PAIRED = /^(?:(?:ST_|MBR)\w+|CONTAINS|CROSSES|DISJOINT|EQUALS|INTERSECTS|OVERLAPS|TOUCHES|WITHIN)$/;
const SCHEMA_CHECKS = new Set(['JSON_SCHEMA_VALID', 'JSON_SCHEMA_VALIDATION_REPORT']);
const DIGESTING = new Set(['STATEMENT_DIGEST', 'STATEMENT_DIGEST_TEXT']);
/** Checks the arguments of one call that a server works on without an end in sight. */
export function checkCall(node: Expression, check: CostCheck): CostRefusal | undefined {
  if (node.kind === 'jsonPath') return checkPath(node.path, '->');
  if (node.kind === 'like') {
    const { operator, operand, pattern, start } = node;
    const heavy = operator === 'LIKE' ? comparesTooMuch(operand, pattern, check) : isHeavySearch(operand, pattern, check);
    return heavy ? { reason: 'search', name: operator, position: start } : undefined;
  }
  if (node.kind !== 'call' && node.kind !== 'special') return undefined;
  const facts: CallFacts = { node, name: nameOf(node), args: argumentsOf(node), check };
  for (const rule of RULES) {
    const found = rule(facts);
    if (found !== undefined) return typeof found === 'string' ? { reason: found, name: facts.name, position: node.start } : found;
  }
  return undefined;
}

interface CallFacts {
  readonly node: Expression;
  readonly name: string;
  readonly args: readonly Expression[];
  readonly check: CostCheck;
}

type Rule = (facts: CallFacts) => CostReason | CostRefusal | undefined;

function isLonger(argument: Expression | undefined, bytes: number, { bounds }: CostCheck): boolean {
  return argument !== undefined && bounds.of(argument) > bytes;
}

function checkPaths({ node, name, args, check }: CallFacts): CostReason | CostRefusal | undefined {
  let paths = 0;
  for (const [index, path] of args.entries()) {
    if (!isPathArgument(name, args.length, index)) continue;
    paths++;
    const refusal = checkPath(path, name);
    if (refusal !== undefined) return refusal;
  }
  if (paths > PATHS) return 'paths';
  const document = args[0] === undefined ? 0 : check.bounds.of(args[0]);
  if (paths > 1 && document * paths > READ_BYTES) return 'document';
  return name === 'JSON_EXTRACT' && check.bounds.of(node) > Math.max(EXTRACTED_BYTES, document) ? 'document' : undefined;
}

function checkDocuments({ name, args: [first, second], check }: CallFacts): CostReason | undefined {
  if (SCHEMA_CHECKS.has(name) && isLonger(second, DOCUMENT_BYTES, check)) return 'document';
  if (name === 'JSON_SEARCH' && isLonger(first, DOCUMENT_BYTES, check)) return 'search';
  if (INTERSECTING.has(name) && isLonger(first, DOCUMENT_BYTES, check) && isLonger(second, DOCUMENT_BYTES, check)) return 'document';
  if (name !== 'EXTRACTVALUE' && name !== 'UPDATEXML') return undefined;
  if (isLonger(first, DOCUMENT_BYTES, check)) return 'document';
  return second !== undefined && !isModestXPath(second) ? 'path' : undefined;
}

function checkTexts({ name, args, check }: CallFacts): CostReason | undefined {
  const [first, second] = args;
  const soughtFirst = name === 'LOCATE' || name === 'POSITION';
  if (SEARCHING.has(name) && comparesTooMuch(soughtFirst ? second : first, soughtFirst ? first : second, check)) return 'search';
  const takesPieces = TRIMMING.has(name) && args.length > 1 && !isOneLetter(first) && !isOneLetter(second);
  if (takesPieces && args.some((argument) => isLonger(argument, DOCUMENT_BYTES, check))) return 'search';
  if (check.dialect.flavor === 'mariadb' && REPLACING.has(name) && isLonger(first, REPLACED_BYTES, check)) return 'replacement';
  if (MATCHING.has(name) && isHeavySearch(first, second, check)) return 'search';
  if (DIGESTING.has(name) && isLonger(first, DOCUMENT_BYTES, check)) return 'digest';
  if (name !== 'SFORMAT') return undefined;
  const format = bare(first);
  return format?.kind === 'string' && isModestFormat(format.value) ? undefined : 'format';
}

function checkShapes({ name, args, check }: CallFacts): CostReason | undefined {
  const [first, second] = args;
  const parses = parsesShape(name);
  if (parses && isLonger(first, DOCUMENT_BYTES, check)) return 'shape';
  if (parses && check.dialect.flavor === 'mariadb' && !isFlatShape(first, check)) return 'shape';
  if ((name === 'ST_BUFFER' || name === 'BUFFER') && isLonger(first, BUFFERED_BYTES, check)) return 'shape';
  const nests = COLLECTING.has(name) && args.some((argument) => !isFlat(argument));
  if (nests && (check.recursive || check.collections > NESTED_LEVELS)) return 'shape';
  if (!PAIRED.test(name) || first === undefined || second === undefined) return undefined;
  return check.bounds.of(first) * check.bounds.of(second) > PAIRED_BYTES ? 'shape' : undefined;
}

const RULES: readonly Rule[] = [checkPaths, checkTexts, checkDocuments, checkShapes];

/** Whether a call puts a shape into a collection that may be a collection itself. */
export function nestsShapes(node: Expression): boolean {
  if (node.kind !== 'call' || !COLLECTING.has(nameOf(node))) return false;
  return argumentsOf(node).some((argument) => !isFlat(argument));
}

function isFlat(argument: Expression): boolean {
  const shape = bare(argument);
  return shape?.kind === 'call' && FLAT.has(nameOf(shape));
}

function comparesTooMuch(text: Expression | undefined, sought: Expression | undefined, { bounds }: CostCheck): boolean {
  return text !== undefined && sought !== undefined && bounds.of(text) * bounds.of(sought) > COMPARED_BYTES;
}

/** The servers take single bytes off an end in one run; for longer pieces they go through the whole text for each. */
function isOneLetter(argument: Expression | undefined): boolean {
  return /^[\x20-\x7e]?$/.test(writtenText(argument) ?? 'none');
}

/** Written out, short, flat, and with few searches through the document. Both servers take constant paths only. */
function isModestXPath(expression: Expression): boolean {
  const pieces = piecesOf(expression).map((piece) => (piece?.kind === 'number' ? piece.text : writtenText(piece)));
  const written = pieces.join('');
  if (pieces.includes(undefined)) return false;
  return written.length <= COMPUTED_DOCUMENT_BYTES && !nestsTooDeeply(written) && countSearches(written) <= XPATH_SEARCHES;
}

/** MariaDB tries a pattern at each place of a text, up to a limit for each, and nothing stops it meanwhile. MySQL has a limit for all of them. */
function isHeavySearch(text: Expression | undefined, pattern: Expression | undefined, { dialect, bounds }: CostCheck): boolean {
  if (dialect.flavor !== 'mariadb' || text === undefined) return false;
  return bounds.of(text) > searchedBytes(writtenText(pattern));
}

/** A written shape that does not nest, or a computed one that is too short to nest as deeply as matters. */
function isFlatShape(argument: Expression | undefined, { bounds, recursive, deepTexts }: CostCheck): boolean {
  const shape = bare(argument);
  if (shape === undefined) return true;
  if (shape.kind === 'string') return !nestsTooDeeply(shape.value);
  if (shape.kind === 'hex') return !holdsCollections(shape.digits);
  return !recursive && !deepTexts && bounds.of(shape) <= COMPUTED_DOCUMENT_BYTES;
}

/** A JSON path: at most one `**` where it is written out. A computed one is printed so that it has none, see `boundedPath`. */
export function checkPath(expression: Expression, name: string): CostRefusal | undefined {
  const written = writtenText(expression);
  const pieces = written === undefined ? piecesOf(expression).map((piece) => writtenText(piece) ?? '1') : [written];
  return countEllipses(pieces.join('')) > (written === undefined ? 0 : 1)
    ? { reason: 'path', name, position: expression.start }
    : undefined;
}

/**
 * How an argument of a call is printed: a computed JSON path without `**`, whatever it turns out to be. The server says that the path is not valid
 * where it had some.
 */
export function boundedPath(call: Call | SpecialCall, index: number, printed: string): string {
  const argument = call.kind === 'call' ? call.args[index]?.value : call.args[index];
  const computed = isPathArgument(nameOf(call), call.args.length, index) && writtenText(argument) === undefined;
  return computed ? `REPLACE(${printed}, '**', '?')` : printed;
}

/** The arguments of CONCAT, or the expression itself. */
function piecesOf(expression: Expression): (Expression | undefined)[] {
  const path = bare(expression);
  return path?.kind === 'call' && nameOf(path) === 'CONCAT' ? argumentsOf(path).map(bare) : [path];
}
