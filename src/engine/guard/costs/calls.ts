import type { Expression } from '../../sql/ast/expressions.ts';
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
} from './documents.ts';
import { BUFFERED_BYTES, COLUMN_BYTES, COMPUTED_DOCUMENT_BYTES, DOCUMENT_BYTES, REPLACED_BYTES, XPATH_SEARCHES } from './limits.ts';
import { nameOf } from './numberBound.ts';
import { argumentsOf, type TextBounds } from './textBound.ts';

/** What a call is checked with. */
export interface CostCheck {
  readonly dialect: Dialect;
  readonly bounds: TextBounds;
  /** Text literals with `**` or `//` in the whole statement, of paths themselves as well. */
  readonly ellipses: number;
  readonly searches: number;
}

const REPLACING = new Set(['REPLACE', 'REPLACE_ORACLE', 'REGEXP_REPLACE']);
/** They compare each member of one array with each of the other. */
const INTERSECTING = new Set(['JSON_OVERLAPS', 'JSON_ARRAY_INTERSECT']);
const DIGESTING = new Set(['STATEMENT_DIGEST', 'STATEMENT_DIGEST_TEXT']);
/** They make characters of numbers and other bytes. */
const SPELLING = new Set([
  'CHAR',
  'CHR',
  'UNHEX',
  'FROM_BASE64',
  'AES_DECRYPT',
  'DES_DECRYPT',
  'DECODE',
  'UNCOMPRESS',
  'JSON_UNQUOTE',
  'COLUMN_GET',
]);
/** Pieces of a computed path that are no literals. */
const COMPUTED_PIECES = 3;

/** Checks the arguments of one call that a server works on without an end in sight. */
export function checkCall(node: Expression, check: CostCheck): CostRefusal | undefined {
  if (node.kind === 'jsonPath') return checkPath(node.path, '->', check);
  if (node.kind !== 'call' && node.kind !== 'special') return undefined;
  const name = nameOf(node);
  const args = argumentsOf(node);
  const [first, second] = args;
  const refuse = (reason: CostReason): CostRefusal => ({ reason, name, position: node.start });
  const longer = (argument: Expression | undefined, bytes: number): boolean => argument !== undefined && check.bounds.of(argument) > bytes;
  const mariadb = check.dialect.flavor === 'mariadb';
  for (const index of pathArguments(name, args.length)) {
    const path = args[index];
    const refusal = path === undefined ? undefined : checkPath(path, name, check);
    if (refusal !== undefined) return refusal;
  }
  if (mariadb && REPLACING.has(name) && longer(first, REPLACED_BYTES)) return refuse('replacement');
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
    if (second !== undefined && !isModestXPath(second, check)) return refuse('path');
  }
  return undefined;
}

/** Short, flat, and with few searches through the document; what is computed is in a few short pieces. */
function isModestXPath(expression: Expression, check: CostCheck): boolean {
  const pieces = piecesOf(expression);
  const written = pieces.map((piece) => (piece?.kind === 'string' ? piece.value : '1')).join('');
  if (written.length > COMPUTED_DOCUMENT_BYTES || nestsTooDeeply(written) || countSearches(written) > XPATH_SEARCHES) return false;
  const own = pieces.filter((piece) => piece?.kind === 'string' && piece.value.includes('//')).length;
  return areShort(pieces, check) && (pieces.length === 1 ? bare(expression)?.kind === 'string' : check.searches === own);
}

/** A written shape that does not nest, or a computed one that is too short to nest as deeply as matters. */
function isFlatShape(argument: Expression | undefined, { bounds }: CostCheck): boolean {
  const shape = bare(argument);
  if (shape === undefined) return true;
  if (shape.kind === 'string') return !nestsTooDeeply(shape.value);
  if (shape.kind === 'hex') return !holdsCollections(shape.digits);
  return bounds.of(shape) <= COMPUTED_DOCUMENT_BYTES;
}

/**
 * A JSON path: at most one `**`. A computed one is CONCAT of literals without `*` and of a few short values, in a statement that holds and
 * spells no `**` elsewhere.
 */
export function checkPath(expression: Expression, name: string, check: CostCheck): CostRefusal | undefined {
  const refusal: CostRefusal = { reason: 'path', name, position: expression.start };
  const path = bare(expression);
  if (path?.kind === 'string') return countEllipses(path.value) > 1 ? refusal : undefined;
  if (path === undefined || path.kind === 'null' || path.kind === 'parameter') return undefined;
  const pieces = piecesOf(path);
  const written = pieces.some((piece) => piece?.kind === 'string' && piece.value.includes('*'));
  return written || check.ellipses > 0 || !areShort(pieces, check) ? refusal : undefined;
}

/** The arguments of CONCAT, or the expression itself. */
function piecesOf(expression: Expression): (Expression | undefined)[] {
  const path = bare(expression);
  return path?.kind === 'call' && nameOf(path) === 'CONCAT' ? argumentsOf(path).map(bare) : [path];
}

/** Whether there are few pieces that are no literals, and each is short and holds no text that the statement spells out in another way. */
function areShort(pieces: readonly (Expression | undefined)[], { bounds }: CostCheck): boolean {
  const computed = pieces.filter((piece): piece is Expression => piece !== undefined && piece.kind !== 'string' && piece.kind !== 'number');
  return computed.length <= COMPUTED_PIECES && computed.every((piece) => !spells(piece) && bounds.of(piece) <= 2 * COLUMN_BYTES);
}

function spells(piece: Expression): boolean {
  if (piece.kind === 'hex' || piece.kind === 'bit' || piece.kind === 'subquery' || piece.kind === 'userVariable') return true;
  return (piece.kind === 'call' || piece.kind === 'special') && SPELLING.has(nameOf(piece));
}
