import type { Advice } from '../../advice.ts';
import type { Duplex } from 'node:stream';
import ssh2, { type Client, type ConnectConfig, type ServerHostKeyAlgorithm } from 'ssh2';
import { readNamedFile } from '../../namedFile.ts';
import { isPilotError, PilotError } from '../../errors.ts';
import { trimEndOf } from '../../text.ts';
import { withTimeout } from '../../timeout.ts';
import type { SshSecret, SshTunnelSettings } from '../profile.ts';
import { fingerprint, KnownHosts, typeOf } from './knownHosts.ts';
import { loginMethods } from './sshLogin.ts';
import { routeOf, type RouteHop } from './sshRoute.ts';
import { readSshEnvironment } from './sshEnvironment.ts';

export interface TunnelOptions {
  readonly settings: SshTunnelSettings;
  /** Asked when a connection is made: of the jumps in order, then of the server itself. */
  readonly secrets: () => Promise<readonly SshSecret[]>;
  /** For each server on the way, in milliseconds. */
  readonly timeoutMs: number;
  /** How long a connection without streams is kept, in milliseconds. */
  readonly idleMs: number;
}

const KEEPALIVE = { keepaliveInterval: 15_000, keepaliveCountMax: 3 };
/** RSA with SHA-1 is not offered. */
const ALGORITHMS: Readonly<Record<string, readonly ServerHostKeyAlgorithm[]>> = {
  'ssh-ed25519': ['ssh-ed25519'],
  'ecdsa-sha2-nistp256': ['ecdsa-sha2-nistp256'],
  'ecdsa-sha2-nistp384': ['ecdsa-sha2-nistp384'],
  'ecdsa-sha2-nistp521': ['ecdsa-sha2-nistp521'],
  'ssh-rsa': ['rsa-sha2-512', 'rsa-sha2-256'],
};

/** One SSH connection, over as many servers as are on the way, through which all sessions of a pool go. Made anew when it is lost. */
export class SshTunnel {
  readonly #options: TunnelOptions;
  #clients: Promise<readonly Client[]> | undefined;
  #streams = 0;
  #timer: NodeJS.Timeout | undefined;

  constructor(options: TunnelOptions) {
    this.#options = options;
  }

  /** A stream to an address or a unix socket, as the last server sees it. Throws `ssh.failed`, `ssh.hostKey` or `host.unreachable`. */
  async dial(where: Address): Promise<Duplex> {
    clearTimeout(this.#timer);
    this.#streams++; // from now on, so that the connection does not end as unused while a stream is being made
    const over = (): void => {
      this.#streams--;
      this.#endWhenIdle();
    };
    try {
      this.#clients ??= this.#open();
      const last = (await this.#clients).at(-1);
      if (last === undefined) throw new Error('A route without servers.');
      const stream = await forward(last, where, this.#options.timeoutMs, 'ssh.database');
      stream.once('close', over);
      return stream;
    } catch (error) {
      over();
      throw error;
    }
  }

  close(): void {
    clearTimeout(this.#timer);
    const clients = this.#clients;
    this.#clients = undefined;
    clients?.then(end, () => undefined);
  }

  #endWhenIdle(): void {
    clearTimeout(this.#timer);
    if (this.#streams > 0) return;
    this.#timer = setTimeout(() => {
      this.close();
    }, this.#options.idleMs);
    this.#timer.unref();
  }

  #open(): Promise<readonly Client[]> {
    const opened = this.#connect(() => {
      if (this.#clients === opened) this.#clients = undefined; // there may be another one already
    });
    return opened;
  }

  async #connect(forget: () => void): Promise<readonly Client[]> {
    const clients: Client[] = [];
    const lost = (): void => {
      forget();
      end(clients);
    };
    try {
      const { settings, secrets, timeoutMs } = this.#options;
      const route = routeOf(settings, await secrets(), await readSshEnvironment(settings.configFile));
      for (const hop of route) {
        const last = clients.at(-1);
        const sock = last === undefined ? undefined : await forward(last, hop, timeoutMs, 'ssh.server');
        clients.push(await login(hop, sock, timeoutMs));
      }
      for (const client of clients) client.once('close', lost);
      return clients;
    } catch (error) {
      lost();
      throw isPilotError(error) ? error : new PilotError('ssh.failed', (error as Error).message, { advice: CHECK, cause: error });
    }
  }
}

const CHECK = 'ssh.checkSettings';
/** Some tens of thousands of servers. */
const MAX_KNOWN_HOSTS_BYTES = 16 * 1024 * 1024;

async function login(hop: RouteHop, sock: Duplex | undefined, timeoutMs: number): Promise<Client> {
  const { host, port, user: username, knownAs } = hop;
  const where = `${username}@${host}:${String(port)}`;
  const texts = await Promise.all(
    hop.knownHostsFiles.map(async (file) => (await readNamedFile(file, MAX_KNOWN_HOSTS_BYTES).catch(() => '')).toString()),
  );
  const known = new KnownHosts(texts);
  let refusal: PilotError | undefined;
  const algorithms = known.typesOf(knownAs, port).flatMap((type) => ALGORITHMS[type] ?? []);
  const { methods, problem } = await loginMethods(hop);
  const config: ConnectConfig = {
    ...(sock === undefined ? { host, port } : { sock }),
    ...{ username, readyTimeout: timeoutMs, ...KEEPALIVE, authHandler: methods },
    // Else the server may show a key of another type than the one that it is known by.
    ...(algorithms.length === 0 || hop.hostKey !== undefined ? {} : { algorithms: { serverHostKey: algorithms } }),
    hostVerifier: (key: Buffer) => {
      refusal = judgeHostKey(hop, known, key);
      return refusal === undefined;
    },
  };
  const client = new ssh2.Client();
  try {
    await new Promise<void>((resolve, reject) => {
      client.once('ready', resolve);
      client.once('close', () => {
        reject(new Error('the server has ended the connection'));
      });
      client.on('error', reject); // stays: an error of a connection that is in use is told by its end
      client.once('connect', () => client.setNoDelay()); // else every question waits 40 ms for the acknowledgement of the one before
      client.connect(config);
    });
    return client;
  } catch (error) {
    client.destroy();
    throw refusal ?? loginError(error as SshError, where, problem);
  }
}

interface SshError extends Error {
  readonly level?: string;
  readonly code?: string;
  readonly reason?: string | number;
}

function loginError(error: SshError, where: string, problem: PilotError | undefined): PilotError {
  const make = (text: string, advice: Advice | undefined): PilotError => new PilotError('ssh.failed', text, { advice, cause: error });
  if (error.level === 'client-authentication' && problem !== undefined)
    return make(`${where} rejected the login of this user. ${problem.message}`, problem.advice);
  if (error.level === 'client-authentication') return make(`${where} rejected the login of this user.`, 'ssh.login');
  if (error.level === 'client-timeout') return make(`${where} didn't respond in time.`, 'ssh.reach');
  if (error.level === 'client-socket' || error.code !== undefined)
    return make(`Can't reach ${where} (${error.code ?? error.message}).`, 'ssh.server');
  return make(`SSH with ${where} failed: ${error.message}.`, CHECK);
}

function judgeHostKey({ hostKey, host, port, knownAs, knownHostsFiles }: RouteHop, known: KnownHosts, key: Buffer): PilotError | undefined {
  const shown = fingerprint(key);
  const make = (text: string, advice: Advice | undefined): PilotError => new PilotError('ssh.hostKey', text, { advice });
  if (hostKey !== undefined) {
    if (trimEndOf(hostKey, (one) => one === '=') === shown) return undefined;
    return make(`${host} presented the host key ${shown}, but the connection expects ${hostKey}.`, 'ssh.wrongKey');
  }
  const files = knownHostsFiles.join(', ');
  switch (known.judge(knownAs, port, key)) {
    case 'known':
      return undefined;
    case 'revoked':
      return make(`The host key of ${host} (${shown}) is marked as revoked.`, 'ssh.revoked');
    case 'changed':
      return make(
        `The host key of ${host} has changed: the server presented ${typeOf(key)} ${shown}, which differs from the key in ${files}.`,
        'ssh.changedKey',
      );
    case 'unknown':
      return make(`The host key of ${host} (${typeOf(key)} ${shown}) is unknown: it isn't in ${files}.`, 'ssh.unknownKey');
  }
}

interface Address {
  readonly host: string;
  readonly port: number;
  readonly socket?: string | undefined;
}

/** A server whose packets a firewall drops would be waited for as long as the SSH server waits, which is minutes. `advice`: where it can't be reached. */
async function forward(client: Client, { host, port, socket }: Address, timeoutMs: number, advice: Advice): Promise<Duplex> {
  const where = socket ?? `${host}:${String(port)}`;
  const opening = new Promise<Duplex>((resolve, reject) => {
    const done = (error: Error | undefined, stream: Duplex): void => {
      if (error === undefined) resolve(likeSocket(stream));
      else reject(error);
    };
    if (socket !== undefined) client.openssh_forwardOutStreamLocal(socket, done);
    else client.forwardOut('127.0.0.1', 0, host, port, done);
  });
  const stream = await withTimeout(timeoutMs, opening).catch((error: unknown) => {
    throw forwardError(error as Error, where, advice);
  });
  if (stream !== undefined) return stream;
  opening.then(
    (late) => late.destroy(),
    () => undefined,
  );
  throw forwardError(new Error('it did not answer in time'), where, advice);
}

/**
 * A stream of ssh2 closes when it was read to its end and both sides have ended it: one whose other end is gone would stay half open, and a stream that is dropped in the middle would wait for
 * its end for ever. With this it closes as a socket does.
 */
function likeSocket(stream: Duplex): Duplex {
  stream.once('end', () => stream.end());
  const destroy = stream.destroy.bind(stream);
  stream.destroy = (error) => {
    stream.resume();
    return destroy(error);
  };
  return stream;
}

/** @see https://www.rfc-editor.org/rfc/rfc4254#section-5.1 (reasons why a channel is not opened) */
function forwardError(error: SshError, where: string, advice: Advice): PilotError {
  const prohibited = error.reason === 1 || /prohibited/i.test(error.message);
  return prohibited
    ? new PilotError('ssh.failed', `The SSH server doesn't allow a tunnel to ${where}.`, { advice: 'ssh.allowTunnel', cause: error })
    : new PilotError('host.unreachable', `The SSH server can't reach ${where}: ${error.message}`, {
        advice,
        cause: error,
      });
}

function end(clients: readonly Client[]): void {
  for (const client of clients.toReversed()) client.end();
}
