import { parse as parseToml, stringify as toToml } from 'smol-toml';
import { isOwnEntry, type ServerEntry } from './mcpClients.ts';
import { MergeError, requireEntry, serversOf, wantedEntry, withoutValues, type Merged } from './mergeRules.ts';

export function mergeToml(text: string, property: string, name: string, entry: ServerEntry | undefined): Merged | undefined {
  const whole = readToml(text);
  const servers = serversOf(whole, property);
  const isThere = Object.hasOwn(servers, name);
  const wanted = entry === undefined ? undefined : wantedEntry(servers, name, entry);
  if (entry === undefined ? !isThere : wanted === undefined) return undefined;
  if (isThere && !isOwnEntry(servers[name])) throw new MergeError('foreign');
  const { text: after, edit } = isThere
    ? tomlChange(text, { property, name, now: servers[name], wanted })
    : addedToml(text, { property, name, wanted });
  try {
    // A table below ours would stay, as an entry without a command.
    requireEntry(whole, readToml(after), { property, name, entry: wanted });
  } catch {
    throw new MergeError('inline'); // the servers are written in a form that no table can be added to, or taken from
  }
  return { text: after, edits: [edit] };
}

interface TomlChange {
  readonly property: string;
  readonly name: string;
  readonly wanted: Record<string, unknown> | undefined;
}

interface Changed {
  readonly text: string;
  readonly edit: Merged['edits'][number];
}

function addedToml(text: string, { property, name, wanted }: TomlChange): Changed {
  const eol = text.includes('\r\n') ? '\r\n' : '\n';
  const table = toToml({ [property]: { [name]: wanted } }).trim();
  const gap = text === '' ? '' : text.endsWith('\n') ? eol : eol + eol;
  const added = gap + table.replaceAll('\n', eol) + eol;
  return { text: text + added, edit: { removed: '', added } };
}

/** In our entry, only the version is another one: all else, and the comments in it, may be somebody's. */
function tomlChange(text: string, { property, name, now, wanted }: TomlChange & { readonly now: unknown }): Changed {
  if (wanted === undefined) {
    const found = tableOf(text, property, name);
    if (found === undefined) throw new MergeError('inline');
    const removed = toToml({ [property]: { [name]: withoutValues(now) } });
    return { text: text.slice(0, found.start) + text.slice(found.start + found.text.length), edit: { removed, added: '' } };
  }
  const [before, after] = [packageOf(now), packageOf(wanted)].map((version) => ['"', "'"].map((quote) => quote + version + quote));
  const places = (before ?? []).flatMap((quoted, i) => (text.split(quoted).length === 2 ? [{ quoted, next: after?.[i] ?? '' }] : []));
  const [place] = places;
  if (place === undefined || places.length > 1) throw new MergeError('inline');
  return { text: text.replace(place.quoted, () => place.next), edit: { removed: place.quoted, added: place.next } };
}

/** The word of a command line that names our package. */
function packageOf(entry: unknown): string {
  const { args } = entry as ServerEntry;
  return args.at(-2) ?? '';
}

export function readToml(text: string): Record<string, unknown> {
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
    } else if (/^\s*[[#]/.test(line)) break;
    else if (line.trim() !== '') end = next;
  }
  return start === undefined ? undefined : { start, text: text.slice(start, end) };
}
