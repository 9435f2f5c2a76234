import path from 'node:path';
import { parseAddress } from '../../../engine/driver/ssh/sshAddress.ts';
import {
  TIME_ZONE,
  type ConnectionProfile,
  type ConnectionTarget,
  type SshHop,
  type SshTunnelSettings,
  type TlsFiles,
} from '../../../engine/driver/profile.ts';
import type { FormValues } from '../../../webview/form/messages.ts';
import { isPrintableLine } from '../../../engine/driver/printableLine.ts';
import { MAX_GROUP_NAME, MAX_NAME } from '../nameLimits.ts';

/** What a connection is made of besides its identity and its rights. */
export type Described = Omit<ConnectionTarget, 'writes'> & { readonly name: string };

/** Why a field cannot be taken. The texts are the form's. */
export type Problem =
  | 'missing'
  | 'taken'
  | 'port'
  | 'path'
  | 'pair'
  | 'address'
  | 'fingerprint'
  | 'zone'
  | 'collation'
  | 'line'
  /** More than so many characters, or lines. */
  | { readonly most: number; readonly of: 'characters' | 'lines' }
  | { readonly from: number; readonly to: number };

/** What the fields say: a connection, or what is wrong by field. */
export type Read =
  | { readonly described: Described; readonly problems?: undefined }
  | { readonly problems: Readonly<Record<string, Problem>>; readonly described?: undefined };

const SECONDS = 1000;
const MAX_JUMPS = 5;

/** The fields of a saved connection, or of one that is to be made. Secrets are left empty. */
export function toValues(profile: Partial<ConnectionProfile>): FormValues {
  const { tlsFiles = {}, ssh, socket } = profile;
  const login = ssh?.secret === 'password' ? 'password' : ssh?.keyFile !== undefined ? 'key' : 'agent';
  return {
    name: profile.name ?? '',
    group: profile.group ?? '',
    color: profile.color ?? '',
    environment: profile.environment ?? '',
    readOnly: profile.readOnly === true,
    way: socket === undefined ? 'host' : 'socket',
    host: socket === undefined ? (profile.host ?? 'localhost') : '',
    port: String(profile.port ?? 3306),
    socket: socket ?? '',
    user: profile.user ?? '',
    password: '',
    keepPassword: profile.keepPassword ?? 'stored',
    database: profile.database ?? '',
    tls: profile.tls ?? 'preferred',
    ca: tlsFiles.ca ?? '',
    certificate: tlsFiles.certificate ?? '',
    key: tlsFiles.key ?? '',
    serverPublicKey: profile.serverPublicKeyFile ?? '',
    cleartext: profile.cleartextPassword === true,
    ssh: ssh !== undefined,
    sshHost: ssh?.host ?? '',
    sshPort: ssh?.port === undefined ? '' : String(ssh.port),
    sshUser: ssh?.user ?? '',
    sshLogin: login,
    sshKey: ssh?.keyFile ?? '',
    sshPassphrase: '',
    sshPassword: '',
    sshHostKey: ssh?.hostKey ?? '',
    sshJumps: (ssh?.jumps ?? []).map(writeAddress).join('\n'),
    connectTimeout: profile.connectTimeoutMs === undefined ? '' : String(profile.connectTimeoutMs / SECONDS),
    poolSize: profile.poolSize === undefined ? '' : String(profile.poolSize),
    timeZone: profile.timeZone ?? '',
    collation: profile.collation ?? '',
  };
}

/** What the fields say. `before` is the connection that is changed: what the form does not show stays. `taken`: names of others, in lower case. */
export function fromValues(values: FormValues, before: Partial<ConnectionProfile>, taken: ReadonlySet<string>): Read {
  const problems: Record<string, Problem> = {};
  const text = (field: string): string => String(values[field] ?? '').trim();
  /** What stands in a field, where there is something and it fits; what does not fit is a problem. */
  const fitting = (field: string, fits: (given: string) => boolean, problem: Problem): string | undefined => {
    const given = text(field);
    if (given !== '' && fits(given)) return given;
    if (given !== '') problems[field] ??= problem;
    return undefined;
  };
  const optional = (field: string, most = 255): string | undefined => {
    if (!isPrintableLine(text(field))) problems[field] ??= 'line';
    return fitting(field, ({ length }) => length <= most, { most, of: 'characters' });
  };
  const required = (field: string): string => {
    if (text(field) === '') problems[field] ??= 'missing';
    return optional(field) ?? '';
  };
  const number = (
    field: string,
    low: number,
    high: number,
    form = /^\d+$/,
    problem: Problem = { from: low, to: high },
  ): number | undefined => {
    const given = fitting(field, (one) => form.test(one) && Number(one) >= low && Number(one) <= high, problem);
    return given === undefined ? undefined : Number(given);
  };
  const port = (field: string): number | undefined => number(field, 1, 65535, /^\d+$/, 'port');
  const file = (field: string): string | undefined => fitting(field, (one) => path.isAbsolute(one), 'path');

  const bySocket = values['way'] === 'socket';
  const where = bySocket
    ? { host: 'localhost', port: 3306, socket: required('socket') }
    : { host: required('host'), port: port('port') ?? 3306 };
  if (!bySocket && text('port') === '') problems['port'] ??= 'missing';
  const user = required('user');
  const database = optional('database', 64);
  const name = optional('name', MAX_NAME) ?? database ?? where.host;
  if (taken.has(name.toLowerCase())) problems['name'] ??= 'taken';

  const tls = text('tls') as ConnectionTarget['tls'];
  const files: TlsFiles = compact({ ca: file('ca'), certificate: file('certificate'), key: file('key') });
  if (tls !== 'disabled' && (files.certificate === undefined) !== (files.key === undefined))
    problems[files.certificate === undefined ? 'certificate' : 'key'] ??= 'pair';
  const seconds = number('connectTimeout', 0.1, 120, /^\d+(?:\.\d+)?$/);
  const shown = compact({
    name,
    ...where,
    user,
    database,
    tls,
    tlsFiles: tls === 'disabled' || Object.keys(files).length === 0 ? undefined : files,
    serverPublicKeyFile: file('serverPublicKey'),
    ssh: values['ssh'] === true ? readSsh() : undefined,
    group: optional('group', MAX_GROUP_NAME),
    color: optional('color'),
    environment: optional('environment'),
    readOnly: values['readOnly'] === true ? true : undefined,
    keepPassword: text('keepPassword') === 'stored' ? undefined : text('keepPassword'),
    cleartextPassword: values['cleartext'] === true ? true : undefined,
    connectTimeoutMs: seconds === undefined ? undefined : Math.round(seconds * SECONDS),
    poolSize: number('poolSize', 1, 100),
    timeZone: fitting('timeZone', (one) => TIME_ZONE.test(one), 'zone'),
    collation: fitting('collation', (one) => /^utf8mb4_[a-z0-9_]+$/.test(one), 'collation'),
  }) as Described;
  if (Object.keys(problems).length > 0) return { problems };
  return { described: { ...compact(hidden(before)), ...shown } };

  function readSsh(): SshTunnelSettings {
    const login = text('sshLogin');
    const keyFile = login === 'key' ? file('sshKey') : undefined;
    if (login === 'key' && text('sshKey') === '') problems['sshKey'] ??= 'missing';
    const passphrase = login === 'key' && (text('sshPassphrase') !== '' || before.ssh?.secret === 'passphrase');
    const { configFile, knownHostsFile, jumps = [] } = before.ssh ?? {};
    return compact({
      ...compact({ configFile, knownHostsFile }),
      host: required('sshHost'),
      port: port('sshPort'),
      user: optional('sshUser'),
      keyFile,
      agent: login === 'password' ? false : undefined,
      hostKey: fitting('sshHostKey', (one) => /^SHA256:[A-Za-z0-9+/]{43}=?$/.test(one), 'fingerprint'),
      jumps: readJumps(jumps),
      secret: login === 'password' ? 'password' : passphrase ? 'passphrase' : undefined,
    }) as unknown as SshTunnelSettings;
  }

  /** A server that was there before keeps what the form does not show of it. */
  function readJumps(known: readonly SshHop[]): readonly SshHop[] | undefined {
    const lines = text('sshJumps')
      .split('\n')
      .flatMap((line) => line.trim() || []);
    if (lines.length > MAX_JUMPS) problems['sshJumps'] ??= { most: MAX_JUMPS, of: 'lines' };
    const hops = lines.map((line): SshHop => {
      const same = known.find((hop) => writeAddress(hop) === line);
      if (same !== undefined) return same;
      try {
        return parseAddress(line);
      } catch {
        problems['sshJumps'] ??= 'address';
        return { host: line };
      }
    });
    return hops.length === 0 ? undefined : hops;
  }
}

/** Fields of a connection that another command or window has changed, too, since the form was opened, to something else. */
export interface Merged {
  /** What is to be saved: what is stored now, with what was changed in the form. */
  readonly profile: Described;
  readonly conflicts: readonly string[];
}

/** Puts what the person has changed in the form into what is stored now; what they have not touched stays as it is there, but for fields that are `meant`. */
export function mergeChanges(
  before: Partial<ConnectionProfile>,
  wanted: Described,
  now: ConnectionProfile,
  meant: ReadonlySet<string> = new Set(),
): Merged {
  const fields = new Set([...Object.keys(before), ...Object.keys(wanted), ...meant]) as Set<keyof Described>;
  const { id: _id, createdAt: _createdAt, ...rest } = now;
  const profile: Record<string, unknown> = { ...rest };
  const conflicts: string[] = [];
  for (const field of fields) {
    if ((field as string) === 'id' || (field as string) === 'createdAt') continue;
    if (isSame(before[field], wanted[field]) && !meant.has(field)) continue;
    if (!isSame(now[field], before[field]) && !isSame(now[field], wanted[field])) conflicts.push(field);
    profile[field] = wanted[field];
  }
  return { profile: compact(profile) as unknown as Described, conflicts };
}

function isSame(a: unknown, b: unknown): boolean {
  return JSON.stringify(sorted(a)) === JSON.stringify(sorted(b));
}

/** Fields in one order, and none that is undefined. */
function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).filter(([, part]) => part !== undefined);
  return Object.fromEntries(entries.sort(([a], [b]) => (a < b ? -1 : 1)).map(([key, part]) => [key, sorted(part)]));
}

/** What the form has no field for: whatever else a connection has, above all what protects it from agents. */
function hidden(before: Partial<ConnectionProfile>): Partial<ConnectionProfile> {
  return Object.fromEntries(Object.entries(before).filter(([field]) => !SHOWN.has(field)));
}

/** What `fromValues` makes of the fields, and what a connection has for itself alone. */
const SHOWN: ReadonlySet<string> = new Set<keyof ConnectionProfile>([
  'id',
  'createdAt',
  'name',
  'host',
  'port',
  'socket',
  'user',
  'database',
  'tls',
  'tlsFiles',
  'serverPublicKeyFile',
  'ssh',
  'group',
  'color',
  'environment',
  'readOnly',
  'keepPassword',
  'cleartextPassword',
  'connectTimeoutMs',
  'poolSize',
  'timeZone',
  'collation',
]);

function writeAddress({ host, port, user }: SshHop): string {
  const name = host.includes(':') ? `[${host}]` : host;
  return `${user === undefined ? '' : `${user}@`}${name}${port === undefined ? '' : `:${String(port)}`}`;
}

function compact<T extends object>(fields: T): T {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as T;
}
