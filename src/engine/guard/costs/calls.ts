import type { Call, Expression, SpecialCall } from '../../sql/ast/expressions.ts';
import type { Dialect } from '../../sql/dialect.ts';
import type { CostReason, CostRefusal } from '../costs.ts';
import {
  bare,
  countEllipses,
  countSearches,
  holdsCollections,
  isModestFormat,
  nestsTooDeeply,
  parsesShape,
  pathArguments,
  writtenText,
} from './documents.ts';
import { searchedBytes } from './patterns.ts';
import { BUFFERED_BYTES, COMPUTED_DOCUMENT_BYTES, DOCUMENT_BYTES, REPLACED_BYTES, XPATH_SEARCHES } from './limits.ts';
import { nameOf } from './numberBound.ts';
import { argumentsOf, type TextBounds } from './textBound.ts';

/** What a call is checked with. */
export interface CostCheck {
  readonly dialect: Dialect;
  readonly bounds: TextBounds;
  /** A recursive query of the statement may make longer texts than its expressions tell. */
  readonly recursive: boolean;
  /** The statement holds texts elsewhere that a computed shape may turn out to be. */
  readonly deepTexts: boolean;
}

const REPLACING = new Set(['REPLACE', 'REPLACE_ORACLE', 'REGEXP_REPLACE']);
/** They compare each member of one array with each of the other. */
const INTERSECTING = new Set(['JSON_OVERLAPS', 'JSON_ARRAY_INTERSECT']);
const MATCHING = new Set(['REGEXP_INSTR', 'REGEXP_LIKE', 'REGEXP_REPLACE', 'REGEXP_SUBSTR']);
const DIGESTING = new Set(['STATEMENT_DIGEST', 'STATEMENT_DIGEST_TEXT']);
/** Checks the arguments of one call that a server works on without an end in sight. */
export function checkCall(node: Expression, check: CostCheck): CostRefusal | undefined {
  if (node.kind === 'jsonPath') return checkPath(node.path, '->');
  if (node.kind === 'like') {
    const heavy = node.operator !== 'LIKE' && isHeavySearch(node.operand, node.pattern, check);
    return heavy ? { reason: 'search', name: node.operator, position: node.start } : undefined;
  }
  if (node.kind !== 'call' && node.kind !== 'special') return undefined;
  const name = nameOf(node);
  const args = argumentsOf(node);
  const [first, second] = args;
  const refuse = (reason: CostReason): CostRefusal => ({ reason, name, position: node.start });
  const longer = (argument: Expression | undefined, bytes: number): boolean => argument !== undefined && check.bounds.of(argument) > bytes;
  const mariadb = check.dialect.flavor === 'mariadb';
  for (const index of pathArguments(name, args.length)) {
    const path = args[index];
    const refusal = path === undefined ? undefined : checkPath(path, name);
    if (refusal !== undefined) return refusal;
  }
  if (mariadb && REPLACING.has(name) && longer(first, REPLACED_BYTES)) return refuse('replacement');
  if (MATCHING.has(name) && isHeavySearch(first, second, check)) return refuse('search');
  if (name === 'JSON_SEARCH' && longer(first, DOCUMENT_BYTES)) return refuse('search');
  if (DIGESTING.has(name) && longer(first, DOCUMENT_BYTES)) return refuse('digest');
  if (INTERSECTING.has(name) && longer(first, DOCUMENT_BYTES) && longer(second, DOCUMENT_BYTES)) return refuse('document');
  if (parsesShape(name) && (longer(first, DOCUMENT_BYTES) || (mariadb && !isFlatShape(first, check)))) return refuse('shape');
  if ((name === 'ST_BUFFER' || name === 'BUFFER') && longer(first, BUFFERED_BYTES)) return refuse('shape');
  if (name === 'SFORMAT') {
    const format = bare(first);
    return format?.kind === 'string' && isModestFormat(format.value) ? undefined : refuse('format');
  }
  if (name === 'EXTRACTVALUE' || name === 'UPDATEXML') {
    if (longer(first, DOCUMENT_BYTES)) return refuse('document');
    if (second !== undefined && !isModestXPath(second)) return refuse('path');
  }
  return undefined;
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
  const args = argumentsOf(call);
  const computed = pathArguments(nameOf(call), args.length).includes(index) && writtenText(args[index]) === undefined;
  return computed ? `REPLACE(${printed}, '**', '?')` : printed;
}

/** The arguments of CONCAT, or the expression itself. */
function piecesOf(expression: Expression): (Expression | undefined)[] {
  const path = bare(expression);
  return path?.kind === 'call' && nameOf(path) === 'CONCAT' ? argumentsOf(path).map(bare) : [path];
}
