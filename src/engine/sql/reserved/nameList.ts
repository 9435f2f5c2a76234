/**
 * How a server takes a name before a parenthesis for its own function:
 * `any`: however it is written; `unquoted`: as a keyword, so a quoted name is a stored function; `adjacent`: as a keyword, and only
 * with the parenthesis right behind it.
 */
export type NameForm = 'any' | 'unquoted' | 'adjacent';

export interface NameEntry {
  readonly form: NameForm;
  /** Other counts of arguments call a stored function. */
  readonly minArguments: number;
  readonly maxArguments: number;
  /** First version and the first one behind the last. */
  readonly from: number;
  readonly until: number;
}

const FORMS: Readonly<Record<string, NameForm>> = { a: 'any', u: 'unquoted', p: 'adjacent' };
const ENTRY = /^(\w+)(?::([aup]))?(?:\[(\d+)-(\d*)\])?(?:@(\d*)-(\d*))?$/;

/**
 * Reads `NAME NAME:u NAME:p NAME[1-] NAME[2-2] NAME@80000-90600 …`: form, counts of arguments and versions, each only where it is not
 * the usual. A name may stand there several times.
 */
export function parseNameList(text: string): ReadonlyMap<string, readonly NameEntry[]> {
  const names = new Map<string, NameEntry[]>();
  for (const word of text.split(/\s+/)) {
    if (word === '') continue;
    const [, name = '', form = 'a', min, max, from, until] = ENTRY.exec(word) ?? [];
    const known = FORMS[form];
    if (name === '' || known === undefined) throw new Error(`Not an entry of a name list: ${word}`);
    const bound = (digits: string | undefined, otherwise: number): number =>
      digits === undefined || digits === '' ? otherwise : Number(digits);
    const entry = {
      form: known,
      minArguments: bound(min, 0),
      maxArguments: bound(max, Infinity),
      from: bound(from, 0),
      until: bound(until, Infinity),
    };
    names.set(name, [...(names.get(name) ?? []), entry]);
  }
  return names;
}

/** Writes what `parseNameList` reads. */
export function writeNameEntry(name: string, { form, minArguments, maxArguments, from, until }: NameEntry): string {
  const bound = (value: number, otherwise: number): string => (value === otherwise ? '' : String(value));
  const letter = Object.entries(FORMS).find(([, known]) => known === form)?.[0] ?? 'a';
  const counts = minArguments === 0 && maxArguments === Infinity ? '' : `[${String(minArguments)}-${bound(maxArguments, Infinity)}]`;
  const versions = from === 0 && until === Infinity ? '' : `@${bound(from, 0)}-${bound(until, Infinity)}`;
  return `${name}${letter === 'a' ? '' : `:${letter}`}${counts}${versions}`;
}

/** Letters as all servers compare names of functions at least; those that some fold besides (`İ`, `ſ`, `K`) stay what they are. */
export function upperAscii(text: string): string {
  return text.replaceAll(/[a-z]+/g, (letters) => letters.toUpperCase());
}
