/** Letters outside of ASCII, whose case and accents servers compare by tables of their own. */
const FOREIGN = /[^\0-\x7f]/;

/** Equal for names that every server takes for the same column. */
export function nameKey(name: string): string {
  return name.replace(/[A-Z]+/g, (letters) => letters.toLowerCase());
}

export function isForeign(name: string): boolean {
  return FOREIGN.test(name);
}

/** Equal for names that some server may take for the same: without accents and case, and `ß` like `s`. */
export function wideKey(name: string): string {
  if (!isForeign(name)) return name.toUpperCase().replace(/S+/g, 'S');
  return name
    .normalize('NFKD')
    .replace(/\p{M}+/gu, '')
    .toLowerCase()
    .toUpperCase()
    .replace(/S+/g, 'S');
}

/** True for names that are not the same for certain, and that some server may take for the same. */
export function mayBeSame(one: string, other: string): boolean {
  return (isForeign(one) || isForeign(other)) && nameKey(one) !== nameKey(other) && wideKey(one) === wideKey(other);
}
