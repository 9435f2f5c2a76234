import { stat } from 'node:fs/promises';
import { agentStatus, lockAgent, stopAgent, unlockAgent } from '../../broker/agent/agentControl.ts';
import type { Status } from '../../broker/agentContracts.ts';
import { CredentialAgent } from '../../broker/agent/credentialAgent.ts';
import { isAgentLocked, ownPlace } from '../../broker/agentPlace.ts';
import { buildOf, spawnAgent, startAgent, type AgentProgram } from '../../broker/agent/startAgent.ts';
import type { CommandLine } from '../config/commandLine.ts';

/** How often a running agent looks whether its program was replaced. */
const REPLACED_MS = 30_000;

/** A window may be about to: it is true then, too. */
const NO_CONNECTIONS = 'VS Code windows add their connections unless mysqlPilot.agent.keepUnlocked is "never".';

/** Resolves to the exit code. `run` resolves when the agent listens, and the process stays. */
export async function runAgentCommand(action: NonNullable<CommandLine['action']>, version: string): Promise<number> {
  const program = { node: process.execPath, script: process.argv[1] ?? '', version };
  switch (action) {
    case 'start':
      await unlockAgent();
      say((await startAgent(program)) ? 'The credential agent started.' : 'The credential agent is already running.', 0);
      return tellEmpty(await agentStatus());
    case 'status':
      return tellStatus(await agentStatus());
    case 'lock':
      return say(
        (await lockAgent())
          ? 'The credential agent is locked. It has overwritten the secrets and ended.'
          : 'The credential agent is locked. It was not running.',
        0,
      );
    case 'stop':
      return (await stopAgent()) ? say('The credential agent stopped.', 0) : say('The credential agent is not running.', 1);
    case 'run':
      return run(program);
  }
}

async function tellStatus(status: Status | undefined): Promise<number> {
  if (status === undefined)
    return say((await isAgentLocked()) ? 'The credential agent is locked.' : 'The credential agent is not running.', 1);
  const { pid, version, startedAt, connections, windows, servers, endsAt } = status;
  const lines = [
    `The credential agent is running (process ${String(pid)}, version ${version}).`,
    `Started:     ${localTime(startedAt)}`,
    `Connections: ${String(connections)}`,
    `Windows:     ${String(windows)}`,
    `MCP servers: ${String(servers)}`,
    endsAt === undefined ? 'Ends:        not while a window is open' : `Ends:        ${localTime(endsAt)} if nothing uses it`,
    ...(connections === 0 ? [NO_CONNECTIONS] : []),
  ];
  return say(lines.join('\n'), 0);
}

function tellEmpty(status: Status | undefined): number {
  return status?.connections === 0 ? say(NO_CONNECTIONS, 0) : 0;
}

/** A moment as the terminal's user reads clocks, to the second, with the zone. */
function localTime(at: number): string {
  return new Date(at).toLocaleString(undefined, { dateStyle: 'medium', timeStyle: 'long' });
}

async function run(program: AgentProgram): Promise<number> {
  harden();
  const build = await buildOf(program);
  const agent = await CredentialAgent.start({
    ...{ place: await ownPlace(), version: program.version, build },
    log: (message) => {
      process.stderr.write(`${message}\n`);
    },
    onEnd: () => process.exit(0),
  });
  if (agent === undefined) return say('The credential agent is already running.', 0);
  const end = (): void => {
    agent.end('signal').catch(() => process.exit(1));
  };
  for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) process.on(signal, end);
  watchProgram(program);
  return 0;
}

/** What Node offers against a look at the memory. An error is not told: it could quote what was received. */
function harden(): void {
  if (process.platform !== 'win32') process.on('SIGUSR1', () => undefined); // else it opens the debugger
  process.on('SIGUSR2', () => undefined);
  process.on('SIGPIPE', () => undefined);
  const fail = (): void => {
    process.exit(1);
  };
  process.on('uncaughtException', fail);
  process.on('unhandledRejection', fail);
}

/** Starts the new program when an update has written it in the place of this one; it takes over what this one holds. */
function watchProgram(program: AgentProgram): void {
  const look = async (): Promise<number | undefined> => (await stat(program.script).catch(() => undefined))?.mtimeMs;
  let own: number | undefined;
  let last: number | undefined;
  const check = async (): Promise<void> => {
    const now = await look();
    own ??= now;
    // Twice the same: it has been written to its end.
    if (now !== undefined && now !== own && now === last) spawnAgent(program);
    last = now;
  };
  void check();
  setInterval(() => void check(), REPLACED_MS);
}

function say(text: string, exitCode: number): number {
  process.stdout.write(`${text}\n`);
  return exitCode;
}
