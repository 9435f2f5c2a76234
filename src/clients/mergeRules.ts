import { isDeepStrictEqual } from 'node:util';
import { isOwnEntry, type ServerEntry } from './mcpClients.ts';

/** Why a file is left alone. Worded where it is shown. */
export type MergeProblem = 'broken' | 'comments' | 'notAnObject' | 'twice' | 'foreign' | 'inline';

export class MergeError extends Error {
  readonly problem: MergeProblem;

  constructor(problem: MergeProblem) {
    super(`The configuration is left as it is: ${problem}.`);
    this.problem = problem;
  }
}

export interface Merged {
  readonly text: string;
  /** What is put into the file, in order; what is taken out comes before it. Holds nothing else of the file, and no value that somebody has added to our entry. */
  readonly edits: readonly { readonly removed: string; readonly added: string }[];
}

/** What entries of ours have. */
const OWN: ReadonlySet<string> = new Set(['command', 'args', 'type', 'tools']);

export type Servers = Readonly<Record<string, unknown>>;

/** What a file says, as far as it concerns us; what is not an object where one has to be is a problem. */
export function serversOf(whole: unknown, property: string): Servers {
  if (!isObject(whole)) throw new MergeError('notAnObject');
  const servers = Object.hasOwn(whole, property) ? whole[property] : {};
  if (!isObject(servers)) throw new MergeError('notAnObject');
  return servers;
}

export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The entry with what somebody has added to ours; undefined where it is there already. */
export function wantedEntry(servers: Servers, name: string, entry: ServerEntry): Record<string, unknown> | undefined {
  const now = Object.hasOwn(servers, name) ? servers[name] : undefined;
  if (now === undefined) return entry;
  if (!isOwnEntry(now)) throw new MergeError('foreign');
  const given = now as Record<string, unknown>;
  return Object.entries(entry).every(([key, value]) => isDeepStrictEqual(given[key], value)) ? undefined : { ...given, ...entry };
}

interface Wanted {
  readonly property: string;
  readonly name: string;
  /** Undefined where it is to be gone. */
  readonly entry: unknown;
}

/** Throws where something else than our entry is different, or our entry is not what is wanted: then the editor has misread the file. */
export function requireEntry(before: unknown, after: unknown, { property, name, entry }: Wanted): void {
  const servers = serversOf(after, property);
  const found = Object.hasOwn(servers, name) ? servers[name] : undefined;
  const isOnly = isDeepStrictEqual(withoutEntry(before, property, name), withoutEntry(after, property, name));
  if (!isOnly || !isDeepStrictEqual(plain(found), plain(entry))) throw new MergeError('broken');
}

/** Without prototypes of parsers. */
function plain(value: unknown): unknown {
  return value === undefined ? undefined : (JSON.parse(JSON.stringify(value)) as unknown);
}

/** An entry for people to see: what somebody has added to ours may be a secret. */
export function withoutValues(entry: unknown): object {
  return Object.fromEntries(Object.entries(entry as object).map(([key, value]) => [key, OWN.has(key) ? (value as unknown) : '…']));
}

function withoutEntry(whole: unknown, property: string, name: string): unknown {
  const { [property]: servers, ...rest } = whole as Record<string, unknown>;
  const { [name]: _, ...others } = (servers ?? {}) as Record<string, unknown>;
  return { rest, others };
}
