import type { AgentVisibility } from '../sql/agentVisibility.ts';
import type { QualifiedName } from '../sql/identifiers.ts';
import type { WriteAccess } from '../sql/statementClasses.ts';

/**
 * How the transport is protected; the names and their meaning are those of the `mysql` client's `--ssl-mode`.
 * @see https://dev.mysql.com/doc/refman/9.7/en/connection-options.html#option_general_ssl-mode
 */
export const TLS_MODES = ['disabled', 'preferred', 'required', 'verify-ca', 'verify-identity'] as const;

export type TlsMode = (typeof TLS_MODES)[number];

/** How much depends on the data, from little to everything. */
export const ENVIRONMENTS = ['development', 'staging', 'production'] as const;

export type Environment = (typeof ENVIRONMENTS)[number];

export interface TlsFiles {
  /** Whom to trust instead of the authorities of the system. */
  readonly ca?: string | undefined;
  /** What this client shows of itself; needs its key. */
  readonly certificate?: string | undefined;
  readonly key?: string | undefined;
}

/** An SSH server on the way. What is left out is as `ssh` has it: from its configuration file, else its default. */
export interface SshHop {
  /** A name or address, or the name of a `Host` in the configuration file. */
  readonly host: string;
  readonly port?: number | undefined;
  readonly user?: string | undefined;
  readonly keyFile?: string | undefined;
  /** False: no agent is asked. */
  readonly agent?: boolean | undefined;
  /** `SHA256:…`, as `ssh-keygen -l` writes it: the only key that the server may show, instead of those of `known_hosts`. */
  readonly hostKey?: string | undefined;
}

/** The way to a database through SSH. Its address is the one that the last server sees. */
export interface SshTunnelSettings extends SshHop {
  /** Servers before it, in order. */
  readonly jumps?: readonly SshHop[] | undefined;
  /** Instead of `~/.ssh/config`; false for none. */
  readonly configFile?: string | false | undefined;
  readonly knownHostsFile?: string | undefined;
  /** What the last server, or its key, needs: asked for where it is not stored. */
  readonly secret?: (typeof SSH_SECRETS)[number] | undefined;
}

/** What the person has to give for a login at an SSH server. */
export const SSH_SECRETS = ['password', 'passphrase'] as const;

export interface SshSecret {
  readonly password?: string | undefined;
  readonly passphrase?: string | undefined;
}

/** How long a password is kept: until the window closes, or for the moment in which a program connects. */
export const PASSWORD_KEEPING = ['window', 'moment'] as const;

/** Colors that a person gives to connections; each theme has its own shade of them. */
export const CONNECTION_COLORS = ['red', 'orange', 'yellow', 'green', 'blue', 'purple'] as const;

/** A connection as it is saved and shown. It never holds a password. */
export interface ConnectionProfile {
  /** A UUID: the name may change, and the secret is stored under the id. */
  readonly id: string;
  readonly name: string;
  readonly host: string;
  readonly port: number;
  /** A unix socket or a named pipe; then host and port mean nothing. */
  readonly socket?: string | undefined;
  readonly user: string;
  readonly database?: string | undefined;
  readonly tls: TlsMode;
  readonly tlsFiles?: TlsFiles | undefined;
  /** PEM file, as an absolute path, of the RSA key with which the password may be encrypted where there is no TLS: `--server-public-key-path` of the `mysql` client. */
  readonly serverPublicKeyFile?: string | undefined;
  readonly ssh?: SshTunnelSettings | undefined;
  readonly poolSize?: number | undefined;
  readonly connectTimeoutMs?: number | undefined;
  /** What depends on the data behind it: production gets tighter limits. */
  readonly environment?: Environment | undefined;
  /** Stored functions that statements may call, provided that their bodies only read. */
  readonly allowedFunctions?: readonly QualifiedName[] | undefined;
  /** What agents see; `data` if left out. */
  readonly agents?: AgentVisibility | undefined;
  /** Tables whose rows may be reached, as patterns `database.table`; see `policy/tableRules.ts`. */
  readonly tables?: { readonly allow?: readonly string[] | undefined; readonly deny?: readonly string[] | undefined } | undefined;
  /** Columns that agents don't see as they are: `database.table.column=action`, see `policy/columnRules.ts`. */
  readonly columns?: readonly string[] | undefined;
  /** The user accepts a server that does not enforce READ ONLY: our own check of the statements is then the only protection. */
  readonly allowUnenforcedReadOnly?: boolean | undefined;
  /** A database set aside for copies: the only place that index advice may write to. */
  readonly scratchDatabase?: string | undefined;
  /** Nobody changes anything here: neither agents, whatever `writes` says, nor the person. */
  readonly readOnly?: boolean | undefined;
  /** What agents may change; nothing if left out. */
  readonly writes?: WriteAccess | undefined;
  /** `allow` holds on production, too: said apart from the choice itself. */
  readonly unattendedProduction?: boolean | undefined;
  /** Previews may try a write out on production and roll it back. */
  readonly dryRunOnProduction?: boolean | undefined;
  /** Left out: in secret storage. */
  readonly keepPassword?: (typeof PASSWORD_KEEPING)[number] | undefined;
  /** The server may ask for the password as it is (PAM, LDAP): it gets it over TLS or a socket, and in no other way. */
  readonly cleartextPassword?: boolean | undefined;
  /** Of people's sessions; left out, that of the server. Agents' are in UTC. */
  readonly timeZone?: string | undefined;
  /** Of literals in people's sessions; left out, that of the server. The character set is always utf8mb4, which holds all others. */
  readonly collation?: string | undefined;
  readonly group?: string | undefined;
  readonly color?: (typeof CONNECTION_COLORS)[number] | undefined;
  /** In the order of the list; left out, the time of creation. */
  readonly position?: number | undefined;
  /** Milliseconds since the epoch. */
  readonly createdAt: number;
}

/** A name of a time zone, or its distance from UTC. Each separator is followed by what is none: text that could be divided in several ways would be. */
export const TIME_ZONE = /^(?:[+-]\d{2}:\d{2}|[A-Za-z_][A-Za-z0-9_]*(?:[/+-][A-Za-z0-9_]+)*)$/;

/** Equal for two profiles on which a person's session is the same: what only agents, the list or new sessions go by is left aside. */
export function sessionKey(profile: ConnectionProfile): string {
  const { id, host, port, socket, user, tls, tlsFiles, serverPublicKeyFile, ssh } = profile;
  const { allowUnenforcedReadOnly, readOnly, cleartextPassword, timeZone, collation } = profile;
  return JSON.stringify([
    ...[id, host, port, socket, user, tls, tlsFiles, serverPublicKeyFile, ssh],
    ...[allowUnenforcedReadOnly, readOnly, cleartextPassword, timeZone, collation],
  ]);
}

/** Equal for two profiles of which agents see the same. */
export function visibilityKey({ agents, tables, columns }: ConnectionProfile): string {
  return JSON.stringify([agents, tables?.allow, tables?.deny, columns]);
}

/** Equal for two profiles that differ at most in how they look in a list. */
export function rightsKey({ name: _name, group: _group, color: _color, position: _position, ...rest }: ConnectionProfile): string {
  return JSON.stringify(Object.entries(rest).sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** Equal for two profiles that lead to the same server, as the same account. */
export function serverKey({ id, host, port, socket, user, ssh }: ConnectionProfile): string {
  return JSON.stringify([id, host, port, socket, user, ssh]);
}

/** What is needed to connect, apart from the password: a profile that has no identity yet. */
export type ConnectionTarget = Omit<ConnectionProfile, 'id' | 'name' | 'createdAt'>;

/** `user@host:port/database` or `user@(socket)/database`, for logs and labels. */
export function describeTarget(target: ConnectionTarget): string {
  const host = target.host.includes(':') ? `[${target.host}]` : target.host;
  const where = target.socket === undefined ? `${host}:${String(target.port)}` : `(${target.socket})`;
  const database = target.database === undefined ? '' : `/${target.database}`;
  const { ssh } = target;
  return `${target.user}@${where}${database}${ssh === undefined ? '' : ` through ssh ${ssh.host}`}`;
}

/** The profile that a call means: that of the name (letter case aside), or without a name the only one there is. */
export function meantProfile<T extends Pick<ConnectionProfile, 'name'>>(profiles: readonly T[], name: string | undefined): T | undefined {
  const [only, second] = profiles;
  if (name === undefined) return second === undefined ? only : undefined;
  return profiles.find((profile) => profile.name === name) ?? profiles.find((profile) => profile.name.toLowerCase() === name.toLowerCase());
}
