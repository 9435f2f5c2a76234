/** The words of a name or a comment: lower case, split at everything that is no letter or digit, at humps and before digits. */
export function wordsOf(text: string): string[] {
  const split = text
    .replaceAll(/(\p{Ll})(\p{Lu})/gu, '$1 $2')
    .replaceAll(/(\p{Lu})(\p{Lu}\p{Ll})/gu, '$1 $2')
    .replaceAll(/(\p{L})(\p{Nd})/gu, '$1 $2')
    .replaceAll(/(\p{Nd})(\p{L})/gu, '$1 $2');
  return split
    .toLowerCase()
    .split(/[^\p{L}\p{Nd}]+/u)
    .filter((word) => word !== '')
    .map(singular);
}

/** English plurals only: names of tables are mostly English, and a wrong stem only costs a rank. */
function singular(word: string): string {
  if (word.length < 4 || word.endsWith('ss') || word.endsWith('us') || word.endsWith('is')) return word;
  if (word.endsWith('ies')) return `${word.slice(0, -3)}y`;
  if (/(?:x|ch|sh|ss)es$/.test(word)) return word.slice(0, -2);
  return word.endsWith('s') ? word.slice(0, -1) : word;
}

/**
 * Damerau-Levenshtein distance (optimal string alignment), or `limit + 1` as soon as it is larger than `limit`.
 */
export function editDistance(a: string, b: string, limit: number): number {
  if (Math.abs(a.length - b.length) > limit) return limit + 1;
  let beforeLast: number[] = [];
  let last = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    let least = i;
    for (let j = 1; j <= b.length; j++) {
      const same = a[i - 1] === b[j - 1];
      let cost = Math.min((last[j] ?? 0) + 1, (row[j - 1] ?? 0) + 1, (last[j - 1] ?? 0) + (same ? 0 : 1));
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) cost = Math.min(cost, (beforeLast[j - 2] ?? 0) + 1);
      row.push(cost);
      least = Math.min(least, cost);
    }
    if (least > limit) return limit + 1;
    beforeLast = last;
    last = row;
  }
  return last[b.length] ?? limit + 1;
}

/** The names that are most like `wanted`, best first: by words that they share, else by spelling. */
export function nearest(wanted: string, names: Iterable<string>, count = 3): string[] {
  const lower = wanted.toLowerCase();
  const words = new Set(wordsOf(wanted));
  const limit = Math.max(1, Math.floor(lower.length / 3));
  const scored: { name: string; score: number }[] = [];
  for (const name of new Set(names)) {
    const own = wordsOf(name);
    const shared = own.filter((word) => words.has(word)).length;
    const distance = editDistance(lower, name.toLowerCase(), limit);
    const byWords = shared === 0 ? 0 : (2 * shared) / (own.length + words.size);
    const bySpelling = distance > limit ? 0 : 1 - distance / (limit + 1);
    const score = Math.max(byWords, bySpelling);
    if (score > 0) scored.push({ name, score });
  }
  return scored
    .sort((a, b) => b.score - a.score || a.name.localeCompare(b.name))
    .slice(0, count)
    .map(({ name }) => name);
}
