import type { QualifiedName } from '../../sql/identifiers.ts';
import { exactKey } from './objectCatalog.ts';

/** A view that was changed meanwhile is noticed after this time at the latest; until then only the read-only session protects. */
const FRESH_MS = 5000;
const MAX_KNOWN = 5000;

/** What was found under a name, and when by the clock of `performance.now()`. */
export interface Known<T> {
  readonly found: T | undefined;
  readonly at: number;
}

/** Answers for exactly these names, by `exactKey`. They belong to one check: what is forgotten meanwhile is not missing in it. */
export type Answers<T> = ReadonlyMap<string, T | undefined>;

export async function resolveNames<T>(
  known: Map<string, Known<T>>,
  names: readonly QualifiedName[],
  find: (wanted: readonly QualifiedName[]) => Promise<(T | undefined)[]>,
): Promise<Answers<T>> {
  const now = performance.now();
  const answers = new Map<string, T | undefined>();
  const wanted = new Map<string, QualifiedName>();
  for (const name of names) {
    const key = exactKey(name);
    const one = known.get(key);
    if (one !== undefined && one.at > now - FRESH_MS) answers.set(key, one.found);
    else wanted.set(key, name);
  }
  if (wanted.size === 0) return answers;
  const found = await find([...wanted.values()]);
  if (known.size + wanted.size > MAX_KNOWN) known.clear();
  for (const [i, key] of [...wanted.keys()].entries()) {
    answers.set(key, found[i]);
    known.set(key, { found: found[i], at: now });
  }
  return answers;
}

export function answer<T>(answers: Answers<T>, name: QualifiedName): T | undefined {
  const key = exactKey(name);
  if (!answers.has(key)) throw new Error('A name of a statement was not looked up.');
  return answers.get(key);
}
