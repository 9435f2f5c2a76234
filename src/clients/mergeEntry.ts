import { isDeepStrictEqual } from 'node:util';
import {
  applyEdits,
  findNodeAtLocation,
  modify,
  parse,
  parseTree,
  type Edit,
  type JSONPath,
  type Node,
  type ParseError,
} from 'jsonc-parser';
import { isOwnEntry, type McpClient, type ServerEntry } from './mcpClients.ts';
import { isObject, MergeError, requireEntry, serversOf, wantedEntry, withoutValues, type Merged } from './mergeRules.ts';
import { mergeToml, readToml } from './mergeToml.ts';
import { removalOf } from './removeProperty.ts';

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

function mergeJson(text: string, { property, readsComments }: Format, name: string, entry: ServerEntry | undefined): Merged | undefined {
  const source = text.trim() === '' ? '{}' : text;
  const whole = readJson(source, readsComments);
  const servers = serversOf(whole, property);
  const isThere = Object.hasOwn(servers, name);
  if (entry === undefined) {
    if (!isThere) return undefined;
    if (!isOwnEntry(servers[name])) throw new MergeError('foreign');
    const node = findNodeAtLocation(treeOf(source), [property, name])?.parent ?? fail();
    const text = applyEdits(source, removalOf(source, node));
    requireEntry(whole, readJson(text, readsComments), { property, name, entry: undefined });
    return { text, edits: [{ removed: JSON.stringify({ [name]: withoutValues(servers[name]) }, undefined, 2), added: '' }] };
  }
  const wanted = wantedEntry(servers, name, entry);
  if (wanted === undefined) return undefined;
  let after = source;
  const edits: Merged['edits'][number][] = [];
  for (const { path, value } of isThere
    ? differences([property, name], servers[name], entry)
    : [{ path: [property, name], value: entry }]) {
    const made = modify(after, path, value, {}).flatMap((edit) =>
      written(edit, { source, after, path, value, isNew: !Object.hasOwn(whole as object, property) }),
    );
    edits.push(...made.map(({ offset, length, content }) => ({ removed: after.slice(offset, offset + length), added: content })));
    after = applyEdits(after, made);
  }
  if (text.trim() === '') {
    after = `${after}\n`;
    edits.splice(0, edits.length, { removed: '', added: after });
  }
  requireEntry(whole, readJson(after, readsComments), { property, name, entry: wanted });
  return after === source ? undefined : { text: after, edits };
}

/** As few and as small as can be: comments stay between the words of a command line. */
function differences(path: JSONPath, now: unknown, wanted: unknown): { readonly path: JSONPath; readonly value: unknown }[] {
  if (isDeepStrictEqual(now, wanted)) return [];
  const areLists = Array.isArray(now) && Array.isArray(wanted) && now.length === wanted.length;
  if (areLists || (isObject(now) && isObject(wanted)))
    return Object.entries(wanted as object).flatMap(([key, value]) =>
      differences([...path, areLists ? Number(key) : key], (now as Record<string, unknown>)[key], value),
    );
  return [{ path, value: wanted }];
}

interface Change {
  readonly source: string;
  readonly after: string;
  readonly path: JSONPath;
  readonly value: unknown;
  /** There is no list of servers yet. */
  readonly isNew: boolean;
}

/** An edit in the form of the file. jsonc-parser could format it, and would format lines of others with it. */
function written(edit: Edit, { source, after, path, value, isNew }: Change): Edit[] {
  const unit = /^([ \t]+)\S/m.exec(source)?.[1] ?? '  ';
  const eol = source.includes('\r\n') ? '\r\n' : '\n';
  const isPretty = source.trim().includes('\n') || source.trim() === '{}';
  const depth = isNew ? 1 : path.length;
  const own = isNew ? { [String(path[1])]: value } : value;
  const text = isPretty ? JSON.stringify(own, undefined, unit).replaceAll('\n', eol + unit.repeat(depth)) : JSON.stringify(own);
  if (edit.length > 0) return [{ ...edit, content: text }];
  const property = `${JSON.stringify(path[depth - 1])}:${isPretty ? ' ' : ''}${text}`;
  const isFirst = !edit.content.startsWith(',');
  if (!isPretty) return [{ ...edit, content: isFirst ? property : `,${property}` }];
  const line = `${eol}${unit.repeat(depth)}${property}`;
  if (isFirst) return [{ ...edit, content: `${line}${eol}${unit.repeat(depth - 1)}` }];
  // A comment behind the entry before is about that one.
  const comment = /^[ \t]*\/\/[^\r\n]*/.exec(after.slice(edit.offset))?.[0].length ?? 0;
  if (comment === 0) return [{ ...edit, content: `,${line}` }];
  return [
    { ...edit, content: ',' },
    { ...edit, offset: edit.offset + comment, content: line },
  ];
}

function treeOf(text: string, errors: ParseError[] = []): Node {
  return parseTree(text, errors, { allowTrailingComma: true }) ?? fail();
}

function fail(): never {
  throw new MergeError('broken');
}

function readJson(text: string, readsComments: boolean): unknown {
  const errors: ParseError[] = [];
  let tree: Node;
  try {
    tree = treeOf(text, errors);
  } catch {
    throw new MergeError('broken'); // deeper than a call stack
  }
  if (errors.length > 0) throw new MergeError('broken');
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
