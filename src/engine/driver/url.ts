import { PilotError } from '../errors.ts';
import { TLS_MODES, type ConnectionTarget, type TlsFiles, type TlsMode } from './profile.ts';
import { absoluteTlsFiles, defaultTlsMode } from './tlsFiles.ts';

export interface ParsedUrl {
  readonly target: ConnectionTarget;
  /** Undefined where the URL names none; '' where it names an empty one (`user:@host`). */
  readonly password: string | undefined;
}

/**
 * Reads a connection URL: `mysql://user:password@host:port/database?ssl-mode=REQUIRED`.
 *
 * User, password and database are percent-decoded. An unknown parameter is an error, so that a misspelled `ssl-mode` cannot
 * silently weaken a connection. `ca` is the authority that is given beside it, which decides where the URL names no mode. Throws `url.invalid`; no message repeats the URL, since it holds the password.
 * @see https://dev.mysql.com/doc/refman/9.7/en/connecting-using-uri-or-key-value-pairs.html
 */
export function parseConnectionUrl(text: string, ca?: string): ParsedUrl {
  const url = parse(text.trim());
  if (!['mysql:', 'mariadb:'].includes(url.protocol)) throw invalid(`The URL starts with ${url.protocol}// instead of mysql://.`);
  if (url.username === '') throw invalid('The URL has no user name.');
  if (url.hash !== '') throw invalid('The URL has a #, which must be percent-encoded as %23.');
  if (url.searchParams.size > new Set(url.searchParams.keys()).size) throw invalid('The URL has a duplicate parameter.');
  let tls = defaultTlsMode(ca);
  for (const [name, value] of url.searchParams) {
    if (name.toLowerCase() !== 'ssl-mode') throw invalid(`The parameter "${name}" is unknown. Only ssl-mode is supported.`);
    tls = tlsMode(value) ?? refuseTls();
  }
  return { target: targetOf(url, tls), password: hasPassword(text.trim()) ? decode(url.password, 'password') : undefined };
}

/** A connection URL as programs write it, and the parameters of theirs that mean nothing here. The user is empty where it names none. */
export interface PastedUrl extends ParsedUrl {
  readonly ignored: readonly string[];
}

/** In quotes, as a variable of an `.env` file or a shell, or in angle brackets. */
const WRAPPED = /^(?:(?:export\s+)?[A-Za-z_]\w*\s*=\s*)?(["'`<]?)(.*?)[>"'`]?[;,]?$/s;
/** Schemes of drivers: `jdbc:mysql`, `mysql2` of Ruby, `mysql+pymysql` of Python, `pdo-mysql` of PHP. */
const SCHEME = /^(?:jdbc:|pdo[-_])?(?:mysql2?|mysqli|mariadb|trilogy)(?:\+[a-z\d]+)?:\/\//i;
/** `user:password@tcp(host:port)/database` of Go. */
const GO = /^([^:@/]*)(?::(.*))?@tcp\(([^)@]*)\)\/([^?]*)(\?.*)?$/s;

/** Reads what people paste: URLs of every driver, with its parameters. Throws `url.invalid`, as `parseConnectionUrl` does. */
export function parsePastedUrl(pasted: string): PastedUrl {
  const text = unwrapped(pasted.trim());
  const scheme = SCHEME.exec(text)?.[0];
  if (scheme === undefined && /^[\w+.:-]*:\/\//.test(text)) throw invalid('The URL must start with mysql:// or mariadb://.');
  const address = `mysql://${scheme === undefined ? text.replace(/^\/\//, '') : text.slice(scheme.length)}`;
  if (scheme === undefined && !text.includes('@')) throw invalid("The text isn't a connection URL.");
  const url = parse(address);
  const read = readParameters(url.searchParams);
  const target = { ...targetOf(url, read.tls), ...absoluteTlsFiles(read.files) };
  return {
    target: url.username === '' ? { ...target, user: read.user ?? '' } : target,
    password: hasPassword(address) ? decode(url.password, 'password') : read.password,
    ignored: read.ignored,
  };
}

function unwrapped(text: string): string {
  const inside = WRAPPED.exec(text)?.[2] ?? text;
  const whole = inside === '' ? text : inside;
  const [, user = '', password, host = '', database = '', query = ''] = GO.exec(whole) ?? [];
  if (host === '') return whole;
  const login = password === undefined ? encodeURIComponent(user) : `${encodeURIComponent(user)}:${encodeURIComponent(password)}`;
  return `mysql://${login}@${host}/${database}${query}`;
}

interface Parameters {
  readonly tls: TlsMode;
  /** As they are written: they may be relative. */
  readonly files: TlsFiles;
  readonly user: string | undefined;
  readonly password: string | undefined;
  readonly ignored: readonly string[];
}

/** Parameters about TLS count, under the names of each driver: one that is passed by would weaken the connection. */
function readParameters(parameters: URLSearchParams): Parameters {
  let [tls, user, password]: [TlsMode?, string?, string?] = [];
  const files: { -readonly [File in keyof TlsFiles]: TlsFiles[File] } = {};
  const ignored = new Set<string>();
  for (const [name, value] of parameters) {
    switch (name.toLowerCase().replaceAll(/[-_]/g, '')) {
      case 'sslmode':
        tls = tlsMode(value) ?? refuseTls();
        break;
      case 'ssl':
      case 'usessl':
      case 'requiressl':
      case 'tls':
        tls = strictest(tls, switchedTls(value) ?? refuseTls());
        break;
      case 'verifyservercertificate':
        if (value === 'true') tls = strictest(tls, 'verify-ca');
        break;
      case 'sslaccept':
        tls = value === 'strict' ? 'verify-identity' : 'required';
        break;
      case 'sslca':
      case 'sslrootcert':
      case 'serversslcert':
        files.ca = value;
        break;
      case 'sslcert':
      case 'sslclientcert':
        files.certificate = value;
        break;
      case 'sslkey':
      case 'sslclientkey':
        files.key = value;
        break;
      case 'user':
      case 'username':
        user = value;
        break;
      case 'password':
        password = value;
        break;
      default:
        ignored.add(name);
    }
  }
  return { tls: tls ?? defaultTlsMode(files.ca), files, user, password, ignored: [...ignored] };
}

/** `true`, `skip-verify`, or JSON with options of Node's TLS. */
function switchedTls(value: string): TlsMode | undefined {
  if (/^\{.*\}$/s.test(value)) return /"rejectUnauthorized"\s*:\s*false/.test(value) ? 'required' : 'verify-identity';
  if (['true', '1', 'skip-verify'].includes(value)) return 'required';
  if (['false', '0'].includes(value)) return 'preferred';
  return tlsMode(value);
}

function strictest(a: TlsMode | undefined, b: TlsMode): TlsMode {
  return a !== undefined && TLS_MODES.indexOf(a) > TLS_MODES.indexOf(b) ? a : b;
}

function targetOf(url: URL, tls: TlsMode): ConnectionTarget {
  if (url.hostname === '') throw invalid('The URL has no host.');
  if (url.port === '0') throw badPort();
  const database = decode(url.pathname.replace(/^\//, ''), 'database name');
  if (database.includes('/')) throw invalid('The database name contains a slash; percent-encode it as %2F.');
  return {
    host: decode(url.hostname.replace(/^\[|\]$/g, ''), 'host'),
    port: url.port === '' ? 3306 : Number(url.port),
    user: decode(url.username, 'user'),
    ...(database === '' ? {} : { database }),
    tls,
  };
}

function hasPassword(text: string): boolean {
  return /^[^/?#]*:\/\/[^/?#]*:[^/?#]*@/.test(text);
}

function parse(text: string): URL {
  const [, authority = '', rest = ''] = /^[^/?#]*:\/\/([^/?#]*)(.*)$/s.exec(text) ?? [];
  if (!authority.includes('@') && authority.includes(':') && rest.includes('@'))
    throw invalid('The password contains /, ?, or #, which must be percent-encoded.');
  const port = /:([^:\]]*)$/.exec(authority.slice(authority.lastIndexOf('@') + 1))?.[1] ?? '';
  if (port !== '' && !(/^\d{1,5}$/.test(port) && Number(port) <= 65_535)) throw badPort();
  if (authority.slice(authority.lastIndexOf('@') + 1).includes(',')) throw invalid('The URL has several hosts. Use only one.');
  try {
    return new URL(text);
  } catch {
    // The cause is not kept: it holds the text, and the text may hold a password.
    throw invalid("The text isn't a connection URL.");
  }
}

function badPort(): PilotError {
  return invalid('The port must be a number between 1 and 65535.');
}

/** `disable`, `trust` and `verify-full` are MariaDB's words, `require` and `prefer` those of others. */
const TLS_WORDS: Readonly<Record<string, TlsMode>> = {
  disable: 'disabled',
  prefer: 'preferred',
  require: 'required',
  trust: 'required',
  'verify-full': 'verify-identity',
};

function tlsMode(value: string): TlsMode | undefined {
  const wanted = value.toLowerCase().replaceAll('_', '-');
  return TLS_MODES.find((known) => known === wanted) ?? (Object.hasOwn(TLS_WORDS, wanted) ? TLS_WORDS[wanted] : undefined);
}

function refuseTls(): never {
  throw invalid(`ssl-mode must be one of ${TLS_MODES.join(', ')}.`);
}

function decode(text: string, what: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    throw invalid(`The ${what} isn't percent-encoded correctly.`);
  }
}

function invalid(message: string): PilotError {
  return new PilotError('url.invalid', message, { advice: 'host.url' });
}
