/** Any single character, and any number of them. */
export const ONE = Symbol('one');
export const ANY = Symbol('any');

export type Wildcard = string | typeof ONE | typeof ANY;

/**
 * True where all of the text is as the pattern says, which others have written: a server, a file. A regular expression with several `.*` tries every way to divide a text among
 * them, which takes for ever where none fits; this goes back to the last wildcard alone.
 */
export function matchesWildcards(pattern: readonly Wildcard[], text: string): boolean {
  const characters = Array.from(text);
  let [at, piece, lastAny, retryAt] = [0, 0, -1, 0];
  while (at < characters.length) {
    const wanted = pattern[piece];
    if (wanted === ANY) {
      lastAny = piece++;
      retryAt = at;
    } else if (wanted === ONE || wanted === characters[at]) {
      piece++;
      at++;
    } else if (lastAny >= 0) {
      piece = lastAny + 1;
      at = ++retryAt;
    } else return false;
  }
  return pattern.slice(piece).every((rest) => rest === ANY);
}
