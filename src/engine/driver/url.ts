import { PilotError } from '../errors.ts';
import { TLS_MODES, type ConnectionTarget, type TlsMode } from './profile.ts';

/** What a connection URL says. */
export interface ParsedUrl {
  readonly target: ConnectionTarget;
  /** Undefined where the URL names none; '' where it names an empty one (`user:@host`). */
  readonly password: string | undefined;
}

const EXAMPLE = 'mysql://user:password@host:3306/database';

/**
 * Reads a connection URL: `mysql://user:password@host:port/database?ssl-mode=REQUIRED`.
 *
 * User, password and database are percent-decoded. An unknown parameter is an error, so that a misspelt `ssl-mode` cannot
 * silently weaken a connection. Throws `url.invalid`; no message repeats the URL, since it holds the password.
 * @see https://dev.mysql.com/doc/refman/9.7/en/connecting-using-uri-or-key-value-pairs.html
 */
export function parseConnectionUrl(text: string): ParsedUrl {
  const url = parse(text.trim());
  if (!['mysql:', 'mariadb:'].includes(url.protocol)) throw invalid(`The address starts with ${url.protocol}// and not with mysql://.`);
  if (url.hostname === '') throw invalid('The address names no host.');
  if (url.username === '') throw invalid('The address names no user.');
  if (url.port === '0') throw invalid('The port must be between 1 and 65535.');
  const database = decode(url.pathname.replace(/^\//, ''), 'database name');
  if (database.includes('/')) throw invalid('The database name holds a slash; write it as %2F if it is meant.');
  const hasPassword = /^[^/?#]*:\/\/[^/?#]*:[^/?#]*@/.test(text.trim());
  return {
    target: {
      host: decode(url.hostname.replace(/^\[|\]$/g, ''), 'host'),
      port: url.port === '' ? 3306 : Number(url.port),
      user: decode(url.username, 'user'),
      ...(database === '' ? {} : { database }),
      tls: tlsMode(url.searchParams),
    },
    password: hasPassword ? decode(url.password, 'password') : undefined,
  };
}

function parse(text: string): URL {
  try {
    return new URL(text);
  } catch {
    // The cause is not kept: it holds the text, and the text may hold a password.
    throw invalid('The text is not a connection address.');
  }
}

function tlsMode(parameters: URLSearchParams): TlsMode {
  let mode: TlsMode = 'preferred';
  for (const [name, value] of parameters) {
    if (name.toLowerCase() !== 'ssl-mode') throw invalid(`The parameter "${name}" is not known; ssl-mode is the only one.`);
    const wanted = value.toLowerCase().replaceAll('_', '-');
    const found = TLS_MODES.find((known) => known === wanted);
    if (found === undefined) throw invalid(`ssl-mode must be one of ${TLS_MODES.join(', ')}.`);
    mode = found;
  }
  return mode;
}

function decode(text: string, what: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    throw invalid(`The ${what} is not correctly percent-encoded.`);
  }
}

function invalid(message: string): PilotError {
  return new PilotError('url.invalid', message, {
    nextStep: `Write it like ${EXAMPLE}; characters such as @ : / # in the password must be percent-encoded (@ is %40).`,
  });
}
