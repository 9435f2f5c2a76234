import { createHash, timingSafeEqual } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { isLoopback } from '../config/commandLine.ts';

/** Refused before anything of the request is looked at: an HTTP status, and what its sender can do. It repeats nothing that was sent. */
export interface Refused {
  readonly status: 401 | 403;
  readonly remedy: string;
}

const WRONG_HOST: Refused = {
  status: 403,
  remedy: "This host name isn't allowed. Add it to http.allowedHosts (MYSQL_HTTP_ALLOWED_HOSTS).",
};
const WRONG_ORIGIN: Refused = {
  status: 403,
  remedy: "This origin isn't allowed. Add it to http.allowedOrigins (MYSQL_HTTP_ALLOWED_ORIGINS).",
};
const WRONG_TOKEN: Refused = {
  status: 401,
  remedy:
    'Send "Authorization: Bearer TOKEN". Use the token in MYSQL_HTTP_TOKEN or http.tokens. If neither is set, the log shows the path of the token file at startup.',
};

const LOOPBACK = ['localhost', '127.0.0.1', '[::1]'];
const LOCAL_ORIGIN = /^https?:\/\/(?:localhost|127\.0\.0\.1|\[::1\])(?::\d{1,5})?$/i;
const ANY_ADDRESS = ['0.0.0.0', '::', '[::]'];

/**
 * Who may come in. A web page that a user visits can send requests to this machine, under a name that its owner lets point here
 * (DNS rebinding): so Host and Origin are checked as well as the token.
 * @see https://modelcontextprotocol.io/specification/2025-06-18/basic/transports#security-warning
 */
export class HttpAuthenticator {
  readonly #tokens: readonly Buffer[];
  readonly #local: boolean;
  readonly #hosts: ReadonlySet<string>;
  readonly #origins: ReadonlySet<string>;

  constructor(
    listensOn: string,
    tokens: readonly string[],
    rules: { allowedHosts?: string[] | undefined; allowedOrigins?: string[] | undefined },
  ) {
    this.#tokens = tokens.map(digest);
    this.#local = isLoopback(listensOn);
    const own = ANY_ADDRESS.includes(listensOn) ? [] : [listensOn];
    this.#hosts = new Set([...LOOPBACK, ...own, ...(rules.allowedHosts ?? [])].map((host) => inHeader(host).toLowerCase()));
    this.#origins = new Set((rules.allowedOrigins ?? []).map((origin) => origin.toLowerCase().replace(/\/$/, '')));
  }

  /** Undefined where host and origin are those that are allowed. */
  refuseCaller({ headers: { host, origin } }: IncomingMessage): Refused | undefined {
    const name = /^(\[[0-9a-f:.]+\]|[^:]+)(?::\d+)?$/i.exec(host ?? '')?.[1]?.toLowerCase();
    if (name === undefined || !this.#hosts.has(name)) return WRONG_HOST;
    return origin === undefined || this.allowsOrigin(origin) ? undefined : WRONG_ORIGIN;
  }

  allowsOrigin(origin: string): boolean {
    // What runs on this machine may ask; it still needs the token. Elsewhere nobody may call himself that.
    return this.#origins.has(origin.toLowerCase()) || (this.#local && LOCAL_ORIGIN.test(origin));
  }

  /** Which token came along, as a number; a refusal where it is none of ours. Takes the same time for every wrong one. */
  identify({ headers: { authorization = '' } }: IncomingMessage): number | Refused {
    const given = digest(/^Bearer +(\S+)$/i.exec(authorization)?.[1] ?? '');
    const matches = this.#tokens.map((token) => timingSafeEqual(token, given));
    const found = matches.indexOf(true);
    return found < 0 ? WRONG_TOKEN : found;
  }
}

/** An IPv6 address stands in brackets there. */
function inHeader(host: string): string {
  return host.includes(':') && !host.startsWith('[') ? `[${host}]` : host;
}

/** Of equal length whatever the text, as a comparison in constant time needs it. */
function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
