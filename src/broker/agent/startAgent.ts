import { spawn, type ChildProcess } from 'node:child_process';
import { stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import { AGENT_COMMAND } from '../../identity.ts';
import { answers, readAgentFile } from '../agentFile.ts';
import { ownPlace } from '../agentPlace.ts';
import { isNewer } from './takeOver.ts';

export interface AgentProgram {
  /** The program that runs scripts, as this process is run. */
  readonly node: string;
  /** The server's script. */
  readonly script: string;
  readonly version: string;
}

const START_MS = 15_000;
const POLL_MS = 50;
/** What the agent needs of its environment. All else may hold secrets, or change how Node runs. */
const PASSED = [
  ...['HOME', 'USER', 'LOGNAME', 'LANG', 'XDG_RUNTIME_DIR', 'XDG_STATE_HOME', 'XDG_CACHE_HOME', 'TMPDIR', 'PATH'],
  ...['USERPROFILE', 'LOCALAPPDATA', 'APPDATA', 'TEMP', 'TMP', 'SystemRoot'],
];
/** Node's debugger would show the memory to whoever sends the signal. */
const HARDENING = ['--disable-sigusr1'];

/** By which of two programs the newer one is known. */
export async function buildOf({ script, version }: Pick<AgentProgram, 'script' | 'version'>): Promise<string> {
  return `${version} ${String(Math.round((await stat(script)).mtimeMs))}`;
}

/** Starts the agent in the background, where none runs or only one of an older build. Resolves when it listens; false where one ran. Rejects when the signal comes before the start. */
export async function startAgent(program: AgentProgram, signal?: AbortSignal): Promise<boolean> {
  const { file } = await ownPlace();
  const build = await buildOf(program);
  const isThere = async (): Promise<boolean> => {
    const found = await readAgentFile(file);
    return found !== undefined && !isNewer(build, found.build) && (await answers(found.socket));
  };
  if (await isThere()) return false;
  signal?.throwIfAborted();
  const child = spawnAgent(program);
  const deadline = Date.now() + START_MS;
  while (Date.now() < deadline) {
    if (await isThere()) return true;
    if ((child.exitCode ?? 0) !== 0) break;
    await sleep(POLL_MS);
  }
  throw new Error('The credential agent did not start.');
}

/** On Unix by way of the shell, which alone can keep the system from writing the memory of the process to disk when it crashes. */
export function spawnAgent({ node, script }: Pick<AgentProgram, 'node' | 'script'>): ChildProcess {
  const flags = process.versions['electron'] === undefined ? HARDENING : []; // Electron refuses flags that it doesn't know
  const args = [...flags.filter((flag) => process.allowedNodeEnvironmentFlags.has(flag)), script, AGENT_COMMAND, 'run'];
  const [command, given] = process.platform === 'win32' ? [node, args] : ['/bin/sh', ['-c', 'ulimit -c 0; exec "$0" "$@"', node, ...args]];
  const environment = Object.fromEntries(PASSED.flatMap((name) => (process.env[name] === undefined ? [] : [[name, process.env[name]]])));
  const env = { ...environment, ELECTRON_RUN_AS_NODE: '1' }; // the program of a window is Electron
  const child = spawn(command, given, { detached: true, stdio: 'ignore', windowsHide: true, cwd: tmpdir(), env });
  child.on('error', () => undefined); // whoever waits for it says that it did not start
  child.unref();
  return child;
}
