import type { TlsMode } from '../../engine/driver/profile.ts';
import { TLS_MODES } from '../../engine/driver/profile.ts';
import { foundFrom, type FoundConnection } from './found.ts';

/** Groups that the `mysql` client reads, and those that people add with a suffix for `--defaults-group-suffix`. */
const GROUP = /^(?:client|mysql)((?:[_-].*)?)$/;

/**
 * The connections of an option file: one for `[client]` with `[mysql]`, and one for each suffix (`[client_staging]`).
 * @see https://dev.mysql.com/doc/refman/9.7/en/option-files.html
 */
export function readOptionFile(text: string, source: string): FoundConnection[] {
  return readOptionGroups(text, source, (group) => GROUP.exec(group)?.[1]);
}

/** One connection for each group; `suffixOf` gives '' for the one whose options hold for all, and undefined for groups that are none. */
export function readOptionGroups(text: string, source: string, suffixOf: (group: string) => string | undefined): FoundConnection[] {
  const bySuffix = new Map<string, Record<string, string>>();
  let options: Record<string, string> | undefined;
  for (const line of text.split(/\r?\n/)) {
    const [, group] = /^\s*\[([^\]]+)\]/.exec(line) ?? [];
    if (group !== undefined) {
      const suffix = suffixOf(group.trim());
      options = suffix === undefined ? undefined : (bySuffix.get(suffix) ?? {});
      if (options !== undefined && suffix !== undefined) bySuffix.set(suffix, options);
      continue;
    }
    const [name, value] = splitOption(line);
    if (/^[a-zA-Z][\w-]*$/.test(name) && options !== undefined) options[name.replaceAll('_', '-').toLowerCase()] = unquote(value);
  }
  const common = bySuffix.get('') ?? {};
  return [...bySuffix].flatMap(([suffix, own]) => {
    const { host, port, socket, user, password, database, 'ssl-mode': tls } = { ...common, ...own };
    const name = suffix.replace(/^[_-]+/, '');
    const found = foundFrom(source, {
      ...{ host: host ?? 'localhost', port, user, password, database, tls: tlsMode(tls) },
      ...(host === undefined ? { socket } : {}),
      ...(name === '' ? {} : { name }),
    });
    return found === undefined || (suffix !== '' && Object.keys(own).length === 0) ? [] : [found];
  });
}

/** `name` or `name = value`. */
function splitOption(line: string): readonly [name: string, value: string] {
  const at = line.indexOf('=');
  return at < 0 ? [line.trim(), ''] : [line.slice(0, at).trim(), line.slice(at + 1).trim()];
}

/** What stands before a `#` that has a blank before it. */
function withoutComment(value: string): string {
  for (let at = value.indexOf('#', 1); at >= 0; at = value.indexOf('#', at + 1))
    if (/\s/.test(value.charAt(at - 1))) return value.slice(0, at).trimEnd();
  return value;
}

/** A comment may stand behind an unquoted value; `\s` and the like stand for blanks. */
function unquote(value: string): string {
  const [, , quoted] = /^(["'])(.*)\1/.exec(value) ?? [];
  const bare = quoted ?? withoutComment(value);
  const escapes: Readonly<Record<string, string>> = { b: '\b', t: '\t', n: '\n', r: '\r', '\\': '\\', s: ' ' };
  return bare.replaceAll(/\\([btnr\\s])/g, (_, letter: string) => escapes[letter] ?? letter);
}

function tlsMode(value: string | undefined): TlsMode | undefined {
  const wanted = value?.toLowerCase().replaceAll('_', '-');
  return TLS_MODES.find((mode) => mode === wanted);
}
