import type { NameEntry, NameForm } from '../../src/engine/sql/reserved/nameList.ts';
import type { History } from './history.ts';

/** A name on one server. JSON has no Infinity: null is no limit. */
interface Found {
  readonly form: NameForm;
  readonly minArguments: number;
  readonly maxArguments: number | null;
}

/** What one server said. Its version without the patch level: a release line has the same names. */
export interface ReleaseNames {
  readonly version: number;
  readonly functions: Readonly<Record<string, Found>>;
  readonly reserved: Readonly<Record<string, Found>>;
}

const STRICTNESS: readonly NameForm[] = ['any', 'unquoted', 'adjacent'];
const MINOR = 100;

/**
 * One list for all versions from what the servers said, oldest first. Between two servers that both have a name it has the stricter form;
 * between one that has it and one that has not, `history` tells where it came or went.
 */
export function mergeReleases(
  releases: readonly ReleaseNames[],
  kind: 'functions' | 'reserved',
  history: History,
): (readonly [string, NameEntry])[] {
  const names = [...new Set(releases.flatMap((release) => Object.keys(release[kind])))].sort();
  return names.flatMap((name) => join(spans(name, releases, kind, history)).map((entry) => [name, entry] as const));
}

function spans(name: string, releases: readonly ReleaseNames[], kind: 'functions' | 'reserved', history: History): NameEntry[] {
  const entries: NameEntry[] = [];
  releases.forEach((release, i) => {
    const found = release[kind][name];
    const previous = releases[i - 1];
    const next = releases[i + 1];
    if (found === undefined) return;
    const before = previous?.[kind][name];
    if (previous !== undefined && before === undefined) {
      const since = history.since.get(name);
      if (since !== undefined && since < release.version) entries.push({ ...entry(found), from: since, until: release.version });
    }
    const lineEnd = next === undefined ? Infinity : release.version + MINOR;
    entries.push({ ...entry(found), from: previous === undefined ? 0 : release.version, until: lineEnd });
    if (next === undefined) return;
    const after = next[kind][name];
    const until = after === undefined ? (history.until.get(name) ?? lineEnd) : next.version;
    const strict = after === undefined ? entry(found) : stricter(entry(found), entry(after));
    if (until > lineEnd) entries.push({ ...strict, from: lineEnd, until });
    else entries[entries.length - 1] = { ...entry(found), from: previous === undefined ? 0 : release.version, until };
  });
  return entries;
}

function entry({ form, minArguments, maxArguments }: Found): Omit<NameEntry, 'from' | 'until'> {
  return { form, minArguments, maxArguments: maxArguments ?? Infinity };
}

function stricter(a: Omit<NameEntry, 'from' | 'until'>, b: Omit<NameEntry, 'from' | 'until'>): Omit<NameEntry, 'from' | 'until'> {
  return {
    form: STRICTNESS.indexOf(a.form) > STRICTNESS.indexOf(b.form) ? a.form : b.form,
    minArguments: Math.max(a.minArguments, b.minArguments),
    maxArguments: Math.min(a.maxArguments, b.maxArguments),
  };
}

/** Neighbors that differ in nothing but their versions are one. */
function join(entries: readonly NameEntry[]): NameEntry[] {
  const joined: NameEntry[] = [];
  for (const entry of entries) {
    const last = joined.at(-1);
    const same =
      last?.until === entry.from &&
      last.form === entry.form &&
      last.minArguments === entry.minArguments &&
      last.maxArguments === entry.maxArguments;
    if (same) joined[joined.length - 1] = { ...entry, from: last.from };
    else joined.push(entry);
  }
  return joined;
}
