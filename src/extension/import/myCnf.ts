import type { TlsMode } from '../../engine/driver/profile.ts';
import { candidateFrom, readTlsMode, type ImportCandidate } from './importCandidate.ts';

/** Groups that the `mysql` client reads, and those that people add with a suffix for `--defaults-group-suffix`. */
const GROUP = /^(?:client|mysql)((?:[_-].*)?)$/;

/**
 * The connections of an option file: one for `[client]` with `[mysql]`, and one for each suffix (`[client_staging]`).
 * @see https://dev.mysql.com/doc/refman/9.7/en/option-files.html
 */
export function readOptionFile(text: string, source: string): ImportCandidate[] {
  return readOptionGroups(text, source, (group) => GROUP.exec(group)?.[1]);
}

/** One connection for each group; `suffixOf` gives '' for the one whose options hold for all, and undefined for groups that are none. */
export function readOptionGroups(text: string, source: string, suffixOf: (group: string) => string | undefined): ImportCandidate[] {
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
    if (/^[a-zA-Z][\w-]*$/.test(name) && options !== undefined)
      options[
        name
          .replaceAll('_', '-')
          .toLowerCase()
          .replace(/^loose-/, '')
      ] = unquote(value);
  }
  const common = bySuffix.get('') ?? {};
  return [...bySuffix].flatMap(([suffix, own]) => {
    const options = { ...common, ...own };
    const { host, port, socket, user, password, database, 'ssl-ca': ca, 'ssl-cert': certificate, 'ssl-key': key } = options;
    const name = suffix.replace(/^[_-]+/, '');
    const found = candidateFrom(source, {
      ...{ host: host ?? 'localhost', port, user, password, database, tls: tlsMode(options), tlsFiles: { ca, certificate, key } },
      ...(host === undefined ? { socket } : {}),
      ...(name === '' ? {} : { name }),
    });
    return found === undefined || (suffix !== '' && Object.keys(own).length === 0) ? [] : [found];
  });
}

/** `name` or `name = value`, as the client's library reads it. */
function splitOption(line: string): readonly [name: string, value: string] {
  const text = withoutComment(line).trim();
  const at = text.indexOf('=');
  return at < 0 ? [text, ''] : [text.slice(0, at).trim(), text.slice(at + 1).trim()];
}

/** What stands before a `#` outside of quotes, wherever it is; a quote that is not closed goes to the end. */
function withoutComment(line: string): string {
  if (/^\s*;/.test(line)) return '';
  let quote = '';
  let escaped = false;
  for (let at = 0; at < line.length; at++) {
    const character = line.charAt(at);
    if ((character === '"' || character === "'") && !escaped) quote = quote === '' ? character : quote === character ? '' : quote;
    if (quote === '' && character === '#') return line.slice(0, at);
    escaped = quote !== '' && character === '\\' && !escaped;
  }
  return line;
}

const ESCAPES: Readonly<Record<string, string>> = {
  ...{ b: '\b', t: '\t', n: '\n', r: '\r', s: ' ', '\\': '\\', '"': '"', "'": "'" },
};

/** Quotes go where the value begins and ends with the same one; `\s` and the like stand for characters. */
function unquote(value: string): string {
  const [first, last] = [value.charAt(0), value.at(-1)];
  const bare = value.length > 1 && first === last && (first === '"' || first === "'") ? value.slice(1, -1) : value;
  return bare.replaceAll(/\\([btnrs\\"'])/g, (_, letter: string) => ESCAPES[letter] ?? letter);
}

/** `ssl-mode` of MySQL's client, or the switches of MariaDB's, which may stand without a value. */
function tlsMode(options: Readonly<Record<string, string>>): TlsMode | undefined {
  const isOn = (name: string): boolean => options[name] !== undefined && !/^(?:0|off|false)$/i.test(options[name]);
  if (options['ssl-mode'] !== undefined) return readTlsMode(options['ssl-mode']);
  if (isOn('ssl-verify-server-cert')) return 'verify-identity';
  if (isOn('skip-ssl') || (options['ssl'] !== undefined && !isOn('ssl'))) return 'disabled';
  return isOn('ssl') && options['ssl-ca'] === undefined ? 'required' : undefined;
}
