import { createHash, createHmac } from 'node:crypto';
import { ANY, matchesWildcards, ONE } from '../../sql/wildcards.ts';

interface KnownHost {
  readonly names: string;
  readonly type: string;
  /** Base64. */
  readonly key: string;
  readonly revoked: boolean;
}

/** What `known_hosts` says of a key: `changed` where another is known for the host. */
export type HostKeyVerdict = 'known' | 'unknown' | 'changed' | 'revoked';

/**
 * The keys that servers are known by. Certificates of hosts (`@cert-authority`) are not understood and count for nothing.
 * @see https://man.openbsd.org/sshd#SSH_KNOWN_HOSTS_FILE_FORMAT
 */
export class KnownHosts {
  readonly #lines: readonly KnownHost[];

  constructor(texts: readonly string[]) {
    this.#lines = texts.flatMap((text) => text.split('\n').flatMap(toLine));
  }

  /** Types of keys (`ssh-ed25519`, …) that this server is known by: the ones to ask it for. */
  typesOf(host: string, port: number): string[] {
    return [...new Set(this.#of(host, port).flatMap(({ type, revoked }) => (revoked ? [] : [type])))];
  }

  judge(host: string, port: number, key: Buffer): HostKeyVerdict {
    const text = key.toString('base64');
    const lines = this.#of(host, port);
    if (lines.some((line) => line.revoked && line.key === text)) return 'revoked';
    const keys = lines.filter(({ revoked }) => !revoked);
    if (keys.some((line) => line.key === text)) return 'known';
    const type = typeOf(key);
    return keys.some((line) => line.type === type) ? 'changed' : 'unknown';
  }

  #of(host: string, port: number): KnownHost[] {
    return this.#lines.filter(({ names }) => matches(names, host, port));
  }
}

/** As `ssh-keygen -l` writes it. */
export function fingerprint(key: Buffer): string {
  return `SHA256:${createHash('sha256').update(key).digest('base64').replace('=', '')}`;
}

/** The type that a public key in SSH's own form begins with. */
export function typeOf(key: Buffer): string {
  return key.length < 4 ? '' : key.subarray(4, 4 + key.readUInt32BE(0)).toString('latin1');
}

function toLine(line: string): KnownHost[] {
  const parts = line.trim().split(/\s+/);
  if (parts[0] === '' || parts[0]?.startsWith('#') === true || parts[0] === '@cert-authority') return [];
  const revoked = parts[0] === '@revoked';
  const [names, type, key] = revoked ? parts.slice(1) : parts;
  return names === undefined || type === undefined || key === undefined ? [] : [{ names, type, key, revoked }];
}

function matches(names: string, host: string, port: number): boolean {
  const name = (port === 22 ? host : `[${host}]:${String(port)}`).toLowerCase();
  if (names.startsWith('|1|')) {
    const [, , salt = '', hash = ''] = names.split('|');
    return createHmac('sha1', Buffer.from(salt, 'base64')).update(name).digest('base64') === hash;
  }
  const patterns = names.toLowerCase().split(',');
  if (patterns.some((pattern) => pattern.startsWith('!') && matchesPattern(pattern.slice(1), name))) return false;
  return patterns.some((pattern) => matchesPattern(pattern, name));
}

function matchesPattern(pattern: string, name: string): boolean {
  return matchesWildcards(
    Array.from(pattern, (one) => (one === '*' ? ANY : one === '?' ? ONE : one)),
    name,
  );
}
