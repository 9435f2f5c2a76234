import { createHash, randomBytes } from 'node:crypto';
import { link, lstat, rename, rm, writeFile } from 'node:fs/promises';
import { createConnection, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { PilotError } from '../engine/errors.ts';
import { readOwnFile, toJson } from './rendezvous.ts';
import { AgentFileSchema, type AgentFile } from './agentContracts.ts';

/** A process that is stopped still accepts connections: the system does it. */
const CONNECT_MS = 1000;
const RETRY_MS = 20;

/** What says that nobody listens. All else, such as too few file descriptors, says nothing. */
const NOBODY: ReadonlySet<string> = new Set([
  ...['ECONNREFUSED', 'ENOENT', 'ENOTDIR', 'ELOOP', 'ENAMETOOLONG', 'EINVAL', 'ENOTSOCK', 'EPROTOTYPE', 'ERR_INVALID_ARG_VALUE'],
]);

/**
 * Reads the file. Undefined where there is none, and for one that can't be trusted or read: a crash of the system leaves it empty. No agent serves from behind such a file, so that it is
 * replaced as that of a dead one.
 */
export async function readAgentFile(file: string): Promise<AgentFile | undefined> {
  try {
    return AgentFileSchema.safeParse(toJson((await readOwnFile(file)) ?? '')).data;
  } catch (error) {
    if (error instanceof PilotError) return undefined;
    throw error;
  }
}

/**
 * Makes `own` the agent of this file, exactly one of all that try at a time. Resolves to the living agent that has it instead; undefined where `own` has it now. Whoever calls listens
 * already: an agent whose socket does not answer is dead.
 *
 * A dead one is replaced by who has its claim, a file that can be made once. A claim whose maker died has a claim of its own. Only the last in that chain may replace the file, and
 * only while it still names the dead one, so that a slow process never replaces the successor.
 */
export async function claimAgentFile(file: string, own: AgentFile): Promise<AgentFile | undefined> {
  for (;;) {
    if (await create(file, own)) return undefined;
    const holder = await readAgentFile(file);
    if (holder !== undefined && (await answers(holder.socket))) return holder;
    if (await replaceDead(file, await identityOf(file), own)) return undefined;
    await sleep(RETRY_MS);
  }
}

/** Replaces the file of an agent that has agreed to it. */
export async function replaceAgentFile(file: string, own: AgentFile): Promise<void> {
  await withTemporary(file, own, (temporary) => rename(temporary, file));
}

/** Removes the file if it still is that of the agent. */
export async function removeAgentFile(file: string, own: AgentFile): Promise<void> {
  const found = await readAgentFile(file).catch(() => undefined);
  if (found?.socket === own.socket) await rm(file, { force: true });
}

/** Whether somebody listens at a socket. */
export async function answers(address: string): Promise<boolean> {
  let socket: Socket | undefined;
  try {
    return await new Promise<boolean>((resolve, reject) => {
      socket = createConnection({ path: address }); // a text of digits alone would be a port
      socket.setTimeout(CONNECT_MS, () => {
        resolve(true);
      });
      socket.once('connect', () => {
        resolve(true);
      });
      socket.once('error', reject);
    });
  } catch (error) {
    return !NOBODY.has((error as NodeJS.ErrnoException).code ?? '');
  } finally {
    socket?.destroy();
  }
}

async function replaceDead(file: string, dead: string | undefined, own: AgentFile): Promise<boolean> {
  const claims: string[] = [];
  for (let last = dead; last !== undefined;) {
    const claim = `${file}.${createHash('sha256').update(last).digest('hex').slice(0, 16)}.claim`;
    claims.push(claim);
    if (await create(claim, own)) break;
    const claimant = await readAgentFile(claim);
    if (claimant !== undefined && (await answers(claimant.socket))) return false; // it has replaced the file, or is about to
    last = await identityOf(claim);
    if (last === undefined) return false; // it has just replaced the file
  }
  const isDead = dead !== undefined && (await identityOf(file)) === dead;
  if (isDead) await replaceAgentFile(file, own);
  for (const claim of isDead ? claims : claims.slice(-1)) await rm(claim, { force: true });
  return isDead;
}

/** Tells one content from the next, also where it can't be read. Undefined where there is no file. */
async function identityOf(file: string): Promise<string | undefined> {
  const agent = await readAgentFile(file);
  if (agent !== undefined) return agent.socket;
  try {
    const { ino, mtimeMs } = await lstat(file);
    return `${String(ino)} ${String(mtimeMs)}`;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

/** Makes the file with its whole content at once; false where it is there. */
async function create(file: string, content: AgentFile): Promise<boolean> {
  try {
    await withTemporary(file, content, (temporary) => link(temporary, file));
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
}

async function withTemporary(file: string, content: AgentFile, use: (temporary: string) => Promise<void>): Promise<void> {
  const temporary = `${file}.${randomBytes(6).toString('hex')}.tmp`;
  try {
    await writeFile(temporary, JSON.stringify(content), { mode: 0o600, flag: 'wx' });
    await use(temporary);
  } finally {
    await rm(temporary, { force: true });
  }
}
