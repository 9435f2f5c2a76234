/** Parts of names that are told apart; deeper ones say little. */
const MAX_WORDS = 4;

/**
 * Names in so many characters, in their order: all of them, or those that begin with the same words as `orders_2024_* (12)`. Every name is there or belongs to one group.
 * Undefined where not even their first words have room.
 */
export function groupNames(names: readonly string[], maxCharacters: number): string[] | undefined {
  const fits = (texts: readonly string[]): boolean => texts.reduce((sum, { length }) => sum + length + 2, 0) <= maxCharacters;
  if (fits(names)) return [...names];
  for (let words = MAX_WORDS; words > 0; words--) {
    const texts = groupBy(names, words);
    if (fits(texts)) return texts;
  }
  return undefined;
}

function groupBy(names: readonly string[], words: number): string[] {
  const groups = new Map<string, string[]>();
  for (const name of names) {
    const parts = name.split('_');
    const prefix = parts.length > words ? `${parts.slice(0, words).join('_')}_` : name;
    const group = groups.get(prefix);
    if (group === undefined) groups.set(prefix, [name]);
    else group.push(name);
  }
  return [...groups].map(([prefix, [first = '', ...others]]) =>
    others.length === 0 ? first : `${prefix}* (${String(others.length + 1)})`,
  );
}
