import type { Expression } from '../../sql/ast/expressions.ts';
import { FORMAT_WIDTH, NESTED_LEVELS } from './limits.ts';

/** Functions of MariaDB that parse a shape recursively; the value is the index of the argument. */
const SHAPE_TEXT =
  /^(?:ST_)?(?:GEOMETRY|GEOM|GEOMCOLL|GEOMETRYCOLLECTION|POINT|LINE|LINESTRING|POLY|POLYGON|MPOINT|MULTIPOINT|MLINE|MULTILINESTRING|MPOLY|MULTIPOLYGON)FROM(?:TEXT|TXT|WKB|GEOJSON)$/;

export function parsesShape(name: string): boolean {
  return SHAPE_TEXT.test(name) || name === 'ST_GEOMFROMGEOJSON';
}

/** Without parentheses around it. */
export function bare(expression: Expression | undefined): Expression | undefined {
  let found = expression;
  while (found?.kind === 'paren') found = found.expression;
  return found;
}

/** The text that a literal stands for; undefined for what is computed, and where a character set is named: then its bytes are other characters. */
export function writtenText(expression: Expression | undefined): string | undefined {
  const literal = bare(expression);
  return literal?.kind === 'string' && literal.introducer === undefined ? literal.value : undefined;
}

/** Whether parentheses, brackets and braces nest deeper than is allowed. Quotes do not matter: counting too much is safe. */
export function nestsTooDeeply(text: string): boolean {
  if (text.length <= NESTED_LEVELS) return false;
  let depth = 0;
  let signs = 0;
  for (const character of text) {
    if ('([{'.includes(character)) depth++;
    else if (')]}'.includes(character)) depth--;
    signs = character === '-' ? signs + 1 : /\s/.test(character) ? signs : 0; // `---1` nests, too
    if (depth > NESTED_LEVELS || signs > NESTED_LEVELS) return true;
  }
  return false;
}

/** Whether a hexadecimal shape may hold nested collections: type 7 in either byte order. */
export function holdsCollections(digits: string): boolean {
  const found = digits.match(/0107000000|0000000007/g);
  return found !== null && found.length > NESTED_LEVELS;
}

/** How often `**` stands in a JSON path, outside of quoted names. What is open at the end counts as not quoted. */
export function countEllipses(path: string): number {
  let count = 0;
  let quoted = 0;
  let open = false;
  for (let i = 0; i < path.length; i++) {
    const ch = path.charAt(i);
    if (open && ch === '\\') i++;
    else if (ch === '"') {
      open = !open;
      quoted = 0;
    } else if (ch === '*' && path.charAt(i + 1) === '*') {
      i++;
      if (open) quoted++;
      else count++;
    }
  }
  return open ? count + quoted : count;
}

/** How many steps of an XPath look through a whole document. */
export function countSearches(path: string): number {
  return path.match(/\/\/|descendant|ancestor|following|preceding/gi)?.length ?? 0;
}

/** Whether an argument of so many is a JSON path. */
export function isPathArgument(name: string, count: number, index: number): boolean {
  switch (name) {
    case 'JSON_EXTRACT':
    case 'JSON_REMOVE':
      return index >= 1;
    case 'JSON_SET':
    case 'JSON_INSERT':
    case 'JSON_REPLACE':
    case 'JSON_ARRAY_APPEND':
    case 'JSON_ARRAY_INSERT':
      return index % 2 === 1;
    case 'JSON_CONTAINS_PATH':
      return index >= 2;
    case 'JSON_SEARCH':
      return index >= 4;
    case 'JSON_CONTAINS':
      return index === 2;
    case 'JSON_KEYS':
    case 'JSON_LENGTH':
    case 'JSON_VALUE':
    case 'JSON_QUERY':
    case 'JSON_EXISTS':
    case 'JSON_KEY_VALUE':
      return count > 1 && index === 1;
    default:
      return false;
  }
}

/** Whether a format of SFORMAT asks for no widths that make a long text of a short one, nor takes them from an argument. */
export function isModestFormat(format: string): boolean {
  if (/\{[^{}]*\{/.test(format.replaceAll('{{', ''))) return false;
  return (format.match(/\d+/g) ?? []).every((digits) => digits.length < 6 && Number(digits) <= FORMAT_WIDTH);
}
