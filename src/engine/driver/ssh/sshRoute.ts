import path from 'node:path';
import SshConfig from 'ssh-config';
import { PilotError } from '../../errors.ts';
import type { SshHop, SshSecret, SshTunnelSettings } from '../profile.ts';
import { parseAddress } from './sshAddress.ts';

export interface RouteHop {
  readonly host: string;
  readonly port: number;
  readonly user: string;
  /** The name under which its key is known. */
  readonly knownAs: string;
  readonly hostKey: string | undefined;
  readonly knownHostsFiles: readonly string[];
  /** In the order in which they are tried. */
  readonly keyFiles: readonly string[];
  /** The user has named the key: what is wrong with it is an error. */
  readonly keyIsNamed: boolean;
  /** The socket or pipe of an agent; undefined where none is asked. */
  readonly agent: string | undefined;
  /** Of the agent's keys only those of `keyFiles`. */
  readonly onlyTheseKeys: boolean;
  readonly secret: SshSecret;
}

export interface SshEnvironment {
  readonly home: string;
  readonly user: string;
  readonly agent: string | undefined;
  /** The text of `~/.ssh/config`, with what it includes. */
  readonly config: string;
}

const DEFAULT_KEYS = ['id_ed25519', 'id_ecdsa', 'id_rsa'];
const MAX_HOPS = 8;

/** The servers to pass, first to last, as `ssh` would go. What the connection says wins over the configuration file. Throws `ssh.failed`. */
export function routeOf(tunnel: SshTunnelSettings, secrets: readonly SshSecret[], sshEnvironment: SshEnvironment): RouteHop[] {
  const config = parse(sshEnvironment.config);
  const jumps = tunnel.jumps ?? [];
  const hops = [...jumps, tunnel].flatMap((hop, i) => {
    const own = toHop(hop, secrets[i] ?? {}, tunnel, config, sshEnvironment);
    // The first server may itself be behind others.
    return i === 0 ? [...before(hop, tunnel, config, sshEnvironment, []), own] : [own];
  });
  if (hops.length > MAX_HOPS) throw failed(`The route has more than ${String(MAX_HOPS)} jump hosts.`);
  return hops;
}

type Config = (host: string, user: string | undefined) => Readonly<Record<string, string | readonly string[]>>;

function parse(text: string): Config {
  try {
    const config = SshConfig.parse(text);
    // `Match exec` would run a program of the file.
    return (host, user) =>
      config.compute(user === undefined ? { Host: host } : { Host: host, User: user }, { ignoreCase: true, matchExec: false });
  } catch (error) {
    throw failed(`The SSH configuration file can't be read: ${(error as Error).message}`, error);
  }
}

/** What `ProxyJump` of the file puts before a server. */
function before(
  hop: SshHop,
  tunnel: SshTunnelSettings,
  config: Config,
  sshEnvironment: SshEnvironment,
  seen: readonly string[],
): RouteHop[] {
  const found = config(hop.host, hop.user);
  const jump = one(found['proxyjump']);
  const command = one(found['proxycommand']);
  if (jump === undefined && command !== undefined && command !== 'none')
    throw failed(`${hop.host} uses ProxyCommand, which is not supported. Use ProxyJump.`);
  if (jump === undefined || jump === 'none') return [];
  if (seen.includes(hop.host)) throw failed(`ProxyJump of ${hop.host} leads back to it.`);
  return jump.split(',').flatMap((text, i) => {
    const next = parseAddress(text.trim());
    const own = toHop(next, {}, tunnel, config, sshEnvironment);
    return i === 0 ? [...before(next, tunnel, config, sshEnvironment, [...seen, hop.host]), own] : [own];
  });
}

function toHop(hop: SshHop, secret: SshSecret, tunnel: SshTunnelSettings, config: Config, sshEnvironment: SshEnvironment): RouteHop {
  const found = config(hop.host, hop.user);
  const { home } = sshEnvironment;
  const host = (one(found['hostname']) ?? hop.host).replaceAll('%h', hop.host);
  const port = hop.port ?? Number(one(found['port']) ?? 22);
  const user = hop.user ?? one(found['user']) ?? sshEnvironment.user;
  const expand = (file: string): string =>
    path.resolve(
      home,
      file
        .replace(/^~(?=[\\/])/, home)
        .replaceAll('%d', home)
        .replaceAll('%h', host)
        .replaceAll('%r', user)
        .replaceAll('%%', '%'),
    );
  const files = many(found['identityfile']).filter((file) => file !== 'none');
  const usual = DEFAULT_KEYS.map((name) => path.join(home, '.ssh', name));
  const agent = one(found['identityagent']);
  const agentSocket =
    agent === undefined || agent === 'SSH_AUTH_SOCK' ? sshEnvironment.agent : agent === 'none' ? undefined : expand(agent);
  const hostFiles = many(found['userknownhostsfile']);
  return {
    host,
    port,
    user,
    knownAs: one(found['hostkeyalias']) ?? host,
    hostKey: hop.hostKey,
    knownHostsFiles:
      tunnel.knownHostsFile !== undefined
        ? [tunnel.knownHostsFile]
        : [
            ...(hostFiles.length > 0
              ? hostFiles.map(expand)
              : ['known_hosts', 'known_hosts2'].map((name) => path.join(home, '.ssh', name))),
            '/etc/ssh/ssh_known_hosts',
          ],
    keyFiles: hop.keyFile !== undefined ? [hop.keyFile] : files.length > 0 ? files.map(expand) : usual,
    keyIsNamed: hop.keyFile !== undefined,
    agent: hop.agent === false ? undefined : agentSocket,
    onlyTheseKeys: hop.keyFile !== undefined || one(found['identitiesonly'])?.toLowerCase() === 'yes',
    secret,
  };
}

function one(value: string | readonly string[] | undefined): string | undefined {
  return typeof value === 'string' ? value : value?.[0];
}

function many(value: string | readonly string[] | undefined): readonly string[] {
  return value === undefined ? [] : typeof value === 'string' ? [value] : value;
}

function failed(message: string, cause?: unknown): PilotError {
  return new PilotError('ssh.failed', message, { advice: 'ssh.settings', cause });
}
