import { DOCUMENT_BYTES, SEARCHED_BYTES } from './limits.ts';

const ANCHORED = /^\^(?!.*[|(])/s;

/**
 * How long a text may be that MariaDB searches for a regular expression; undefined for one that is computed. Without repetitions it takes a step for
 * each character, with one of them that many for each of them, and with more it may take up to the limit of its library at each place.
 */
export function searchedBytes(pattern: string | undefined): number {
  if (pattern === undefined) return SEARCHED_BYTES;
  const plain = pattern.replaceAll(/\\./gs, 'x').replaceAll(/\[\^?\]?[^\]]*\]/g, 'x');
  const repetitions = plain.match(/[*+?{]/g)?.length ?? 0;
  if (repetitions === 0 || (repetitions === 1 && ANCHORED.test(plain))) return Infinity;
  return repetitions === 1 ? DOCUMENT_BYTES : SEARCHED_BYTES;
}
