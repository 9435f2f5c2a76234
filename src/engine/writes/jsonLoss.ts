import { cut } from '../text.ts';

/** What MySQL keeps of a number of JSON: 64 bits, as an integer or as a double. */
const INTEGERS = { least: -(2n ** 63n), most: 2n ** 64n - 1n };
const NUMBER = /^-?(\d+)(?:\.(\d*))?(?:[eE]([+-]?\d{1,6}))?$/;
const OF_NUMBER = /[\d.eE+-]/;
const SHOWN_KEY = 40;

/**
 * What MySQL's type JSON would drop of a text without a word: all but the last of several members of one name, and digits that a double does not have. Undefined where nothing is lost; a text that is
 * no JSON is for the server to refuse. Looks at each character once.
 */
export function jsonLoss(text: string): string | undefined {
  /** Names of the members of each open object; undefined for an array. */
  const open: (Set<string> | undefined)[] = [];
  let beforeName = false;
  for (let at = 0; at < text.length;) {
    const c = text.charAt(at);
    let end = at + 1;
    if (c === '{' || c === '[') open.push(c === '{' ? new Set() : undefined);
    else if (c === '}' || c === ']') open.pop();
    if (c === '{' || c === ',') beforeName = open.at(-1) !== undefined;
    else if (c === '"') {
      end = endOfText(text, at);
      const name = beforeName ? nameIn(text.slice(at, end)) : undefined;
      const names = open.at(-1);
      if (name !== undefined && names?.has(name) === true)
        return `has the key ${cut(name, SHOWN_KEY)} twice, but only one of them would be stored`;
      if (name !== undefined) names?.add(name);
      beforeName = false;
    } else if (c === '-' || (c >= '0' && c <= '9')) {
      while (end < text.length && OF_NUMBER.test(text.charAt(end))) end++;
      if (!isExact(text.slice(at, end))) return 'would be rounded';
    }
    at = end;
  }
  return undefined;
}

function endOfText(text: string, start: number): number {
  for (let at = start + 1; at < text.length; at++) {
    if (text.charAt(at) === '"') return at + 1;
    if (text.charAt(at) === '\\') at++;
  }
  return text.length;
}

/** Undefined for what is no text of JSON. */
function nameIn(quoted: string): string | undefined {
  try {
    const name: unknown = JSON.parse(quoted);
    return typeof name === 'string' ? name : undefined;
  } catch {
    return undefined;
  }
}

/** True for a number that is shown with the digits that it was written with, and for one that is none or too large: the server refuses those. */
function isExact(written: string): boolean {
  const digits = digitsOf(written);
  if (digits === undefined || !Number.isFinite(Number(written))) return true;
  if (/^-?\d{1,20}$/.test(written)) {
    const value = BigInt(written);
    if (value >= INTEGERS.least && value <= INTEGERS.most) return true;
  }
  return digits === digitsOf(String(Number(written)));
}

/** Equal for two ways to write one number; its sign aside. */
function digitsOf(written: string): string | undefined {
  const [all, whole = '', fraction = '', exponent = '0'] = NUMBER.exec(written) ?? [];
  if (all === undefined) return undefined;
  const digits = `${whole}${fraction}`.replace(/^0+/, '');
  const end = lastOtherThanZero(digits);
  return end === 0 ? '0' : `${digits.slice(0, end)}e${String(Number(exponent) - fraction.length + digits.length - end)}`;
}

function lastOtherThanZero(digits: string): number {
  let end = digits.length;
  while (digits.charAt(end - 1) === '0') end--;
  return end;
}
