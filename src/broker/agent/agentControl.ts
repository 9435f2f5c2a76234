import { once } from 'node:events';
import { constants } from 'node:fs';
import { open, readFile, rm } from 'node:fs/promises';
import { withTimeout } from '../../engine/timeout.ts';
import { AGENT_COMMAND } from '../../identity.ts';
import { openPeerLink } from '../peerLink.ts';
import { CONTROL_PROTOCOL, LOCK, STATUS, StatusSchema, STOP, WITHDRAW, type AgentFile, type Status } from '../agentContracts.ts';
import { answers, readAgentFile } from '../agentFile.ts';
import { agentPlaces, isFolder, makePlace, type AgentPlace } from '../agentPlace.ts';

/** An agent that was told to end has ended by then. */
const END_MS = 5000;
const ENDS: ReadonlySet<string> = new Set([LOCK, STOP]);

/** The agent that runs, of whatever version; undefined where there is none. */
export async function runningAgent(): Promise<AgentFile | undefined> {
  for (const place of await agentPlaces()) {
    const found = await agentIn(place);
    if (found !== undefined) return found;
  }
  return undefined;
}

async function agentIn({ file }: AgentPlace): Promise<AgentFile | undefined> {
  const found = await readAgentFile(file);
  return found !== undefined && (await answers(found.socket)) ? found : undefined;
}

/** Undefined where none runs. */
export async function agentStatus(): Promise<Status | undefined> {
  const agent = await runningAgent();
  return agent === undefined ? undefined : StatusSchema.parse(await control(agent, STATUS));
}

/** Ends the agent, and keeps windows from starting it again until `unlockAgent`. False where none ran. */
export async function lockAgent(): Promise<boolean> {
  const marked = await Promise.allSettled((await agentPlaces()).map(markLocked)); // first: no window gives anything from now on
  const ran = await endAll(LOCK); // also where the disk is full
  if (marked.every(({ status }) => status === 'rejected')) for (const one of marked) if (one.status === 'rejected') throw one.reason;
  return ran;
}

/** In each folder: a window may see fewer of them than the program that locks. */
async function markLocked(place: AgentPlace): Promise<void> {
  await makePlace(place);
  const flags = constants.O_WRONLY | constants.O_CREAT | (process.platform === 'win32' ? 0 : constants.O_NOFOLLOW);
  try {
    await (await open(place.locked, flags, 0o600)).close();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ELOOP') throw error; // a link locks, too, and what it leads to is left alone
  }
}

/** False where none ran. */
export async function stopAgent(): Promise<boolean> {
  return endAll(STOP);
}

/** Has agents forget what windows with this storage have given. One of a version that can't ends. */
export async function withdrawFromAgent(origin: string): Promise<void> {
  await forEach(async (agent) => {
    await control(agent, WITHDRAW, { origin }).catch(() => end(agent, STOP));
  });
}

/** False where none ran. */
async function endAll(method: string): Promise<boolean> {
  return forEach((agent) => end(agent, method));
}

/** Programs with another environment may have started one in another folder: none is left out. Rejects where one could not be told, when all others are told. False where none ran. */
async function forEach(tell: (agent: AgentFile) => Promise<void>): Promise<boolean> {
  const told = await Promise.allSettled(
    (await agentPlaces()).map(async (place) => {
      const agent = await agentIn(place);
      if (agent !== undefined) await tell(agent);
      return agent !== undefined;
    }),
  );
  for (const one of told) if (one.status === 'rejected') throw one.reason;
  return told.some((one) => one.status === 'fulfilled' && one.value);
}

/** One that hangs does not answer, and still has everything: it is killed. */
async function end(agent: AgentFile, method: string): Promise<void> {
  try {
    await control(agent, method);
  } catch (error) {
    if (!(await answers(agent.socket))) return; // it has ended meanwhile
    if (!(await isAgentProcess(agent.pid))) throw error;
    process.kill(agent.pid, 'SIGKILL');
  }
}

/** Not in another container, where the number means another process, or none. */
export async function isAgentProcess(pid: number): Promise<boolean> {
  if (process.platform !== 'linux') return false;
  const line = await readFile(`/proc/${String(pid)}/cmdline`, 'utf8').catch(() => '');
  return line.endsWith(`\0${AGENT_COMMAND}\0run\0`);
}

export async function unlockAgent(): Promise<void> {
  for (const { folder, locked } of await agentPlaces()) if (await isFolder(folder)) await rm(locked, { force: true });
}

/** Resolves to the answer; for what ends the agent, when it has ended. Rejects where it does not answer in time. */
async function control(agent: AgentFile, method: string, parameters?: object): Promise<unknown> {
  const link = await openPeerLink(agent, CONTROL_PROTOCOL);
  if (link === undefined) throw new Error('The credential agent rejected this program.');
  try {
    const closed = once(link.socket, 'close');
    const { connection } = link;
    const answer = await withTimeout<unknown>(
      END_MS,
      parameters === undefined ? connection.sendRequest(method) : connection.sendRequest(method, parameters),
    );
    const isOver = answer !== undefined && (!ENDS.has(method) || (await withTimeout(END_MS, closed)) !== undefined);
    if (!isOver) throw new Error('The credential agent does not answer.');
    return answer;
  } finally {
    link.socket.destroy();
  }
}
