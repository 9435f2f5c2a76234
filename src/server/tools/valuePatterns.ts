/** Fewer of a hundred values are chance. */
const MIN_PERCENT = 5;
const MAX_KEYS = 20;

/** What a text may be, the most telling first. */
const PATTERNS: readonly (readonly [name: string, fits: (text: string) => boolean])[] = [
  ['UUID', (text) => /^[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}$/i.test(text)],
  ['e-mail', (text) => text.length <= 254 && /^[^\s@]+@[^\s@.]+(?:\.[^\s@.]+)+$/.test(text)],
  ['URL', (text) => /^[a-z][a-z0-9+.-]*:\/\/\S+$/i.test(text)],
  ['IP address', isIpAddress],
  ['IBAN', isIban],
  ['date', (text) => /^\d{4}-\d\d-\d\d(?:[T ]\d\d:\d\d(?::\d\d(?:\.\d+)?)?(?:Z|[+-]\d\d:?\d\d)?)?$/.test(text)],
  ['JSON', (text) => /^\s*[[{]/.test(text) && parseJson(text) !== undefined],
  ['hash', (text) => /^(?:[0-9a-f]{32}|[0-9a-f]{40}|[0-9a-f]{64})$/i.test(text)],
  ['phone', isPhone],
  ['number', (text) => /^[+-]?\d+(?:[.,]\d+)?$/.test(text)],
];

/** For example `e-mail 98 %, phone 2 %`; empty where nothing stands out. */
export function textPatterns(values: readonly string[]): string {
  const counts = Map.groupBy(values, (value) => PATTERNS.find(([, fits]) => fits(value))?.[0]);
  return [...counts]
    .flatMap(([name, { length }]) => (name === undefined ? [] : [{ name, percent: (100 * length) / values.length }]))
    .filter(({ percent }) => percent >= MIN_PERCENT)
    .toSorted((a, b) => b.percent - a.percent)
    .map(({ name, percent }) => `${name} ${percent.toFixed(0)} %`)
    .join(', ');
}

/** The types of documents, and the keys of objects with the types of their values, each with its count. */
export function jsonShape(documents: readonly string[]): string {
  const types = new Map<string, number>();
  const keys = new Map<string, Map<string, number>>();
  for (const document of documents) {
    const value = parseJson(document);
    countIn(types, value === undefined ? 'too long to be read' : typeName(value.parsed));
    if (value === undefined || typeName(value.parsed) !== 'object') continue;
    for (const [key, inner] of Object.entries(value.parsed as object)) {
      const ofKey = keys.get(key) ?? new Map<string, number>();
      keys.set(key, ofKey);
      countIn(ofKey, typeName(inner));
    }
  }
  const shown = [...keys]
    .toSorted(([, a], [, b]) => total(b) - total(a))
    .slice(0, MAX_KEYS)
    .map(([key, ofKey]) => `${JSON.stringify(key)} ${countsText(ofKey)}`);
  if (keys.size > MAX_KEYS) shown.push(`… and ${String(keys.size - MAX_KEYS)} more`);
  return `${countsText(types)}${shown.length === 0 ? '' : `; keys: ${shown.join(', ')}`}`;
}

function countsText(counts: ReadonlyMap<string, number>): string {
  return [...counts]
    .toSorted(([, a], [, b]) => b - a)
    .map(([name, count]) => `${name} ${String(count)}`)
    .join(' or ');
}

function countIn(counts: Map<string, number>, name: string): void {
  counts.set(name, (counts.get(name) ?? 0) + 1);
}

function total(counts: ReadonlyMap<string, number>): number {
  return [...counts.values()].reduce((sum, count) => sum + count, 0);
}

function typeName(value: unknown): string {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'array';
  if (typeof value === 'number') return Number.isInteger(value) ? 'integer' : 'decimal';
  return typeof value;
}

/** Undefined for what is not JSON, or was cut. */
function parseJson(text: string): { readonly parsed: unknown } | undefined {
  try {
    return { parsed: JSON.parse(text) as unknown };
  } catch {
    return undefined;
  }
}

function isIpAddress(text: string): boolean {
  const parts = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})$/.exec(text)?.slice(1);
  if (parts !== undefined) return parts.every((part) => Number(part) <= 255);
  return text.length <= 45 && /^(?:[0-9a-f]{0,4}:){2,7}[0-9a-f]{0,4}$/i.test(text);
}

/** With its check digits: other codes of letters and digits look alike. */
function isIban(text: string): boolean {
  const plain = text.replaceAll(' ', '').toUpperCase();
  if (!/^[A-Z]{2}\d{2}[A-Z0-9]{11,30}$/.test(plain)) return false;
  const digits = Array.from(`${plain.slice(4)}${plain.slice(0, 4)}`, (sign) => Number.parseInt(sign, 36)).join('');
  return BigInt(digits) % 97n === 1n;
}

/** Digits alone are a number, unless they begin as numbers of phones do; four groups between dots are an address or a version. */
function isPhone(text: string): boolean {
  if (/^\d+(?:\.\d+){3}$/.test(text)) return false;
  const { length } = text.replaceAll(/\D/g, '');
  return length >= 7 && length <= 15 && /^(?:\+|0|\(|\d+[ ./()-])[\d ./()-]*$/.test(text);
}
