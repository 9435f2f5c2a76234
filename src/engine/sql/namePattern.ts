/** A pattern of a name: the texts between its stars, as `foldName` makes them. */
export type NamePattern = readonly string[];

/**
 * Equal for names that some server takes for the same column: letter case does not count there, and accents count on some only. One match too many hides a column too many; one too few
 * would show it.
 */
export function foldName(name: string): string {
  return name.normalize('NFKD').replaceAll(/\p{M}/gu, '').toUpperCase().toLowerCase();
}

/** In linear steps for each star, whatever the pattern: a regular expression would try every combination. `name` is folded. */
export function fitsName(pattern: NamePattern, name: string): boolean {
  const [first = '', ...rest] = pattern;
  if (rest.length === 0) return name === first;
  if (!name.startsWith(first)) return false;
  const last = rest.pop() ?? '';
  let at = first.length;
  for (const part of rest) {
    const found = name.indexOf(part, at);
    if (found < 0) return false;
    at = found + part.length;
  }
  return name.length - last.length >= at && name.endsWith(last);
}

/** Names in back-ticks, and words. */
const WORDS = /`((?:[^`]|``)+)`|[\p{L}\p{M}\p{N}_$]+/gu;

/** Everything in a text that may be a name, folded. */
export function namesInText(text: string): readonly string[] {
  const names = new Set<string>();
  for (const [word, quoted] of text.matchAll(WORDS)) names.add(foldName(quoted?.replaceAll('``', '`') ?? word));
  return [...names];
}
