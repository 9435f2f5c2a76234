import { parseEnv } from 'node:util';
import { parsePastedUrl } from '../../engine/driver/url.ts';
import { candidateFrom, readTlsMode, type ImportCandidate } from './importCandidate.ts';

/** How frameworks name the parts: Laravel, Django, Docker's images, and most people. */
const PREFIXES = ['MYSQL', 'MARIADB', 'DB', 'DATABASE'];

/** The connections of an `.env` file: URLs of MySQL and MariaDB under any name, and variables in the usual families. */
export function readEnvFile(text: string, source: string): ImportCandidate[] {
  return readVariables(expandVariables(text), source);
}

/** Of one variable: more is no setting of a connection, but variables that multiply each other. */
const MAX_LENGTH = 10_000;
const REFERENCE = /\\\$|\$\{([A-Za-z_]\w*)(?::?-([^}$]*))?\}|\$([A-Za-z_]\w*)/g;

/**
 * The variables of an `.env` file with `${NAME}`, `${NAME:-default}` and `$NAME` of the same file put in, as the loaders of frameworks do, but not in single quotes. A variable
 * that needs one which is not there is left out; `$NAME` of none is text.
 */
export function expandVariables(text: string): NodeJS.Dict<string> {
  const raw = parseEnv(text);
  const literal = new Set([...text.matchAll(/^[ \t]*(?:export[ \t]+)?(\w+)[ \t]*=[ \t]*'/gm)].map(([, name = '']) => name));
  const known = new Map<string, string | undefined>();
  const expand = (name: string): string | undefined => {
    if (known.has(name)) return known.get(name);
    const value = Object.hasOwn(raw, name) ? raw[name] : undefined;
    known.set(name, undefined); // while it is being read, so that one that holds itself ends
    const expanded = value === undefined || literal.has(name) ? value : fill(value);
    known.set(name, expanded);
    return expanded;
  };
  const fill = (value: string): string | undefined => {
    let length = value.length;
    let missing = false;
    const isMissing = (): boolean => missing;
    const filled = value.replaceAll(REFERENCE, (whole: string, braced?: string, fallback?: string, bare?: string) => {
      if (missing || whole === '\\$') return '$';
      const found = expand(braced ?? bare ?? '');
      const text = bare !== undefined ? (found ?? whole) : found === undefined || found === '' ? (fallback ?? found) : found;
      length += text?.length ?? 0;
      missing ||= text === undefined || length > MAX_LENGTH;
      return missing ? '' : (text ?? '');
    });
    return isMissing() ? undefined : filled;
  };
  return Object.fromEntries(Object.keys(raw).map((name) => [name, expand(name)]));
}

export function readVariables(variables: NodeJS.Dict<string>, source: string): ImportCandidate[] {
  return [...fromUrls(variables, source), ...PREFIXES.flatMap((prefix) => fromFamily(variables, prefix, source) ?? [])];
}

function fromUrls(variables: NodeJS.Dict<string>, source: string): ImportCandidate[] {
  return Object.entries(variables).flatMap(([name, value = '']) => {
    if (!/^(?:jdbc:|pdo[-_])?(?:mysql|mariadb)/i.test(value.trim())) return [];
    try {
      const { target, password } = parsePastedUrl(value);
      if (target.user === '') return [];
      return [{ name: target.database ?? name, source, target, password }];
    } catch {
      return []; // a template with parts still to be filled in
    }
  });
}

function fromFamily(variables: NodeJS.Dict<string>, prefix: string, source: string): ImportCandidate | undefined {
  const kind = variables['DB_CONNECTION'] ?? variables['DB_DRIVER'] ?? 'mysql';
  if (prefix === 'DB' && !/mysql|mariadb/i.test(kind)) return undefined;
  const first = (...names: readonly string[]): string | undefined =>
    names.map((name) => variables[`${prefix}_${name}`]).find((value) => value !== undefined);
  const host = first('HOST', 'HOSTNAME', 'SERVER');
  if (prefix === 'DATABASE' && host === undefined) return undefined;
  const user = first('USER', 'USERNAME');
  const root = user === undefined ? first('ROOT_PASSWORD') : undefined;
  const ca = first('SSL_CA', 'ATTR_SSL_CA') ?? (prefix === 'DB' ? variables['MYSQL_ATTR_SSL_CA'] : undefined); // Laravel's
  return candidateFrom(source, {
    ...{ tls: readTlsMode(first('SSL_MODE', 'SSLMODE')), tlsFiles: { ca, certificate: first('SSL_CERT'), key: first('SSL_KEY') } },
    ...{ host: host ?? (first('USER', 'ROOT_PASSWORD') === undefined ? undefined : '127.0.0.1'), port: first('PORT') },
    ...{
      user: user ?? (root === undefined ? undefined : 'root'),
      password: first('PASSWORD', 'PASS') ?? root,
      database: first('DATABASE', 'DB', 'NAME'),
    },
  });
}
