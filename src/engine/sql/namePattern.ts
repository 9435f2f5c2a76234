/** A pattern of a name: the texts between its stars, as `foldName` makes them. */
export type NamePattern = readonly string[];

/**
 * Equal for names that some server takes for the same column: letter case does not count there, and accents count on some only. One match too many hides a column too many; one too few
 * would show it.
 */
export function foldName(name: string): string {
  // Twice lower: the capital ẞ has no other capital, and its small form is ss.
  return name.normalize('NFKD').replaceAll(/\p{M}/gu, '').toLowerCase().toUpperCase().toLowerCase();
}

/** In linear steps for each star, whatever the pattern: a regular expression would try every combination. Both are folded, or both in lower case. */
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

const WORDS = /[\p{L}\p{M}\p{N}_$]+/gu;
/** A name that may hold back-ticks itself, each of them doubled. */
const QUOTED = /`((?:[^`]|``)+)`/gu;

/** Everything in a text that may be a name, folded. Which quote opens a name and which is part of a text value is not looked at: one name too many hides a text too many. */
export function namesInText(text: string): readonly string[] {
  const words = Array.from(text.matchAll(WORDS), ([word]) => word);
  const quoted = Array.from(text.matchAll(QUOTED), ([, name = '']) => name.replaceAll('``', '`'));
  return [...new Set([...words, ...quoted, ...text.split('`'), ...text.split('"')].map(foldName))];
}
