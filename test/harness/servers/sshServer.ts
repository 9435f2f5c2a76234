import { spawn, type ChildProcess } from 'node:child_process';
import { chmod, chown, cp, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir, userInfo } from 'node:os';
import path from 'node:path';
import { exists } from '../cache.ts';
import { freePort } from '../ports.ts';
import { run, until } from '../run.ts';
import { findProgram, type Program } from './systemProgram.ts';

/** Under root the daemon would want an account of its own; so it runs as this one (`nobody` counts as locked), and only this one can log in. */
const DAEMON = { name: 'daemon', id: 1 };
const asDaemon = process.getuid?.() === 0;

export interface SshServerOptions {
  /** Public keys that may log in. */
  readonly keys: readonly string[];
  /** Lines for its configuration. */
  readonly lines?: readonly string[];
}

/** OpenSSH's server on the loopback, from this machine or from Debian's package. */
export class SshServer {
  readonly port: number;
  readonly user = asDaemon ? DAEMON.name : userInfo().username;
  readonly #folder: string;
  #child: ChildProcess | undefined;
  #log = '';

  private constructor(folder: string, port: number) {
    this.#folder = folder;
    this.port = port;
  }

  static async start({ keys, lines = [] }: SshServerOptions): Promise<SshServer> {
    const folder = await mkdtemp(path.join(tmpdir(), 'mpt-sshd-'));
    await chmod(folder, 0o755);
    const server = new SshServer(folder, await freePort());
    const hostKey = path.join(folder, 'host_key');
    await makeKey(hostKey);
    await writeFile(path.join(folder, 'authorized_keys'), keys.join('\n'));
    const config = [
      `Port ${String(server.port)}`,
      'ListenAddress 127.0.0.1',
      `HostKey ${hostKey}`,
      `AuthorizedKeysFile ${path.join(folder, 'authorized_keys')}`,
      ...['PidFile none', 'StrictModes no', 'UsePAM no', 'PasswordAuthentication no', 'KbdInteractiveAuthentication no', 'LogLevel DEBUG1'],
      ...lines,
    ];
    await writeFile(path.join(folder, 'sshd_config'), `${config.join('\n')}\n`);
    if (asDaemon)
      for (const name of ['host_key', 'authorized_keys', 'sshd_config']) await chown(path.join(folder, name), DAEMON.id, DAEMON.id);
    await server.resume();
    return server;
  }

  /** What it has told of what it does. */
  get log(): string {
    return this.#log;
  }

  /** Its public key, as in a `known_hosts` file. */
  async knownHosts(name = `[127.0.0.1]:${String(this.port)}`): Promise<string> {
    const key = await readFile(path.join(this.#folder, 'host_key.pub'), 'utf8');
    return `${name} ${key.split(' ').slice(0, 2).join(' ')}\n`;
  }

  async fingerprint(): Promise<string> {
    return /SHA256:\S+/.exec(await tool('ssh-keygen', ['-lf', path.join(this.#folder, 'host_key.pub')]))?.[0] ?? '';
  }

  /** Starts it, for the first time or again. */
  async resume(): Promise<void> {
    const { command, env } = await this.#program();
    const child = spawn(command, ['-D', '-e', '-f', path.join(this.#folder, 'sshd_config')], {
      env: { ...process.env, ...env },
      stdio: ['ignore', 'ignore', 'pipe'],
      ...(asDaemon ? { uid: DAEMON.id, gid: DAEMON.id } : {}),
    });
    child.stderr.on('data', (chunk: Buffer) => (this.#log += chunk.toString()));
    this.#child = child;
    await until(() => answers(this.port), `sshd\n${this.#log}`);
  }

  /** Of the packages a copy that everybody may run: their folder may be in the home of root. */
  async #program(): Promise<Program> {
    const found = await find('usr/sbin/sshd', '/usr/sbin/sshd');
    if (!asDaemon || found.env['LD_LIBRARY_PATH'] === undefined) return found;
    const command = path.join(this.#folder, 'sshd');
    await cp(found.command, command);
    const libraries = path.join(this.#folder, 'lib');
    for (const folder of found.env['LD_LIBRARY_PATH'].split(':'))
      if (await exists(folder)) await cp(folder, libraries, { recursive: true, verbatimSymlinks: true });
    return { command, env: { LD_LIBRARY_PATH: libraries } };
  }

  /** Ends it with all its connections. */
  async pause(): Promise<void> {
    const own = this.#child?.pid;
    this.#child = undefined;
    if (own === undefined) return;
    const pairs = (await run('ps', ['-A', '-o', 'pid=,ppid='])).split('\n').map((line) => line.trim().split(/\s+/).map(Number));
    const below = (parent: number): number[] => pairs.flatMap(([pid = 0, ppid]) => (ppid === parent ? [pid, ...below(pid)] : []));
    for (const pid of [own, ...below(own)]) process.kill(pid, 'SIGKILL');
  }

  async dispose(): Promise<void> {
    await this.pause();
    await rm(this.#folder, { recursive: true, force: true });
  }
}

/** An SSH agent that holds keys; resolves to its socket. */
export class SshAgent {
  readonly socket: string;
  readonly #child: ChildProcess;

  private constructor(child: ChildProcess, socket: string) {
    this.#child = child;
    this.socket = socket;
  }

  static async start(folder: string, keys: readonly string[]): Promise<SshAgent> {
    const socket = path.join(folder, 'agent.sock');
    const { command, env } = await find('usr/bin/ssh-agent', 'ssh-agent');
    const agent = new SshAgent(spawn(command, ['-D', '-a', socket], { env: { ...process.env, ...env }, stdio: 'ignore' }), socket);
    await until(() => exists(socket), 'the agent');
    for (const key of keys) await tool('ssh-add', ['-q', key], { SSH_AUTH_SOCK: socket });
    return agent;
  }

  dispose(): void {
    this.#child.kill();
  }
}

/** Writes `file` and `file.pub`; resolves to the public key. */
export async function makeKey(file: string, passphrase = '', type = 'ed25519'): Promise<string> {
  await mkdir(path.dirname(file), { recursive: true });
  await tool('ssh-keygen', ['-q', '-t', type, '-N', passphrase, '-C', 'test', '-f', file]);
  return readFile(`${file}.pub`, 'utf8');
}

/** One of OpenSSH's programs, and what it needs in its environment. */
export function sshProgram(name: string): Promise<Program> {
  return find(`usr/bin/${name}`, name);
}

/** Runs one of OpenSSH's programs. */
export async function tool(name: string, args: readonly string[], extra: Readonly<Record<string, string>> = {}): Promise<string> {
  const { command, env } = await sshProgram(name);
  return run(command, args, { env: { ...process.env, ...env, ...extra } });
}

/** A program of this machine, else of Debian's packages. */
function find(inPackage: string, own: string): Promise<Program> {
  return findProgram({ own, inPackage, name: 'openssh', packages: ['openssh-server', 'openssh-client'] });
}

async function answers(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    socket.once('data', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => {
      resolve(false);
    });
  });
}
