import type * as z from 'zod';

type Issue = z.core.$ZodIssue;
type Path = readonly PropertyKey[];

/** How the reader of a problem speaks of what was given. */
export interface ProblemWords {
  /** The name of what stands at a place; by default its path, `connections[0].port`. */
  readonly nameOf?: (path: Path) => string;
  /** Numbers of this place are shown in another unit than the one that they are kept in. */
  readonly unitOf?: (path: Path) => { readonly times: number; readonly unit: string } | undefined;
  /** The numbers that are allowed at a place, in the unit in which they are kept. */
  readonly rangeOf?: (path: Path) => { readonly minimum?: number | undefined; readonly maximum?: number | undefined } | undefined;
  /** The name of a key beside or below a place, where a message of ours has it in back-ticks. */
  readonly keyName?: (path: Path, key: string) => string | undefined;
  /** Names that are known at a place, for those that were misspelled. */
  readonly knownAt?: (path: Path) => readonly string[];
  /** The nearest of some names to one that is not known. */
  readonly nearest?: (name: string, known: readonly string[]) => string | undefined;
}

/** More takes time to word. */
const MAX_PROBLEMS = 50;
/** So many fit on a screen. */
const SHOWN_PROBLEMS = 15;

/** What is wrong with an input, a line for each thing: its name, the reason and what is allowed. No value that was given is repeated: it may be a secret. */
export function describeProblems(error: z.ZodError, words: ProblemWords = {}): string {
  const places = wrongPlaces(error.issues);
  const first = error.issues.filter((issue) => issue.code !== 'custom' || !places.has(keyOf(issue.path)));
  const lines = [...new Set(first.slice(0, MAX_PROBLEMS).flatMap((issue) => linesOf(issue, [], words)))];
  const more = lines.length + Math.max(0, first.length - MAX_PROBLEMS) - SHOWN_PROBLEMS;
  return [...lines.slice(0, SHOWN_PROBLEMS), ...(more > 0 ? [`… and ${String(more)} more.`] : [])].join('\n');
}

/** Places with a part that is wrong by itself: that its parts do not go together is no news there. */
function wrongPlaces(issues: readonly Issue[]): ReadonlySet<string> {
  const wrong = issues.filter(({ code }) => code !== 'custom');
  return new Set(wrong.flatMap(({ path }) => [...path, ''].map((_, depth) => keyOf(path.slice(0, depth)))));
}

const keyOf = (path: Path): string => JSON.stringify(path.map(String));

/** `connections[0].port`. */
export function pathName(path: Path): string {
  return path.reduce<string>((text, key) => {
    if (typeof key === 'number') return `${text}[${String(key)}]`;
    return text === '' ? String(key) : `${text}.${String(key)}`;
  }, '');
}

function linesOf(issue: Issue, above: Path, words: ProblemWords): string[] {
  const path = [...above, ...issue.path];
  if (issue.code === 'unrecognized_keys') return issue.keys.slice(0, MAX_PROBLEMS).map((key) => unknownKey(key, path, words));
  if (issue.code === 'invalid_union') {
    const only = likeliest(issue.errors);
    if (only !== undefined) return only.flatMap((one) => linesOf(one, path, words));
  }
  const name = (words.nameOf ?? pathName)(path);
  const reason = reasonOf(issue, words.unitOf?.(path), words.rangeOf?.(path)).replaceAll(
    /`(\w+)`/g,
    (whole, key: string) => words.keyName?.(path, key) ?? whole,
  );
  return [name === '' ? `It ${reason}` : /^[a-z]/.test(reason) ? `${name} ${reason}` : `${name}: ${reason}`];
}

function unknownKey(key: string, path: Path, { nameOf = pathName, knownAt, nearest }: ProblemWords): string {
  const known = knownAt?.(path) ?? [];
  const meant = nearest?.(key, known);
  const remedy = meant !== undefined ? ` Did you mean ${meant}?` : known.length > 0 ? ` Valid names: ${known.join(', ')}.` : '';
  // A name that is long or has controls in it keeps to its line.
  const shown = /^[\w$-]{1,64}$/.test(key) ? key : JSON.stringify(key.slice(0, 64));
  return `${nameOf([...path, shown])} is unknown.${remedy}`;
}

/** The branch of a union that somebody was after: the one whose problems lie deepest. Undefined where there is none to choose. */
function likeliest(branches: readonly (readonly Issue[])[]): readonly Issue[] | undefined {
  const depthOf = (branch: readonly Issue[]): number => Math.max(0, ...branch.map(({ path }) => path.length));
  const deepest = Math.max(0, ...branches.map(depthOf));
  return deepest === 0 ? undefined : branches.find((branch) => depthOf(branch) === deepest);
}

const TYPES: Readonly<Record<string, string>> = {
  string: 'a text',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
  array: 'a list',
  object: 'an object',
  record: 'an object',
  null: 'null',
  undefined: 'left out',
};

interface Unit {
  readonly times: number;
  readonly unit: string;
}

const PLAIN: Unit = { times: 1, unit: '' };

type Range = NonNullable<ReturnType<NonNullable<ProblemWords['rangeOf']>>>;

function reasonOf(issue: Issue, { times, unit }: Unit = PLAIN, range: Range = {}): string {
  const shown = (bound: number | bigint): string => `${String(Number(bound) * times)}${unit === '' ? '' : ` ${unit}`}`;
  const within = rangeText(range, shown);
  switch (issue.code) {
    case 'invalid_type':
      if (issue.message.includes('received undefined')) return 'is missing.';
      return `must be ${typeName(issue.expected)}${['int', 'number'].includes(issue.expected) ? within : ''}.`;
    case 'too_big':
      if (issue.origin === 'number' && within !== '') return `must be a number${within}.`;
      return `must ${sizeOf(issue.origin, `at most ${shown(issue.maximum)}`)}.`;
    case 'too_small':
      if (issue.origin === 'number' && within !== '') return `must be a number${within}.`;
      if (issue.minimum === 1 && ['string', 'array'].includes(issue.origin)) return 'must not be empty.';
      return `must ${sizeOf(issue.origin, `at least ${shown(issue.minimum)}`)}.`;
    case 'invalid_value':
      return `must be ${choice(issue.values.map(String))}.`;
    case 'invalid_union': {
      const wanted = issue.errors.flat().flatMap((one) => {
        if (one.code === 'invalid_value') return one.values.map(String);
        return one.code === 'invalid_type' ? [typeName(one.expected)] : [];
      });
      return wanted.length === 0 ? `: ${issue.message}` : `must be ${choice([...new Set(wanted)])}.`;
    }
    case 'invalid_key':
      return "isn't an allowed name.";
    case 'invalid_format':
      if (issue.format === 'url') return 'must be a URL that starts with http:// or https://.';
      return ownMessage(issue) ?? 'has the wrong format.';
    default:
      return ownMessage(issue) ?? 'is invalid.';
  }
}

function rangeText({ minimum, maximum }: Range, shown: (bound: number) => string): string {
  const [low, high] = [minimum, maximum].map((bound) =>
    bound === undefined || Math.abs(bound) >= Number.MAX_SAFE_INTEGER ? undefined : bound,
  );
  if (low === undefined) return high === undefined ? '' : ` up to ${shown(high)}`;
  return high === undefined ? `, ${shown(low)} or more` : ` from ${String(Number.parseFloat(shown(low)))} to ${shown(high)}`;
}

/** What a schema of ours says, unlike the library's own words. */
function ownMessage({ message }: Issue): string | undefined {
  return message.startsWith('Invalid ') ? undefined : message;
}

function typeName(expected: string): string {
  return TYPES[expected] ?? expected;
}

function sizeOf(origin: string, bound: string): string {
  if (origin === 'string') return `have ${bound} characters`;
  return ['array', 'set'].includes(origin) ? `have ${bound} entries` : `be ${bound}`;
}

function choice(values: readonly string[]): string {
  const last = values.at(-1) ?? '';
  return values.length < 3 ? values.join(' or ') : `${values.slice(0, -1).join(', ')}, or ${last}`;
}
