import { parseEnv } from 'node:util';
import { parsePastedUrl } from '../../engine/driver/url.ts';
import { foundFrom, type FoundConnection } from './found.ts';

/** How frameworks name the parts: Laravel, Django, Docker's images, and most people. */
const PREFIXES = ['MYSQL', 'MARIADB', 'DB', 'DATABASE'];

/** The connections of an `.env` file: URLs of MySQL and MariaDB under any name, and variables in the usual families. */
export function readEnvFile(text: string, source: string): FoundConnection[] {
  return readVariables(expandVariables(text), source);
}

const MAX_DEPTH = 10;
const REFERENCE = /\\\$|\$\{([A-Za-z_]\w*)(?::?-([^}]*))?\}|\$([A-Za-z_]\w*)/g;

/**
 * The variables of an `.env` file with `${NAME}`, `${NAME:-default}` and `$NAME` of the same file put in, as the loaders of frameworks do, but not in single quotes. A variable
 * that needs one which is not there is left out; `$NAME` of none is text.
 */
export function expandVariables(text: string): NodeJS.Dict<string> {
  const raw = parseEnv(text);
  const literal = new Set([...text.matchAll(/^[ \t]*(?:export[ \t]+)?(\w+)[ \t]*=[ \t]*'/gm)].map(([, name = '']) => name));
  const expand = (name: string, depth: number): string | undefined => {
    const value = Object.hasOwn(raw, name) ? raw[name] : undefined;
    if (value === undefined || literal.has(name) || !value.includes('$')) return value;
    let missing = depth > MAX_DEPTH;
    const expanded = value.replaceAll(REFERENCE, (whole: string, braced?: string, fallback?: string, bare?: string) => {
      if (missing || whole === '\\$') return '$';
      const found = expand(braced ?? bare ?? '', depth + 1);
      if (bare !== undefined) return found ?? whole;
      if (found === undefined && fallback === undefined) missing = true;
      return found === undefined || found === '' ? (fallback ?? '') : found;
    });
    return missing ? undefined : expanded;
  };
  return Object.fromEntries(Object.keys(raw).map((name) => [name, expand(name, 0)]));
}

/** The connections of an environment. */
export function readVariables(variables: NodeJS.Dict<string>, source: string): FoundConnection[] {
  return [...fromUrls(variables, source), ...PREFIXES.flatMap((prefix) => fromFamily(variables, prefix, source) ?? [])];
}

function fromUrls(variables: NodeJS.Dict<string>, source: string): FoundConnection[] {
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

function fromFamily(variables: NodeJS.Dict<string>, prefix: string, source: string): FoundConnection | undefined {
  const kind = variables['DB_CONNECTION'] ?? variables['DB_DRIVER'] ?? 'mysql';
  if (prefix === 'DB' && !/mysql|mariadb/i.test(kind)) return undefined;
  const first = (...names: readonly string[]): string | undefined =>
    names.map((name) => variables[`${prefix}_${name}`]).find((value) => value !== undefined);
  const host = first('HOST', 'HOSTNAME', 'SERVER');
  if (prefix === 'DATABASE' && host === undefined) return undefined;
  const user = first('USER', 'USERNAME');
  const root = user === undefined ? first('ROOT_PASSWORD') : undefined;
  return foundFrom(source, {
    ...{ host: host ?? (first('USER', 'ROOT_PASSWORD') === undefined ? undefined : '127.0.0.1'), port: first('PORT') },
    ...{
      user: user ?? (root === undefined ? undefined : 'root'),
      password: first('PASSWORD', 'PASS') ?? root,
      database: first('DATABASE', 'DB', 'NAME'),
    },
  });
}
