import { isDeepStrictEqual } from 'node:util';
import { applyEdits, modify, parse, parseTree, type Edit, type Node, type ParseError } from 'jsonc-parser';
import { parse as parseToml, stringify as toToml } from 'smol-toml';
import { isOwnEntry, type McpClient, type ServerEntry } from './mcpClients.ts';

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
  /** What is put into the file, in order; what is taken out comes before it. Holds nothing else of the file. */
  readonly edits: readonly { readonly removed: string; readonly added: string }[];
}

type Format = Pick<McpClient, 'format' | 'property' | 'readsComments'>;

/**
 * The text of a file with our entry in it, or with `entry` undefined without it; all else keeps its form. Undefined where nothing changes. Throws MergeError for what can't be read with certainty, and for
 * an entry of this name that is not ours.
 */
export function mergeEntry(before: string | undefined, format: Format, name: string, entry: ServerEntry | undefined): Merged | undefined {
  const mark = before?.startsWith('\uFEFF') === true ? '\uFEFF' : '';
  const text = before?.slice(mark.length) ?? '';
  if (entry === undefined && text.trim() === '') return undefined;
  const merged = format.format === 'toml' ? mergeToml(text, format.property, name, entry) : mergeJson(text, format, name, entry);
  return merged === undefined ? undefined : { ...merged, text: mark + merged.text };
}

/** What decides which code an entry runs, beside its command. `NODE_OPTIONS` or a registry of npm is enough to run any. */
const DECIDING = ['env', 'envFile', 'cwd'];

/** The deciding settings of our entry, which we never write ourselves: `env.NODE_OPTIONS`. Throws as `mergeEntry`. */
export function settingsOfOthers(before: string | undefined, format: Format, name: string): readonly string[] {
  const text = before?.replace(/^\uFEFF/, '') ?? '';
  if (text.trim() === '') return [];
  const servers = serversOf(format.format === 'toml' ? readToml(text) : readJson(text, format.readsComments), format.property);
  const entry = Object.hasOwn(servers, name) ? servers[name] : undefined;
  if (!isOwnEntry(entry)) return [];
  return Object.entries(entry as Record<string, unknown>)
    .filter(([key]) => DECIDING.includes(key))
    .flatMap(([key, value]) => (isObject(value) ? Object.keys(value).map((one) => `${key}.${one}`) : [key]));
}

type Servers = Readonly<Record<string, unknown>>;

/** What a file says, as far as it concerns us; what is not an object where one has to be is a problem. */
function serversOf(whole: unknown, property: string): Servers {
  if (!isObject(whole)) throw new MergeError('notAnObject');
  const servers = Object.hasOwn(whole, property) ? whole[property] : {};
  if (!isObject(servers)) throw new MergeError('notAnObject');
  return servers;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The entry with what somebody has added to ours; undefined where it is there already. */
function wantedEntry(servers: Servers, name: string, entry: ServerEntry): Record<string, unknown> | undefined {
  const now = Object.hasOwn(servers, name) ? servers[name] : undefined;
  if (now === undefined) return entry;
  if (!isOwnEntry(now)) throw new MergeError('foreign');
  const given = now as Record<string, unknown>;
  return Object.entries(entry).every(([key, value]) => isDeepStrictEqual(given[key], value)) ? undefined : { ...given, ...entry };
}

function mergeJson(text: string, { property, readsComments }: Format, name: string, entry: ServerEntry | undefined): Merged | undefined {
  const source = text.trim() === '' ? '{}' : text;
  const whole = readJson(source, readsComments);
  const servers = serversOf(whole, property);
  const changes: [path: string[], value: unknown][] = [];
  if (entry === undefined) {
    if (!Object.hasOwn(servers, name)) return undefined;
    if (!isOwnEntry(servers[name])) throw new MergeError('foreign');
    changes.push([[property, name], undefined]);
  } else {
    const wanted = wantedEntry(servers, name, entry);
    if (wanted === undefined) return undefined;
    if (wanted === entry) changes.push([[property, name], entry]);
    else for (const [key, value] of Object.entries(entry)) changes.push([[property, name, key], value]);
  }
  let after = source;
  const edits: Merged['edits'][number][] = [];
  for (const [path, value] of changes) {
    const made = modify(after, path, value, {}).map((edit) =>
      written(edit, { source, path, value, isNew: after === source && !Object.hasOwn(whole as object, property) }),
    );
    edits.push(...made.map(({ offset, length, content }) => ({ removed: after.slice(offset, offset + length), added: content })));
    after = applyEdits(after, made);
  }
  if (text.trim() === '') {
    after = `${after}\n`;
    edits.splice(0, edits.length, { removed: '', added: after });
  }
  requireOnly(whole, readJson(after, readsComments), property, name);
  return after === source ? undefined : { text: after, edits };
}

interface Change {
  readonly source: string;
  readonly path: readonly string[];
  readonly value: unknown;
  /** There is no list of servers yet. */
  readonly isNew: boolean;
}

/** An edit in the form of the file. jsonc-parser could format it, and would format lines of others with it. */
function written(edit: Edit, { source, path, value, isNew }: Change): Edit {
  if (value === undefined) return edit;
  const unit = /^([ \t]+)\S/m.exec(source)?.[1] ?? '  ';
  const eol = source.includes('\r\n') ? '\r\n' : '\n';
  const isPretty = source.trim().includes('\n') || source.trim() === '{}';
  const depth = isNew ? 1 : path.length;
  const own = isNew ? { [path[1] ?? '']: value } : value;
  const text = isPretty ? JSON.stringify(own, undefined, unit).replaceAll('\n', eol + unit.repeat(depth)) : JSON.stringify(own);
  if (edit.length > 0) return { ...edit, content: text };
  const property = `${JSON.stringify(path[depth - 1])}:${isPretty ? ' ' : ''}${text}`;
  const isFirst = !edit.content.startsWith(',');
  if (!isPretty) return { ...edit, content: isFirst ? property : `,${property}` };
  const line = `${eol}${unit.repeat(depth)}${property}`;
  return { ...edit, content: isFirst ? `${line}${eol}${unit.repeat(depth - 1)}` : `,${line}` };
}

function readJson(text: string, readsComments: boolean): unknown {
  const errors: ParseError[] = [];
  let tree: Node | undefined;
  try {
    tree = parseTree(text, errors, { allowTrailingComma: true });
  } catch {
    throw new MergeError('broken'); // deeper than a call stack
  }
  if (errors.length > 0 || tree === undefined) throw new MergeError('broken');
  if (!readsComments && !isStrictJson(text)) throw new MergeError('comments');
  requireOnce(tree, 2);
  return parse(text, [], { allowTrailingComma: true });
}

function isStrictJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

/** A name that is there twice means one of both, and which depends on the reader. */
function requireOnce(node: Node, depth: number): void {
  if (node.type !== 'object' || depth < 0) return;
  const properties = node.children ?? [];
  const names = properties.map((property) => String(property.children?.[0]?.value));
  if (new Set(names).size < names.length) throw new MergeError('twice');
  for (const property of properties) if (property.children?.[1] !== undefined) requireOnce(property.children[1], depth - 1);
}

/** Throws where something else than our entry is different: then the editor has misread the file. */
function requireOnly(before: unknown, after: unknown, property: string, name: string): void {
  if (!isDeepStrictEqual(withoutEntry(before, property, name), withoutEntry(after, property, name))) throw new MergeError('broken');
}

function withoutEntry(whole: unknown, property: string, name: string): unknown {
  const { [property]: servers, ...rest } = whole as Record<string, unknown>;
  const { [name]: _, ...others } = (servers ?? {}) as Record<string, unknown>;
  return { rest, others };
}

function mergeToml(text: string, property: string, name: string, entry: ServerEntry | undefined): Merged | undefined {
  const whole = readToml(text);
  const servers = serversOf(whole, property);
  const eol = text.includes('\r\n') ? '\r\n' : '\n';
  const isThere = Object.hasOwn(servers, name);
  const wanted = entry === undefined ? undefined : wantedEntry(servers, name, entry);
  if (entry === undefined ? !isThere : wanted === undefined) return undefined;
  if (isThere && !isOwnEntry(servers[name])) throw new MergeError('foreign');
  const block =
    wanted === undefined
      ? ''
      : toToml({ [property]: { [name]: wanted } })
          .trim()
          .replaceAll('\n', eol) + eol;
  const found = isThere ? tableOf(text, property, name) : undefined;
  if (isThere && found === undefined) throw new MergeError('inline');
  const at = found?.start ?? text.length;
  const removed = found?.text ?? '';
  const gap = found !== undefined || text === '' ? '' : text.endsWith('\n') ? eol : eol + eol;
  const after = text.slice(0, at) + gap + block + text.slice(at + removed.length);
  try {
    const read = readToml(after);
    requireOnly(whole, read, property, name);
    // A table below ours would stay, as an entry without a command.
    if (Object.hasOwn(serversOf(read, property), name) !== (entry !== undefined)) throw new MergeError('inline');
  } catch {
    throw new MergeError('inline'); // the servers are written in a form that no table can be added to, or taken from
  }
  return { text: after, edits: [{ removed, added: gap + block }] };
}

function readToml(text: string): Record<string, unknown> {
  try {
    return parseToml(text);
  } catch {
    throw new MergeError('broken');
  }
}

/** Our table and what belongs to it, up to the next table or comment. Undefined where it is written in another form. */
function tableOf(text: string, property: string, name: string): { readonly start: number; readonly text: string } | undefined {
  const headers = [name, `"${name}"`, `'${name}'`].map((written) => `[${property}.${written}]`);
  let start: number | undefined;
  let end = 0;
  for (let at = 0, next: number; at < text.length; at = next) {
    const newline = text.indexOf('\n', at);
    next = newline < 0 ? text.length : newline + 1;
    const line = text.slice(at, next);
    if (start === undefined) {
      if (!headers.some((header) => line.startsWith(header))) continue;
      [start, end] = [at, next];
    } else if (line.startsWith('[') || line.startsWith('#')) break;
    else if (line.trim() !== '') end = next;
  }
  return start === undefined ? undefined : { start, text: text.slice(start, end) };
}
