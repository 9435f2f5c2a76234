import { DOCUMENT_BYTES, SEARCHED_BYTES } from './limits.ts';

/** Quoted pieces, comments and free spacing: what stands for itself there, the count below does not know. */
const UNUSUAL = /\\Q|\(\?(?:#|[a-zA-Z^-]*x)/;
const ANCHORED = /^\^(?!.*[|(])/s;

/**
 * How long a text may be that MariaDB searches for a regular expression; undefined for one that is computed. Without repetitions it takes a step for
 * each character, with one of them that many for each of them, and with more it may take up to the limit of its library at each place.
 */
export function searchedBytes(pattern: string | undefined): number {
  if (pattern === undefined || UNUSUAL.test(pattern)) return SEARCHED_BYTES;
  const plain = withoutClasses(pattern);
  const repetitions = plain.match(/[*+?{]/g)?.length ?? 0;
  if (repetitions === 0 || (repetitions === 1 && ANCHORED.test(plain))) return Infinity;
  return repetitions === 1 ? DOCUMENT_BYTES : SEARCHED_BYTES;
}

/** The pattern with an `x` for each escape and each class of characters; a class that is not closed is left as it is. */
function withoutClasses(pattern: string): string {
  const parts: string[] = [];
  let i = 0;
  while (i < pattern.length) {
    const ch = pattern.charAt(i);
    const first = pattern.charAt(i + 1) === '^' ? i + 2 : i + 1;
    // A bracket that comes first is a member of the class.
    const end = ch === '[' ? pattern.indexOf(']', first + 1) : -1;
    if (ch === '[' && end < 0) return parts.join('') + pattern.slice(i);
    parts.push(ch === '\\' || ch === '[' ? 'x' : ch);
    i = ch === '\\' ? i + 2 : ch === '[' ? end + 1 : i + 1;
  }
  return parts.join('');
}
